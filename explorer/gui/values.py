"""What the state holds besides what the core makes: values that are replaced, never changed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from explorer.bilingual import Text
    from explorer.gui.widgets.pictures.image_intake import ImageSource


class SelectionKind(StrEnum):
    """What a selection is of."""

    NODE = "node"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Selection:
    """A node or a block of the present graph, by its index."""

    kind: SelectionKind
    index: int


@dataclass(frozen=True, slots=True)
class PinnedImage:
    """The image that is looked at: uint8 (H, W, 3) or (H, W, 1); `label` is its true class where it is known."""

    pixels: NDArray[np.uint8]
    name: str
    label: str | None = None
    notes: tuple[Text, ...] = ()
    classes: tuple[str, ...] = ()  # of the data set that it was taken from
    source: ImageSource | None = None


class Level(StrEnum):
    """How grave a notice is."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class GraphNote:
    """Why the graph that is shown is not (yet) the one of the choice; said in the graph's own place."""

    text: Text
    is_problem: bool = False


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
