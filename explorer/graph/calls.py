"""Nodes and blocks in the making: what is noted while a forward pass runs. No torch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
