"""Everything that a report tells, read from the run, its graph and its test images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.evaluation.summary import summarise
from explorer.runs.folder.answers import answers_of
from explorer.runs.shelf.repeats import repeats_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from explorer.evaluation.scores import Evaluation
    from explorer.evaluation.summary import Summary
    from explorer.graph.model import LayerGraph
    from explorer.runs.curves.history import History
    from explorer.runs.plan import RunPlan
    from explorer.runs.shelf.record import RunRecord
    from explorer.runs.shelf.repeats import Repeats
    from explorer.runs.shelf.store import Store

HARDEST = 24


@dataclass(frozen=True, slots=True, eq=False)
class HardImage:
    """A test image whose loss was among the greatest: pixels uint8 (H, W, C), what it is, what was answered."""

    number: int
    pixels: NDArray[np.uint8]
    label: int
    answer: int
    probability: float


@dataclass(frozen=True, slots=True, eq=False)
class Content:
    """What a report is made of.

    Attributes:
        graph: None where the network cannot be traced.
        summary: Of the last test; None where no epoch has ended.
        epoch: After which that test was, from 1.
        hardest: Empty where the test images are not on this machine.
        missing: Why something is not there.
        repeats: The run with those that differ from it in the seed alone.
    """

    record: RunRecord
    history: History
    graph: LayerGraph | None = None
    summary: Summary | None = None
    epoch: int = 0
    hardest: tuple[HardImage, ...] = ()
    missing: tuple[Text, ...] = ()
    repeats: Repeats | None = None


def gather(store: Store, run: str, is_cancelled: Callable[[], bool] = lambda: False) -> Content:
    """Reads the run; traces its network, and reads test images where they are on this machine.

    Raises:
        ExplorerError: There is no such run, or its events cannot be read.
        explorer.data.watch.Cancelled: On request, while the images are read.
    """
    record = store.find(run)
    folder, missing = store.folder(record.id), list[Text]()
    history, repeats = store.history(record.id), repeats_of(store, record)
    graph = summary = None
    epoch, hardest = 0, tuple[HardImage, ...]()
    try:
        graph = _graph(record.plan, folder)
    except ExplorerError as error:
        missing.append(error.message)
    stored = answers_of(folder)
    if not stored:
        missing.append(Text("No test has been stored yet.", "还没有保存任何测试结果。"))
        return Content(record, history, graph, missing=tuple(missing), repeats=repeats)
    try:
        epoch, answers = stored[-1].epoch, stored[-1].read()
        summary = summarise(answers)
        hardest = _hardest(record.plan, answers, summary.hardest[:HARDEST], is_cancelled)
    except ExplorerError as error:
        missing.append(error.message)
    return Content(record, history, graph, summary, epoch, hardest, tuple(missing), repeats)


def _graph(plan: RunPlan, folder: Path) -> LayerGraph:
    """The graph of the network; a model of the user is traced in a process of its own."""
    if plan.own is None:
        from explorer.graph.trace import graph_of

        return graph_of(plan.choice)
    from explorer.graph.user_model import own
    from explorer.runs.folder import own_source

    return own.graph_of_model(own_source.of_run(plan.own, folder), plan.choice)


def _hardest(
    plan: RunPlan, answers: Evaluation, numbers: NDArray[np.int64], is_cancelled: Callable[[], bool]
) -> tuple[HardImage, ...]:
    """Those of the test images that are `numbers`.

    Raises:
        ExplorerError: The data are not on this machine, or are others than those that were tested.
    """
    from explorer.runs.looking import tested_images

    data = tested_images.load(plan, is_cancelled)
    tested_images.check_same(data, answers)
    images = data.test.images[numbers.tolist()].numpy().transpose(0, 2, 3, 1)
    return tuple(
        HardImage(
            number,
            pixels,
            int(answers.labels[number]),
            int(answers.answers[number, 0]),
            float(answers.probabilities[number, 0]),
        )
        for number, pixels in zip(numbers.tolist(), images, strict=True)
    )
