"""The middle of the window: the one network that is explored, networks beside each other, and the labs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal

from explorer.gui.panels.architecture_settings import ArchitectureSettingsPanel
from explorer.gui.panels.architectures import ArchitecturesPanel
from explorer.gui.panels.graph import GraphPanel
from explorer.gui.panels.image_entry import pass_drops_on
from explorer.gui.widgets.frames.page_stack import PageStack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtWidgets import QWidget

    from explorer.gui.panels.compare import ComparePanel
    from explorer.gui.panels.labs import LabsPanel
    from explorer.gui.services.own_models import OwnModels
    from explorer.gui.services.run_control import RunControl
    from explorer.gui.services.view_memory import ViewMemory
    from explorer.gui.state import AppState


class Workspaces(PageStack):
    """What is explored ("explore"), networks side by side ("compare") and the "labs", one of them in front.

    Attributes:
        graph: The one network, in front at first.
        compare, labs: Made when they are first wanted, since the window is there sooner without them; None until then.

    Signals:
        explore_left: Another workspace is about to take the place of the one network.
        changed(str): Another one is in front.
        model_wanted: A file is to be chosen, whose model then takes a side of the comparison.
    """

    explore_left = Signal()
    changed = Signal(str)
    model_wanted = Signal()

    def __init__(
        self,
        state: AppState,
        run_control: RunControl,
        models: OwnModels,
        *,
        memory: ViewMemory,
        labs: Mapping[str, Any] | None,
        parent: QWidget,
    ) -> None:
        """`memory` is how graphs have been looked at before, `labs` what the labs kept."""
        super().__init__(parent)
        self._state, self._run_control, self._models = state, run_control, models
        self.graph = GraphPanel(state, memory, self)
        self._kept = labs
        self._opens_for: AppState | None = None  # the side of the comparison that waits for a model file
        self.compare: ComparePanel | None = None
        self.labs: LabsPanel | None = None
        self.addWidget(self.graph)

    @property
    def current(self) -> str:
        shown = self.currentWidget()
        return "explore" if shown is self.graph else "labs" if shown is self.labs else "compare"

    def go_to(self, name: str) -> None:
        """Brings a workspace to the front, if it is not there."""
        if name == self.current:
            return
        if self.current == "explore":
            self.explore_left.emit()
        if name == "compare":
            compare = self._made_compare()
            self.setCurrentWidget(compare)
            compare.comparing.begin()
            compare.setFocus()
        elif name == "labs":
            labs = self._made_labs()
            self.setCurrentWidget(labs)
            labs.begin()
            labs.setFocus()
        else:
            self.setCurrentWidget(self.graph)
        self.changed.emit(name)

    def close_services(self) -> None:
        """Ends the workers of what has been made."""
        for made in (self.compare, self.labs):
            if made is not None:
                made.close_services()

    # -- labs -------------------------------------------------------------------------------------------------------

    def show_lab(self, page: str) -> None:
        """Goes to a page of the labs by its name."""
        self.go_to("labs")
        self._made_labs().show_page(page)

    def evaluate(self, run: str, epoch: int) -> None:
        """Goes to the evaluation of a run after so many epochs, or as it is now (0)."""
        self.go_to("labs")
        self._made_labs().evaluate(run, epoch)

    def kept(self) -> Mapping[str, Any] | None:
        """What of the labs is to be remembered."""
        return self._kept if self.labs is None else self.labs.kept()

    def _made_labs(self) -> LabsPanel:
        if self.labs is None:
            from explorer.gui.panels.labs import LabsPanel

            self.labs = LabsPanel(self._state, self._run_control, kept=self._kept, parent=self)
            pass_drops_on(self.labs)
            self.addWidget(self.labs)
        return self.labs

    # -- comparison -------------------------------------------------------------------------------------------------

    def take_model(self) -> bool:
        """Gives the network that was just chosen to the side of the comparison that waits for it, if one does."""
        side, self._opens_for = self._opens_for, None
        if side is None or self.compare is None or self.current != "compare" or not self._state.is_own_model:
            return False
        side.set_choice(self._state.choice)
        self.compare.comparing.stay()
        return True

    def _made_compare(self) -> ComparePanel:
        if self.compare is None:
            from explorer.gui.panels.compare import ComparePanel

            self.compare = ComparePanel(self._state, self._list_for, ArchitectureSettingsPanel, self)
            pass_drops_on(self.compare)
            self.addWidget(self.compare)
        return self.compare

    def _list_for(self, side: AppState) -> ArchitecturesPanel:
        made = ArchitecturesPanel(side, self._models)
        made.open_requested.connect(partial(self._open_beside, side))
        return made

    def _open_beside(self, side: AppState) -> None:
        self._opens_for = side
        self.model_wanted.emit()
