"""Widgets over one another: the first is as high as it wants and may, the others scroll where there is little room."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget


class Column(QFrame):
    """`upper` above `lower`; `lower` is never higher than its content, and takes at most `share` of the height."""

    def __init__(self, upper: QWidget, lower: list[QWidget], *, share: float) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self._share = share
        self._page = QWidget()
        self._page.setProperty("role", "page")
        page = QVBoxLayout(self._page)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        for widget in lower:
            page.addWidget(widget)
        self._scroll = QScrollArea(widgetResizable=True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self._page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(upper, 1000)
        layout.addWidget(self._scroll)
        layout.addStretch(1)
        self._page.installEventFilter(self)
        self.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kinds = (QEvent.Type.Resize,) if watched is self else (QEvent.Type.LayoutRequest,)
        if event.type() in kinds:
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        layout = self._page.layout()
        assert layout is not None
        width = self._scroll.viewport().width()
        wanted = layout.heightForWidth(width) if layout.hasHeightForWidth() else layout.sizeHint().height()
        self._scroll.setFixedHeight(min(wanted, int(self.height() * self._share)))

    def sizeHint(self) -> QSize:
        return QSize(268, 640)
