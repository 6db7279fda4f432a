"""Which weights are looked into."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Untrained:
    """Weights drawn at random for the present choice."""

    seed: int = 0


@dataclass(frozen=True, slots=True)
class FromRun:
    """Weights of a run: of its last step while it runs (`is_live`), else of its checkpoint.

    Attributes:
        stamp: Another one for a newer checkpoint, of a run that another process trains.
        moment: After so many steps, looking back; None for its last weights.
    """

    run: str
    is_live: bool = False
    stamp: int = 0
    moment: int | None = None


@dataclass(frozen=True, slots=True)
class FromFile:
    """Weights of a file of the user, known to fit the present choice; `stamp` is another one for other content."""

    path: Path
    stamp: int = 0


WeightSource = Untrained | FromRun | FromFile
