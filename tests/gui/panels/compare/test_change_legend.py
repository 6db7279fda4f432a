"""The legend of the changes: what it says, and which words it shortens."""

from pytestqt.qtbot import QtBot

from explorer.graph.compare.align import Change
from explorer.gui.panels.compare import ComparePanel
from explorer.gui.panels.compare.change_legend import ChangeLegend


def test_legend_shortens_only_the_long_words(panel: ComparePanel) -> None:
    legend = panel.tools.legend
    legend.setFixedWidth(400)
    whole = legend._longest([50, 60])
    assert whole > 60
    cut = legend._longest([50, 60, 400])
    assert 60 < cut < 400


def test_legend_says_what_there_is_and_nothing_else(qtbot: QtBot) -> None:
    legend = ChangeLegend()
    qtbot.addWidget(legend)
    legend.show_counts(
        [
            (Change.SAME, "LeNet", 3),
            (Change.CHANGED, "LeNet", 4),
            (Change.ONLY_LEFT, "LeNet", 0),
            (Change.ONLY_RIGHT, "AlexNet", 2),
        ]
    )
    assert legend.accessibleDescription() == "3 the same, 4 changed, 2 only in AlexNet"
