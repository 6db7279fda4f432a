"""The learning rate of every step of a run, as its plan and the changes by the user decide it. No torch, no Qt.

Events tell one rate about each second; between them a schedule goes on.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from explorer.training.schedules import rates

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.runs.curves.history import History
    from explorer.training.config import TrainConfig


def rate_of(config: TrainConfig, history: History) -> Callable[[int], float]:
    """The rate of the step of a number, from 1; of the changes so far, later ones do not show."""
    scheduled = rates(config, max(history.steps_per_epoch, 1))
    since = [change.step for change in history.lr_changes]  # after so many steps
    factors = [1.0, *(change.factor for change in history.lr_changes)]
    return lambda number: scheduled(number - 1) * factors[bisect_right(since, number - 1)]
