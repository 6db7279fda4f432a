"""The five pages about a layer, each made when it is first looked at."""

from __future__ import annotations

import importlib
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedWidget

from explorer.gui import tab_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtWidgets import QWidget

    from explorer.gui.panels.inspector.page import Drawer, Page
    from explorer.gui.state import AppState

CLASSES = {
    "layer": "LayerPage",
    "maps": "MapsPage",
    "filters": "FiltersPage",
    "statistics": "StatisticsPage",
    "attribution": "AttributionPage",
}  # by the names of their tabs; the page "maps" is in the module `maps_page`


class Pages(QStackedWidget):
    """The pages by their names, one of them in front. The window is there sooner without those that nobody sees."""

    def __init__(self, state: AppState, drawer: Drawer, parent: QWidget) -> None:
        super().__init__(parent)
        self._state, self._drawer = state, drawer
        self._made: dict[str, Page] = {}
        self._shown = ""

    def __getitem__(self, name: str) -> Page:
        """A page, made with its words if it was not there yet."""
        if name not in self._made:
            before = next(reversed(self._made.values()), None)
            self._made[name] = page = page_class(name)(self._state, self._drawer)
            page.retranslate()
            self.addWidget(page)
            if before is not None:
                tab_order.chain(before, page)  # else its widgets come last of the whole window
        return self._made[name]

    def seen_later(self) -> Iterator[Callable[[], object]]:
        """Each makes a page, so that the first look at it waits for less."""
        return (partial(self._make, name) for name in CLASSES)

    def _make(self, name: str) -> None:
        self[name].ensurePolished()

    @property
    def current(self) -> Page:
        return self[self._shown]

    def show_page(self, name: str) -> None:
        """Brings a page to the front."""
        self._shown = name
        self.setCurrentWidget(self[name])

    def made(self) -> Iterator[Page]:
        """Those that are there by now."""
        return iter(self._made.values())


def page_class(name: str) -> Callable[[AppState, Drawer], Page]:
    """The class of a page; its module is imported with the first call."""
    made: Callable[[AppState, Drawer], Page] = getattr(
        importlib.import_module(f"{__package__}.{name}_page"), CLASSES[name]
    )
    return made


def import_all() -> None:
    """Has the first look at a page wait for no import."""
    for name in CLASSES:
        page_class(name)
