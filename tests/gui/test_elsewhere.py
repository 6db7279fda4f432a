from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QSignalSpy

from explorer import catalogue
from explorer.gui import elsewhere
from explorer.gui.state import AppState

SHOW: dict[str, Callable[[AppState], None]] = {
    "https://d2l.ai": lambda state: elsewhere.show_page(state, "https://d2l.ai"),
    str(Path("/tmp/runs")): lambda state: elsewhere.show_folder(state, Path("/tmp/runs")),
}


@pytest.mark.parametrize("place", SHOW)
@pytest.mark.parametrize("opens", [True, False])
def test_what_no_program_opens_is_named(qapp: object, monkeypatch: pytest.MonkeyPatch, place: str, opens: bool) -> None:
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _: opens)
    state = AppState(catalogue.find("lenet").default_choice())
    told = QSignalSpy(state.noticed)
    SHOW[place](state)
    assert [told.at(at)[1].en for at in range(told.count())] == ([] if opens else [place])
