"""A page of evaluations with a store of its own, and tests of digits as a run keeps them."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from explorer.data import datasets
from explorer.evaluation.scores import Evaluation
from explorer.gui.panels.labs.evaluation_page import EvaluationPage
from explorer.gui.services.run_control import RunControl
from explorer.gui.state import AppState
from explorer.runs.folder.names import EVALUATIONS
from explorer.runs.shelf.recorder import Recorder
from explorer.runs.shelf.store import Store
from explorer.training.events import Finished
from tests.gui.recorded_runs import plan, recorded

SLOW = 20_000  # ms; the first one imports torch


def digits(mistakes: dict[int, int]) -> Evaluation:
    """Answers to the shipped digits: right, but for the images (keys) that were taken for others (values)."""
    labels = datasets.load("digits").test.labels.numpy()
    first = labels.copy()
    for image, answer in mistakes.items():
        first[image] = answer
    best = (first[:, None] + np.arange(5)) % 10
    probabilities = np.tile(np.array([0.9, 0.04, 0.03, 0.02, 0.01], np.float32), (len(labels), 1))
    losses = np.where(first == labels, 0.1, 3.0 + np.arange(len(labels)) / 1000).astype(np.float32)
    return Evaluation(labels, best, probabilities, losses, tuple("0123456789"))


def wrong(label: int, count: int, answer: int) -> dict[int, int]:
    """The first `count` images of the class `label`, taken for `answer`."""
    labels = datasets.load("digits").test.labels.numpy()
    return dict.fromkeys(np.flatnonzero(labels == label)[:count].tolist(), answer)


@dataclass
class Bench:
    qtbot: QtBot
    state: AppState
    store: Store
    control: RunControl
    page: EvaluationPage
    recorders: list[Recorder] = field(default_factory=list)

    def wait(self, holds: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(holds, timeout=SLOW)

    def settle(self) -> None:
        self.wait(lambda: not self.page.is_busy)

    def add_test(self, run: str, epoch: int, answers: Evaluation) -> None:
        folder = self.store.folder(run) / EVALUATIONS
        folder.mkdir(exist_ok=True)
        (folder / f"epoch-{epoch:05d}.npz").write_bytes(answers.to_bytes())

    def store_run(self, *tests: Evaluation, is_over: bool = True) -> str:
        """A run with these tests, in the store and the list."""
        record = self.store.create(plan(4))
        recorder = self.store.recorder(record.id)
        for number, answers in enumerate(tests, 1):
            self.add_test(record.id, number, answers)
        if is_over:
            for event in [*recorded(record.id, epochs=4), Finished(record.id)]:
                recorder.append(event)
            recorder.close()
        else:
            self.recorders.append(recorder)
        self.control.refresh()
        self.wait(lambda: any(listed.id == record.id for listed in self.state.runs))
        return record.id

    def open(self, run: str) -> None:
        self.page.open_run(run)
        self.wait(lambda: self.page.first.summary is not None)
        self.settle()

    def accuracy(self) -> str:
        return self.page.body.boxes[0].words[1]

    def words(self) -> str:
        return "\n".join(label.text() for label in self.page.findChildren(QLabel) if label.isVisibleTo(self.page))
