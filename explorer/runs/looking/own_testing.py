"""Testing a user's model on all test images, and trying learning rates on it: each in a process of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from explorer.bilingual import Text
from explorer.runs.folder import own_source
from explorer.runs.looking import own_parcel
from explorer.runs.looking.own_process import OwnProcess
from explorer.training.events import Preparing

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from explorer.evaluation.scores import Evaluation
    from explorer.graph.user_model.sandbox import Limits
    from explorer.runs.plan import RunPlan
    from explorer.training.range_test import RateFound, RatePoint

_STARTING = Preparing("", Text("Starting the model", "正在启动模型"))


def evaluate(
    plan: RunPlan, run_folder: Path, moment: Path, limits: Limits | None = None
) -> Generator[Preparing, None, Evaluation]:
    """As `evaluate.evaluate`, of the weights in the file `moment` of the run of `plan` in `run_folder`.

    Args:
        limits: The time is that between two signs of life.

    Raises:
        ExplorerError: As that; or what the model's code raised, or it went over a limit.
    """
    assert plan.own is not None
    own = own_source.of_run(plan.own, run_folder)
    request = _request("evaluate", replace(plan, own=own)) | {"moment": str(moment.absolute())}
    latest, process = _STARTING, OwnProcess(limits, sees_gpu=True)
    try:
        following = process.follow(request, own, own_parcel.unpack_news, own_parcel.unpack_evaluation)
        while True:
            yield latest
            try:
                told = next(following)
            except StopIteration as end:
                found: Evaluation = end.value
                return found
            latest = told if isinstance(told, Preparing) else latest
    finally:
        process.end()


def find_rate(
    plan: RunPlan, *, is_cancelled: Callable[[], bool] = lambda: False, limits: Limits | None = None
) -> Generator[Preparing | RatePoint | RateFound, None, None]:
    """As `rate_search.find_rate`, of the model `plan.own` as its file is now.

    Args:
        limits: The time is that between two signs of life.

    Raises:
        ExplorerError: As that; or what the model's code raised, or it went over a limit.
    """
    assert plan.own is not None
    process = OwnProcess(limits, sees_gpu=True)
    try:
        yield _STARTING
        request = _request("find_rate", plan)
        for told in process.follow(request, plan.own, own_parcel.unpack_news, own_parcel.unpack_nothing):
            if is_cancelled():
                return
            if told is not None:
                yield told
    finally:
        process.end()


def _request(kind: str, plan: RunPlan) -> dict[str, Any]:
    return {"do": kind, "plan": plan.decided().to_json()}
