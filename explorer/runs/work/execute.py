"""From a plan to events: loads the data, builds the model, trains, saves. Runs on the thread that iterates it."""

from __future__ import annotations

import contextlib
import logging
import math
import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import torch

from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.runs.folder.checkpoint import Checkpoints, Snapshot, Weights, copy_weights, load_into, read_moment
from explorer.runs.folder.names import START
from explorer.runs.work import assembly, fitting, same_data
from explorer.runs.work.mementos import Mementos
from explorer.runs.work.saving import FULL, Anchor, Schedule, lost, unsaved, when_there_is_room
from explorer.training import autopsy, failures, memory, optimizers
from explorer.training import device as devices
from explorer.training.events import EpochEnded, Event, LearningRateChanged, Preparing, Warned
from explorer.training.exact import deterministic, tuned
from explorer.training.loop import REPORT_SECONDS, Position, Setup, train
from explorer.training.random_state import RandomState
from explorer.training.speed import Way, trouble_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from torch import nn

    from explorer.data.split import Dataset
    from explorer.runs.plan import RunPlan
    from explorer.training.parallel import Team

BUILDING = Text("Building the network", "正在构建网络")
LOCATING = Text("Looking for the layer where it began", "正在查找最先出错的层")
LOCATING_SECONDS = 20.0  # so long it may take to go again the way from the last checkpoint
_logger = logging.getLogger(__name__)


