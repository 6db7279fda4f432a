"""Curves and runs: side by side where there is room, else one of them at a time."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QToolButton, QWidget

from explorer.gui.text import tr

WIDE = 1160  # from here on both fit beside each other


class LowerArea(QWidget):
    """Two pages and the switch between them, in the upper right corner.

    Signals:
        room_kept(int): The pages must leave so many pixels of their heading to the switch.
    """

    room_kept = Signal(int)

    def __init__(self, curves: QWidget, runs: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curves, self._runs = curves, runs
        self._switch = QFrame(self)
        self._switch.setProperty("role", "segments")
        self._switch.setProperty("compact", True)
        self._buttons = (QToolButton(), QToolButton())
        self._group = QButtonGroup(self)
        inside = QHBoxLayout(self._switch)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.setSpacing(0)
        for place, button in enumerate(self._buttons):
            button.setObjectName(("curvesTab", "runsTab")[place])
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self._group.addButton(button, place)
            inside.addWidget(button)
        self._buttons[0].setChecked(True)
        self._group.idClicked.connect(self._arrange)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(24)
        self._row.addWidget(curves, 3)
        self._row.addWidget(runs, 2)
        self.retranslate()

    def show_page(self, place: int) -> None:
        """0 for the curves, 1 for the runs."""
        self._buttons[place].setChecked(True)
        self._arrange()

    def _arrange(self) -> None:
        is_wide = self.width() >= WIDE
        shown = self._group.checkedId()
        self._switch.setVisible(not is_wide)
        self._curves.setVisible(is_wide or shown == 0)
        self._runs.setVisible(is_wide or shown == 1)
        self._switch.adjustSize()
        self._switch.move(self.width() - self._switch.width(), 0)
        self._switch.raise_()
        self.room_kept.emit(0 if is_wide else self._switch.width() + 12)

    def retranslate(self) -> None:
        for button, key in zip(self._buttons, ("curves", "runs"), strict=True):
            button.setText(tr(f"training.{key}"))
            button.setToolTip(tr(f"training.{key}_tip"))
        self._switch.setAccessibleName(tr("training.view"))
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        """Room for either page, also while both are shown: one of them can go."""
        least = [page.minimumSizeHint() for page in (self._curves, self._runs)]
        return least[0].expandedTo(least[1])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
