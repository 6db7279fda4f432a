"""What is known of the stored moments of a run: which there are, and what was found in them. No torch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from explorer.runs.folder.kept import LAST

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from explorer.inspection.figures import Figures, Spread
    from explorer.runs.folder.moments import Moment


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """The moments of `run`, first to last, and the figures of those that have been looked at, by their step.

    The figures are of one image.
    """

    run: str = ""
    moments: tuple[Moment, ...] = ()
    figures: Mapping[int, Figures] = field(default_factory=dict)

    @property
    def steps(self) -> tuple[int, ...]:
        return tuple(moment.step for moment in self.moments)

    def place(self, step: int | None) -> int:
        """Where the moment after `step` steps stands; where it is gone, the one before it. None: that saved last."""
        if step is None:
            lasts = (place for place, moment in enumerate(self.moments) if LAST in moment.roles)
            return next(lasts, len(self.moments) - 1)
        return max((place for place, moment in enumerate(self.moments) if moment.step <= step), default=0)

    def probabilities(self, target: int) -> list[float | None]:
        """The probability of class number `target` at each moment; None where it is not known."""
        found = (self.figures.get(step) for step in self.steps)
        return [
            float(figures.probabilities[target])
            if figures is not None and target < figures.probabilities.size
            else None
            for figures in found
        ]

    def likeliest(self) -> int | None:
        """The class that the latest known moment holds most likely."""
        for step in reversed(self.steps):
            figures = self.figures.get(step)
            if figures is not None and figures.probabilities.size:
                return int(figures.probabilities.argmax())
        return None

    def spreads(self, path: str, *, of_weights: bool = False) -> list[Spread | None]:
        """The spread of the output, or of the weights, of the layer `path` at each moment; None where not known."""
        found = (self.figures.get(step) for step in self.steps)
        return [
            None if figures is None else (figures.weights if of_weights else figures.outputs).get(path)
            for figures in found
        ]

    def ends(self, path: str, *, of_weights: bool = False) -> tuple[float, float] | None:
        """The lowest and the highest value of the layer `path` at any of the known moments."""
        known = [spread for spread in self.spreads(path, of_weights=of_weights) if spread is not None]
        if not known:
            return None
        return min(spread.low for spread in known), max(spread.high for spread in known)

    def sequence(self, path: str) -> NDArray[np.intp] | None:
        """The maps of the layer `path`, strongest first at the latest known moment; so they can keep their places."""
        known = [spread for spread in self.spreads(path) if spread is not None]
        return (-known[-1].strength).argsort(kind="stable") if known else None
