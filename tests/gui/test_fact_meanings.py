"""Each figure of a layer is explained at rest of the pointer."""

import pytest
from pytestqt.qtbot import QtBot

from explorer import catalogue
from explorer.bilingual import Text
from explorer.graph import arithmetic, shipped
from explorer.graph.arithmetic import MISFIT, OR, REMEDY
from explorer.gui import fact_meanings, text
from explorer.gui.text import say
from explorer.gui.widgets.tables.fact_table import FactTable


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_figure_has_a_meaning(language: str) -> None:
    text.set_language(language)
    known = fact_meanings.meanings()
    told = {fact.label for name in ("lenet_bn", "googlenet", "densenet") for fact in _facts(name)}
    assert len(told) > 8
    fixed = {value for value in vars(arithmetic).values() if isinstance(value, Text)}  # others name their own sizes
    assert [label.en for label in told & fixed - {MISFIT, OR, REMEDY} if say(label) not in known] == []
    assert all(known.values())


def _facts(name: str) -> list[arithmetic.Fact]:
    graph = shipped.load(catalogue.find(name).name)
    return [fact for node in graph.nodes for fact in arithmetic.explain(graph, node)]


def test_words_say_what_they_mean_until_others_stand_there(qtbot: QtBot) -> None:
    table = FactTable()
    qtbot.addWidget(table)
    table.show_facts([("Multiply-adds", "3")], {"Multiply-adds": "how much there is to compute"})
    label = table.layout().itemAtPosition(0, 0).widget()
    assert label.toolTip() == "how much there is to compute"
    table.show_facts([("Other", "3")])
    assert label.toolTip() == ""
