"""Whether stored weights fit the network of a plan, before a run is made of it."""

from pathlib import Path

from explorer import catalogue
from explorer.graph import lazymeta
from explorer.runs.folder.checkpoint import check_fit, read_moment
from explorer.runs.plan import RunPlan


def check(plan: RunPlan, weights: Path) -> None:
    """Compares without allocating the network.

    Raises:
        ExplorerError: The file is damaged, or fits another network; the message lists the first differences.
    """
    check_fit(lazymeta.build_on_meta(lambda: catalogue.build(plan.choice)), read_moment(weights).weights, weights)
