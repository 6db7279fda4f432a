"""Says that the program has a defect, with a report to copy; the window goes on working."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from explorer.gui.text import tr


class CrashDialog(QDialog):
    """The sentence, and behind a button the report; further defects are added to it while it is open.

    `is_from_before`: the report is of a crash that ended the program when it ran before.
    """

    def __init__(self, report: str, parent: QWidget | None, *, is_from_before: bool = False) -> None:
        super().__init__(parent)
        self.setObjectName("crashReport")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        kind = "crash_before" if is_from_before else "crash"
        self.setWindowTitle(tr(f"window.{kind}_title"))
        title, words = QLabel(tr(f"window.{kind}_title")), QLabel(tr(f"window.{kind}_words"))
        title.setProperty("role", "title")
        words.setWordWrap(True)
        self._report = QPlainTextEdit(report, readOnly=True)
        self._report.setAccessibleName(tr("window.crash_report"))
        self._report.setMinimumHeight(200)
        self._report.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(12)
        for widget in (title, words, self._report):
            layout.addWidget(widget)
        layout.addLayout(self._buttons())
        self.setMinimumWidth(520)
        self.setWindowModality(Qt.WindowModality.NonModal)

    def _buttons(self) -> QHBoxLayout:
        show, copy, close = (QPushButton(tr(key)) for key in ("window.crash_show", "common.copy", "window.crash_go_on"))
        show.setCheckable(True)
        show.toggled.connect(self._show_report)
        copy.clicked.connect(self._copy)
        close.clicked.connect(self.reject)
        close.setProperty("role", "primary")
        close.setDefault(True)
        buttons = QHBoxLayout()
        buttons.addWidget(show)
        buttons.addStretch()
        buttons.addWidget(copy)
        buttons.addWidget(close)
        return buttons

    def _show_report(self, is_shown: bool) -> None:
        self._report.setVisible(is_shown)
        self.adjustSize()

    def add(self, report: str) -> None:
        """Appends a further defect."""
        self._report.appendPlainText(f"\n{report}")

    def text(self) -> str:
        return self._report.toPlainText()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text())
