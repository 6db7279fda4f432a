"""Under the confusion matrix: the classes as a table, the calibration, and the classes test after test."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from explorer.evaluation import tables
from explorer.gui import theme
from explorer.gui.class_text import say_classes
from explorer.gui.panels.labs import evaluation_words as words
from explorer.gui.text import tr
from explorer.gui.widgets.charts.class_strip import ClassStrip
from explorer.gui.widgets.charts.reliability import Reliability
from explorer.gui.widgets.tables.class_scores import COLUMNS, ClassScores
from explorer.gui.widgets.tables.plain_table import ROW_HEIGHT

if TYPE_CHECKING:
    from explorer.evaluation.summary import Summary
    from explorer.gui.services.class_courses import Courses

_ICON = 16
_ROWS_SHOWN = 10


class ClassesCard(QFrame):
    """The table of the classes, to be sorted and copied.

    Signals:
        opened(int): A class was clicked.
    """

    opened = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._summary: Summary | None = None
        self.table = ClassScores()
        self._head, self._hint = QLabel(), QLabel()
        self._head.setProperty("role", "strong")
        self._hint.setProperty("role", "caption")
        self.copies = {name: QToolButton() for name in ("markdown", "csv")}
        top = QHBoxLayout()
        top.addWidget(self._head)
        top.addSpacing(8)
        top.addWidget(self._hint)
        top.addStretch(1)
        for name, button in self.copies.items():
            button.setIconSize(QSize(_ICON, _ICON))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setObjectName(f"copy_{name}")
            top.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self.table)
        self.copies["markdown"].clicked.connect(self._copy_markdown)
        self.copies["csv"].clicked.connect(self._copy_csv)
        self.table.opened.connect(self.opened)

    def show_summary(self, summary: Summary | None) -> None:
        self._summary = summary
        rows = () if summary is None else words.classes(summary)
        self.table.show_rows(rows)
        shown = min(max(len(rows), 1), _ROWS_SHOWN)
        self.table.setMinimumHeight((1 + shown) * ROW_HEIGHT + 2)

    def _copy_markdown(self) -> None:
        head = [tr(f"evaluation.column_{column}") for column in COLUMNS]
        shown = tables.classes_markdown(self.table.scores.rows, (*head, tr("evaluation.column_times")))
        self._copy(shown)

    def _copy_csv(self) -> None:
        self._copy(tables.classes_csv(self.table.scores.rows))

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self._hint.setText(tr("evaluation.copied"))

    def retranslate(self) -> None:
        self._head.setText(tr("evaluation.classes"))
        self._hint.setText("")
        self.table.setAccessibleName(tr("evaluation.classes"))
        self.show_summary(self._summary)
        for name, word in (("markdown", "Markdown"), ("csv", "CSV")):
            self.copies[name].setText(word)
            self.copies[name].setToolTip(tr("evaluation.copy_as", kind=word))
            self.copies[name].setAccessibleName(tr("evaluation.copy_as", kind=word))
        self.table.scores.refresh_words()

    def restyle(self) -> None:
        for button in self.copies.values():
            button.setIcon(theme.icon("copy", "secondary", _ICON))
        self.table.scores.refresh_words()


class CalibrationCard(QFrame):
    """The reliability diagram, and in words whether the network trusts itself too much."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._summary: Summary | None = None
        self.diagram = Reliability()
        self._head, self._hint = QLabel(), QLabel()
        self._head.setProperty("role", "strong")
        self._hint.setProperty("role", "secondary")
        self._hint.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(6)
        for widget in (self._head, self._hint):
            column.addWidget(widget)
        column.addWidget(self.diagram, 1)

    def show_summary(self, summary: Summary | None) -> None:
        self._summary = summary
        self.diagram.show_bins(() if summary is None else summary.bins)
        error = "" if summary is None else words.share(summary.calibration_error, 2)
        said = "" if summary is None else tr("evaluation.calibration_said", error=error, sure=words.sureness(summary))
        self._hint.setText(said)

    def retranslate(self) -> None:
        self._head.setText(tr("evaluation.calibration"))
        self.diagram.setAccessibleName(tr("evaluation.calibration"))
        self.diagram.setToolTip("")
        self.show_summary(self._summary)

    def restyle(self) -> None:
        self.diagram.update()


class CoursesCard(QFrame):
    """Accuracy of each class, test after test.

    Signals:
        epoch_chosen(int): The test that was clicked.
    """

    epoch_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._courses: Courses | None = None
        self.strip = ClassStrip()
        self._head, self._hint = QLabel(), QLabel()
        self._head.setProperty("role", "strong")
        self._hint.setProperty("role", "caption")
        top = QHBoxLayout()
        top.addWidget(self._head)
        top.addSpacing(8)
        top.addWidget(self._hint, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(10)
        column.addLayout(top)
        column.addWidget(self.strip)
        self.strip.chosen.connect(self.epoch_chosen)

    def show_courses(self, courses: Courses | None) -> None:
        self._courses = courses
        self.setVisible(courses is not None and len(courses.epochs) > 1)
        if courses is not None:
            self.strip.show_shares(courses.epochs, say_classes(courses.names), courses.recalls)

    def retranslate(self) -> None:
        self._head.setText(tr("evaluation.courses"))
        self._hint.setText(tr("evaluation.courses_hint"))
        self.strip.setAccessibleName(tr("evaluation.courses"))
        self.show_courses(self._courses)

    def restyle(self) -> None:
        self.strip.update()
