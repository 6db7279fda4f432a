"""Nodes and blocks in the making: what is noted while a forward pass runs. No torch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from explorer.graph.model import Category

if TYPE_CHECKING:
    from collections.abc import Mapping

    from explorer.graph.model import Shape


@dataclass(slots=True)
class Call:
    """One node in the making; fields as in `model.Node`."""

    index: int
    path: str
    kind: str
    block: int
    inputs: tuple[int, ...] = ()
    input_shapes: tuple[Shape, ...] = ()
    output_shape: Shape = ()
    params: int = 0
    buffers: int = 0
    macs: int = 0
    activation_bytes: int = 0
    attributes: dict[str, object] = field(default_factory=dict)
    in_place: bool = False
    shared: bool = False
    source: str = ""
    inner: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    category: Category = Category.OTHER


@dataclass(slots=True)
class Region:
    """One block in the making: the call of a module that has children."""

    index: int
    parent: int
    path: str
    kind: str
    first: int
    last: int = -1
    output_shape: Shape = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """The operation that could not run.

    Attributes:
        call: The layer or the function, as the last node of the graph.
        function: The torch function that raised, which in a layer of the user is one of several; "" if none did.
        attributes: What defines it: of a layer of torch the layer's, else the function's.
        shapes: What went into it that depends on the image.
        weights: Shapes of the other tensors that went into the function.
    """

    call: Call
    function: str
    attributes: Mapping[str, object]
    shapes: tuple[Shape, ...]
    weights: tuple[Shape, ...]
