"""`train --find-lr`: says which learning rate suits, without a run."""

from typing import Any

from explorer.runs.plan import RunPlan


def find(plan: RunPlan) -> dict[str, Any]:
    """The learning-rate range test of `plan`, as plain values.

    Raises:
        ExplorerError: The data cannot be loaded, the network not be built, or a batch does not fit in memory.
    """
    import torch

    from explorer.runs.looking.rate_search import search
    from explorer.training.range_test import RateFound, RatePoint

    if plan.config.threads is not None:
        torch.set_num_threads(plan.config.threads)
    points: list[RatePoint] = []
    found: RateFound | None = None
    for event in search(plan):
        match event:
            case RatePoint():
                if event.step == 1:  # of another attempt
                    points.clear()
                points.append(event)
            case RateFound():
                found = event
    assert found is not None
    return {
        "lr": found.lr,
        "reason": str(found.reason),
        "diverged_at": found.diverged_at,
        "points": [{"lr": point.lr, "loss": point.loss} for point in points],
    }


def in_words(found: dict[str, Any]) -> str:
    lr, diverged_at = ("-" if found[name] is None else f"{found[name]:.2g}" for name in ("lr", "diverged_at"))
    return f"lr: {lr}\nreason: {found['reason']}\ndiverged_at: {diverged_at}"
