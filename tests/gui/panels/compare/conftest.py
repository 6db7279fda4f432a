"""The panel in which networks are compared, with two of them."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from explorer import catalogue
from explorer.gui.panels.architecture_settings import ArchitectureSettingsPanel
from explorer.gui.panels.architectures import ArchitecturesPanel
from explorer.gui.panels.compare import ComparePanel
from explorer.gui.state import AppState
from tests.gui.panels.compare.beside import settle


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[ComparePanel]:
    """LeNet beside AlexNet, without movement."""
    state = AppState(catalogue.find("lenet").default_choice())
    made = ComparePanel(state, ArchitecturesPanel, ArchitectureSettingsPanel)
    qtbot.addWidget(made)
    for side in made.sides:
        side.view.motion.duration_ms = 0
    made.resize(1280, 740)
    made.show()
    settle(qtbot, made)
    yield made
    made.close_services()
    state.deleteLater()
