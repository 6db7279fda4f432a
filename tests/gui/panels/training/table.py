"""The table of runs as its user sees and uses it."""

from PySide6.QtCore import QItemSelectionModel

from explorer.gui.panels.training.run_columns import COLUMNS
from tests.gui.panels.training.bench import Bench


def column(key: str) -> int:
    return [column.key for column in COLUMNS].index(key)


def shown(bench: Bench, key: str) -> list[str]:
    model = bench.find("runsTable").model()
    return [model.index(row, column(key)).data() for row in range(model.rowCount())]


def select(runs: Bench, *numbers: str) -> None:
    """Selects the rows of these runs together, as with Ctrl."""
    view = runs.find("runsTable")
    view.clearSelection()
    flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    for row, number in enumerate(shown(runs, "number")):
        if number in numbers:
            view.selectionModel().select(view.model().index(row, 0), flags)


def look_for(runs: Bench, text: str) -> None:
    runs.find("runsFilter").setText(text)
    runs.qtbot.waitUntil(lambda: not runs.panel.runs._typing.isActive())
