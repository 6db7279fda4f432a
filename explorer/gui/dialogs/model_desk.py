"""Opens models and weights from files, and asks what has to be asked for that."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from explorer import catalogue
from explorer.gui import file_names
from explorer.gui.services.weights_opening import WeightsOpening
from explorer.gui.text import say, tr
from explorer.gui.widgets.pictures.model_intake import MODELS, WEIGHTS
from explorer.gui.widgets.words.notices import Message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from explorer.catalogue import Shape
    from explorer.gui.services.own_models import Opening, OwnModels
    from explorer.gui.services.weights_opening import Fit
    from explorer.gui.state import AppState
    from explorer.gui.widgets.words.notices import Notices

SUFFIXES = (*MODELS, *WEIGHTS)


class ModelDesk(QObject):
    """Takes files that are models or weights, from a dialog, a drop or the command line."""

    def __init__(self, state: AppState, models: OwnModels, notices: Notices, window: QWidget) -> None:
        super().__init__(window)
        self._state, self._models, self._notices, self._window = state, models, notices, window
        self._weights = WeightsOpening(state, self)
        self._folder = str(file_names.folder())
        models.asked.connect(self._ask)
        models.file_changed.connect(self._offer_reload)
        self._weights.other_fits.connect(self._offer_switch)

    @property
    def is_busy(self) -> bool:
        return self._weights.is_busy

    def choose(self) -> None:
        """Asks for a file."""
        patterns = " ".join(f"*{suffix}" for suffix in SUFFIXES)
        kinds = f"{tr('models.choose_models')} ({patterns});;{tr('models.choose_all')} (*)"
        options = QFileDialog.Option.HideNameFilterDetails
        chosen, _ = QFileDialog.getOpenFileName(
            self._window, tr("models.choose_title"), self._folder, kinds, "", options
        )
        if chosen:
            self._folder = str(Path(chosen).parent)
            self.open(Path(chosen))

    def open(self, path: Path) -> None:
        """Opens a model, or weights for the one that is shown."""
        if path.suffix.lower() in WEIGHTS:
            self._weights.open(path)
        else:
            self._models.open(path)

    def close_services(self) -> None:
        """Waits for the workers; call it once, before the program ends."""
        self._weights.close()
        self._models.close()

    def _ask(self, opening: Opening) -> None:
        from explorer.gui.dialogs.own_model import OwnModelDialog

        def take(class_name: str, input_shape: Shape, given: Mapping[str, str]) -> None:
            self._models.take(opening, class_name, input_shape, given)

        OwnModelDialog(opening, take, self._window).show()

    def _offer_reload(self, name: str) -> None:
        model = catalogue.own(name)
        if model is not None:
            words = tr("models.changed", name=model.path.name)
            message = Message(words, tr("models.changed_hint"), "info", tr("models.reload"))
            self._notices.show(message, tr("common.close"), partial(self._models.reload, name))

    def _offer_switch(self, fit: Fit) -> None:
        if fit.card is not None:
            words = tr("models.fits_other", file=fit.weights.path.name, title=say(fit.card.titles))
            hint = tr("models.fits_other_hint", title=say(self._state.card.titles))
            message = Message(words, hint, "warning", tr("models.switch", title=say(fit.card.titles)))
            self._notices.show(message, tr("common.close"), partial(self._weights.switch, fit))
