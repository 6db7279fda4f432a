"""Keeps the form and the network true to each other: what suits the network, what the data need, what was edited."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from explorer import catalogue
from explorer.bilingual import Text
from explorer.data import cards
from explorer.errors import ExplorerError
from explorer.gui.background import Latest
from explorer.gui.panels.training import fitting, suggestions
from explorer.gui.panels.training.frozen_field import parts_of
from explorer.gui.text import say, tr
from explorer.training.config import TrainConfig

if TYPE_CHECKING:
    from collections.abc import Mapping

    from explorer.catalogue import Choice
    from explorer.data.cards import DatasetCard
    from explorer.gui.panels.training.form import SettingsForm
    from explorer.gui.state import AppState
    from explorer.runs.plan import Origin, RunPlan


class SettingsDesk(QObject):
    """Fills `form` for the network that is looked at, and tells the state which run it describes.

    Signals:
        data_changed: Another data set is chosen, or more is known of it.
        origin_changed: The next run starts from other weights; see `origin`.
    """

    data_changed = Signal()
    origin_changed = Signal()

    def __init__(self, state: AppState, form: SettingsForm, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state, self._form = state, form
        self._architecture = state.choice.architecture
        self._edited: dict[str, TrainConfig] = {}  # what the user set, by architecture
        self._is_data_chosen = False
        self._to_fit = ""  # the folder that was chosen, so that the network is fitted when it has been read
        self.origin: Origin | None = None  # the moment that the next run starts from, where it is a fork
        self._wanted: Choice | None = None  # the network that the preset picked last is meant for
        self._folders: dict[str, DatasetCard] = {}
        self._folder_facts = Latest("folder", self)
        self._folder_facts.done.connect(self._on_folder_read)
        self._folder_facts.failed.connect(self._on_folder_refused)
        form.edited.connect(self._on_edited)
        form.dataset_picked.connect(self._on_dataset_picked)
        form.reset_requested.connect(self._reset)
        form.more.preset_picked.connect(self.take_preset)
        form.more.preset_network_wanted.connect(self._take_wanted)
        state.choice_changed.connect(self._on_choice_changed)
        state.graph_changed.connect(self._offer_parts)
        state.dataset_requested.connect(self.take_dataset)
        state.rate_requested.connect(form.lr.setValue)
        state.plan_requested.connect(self.take_plan)
        self._offer_parts()
        self._follow_network()

    @property
    def data(self) -> DatasetCard:
        """What is known of the data set that is chosen."""
        name = self._form.data.dataset
        return self._folders.get(name) or cards.find(name)

    def plan(self) -> RunPlan:
        """The run that Start would begin.

        Raises:
            ExplorerError: One of the settings cannot be, or they wait for the images of a folder to be counted.
        """
        if self.data.is_folder and not self.data.classes and self._folder_facts.is_busy:
            raise _counting(self.data)
        choice = fitting.fitted(self._state.choice, self.data)
        return replace(self._form.plan(choice), own=catalogue.own(choice.architecture), origin=self.origin)

    def take_plan(self, plan: RunPlan) -> None:
        """Makes the next run like `plan`: looks at its network, and fills the form."""
        if plan.own is None:  # else its network is looked at already, maybe under another name
            self._state.set_choice(plan.choice)
        self._form.set_dataset(plan.dataset)
        self._choose_data(plan.dataset)
        self._form.more.fields.data_dir.take(plan.data_dir)
        self._edited[self._architecture] = plan.config
        self.set_origin(plan.origin)
        self._suggest()

    def kept(self) -> dict[str, Any]:
        """What is to be remembered of the next run over a restart: plain data."""
        form = self._form
        return {
            "dataset": form.data.dataset if self._is_data_chosen else None,
            "data_dir": form.more.fields.data_dir.folder,
            "folders": list(form.data.folders),
            "edited": {architecture: config.to_json() for architecture, config in self._edited.items()},
        }

    def recall(self, kept: Mapping[str, Any]) -> None:
        """Is as it was when it gave this; leaves out what it does not understand."""
        if not kept:
            return
        form = self._form
        folders, edited, dataset = kept.get("folders"), kept.get("edited"), kept.get("dataset")
        if isinstance(kept.get("data_dir"), str):
            form.more.fields.data_dir.take(kept["data_dir"])  # first: it is told as a change of the form as it is now
        if isinstance(folders, list):
            form.data.add_folders(name for name in folders if isinstance(name, str))
        if isinstance(edited, dict):
            for architecture, config in edited.items():
                with contextlib.suppress(KeyError, TypeError, ValueError, AttributeError, ExplorerError):
                    self._edited[architecture] = TrainConfig.from_json(config)
        if isinstance(dataset, str) and (dataset in cards.CARDS or dataset in form.data.folders):
            form.set_dataset(dataset)
            self._is_data_chosen = True
            self._read_folder(dataset)  # the network is as it was left, and is fitted when the run begins
            self.data_changed.emit()
        self._suggest()

    def set_origin(self, origin: Origin | None) -> None:
        """Has the next run start from the weights of a moment of another, or from new ones."""
        if origin != self.origin:
            self.origin = origin
            self.origin_changed.emit()

    def forget_origin(self) -> None:
        self.set_origin(None)

    # -- data -------------------------------------------------------------------------------------------------------

    def take_dataset(self, name: str) -> None:
        """Makes the data set `name` that of the next run, as if it had been picked in the form."""
        self._form.set_dataset(name)
        self._on_dataset_picked(name)

    def _on_dataset_picked(self, name: str) -> None:
        self._choose_data(name)
        self._suggest()

    def _choose_data(self, name: str) -> None:
        self._is_data_chosen = True
        self._to_fit = name
        self._read_folder(name)
        if not name.startswith(cards.FOLDER_PREFIX) or name in self._folders:  # else when it has been read: said once
            self.fit_network()
        self.data_changed.emit()

    def _read_folder(self, name: str) -> None:
        if name.startswith(cards.FOLDER_PREFIX):
            self._folder_facts.request(partial(suggestions.folder_card, name))

    def fit_network(self) -> None:
        """Gives the network the channels and classes of the data, and says so."""
        state = self._state
        choice = fitting.fitted(state.choice, self.data)
        if choice != state.choice:
            state.notice(fitting.explain(state.choice, choice, state.card.titles, self.data.title))
            state.set_choice(choice)

    def _on_folder_read(self, card: DatasetCard) -> None:
        before = self.data
        self._folders[card.name] = card
        if card.name == self._form.data.dataset:
            is_today = self._is_today(before)  # by the number of images that was known until now
            if card.name == self._to_fit:
                self.fit_network()
            if is_today:
                self.take_preset(suggestions.TODAY)
            else:
                self._suggest()

    def _is_today(self, data: DatasetCard) -> bool:
        """The form has the preset of that name, as it is for `data`."""
        with contextlib.suppress(ExplorerError):
            return suggestions.preset_of(self._form.config(), self._state.choice, data) == suggestions.TODAY
        return False

    def _on_folder_refused(self, error: Exception) -> None:
        if not isinstance(error, ExplorerError):
            raise error
        self._state.refuse(error)

    # -- settings ---------------------------------------------------------------------------------------------------

    def _on_choice_changed(self) -> None:
        if self._state.choice.architecture != self._architecture:
            self._architecture = self._state.choice.architecture
            self._wanted = None
            self.forget_origin()  # those weights are of another network
            self._follow_network()
        else:
            self._show_all()

    def _follow_network(self) -> None:
        """Data and settings for another architecture; what the user chose stays."""
        if not self._is_data_chosen:
            self._form.set_dataset("digits" if self._state.card.input_shape[0] == 1 else "shapes")
            self.data_changed.emit()
        self._suggest()

    def _suggest(self) -> None:
        usual = suggestions.config_for(self._state.choice, self.data)
        self._form.show_config(self._edited.get(self._architecture, usual), usual=usual)
        self._show_all()

    def _on_edited(self) -> None:
        with contextlib.suppress(ExplorerError):  # said, and in words, when the run is to start
            config = self._form.config()
            if config == suggestions.config_for(self._state.choice, self.data):
                self._edited.pop(self._architecture, None)  # such as when only the folder of the data was chosen
            else:
                self._edited[self._architecture] = config
        self._show_all()

    def _reset(self) -> None:
        self._edited.pop(self._architecture, None)
        self._wanted = None
        self._suggest()

    # -- presets ----------------------------------------------------------------------------------------------------

    def take_preset(self, name: str) -> None:
        """Fills the form with a preset, its data set included; the network that it is meant for is offered."""
        state = self._state
        found = suggestions.suggested(name, state.choice, self.data)
        self._wanted = found.choice
        if found.dataset != self._form.data.dataset:
            self._form.set_dataset(found.dataset)
            self._choose_data(found.dataset)
        config = suggestions.kept(found.config, self._form.config())
        usual = suggestions.config_for(state.choice, self.data)
        self._edited[self._architecture] = config
        self._form.show_config(config, usual=usual)
        self._show_all()

    def _take_wanted(self) -> None:
        if self._wanted is not None:
            self._state.set_choice(fitting.fitted(self._wanted, self.data))

    # -- what is shown ----------------------------------------------------------------------------------------------

    def _show_all(self) -> None:
        """What follows from form and network together: the preset, the schedule, the draft of the run."""
        self._form.set_images(self.data.train_images)
        try:
            draft = self.plan()
        except ExplorerError:
            draft = None
        self._state.set_draft(draft)
        config = None
        with contextlib.suppress(ExplorerError):
            config = self._form.config()
        self._show_preset(config)

    def _show_preset(self, config: TrainConfig | None) -> None:
        choice, bar = self._state.choice, self._form.more.presets
        name = None if config is None else suggestions.preset_of(config, choice, self.data)
        bar.show_preset(name, suggestions.about(name, choice, self.data), has_lecture=suggestions.has_lecture(choice))
        wishes = () if self._wanted is None or name is None else suggestions.wishes(choice, self._wanted)
        bar.show_offer(tr("common.list_separator").join(say(wish) for wish in wishes))
        self._form.more.fit_presets()

    def _offer_parts(self) -> None:
        graph = self._state.graph
        if graph is not None:
            self._form.more.fields.freeze.offer(parts_of(graph))

    def retranslate(self) -> None:
        self._show_all()

    def close(self) -> None:
        """Waits for what is under way in the background."""
        self._folder_facts.close()


def _counting(data: DatasetCard) -> ExplorerError:
    name = cards.short_title(data.name)
    return ExplorerError(
        Text(f"The images in {name.en} are being counted.", f"正在统计 {name.zh} 中的图像数量。"),
        Text("What suits them is known in a moment; then start the run.", "稍候即可得出合适的设置，届时再开始运行。"),
    )
