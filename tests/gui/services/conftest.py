"""A store of runs, and what trains in a window without one."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from explorer import catalogue
from explorer.gui.services.run_control import RunControl
from explorer.gui.state import AppState
from explorer.runs.shelf.store import Store
from tests.gui.recorded_runs import executor

Make = Callable[..., RunControl]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "runs")
    yield made
    made.close()


@pytest.fixture
def state() -> AppState:
    return AppState(catalogue.find("lenet").default_choice())


@pytest.fixture
def asked() -> list[tuple[str, bool]]:
    """Which runs were to be trained, one after the other, and whether resumed."""
    return []


@pytest.fixture
def make(state: AppState, store: Store, asked: list[tuple[str, bool]]) -> Iterator[Make]:
    """Makes a control whose trainings are made up; `options` are those of `executor`."""
    controls = []

    def build(**options: Any) -> RunControl:
        controls.append(RunControl(state, store, execute=executor(asked, **options)))
        return controls[-1]

    yield build
    for control in controls:
        control.close()