class Execution:
    """One training of `plan`, writing its checkpoints below `folder`; with `resume` it goes on from them.

    All methods are called from one thread. Closing the generator of `events` saves the last step.

    Args:
        leave_a_core: For a plan that does not say how many threads: one less than the machine has cores.
        team: The processes that train together, of which only the first writes; None for this one alone.
    """

    def __init__(
        self,
        plan: RunPlan,
        run: str,
        folder: Path,
        *,
        resume: bool = False,
        leave_a_core: bool = False,
        team: Team | None = None,
    ) -> None:
        self._plan, self._run, self._folder, self._team = plan, run, folder, team
        self._writes = team is None or team.is_first
        self._is_resumed, self._leaves_a_core = resume, leave_a_core
        self._setup: Setup | None = None
        self._position = Position()
        self._dataset: Dataset | None = None
        self._mark: same_data.Mark | None = None
        self._random: RandomState | None = None
        self._checkpoints = Checkpoints(folder)
        self._mementos: Mementos | None = None
        self._schedule, self._anchor = Schedule(), Anchor(folder)
        self._before_saving: Callable[[], None] = lambda: None
        self._has_warned = self._has_told_trouble = False
        self._is_sound = False  # the weights are those of the position
        self._saved: dict[str, Any] | None = None  # the position of the last save

    def snapshot(self) -> Snapshot | None:
        """A copy of the weights, between two events; None before the model is built. Changes nothing.

        With averaging these are the averaged weights, which are what is tested and kept too.
        """
        if self._setup is None or self._dataset is None:
            return None
        mean, std = self._dataset.normalisation(self._plan.choice.input_shape[0])
        weights = copy_weights(self._setup.tested)
        return Snapshot(weights, self._position.epoch, self._position.step, self._dataset.classes, mean, std)

    def set_lr(self, lr: float) -> LearningRateChanged | None:
        """Goes on with `lr`, between two events and after a resume; scales a schedule alike. None before a step."""
        if self._setup is None or self._setup.schedule is None:
            return None
        factor = lr / self._setup.schedule(self._position.step)
        self._position.factor = factor
        self._schedule.since = -math.inf  # saved with the next event: a kill is not to undo what the user did
        return LearningRateChanged(self._run, self._position.step, lr, factor)

    def rest(self) -> Event | None:
        """Saves where the run waits, between two events, unless it is saved; a warning the first time it fails."""
        if not self._is_sound or self._saved == self._position.to_json():
            return None
        return next(self._or_warn(self._save), None)

    def before_saving(self, call: Callable[[], None]) -> None:
        """Has `call` called before each save: what was told is to be kept before the weights to which it led."""
        self._before_saving = call

    def events(self) -> Generator[Event, None, None]:
        """Trains; see `training.events` for the order. The ending is left to whoever iterates.

        Raises:
            ExplorerError: The training cannot go on; the message says what to change.
        """
        if self._plan.config.threads is not None:
            torch.set_num_threads(self._plan.config.threads)
        elif self._leaves_a_core:
            devices.leave_a_core()
        name = self._plan.config.device
        device = devices.pick(name) if self._team is None else self._team.take_device(name)
        memory.keep_freed()  # until `free_cache` below
        self._anchor.hold()
        try:
            yield from self._prepare(device)
            yield from self._train()
        except (RuntimeError, MemoryError, ValueError) as error:
            known = failures.explain(error, batch_size=self._plan.config.batch_size, device=device)
            if known is None:
                raise
            if failures.is_out_of_memory(error):
                known = yield from self._with_fitting_batch(known, device)
            raise known from None
        finally:
            if self._team is not None:
                self._team.leave()
            devices.free_cache(device)

    # -- before the first step --------------------------------------------------------------------------------------

    def _prepare(self, device: torch.device) -> Generator[Event, None, None]:
        self._dataset = yield from self._load()
        yield Preparing(self._run, BUILDING)
        model = assembly.model_of(self._plan)
        found = self._checkpoints.load(model) if self._is_resumed and self._writes else None
        if self._team is not None:
            found = self._team.hand_out(found)
        if found is None and self._plan.origin is not None:
            self._fork(model)
        self._random = RandomState(self._plan.config.seed, device)
        saved = None if found is None else self._go_on_from(*found)
        yield from self._compare_data(None if found is None else found[1])
        alone = self._team is None
        setup = assembly.assemble(self._plan, self._run, model, self._dataset, device, saved, alone=alone)
        self._mementos = Mementos(self._folder, setup.tested, self._dataset.classes)
        if self._team is None:
            self._setup = replace(setup, answers=self._mementos.answers)
        else:
            from explorer.runs.work.shared_answers import SharedAnswers
            from explorer.training import parallel

            setup = parallel.shared(setup, self._team, self._plan.config)
            self._setup = replace(setup, answers=SharedAnswers(self._mementos.answers, self._team))

    def _go_on_from(self, kept: Weights, state: dict[str, Any]) -> assembly.Saved:
        """Takes up the position and the random state of a checkpoint; the rest is for the assembly."""
        assert self._random is not None
        # With averaging, the weights that are kept for use are not those that learn.
        learning = state.get("learning")
        averaged = None if learning is None else kept
        way = Way(**state["way"]) if "way" in state else None
        self._position = Position.from_json(state["position"])
        self._random.restore(state["random"])
        return assembly.Saved(kept if learning is None else learning, averaged, state["optimizer"], way)

    def _compare_data(self, state: dict[str, Any] | None) -> Generator[Event, None, None]:
        """Warns where images are left out, or are not those that a checkpoint was made with."""
        assert self._dataset is not None
        self._mark = same_data.mark_of(self._dataset, self._plan.choice.input_shape[0])
        found = same_data.remark(self._dataset, self._mark, state)
        if found is not None and self._writes:
            yield Warned(self._run, *found)

    def _fork(self, model: nn.Module) -> None:
        """Gives `model` the weights of the run that this one was forked from; everything else begins anew."""
        weights = read_moment(self._folder / START).weights if self._writes else None
        if self._team is not None:
            weights = self._team.hand_out(weights)
        assert weights is not None
        load_into(model, weights)

    def _load(self) -> Generator[Event, None, Dataset]:
        """Of several processes the first loads before the others, which find then what it has downloaded."""
        if self._dataset is not None:
            return self._dataset
        if self._team is not None and not self._team.is_first:
            self._team.hand_out(None)
        plan = self._plan
        were_there = self._is_resumed and (plan.data_dir is None or self._checkpoints.are_there)  # else it has waited
        dataset = yield from assembly.load(plan, self._run, were_there=were_there)
        if self._team is not None and self._team.is_first:
            self._team.hand_out("loaded")
        return dataset

    # -- training ---------------------------------------------------------------------------------------------------

    def _train(self) -> Generator[Event, None, None]:
        assert self._setup is not None
        self._schedule.since = time.monotonic()
        self._is_sound = True
        inner = train(self._setup, self._position, epochs=self._plan.config.epochs, report_seconds=REPORT_SECONDS)
        try:
            while (event := self._next(inner)) is not None:
                yield from self._tell(event)
                if not self._goes_on():
                    return
        except GeneratorExit:
            self._part()
            self._save_at_last()
            raise
        except failures.PeerLost:
            self._save_at_last()  # the steps before the one in which it was lost are whole
            raise
        except failures.Diverged as error:
            self._keep_best()
            raise (yield from self._with_layer(error)) from None
        except BaseException:
            self._keep_best()
            raise
        if self._team is not None:
            self._team.conclude()
        try:
            yield from when_there_is_room(self._save_somehow, self._run)
        finally:
            self._save_at_last()

    def _tell(self, event: Event) -> Generator[Event, None, None]:
        """Passes `event` on, and writes what is to be written then."""
        assert self._mementos is not None
        if isinstance(event, EpochEnded):
            self._offer_best(event)
        yield event
        yield from self._tell_trouble()
        if self._writes:
            yield from self._or_warn(partial(self._mementos.keep, event, self.snapshot))
        if self._schedule.is_due(is_epoch_end=isinstance(event, EpochEnded)):
            yield from self._or_warn(self._save)

    def _tell_trouble(self) -> Generator[Event, None, None]:
        """Once, if steps are not taken in the way that was asked for."""
        assert self._setup is not None
        trouble = trouble_of(self._setup.stepper)
        if trouble is not None and not self._has_told_trouble:
            self._has_told_trouble = True
            yield Warned(self._run, trouble)

    def _keep_best(self) -> None:
        # The weights of this moment are not to be trusted; the best of earlier ones may not have been written yet.
        self._is_sound = False
        if self._writes:
            with contextlib.suppress(OSError):
                self._anchor.check()
                self._checkpoints.save_best()

    # -- what went wrong --------------------------------------------------------------------------------------------

    def _with_layer(self, error: failures.Diverged) -> Generator[Event, None, failures.Diverged]:
        """`error` with the layer where it began, found by going again the way from the last checkpoint."""
        twin = type(self)(self._plan, self._run, self._folder, resume=True, team=self._team)
        twin._dataset, twin._position.factor = self._dataset, self._position.factor
        layer = yield from twin._layer_at(error.step)
        return failures.Diverged(error.step, error.lr, layer)

    def _layer_at(self, step: int) -> Generator[Event, None, str | None]:
        """Trains up to `step`, writing nothing, and looks into it; None where that shows nothing or takes too long."""
        end = time.monotonic() + LOCATING_SECONDS
        yield from self._prepare(devices.pick(self._plan.config.device) if self._team is None else self._team.device)
        assert self._setup is not None
        assert self._setup.stepper is not None
        watch = autopsy.Watch(self._setup.stepper, self._setup.model, step - 1 - self._position.step)
        inner = train(replace(self._setup, stepper=watch), self._position, epochs=self._plan.config.epochs)
        try:
            while self._goes_on(wants=time.monotonic() < end) and self._next(inner) is not None:
                yield Preparing(self._run, LOCATING)
        except autopsy.Found as found:
            return self._first_found(found.layer)
        except (ExplorerError, RuntimeError):
            return None  # it does not go the same way again
        return None

    def _first_found(self, layer: str | None) -> str | None:
        """Of several processes, each of which has looked into its share, what the first that found one says."""
        if self._team is None:
            return layer
        try:
            layers = self._team.collect(layer)
            self._team.conclude()
        except failures.PeerLost:
            return layer
        return next((layer for layer in layers if layer is not None), None)

    def _with_fitting_batch(self, known: ExplorerError, device: torch.device) -> Generator[Event, None, ExplorerError]:
        """`known` with a batch size that fits, found by trying on another copy of the network."""
        setup, self._setup = self._setup, None  # the memory of its network and optimizer is for the trials
        if setup is None or self._team is not None:
            return known
        images = (setup.train, setup.test)  # stay where they are, as they will when the run is begun anew
        del setup
        devices.free_cache(device)
        return (yield from fitting.with_fitting_batch(known, self._plan, self._run, images[0].image_count, device))

    # -- several processes ------------------------------------------------------------------------------------------

    def _part(self) -> None:
        """Tells the others that the first process stops."""
        if self._team is not None and self._team.is_first:
            with contextlib.suppress(failures.PeerLost):
                self._team.agree(goes_on=False)

    def _goes_on(self, *, wants: bool = True) -> bool:
        """Whether the first of several processes wants to go on, which all do then, from the same position."""
        if self._team is None:
            return wants
        goes_on, self._position.factor = self._team.agree(goes_on=wants, factor=self._position.factor)
        return goes_on

    def _next(self, inner: Generator[Event, None, None]) -> Event | None:
        assert self._random is not None
        assert self._setup is not None
        mode = deterministic if self._plan.config.exact else tuned
        # What others draw between two events is not the run's business, nor the other way round.
        with self._random, mode(self._setup.device):
            return next(inner, None)

    def _offer_best(self, event: EpochEnded) -> None:
        best = self._checkpoints.best_accuracy
        if (best is None or event.test_accuracy > best) and (snapshot := self.snapshot()) is not None:
            self._checkpoints.offer_best(snapshot, event.test_accuracy)

    def _or_warn(self, write: Callable[[], None]) -> Generator[Event, None, None]:
        """Writes; the first time that this fails, a warning is passed on."""
        try:
            self._anchor.check()
            write()
        except OSError as error:
            self._schedule.since = time.monotonic()
            if not self._has_warned:
                self._has_warned = True
                _logger.warning("run %s: %s", self._run, error)
                yield Warned(self._run, *unsaved(error))

    def _save_at_last(self) -> None:
        assert self._mementos is not None
        try:
            self._anchor.check()
            self._save_somehow()
        except OSError as error:
            raise lost(error) from error
        try:
            self._mementos.finish()
        except OSError as error:  # the weights, which matter, are saved
            _logger.warning("run %s: %s", self._run, error)

    def _save_somehow(self) -> None:
        """Saves, unless it is saved; on a full disk in the place of the weights that were kept for looking back."""
        assert self._mementos is not None
        if self._saved == self._position.to_json():
            return
        try:
            self._save()
        except OSError as error:
            if error.errno not in FULL or not self._mementos.make_room():
                raise
            self._save()

    def _save(self) -> None:
        if not self._writes:
            return
        assert self._setup is not None
        assert self._random is not None
        assert self._mark is not None
        self._before_saving()
        snapshot = self.snapshot()
        assert snapshot is not None
        state: dict[str, Any] = {
            "position": self._position.to_json(),
            "optimizer": optimizers.state_of(self._setup.optimizer),
            "random": self._random.to_saved(),
            "data": self._mark.to_json(),
        }
        if self._setup.way is not None:
            state["way"] = self._setup.way.to_json()
        if self._setup.average is not None:
            state["learning"] = copy_weights(self._setup.model)
        began = time.monotonic()
        self._checkpoints.save(snapshot, state)
        self._schedule.note(began)
        self._saved = state["position"]
