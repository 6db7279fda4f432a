"""For who opens the program for the first time: five things to do, in the order of a lesson."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from explorer.gui.text import tr
from explorer.gui.widgets.fields.named_clicks import named_clicks

STEPS = ("pick", "read", "train", "look", "compare")
WIDTH, _WORDS = 460, 372  # px


class FirstStepsDialog(QDialog):
    """Says what each step is good for, and offers to do it; the window stays usable beside it.

    Signals:
        wanted(str): The user wants this one of `STEPS` done.
    """

    wanted = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("firstSteps")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("window.action_app_first_steps"))
        self.setFixedWidth(WIDTH)
        steps = QGridLayout()
        steps.setHorizontalSpacing(12)
        steps.setVerticalSpacing(2)
        steps.setColumnStretch(1, 1)
        self._buttons: dict[str, QPushButton] = {}
        for number, name in enumerate(STEPS):
            self._add(steps, number, name)
        named_clicks(self._buttons, self).connect(self.wanted)
        self._close = QPushButton(tr("common.close"))
        self._close.setDefault(True)
        self._close.clicked.connect(self.reject)
        last = QHBoxLayout()
        last.addWidget(_label("caption", tr("steps.again")), 1)
        last.addWidget(self._close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(16)
        layout.addLayout(steps)
        layout.addLayout(last)

    def _add(self, steps: QGridLayout, number: int, name: str) -> None:
        sign = _label("key", str(number + 1))
        words = _label("secondary", tr(f"steps.{name}_words"))
        words.setWordWrap(True)
        words.ensurePolished()  # with the type of its role, of which the height depends
        words.setMinimumHeight(words.heightForWidth(_WORDS))
        do = QPushButton(tr(f"steps.{name}_do"))
        do.setObjectName(f"step_{name}")
        do.setProperty("role", "link")
        do.setProperty("flush", True)
        do.setAutoDefault(False)
        do.setAccessibleDescription(words.text())
        self._buttons[name] = do
        row = 4 * number
        top_left = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft
        steps.addWidget(sign, row, 0, top_left)
        steps.addWidget(_label("strong", tr(f"steps.{name}")), row, 1)
        steps.addWidget(words, row + 1, 1)
        steps.addWidget(do, row + 2, 1, top_left)
        steps.setRowMinimumHeight(row + 3, 10)


def _label(role: str, words: str) -> QLabel:
    label = QLabel(words)
    label.setProperty("role", role)
    return label
