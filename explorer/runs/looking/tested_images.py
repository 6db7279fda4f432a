"""The images behind stored answers: those on which a run was tested, as far as they are still here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from explorer.bilingual import Text
from explorer.data import datasets
from explorer.errors import ExplorerError

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.data.split import Dataset
    from explorer.evaluation.scores import Evaluation
    from explorer.runs.plan import RunPlan


def load(plan: RunPlan, is_cancelled: Callable[[], bool] = lambda: False) -> Dataset:
    """The data of `plan`, of the size in which its tests read them; nothing is downloaded for it.

    Raises:
        ExplorerError: They are not on this machine, or cannot be read.
        explorer.data.watch.Cancelled: On request.
    """
    size = max(plan.choice.input_shape[1:])
    return datasets.load_here(
        plan.dataset, plan.data_dir, limit=plan.config.limit, size=size, is_cancelled=is_cancelled
    )


def check_same(dataset: Dataset, answers: Evaluation) -> None:
    """Refuses test images that are not those to which `answers` were given.

    Raises:
        ExplorerError: Their labels are others.
    """
    if not np.array_equal(dataset.test.labels.numpy(), answers.labels):
        raise ExplorerError(
            Text(
                f"{dataset.name} has other test images than when this was tested.",
                f"{dataset.name} 的测试图像与评估时不同。",
            ),
            Text("The figures still hold; the images cannot be shown.", "各项数值仍然有效，但无法显示图像。"),
        )
