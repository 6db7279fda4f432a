"""What a page of the workspace has to be, and which pages there are."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, cast, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtWidgets import QWidget

    from explorer.gui.services.run_control import RunControl
    from explorer.gui.state import AppState


class LabPage(Protocol):
    """A `QWidget` with these methods; it connects to the state by itself, language and theme excepted."""

    def begin(self) -> None:
        """It has come to the front."""

    def retranslate(self) -> None: ...

    def restyle(self) -> None: ...

    def close_services(self) -> None:
        """Ends its workers; called once."""


@runtime_checkable
class RememberingPage(Protocol):
    """A page that is over a restart as it was."""

    def kept(self) -> dict[str, Any]:
        """What is to be remembered: plain data."""

    def recall(self, kept: Mapping[str, Any]) -> None:
        """Is as it was when it gave this; leaves out what it does not understand. Called once, before it is seen."""


class PageClass(Protocol):
    def __call__(self, state: AppState, run_control: RunControl, parent: QWidget | None = None) -> LabPage: ...


@dataclass(frozen=True, slots=True)
class Entry:
    """A page: its words are `labs.NAME` and `labs.NAME_tip`; its class is imported when it is first wanted."""

    name: str
    module: str
    class_name: str

    def make(self, state: AppState, run_control: RunControl, parent: QWidget | None = None) -> QWidget:
        """The page, made where it will be: one that gets its parent later is styled twice."""
        made = getattr(importlib.import_module(self.module), self.class_name)
        return cast("QWidget", cast("PageClass", made)(state, run_control, parent))


_HERE = "explorer.gui.panels.labs"

PAGES: tuple[Entry, ...] = (
    Entry("curves", f"{_HERE}.curves_page", "CurvesPage"),
    Entry("evaluation", f"{_HERE}.evaluation_page", "EvaluationPage"),
    Entry("signals", f"{_HERE}.signals_page", "SignalsPage"),
    Entry("data", f"{_HERE}.data_page", "DataPage"),
    Entry("rate", f"{_HERE}.rate_page", "RatePage"),
)


def import_all() -> None:
    """Imports every page, so that none has to be when it is first wanted; for any thread."""
    for entry in PAGES:
        importlib.import_module(entry.module)
