"""Panels of the graph, made and closed again."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from tests.gui.graphs import MakePanel, panels


@pytest.fixture
def make(qtbot: QtBot) -> Iterator[MakePanel]:
    with panels(qtbot) as make_panel:
        yield make_panel
