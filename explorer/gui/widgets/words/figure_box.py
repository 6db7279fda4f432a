"""A figure with its name over it and what else there is to say under it, in a box."""

from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QVBoxLayout, QWidget

from explorer.gui.widgets.words.elided_label import ElidedLabel


class FigureBox(QFrame):
    """Three lines: name, figure, remark."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._name, self._figure, self._more = QLabel(), ElidedLabel(), ElidedLabel()
        for label, role in ((self._name, "caption"), (self._figure, "title"), (self._more, "caption")):
            label.setProperty("role", role)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(2)
        for widget in (self._name, self._figure, self._more):
            column.addWidget(widget)

    def show_words(self, name: str, figure: str, more: str) -> None:
        self._name.setText(name)
        self._figure.setText(figure)
        self._more.setText(more)
        self.setAccessibleName(f"{name}: {figure}, {more}")

    @property
    def words(self) -> tuple[str, str, str]:
        return self._name.text(), self._figure.text(), self._more.text()
