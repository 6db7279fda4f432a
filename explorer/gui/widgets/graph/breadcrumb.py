"""Where something lies: the names of all that is around it, to be clicked, and a button that copies its path."""

from collections.abc import Hashable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from explorer.gui import theme
from explorer.gui.text import tr

_HEIGHT = 28
_SIGN = "›"


class Breadcrumb(QFrame):
    """One line; where it has not the room, names after the first give way to dots.

    Signals:
        chosen(object): The key of the name that was clicked.
        copy_requested: The button at the end.
    """

    chosen = Signal(object)
    copy_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("breadcrumb")
        self.setProperty("role", "card")
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(6, 0, 4, 0)
        self._row.setSpacing(0)
        self._row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        self._steps: list[tuple[Hashable, str]] = []
        self._crumbs: list[tuple[QLabel | None, QToolButton]] = []
        self._dots = QLabel(f"{_SIGN} …")
        self._dots.setProperty("role", "secondary")
        self._dots.setContentsMargins(3, 0, 3, 0)
        self._copy = QToolButton()
        self._copy.setProperty("role", "crumb")
        self._copy.setIconSize(QSize(14, 14))
        self._copy.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._copy.clicked.connect(self.copy_requested)
        self._row.addWidget(self._dots)
        self._row.addWidget(self._copy)
        self.retranslate()
        self.restyle()

    @property
    def names(self) -> list[str]:
        """All names, also those that have no room."""
        return [name for _, name in self._steps]

    def button(self, place: int) -> QToolButton:
        return self._crumbs[place][1]

    def show_steps(self, steps: Sequence[tuple[Hashable, str]]) -> None:
        """Shows keys and names from the outermost to the thing itself."""
        if list(steps) == self._steps:
            return
        self._steps = list(steps)
        while len(self._crumbs) < len(steps):
            self._add()
        for place, (sign, button) in enumerate(self._crumbs):
            is_used = place < len(steps)
            button.setVisible(is_used)
            if sign is not None:
                sign.setVisible(is_used)
            if is_used:
                name = steps[place][1]
                button.setText(name)
                button.setAccessibleName(name)
                theme.set_state(button, "true" if place == len(steps) - 1 else "false", "current")
        self.setAccessibleDescription(f" {_SIGN} ".join(self.names))

    def _add(self) -> None:
        place = len(self._crumbs)
        sign = None
        if place:
            sign = QLabel(_SIGN)
            sign.setProperty("role", "secondary")
            self._row.insertWidget(self._row.count() - 1, sign)
        button = QToolButton()
        button.setProperty("role", "crumb")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(self._on_clicked)
        self._row.insertWidget(self._row.count() - 1, button)
        if not place:  # the dots come after the first name
            self._row.removeWidget(self._dots)
            self._row.insertWidget(1, self._dots)
        self._crumbs.append((sign, button))

    def _on_clicked(self) -> None:
        for place, (_, button) in enumerate(self._crumbs):
            if button is self.sender():
                self.chosen.emit(self._steps[place][0])
                return

    def fit(self, width: int) -> None:
        """Takes at most `width` pixels."""
        used = self._crumbs[: len(self._steps)]
        for sign, button in used:
            button.show()
            if sign is not None:
                sign.show()
        self._dots.hide()
        hidden = 1
        while self._needed() > width and hidden < len(used) - 1:
            self._dots.show()
            for widget in used[hidden]:
                if widget is not None:
                    widget.hide()
            hidden += 1
        self.resize(min(self._needed(), width), _HEIGHT)

    def _needed(self) -> int:
        self._row.invalidate()
        return self._row.sizeHint().width()

    def restyle(self) -> None:
        self._copy.setIcon(theme.icon("copy", "secondary", 14))

    def retranslate(self) -> None:
        self.setAccessibleName(tr("graph.breadcrumb"))
        self._copy.setToolTip(tr("graph.copy_path"))
        self._copy.setAccessibleName(tr("graph.copy_path"))
