"""A drop-down list that says in front of the chosen value what is chosen: "Detail Blocks"."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPaintEvent
from PySide6.QtWidgets import QStyle, QStyleOptionComboBox, QStylePainter, QWidget

from explorer.gui import theme
from explorer.gui.widgets.fields.choice_box import ChoiceBox

_PAD, _GAP, _ARROW = 12, 5, 20


class PrefixedBox(ChoiceBox):
    """Shows `prefix` in the lighter colour and the value in bold; `unlisted` is shown where nothing is chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._prefix = ""
        self._unlisted = ""
        self._is_compact = False
        self.setProperty("role", "floating")
        self.currentIndexChanged.connect(self._on_chosen)

    def set_words(self, prefix: str, unlisted: str = "") -> None:
        self._prefix, self._unlisted = prefix, unlisted
        self.setAccessibleName(prefix)
        self.updateGeometry()
        self.update()

    def _on_chosen(self) -> None:
        self.updateGeometry()

    def set_compact(self, is_compact: bool) -> None:
        """Leaves the prefix out."""
        self._is_compact = is_compact
        self.updateGeometry()
        self.update()

    @property
    def shown(self) -> str:
        """The value as it is written: of nothing chosen, the word for that."""
        return self.currentText() or self._unlisted

    def _fonts(self) -> tuple[QFont, QFont]:
        return theme.font(theme.TEXT_PX), theme.font(theme.TEXT_PX, weight=QFont.Weight.DemiBold)

    def sizeHint(self) -> QSize:
        light, bold = (QFontMetrics(font) for font in self._fonts())
        prefix = 0 if self._is_compact else light.horizontalAdvance(self._prefix) + _GAP
        return QSize(_PAD + prefix + bold.horizontalAdvance(self.shown) + _ARROW + 10, 30)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        option.currentText = ""
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        light, bold = self._fonts()
        room = self.rect().adjusted(_PAD, 0, -_ARROW, 0)
        centred = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        taken = 0
        if not self._is_compact:
            painter.setFont(light)
            painter.setPen(theme.colour("secondary"))
            painter.drawText(room, centred, self._prefix)
            taken = QFontMetrics(light).horizontalAdvance(self._prefix) + _GAP
        painter.setFont(bold)
        painter.setPen(theme.colour("text" if self.isEnabled() else "disabled"))
        painter.drawText(QRect(room).adjusted(taken, 0, 0, 0), centred, self.shown)
        painter.end()
