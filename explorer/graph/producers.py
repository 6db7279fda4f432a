"""Which node made a tensor: followed through views, in-place writes and values that are handed on unchanged."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from collections.abc import Iterable

Geometry = tuple[int, tuple[int, ...], tuple[int, ...]]

_tokens = iter(range(1, 1 << 62))


@dataclass(slots=True)
class Constant:
    """A tensor that does not depend on the image (a weight that was reshaped): what it stands for, until it is used."""

    parameters: dict[int, torch.Tensor] = field(default_factory=dict)
    macs: int = 0

    def merge(self, other: Constant) -> None:
        self.parameters.update(other.parameters)
        self.macs += other.macs


class Producers:
    """Notes on each tensor of one pass who made it.

    The note is an attribute of the tensor object itself and holds no tensor, so that following a pass over real images
    keeps nothing alive. A write into a part of a storage is remembered for the readers of the rest of it.
    """

    def __init__(self) -> None:
        self._token = next(_tokens)
        self._writes: dict[int, list[tuple[int, Geometry]]] = {}

    def mark(self, tensor: torch.Tensor, maker: int | Constant, *, is_new: bool = False) -> None:
        """Says that `tensor` is made by `maker`; `is_new`: in storage of its own, where nobody has written before."""
        tensor._explorer_maker = (self._token, maker)  # type: ignore[attr-defined]
        if is_new and self._writes:
            self._writes.pop(_storage(tensor), None)

    def write(self, tensor: torch.Tensor, node: int) -> None:
        """Says that `node` changed `tensor` in place."""
        self._writes.setdefault(_storage(tensor), []).append((node, _geometry(tensor)))
        self.mark(tensor, node)

    def forget(self, tensors: Iterable[torch.Tensor]) -> None:
        """Says that the storages of `tensors` are new: nobody has written there, whatever lay at this place before."""
        if self._writes:
            for tensor in tensors:
                self._writes.pop(_storage(tensor), None)

    def maker(self, tensor: torch.Tensor) -> int | Constant | None:
        """The node that last wrote what `tensor` holds; a constant; or None for a weight or a tensor from outside."""
        token, maker = getattr(tensor, "_explorer_maker", (0, None))
        if token != self._token:
            maker = None
        if self._writes:
            for node, geometry in reversed(self._writes.get(_storage(tensor), ())):
                if isinstance(maker, int) and node <= maker:
                    break
                if _overlap(geometry, _geometry(tensor)):
                    return node
        return maker


def version(tensor: torch.Tensor) -> int:
    """How often the tensor was written in place; torch does not count it in inference mode."""
    return 0 if tensor.is_inference() else tensor._version


def share_storage(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Whether one is a view of the other, or both are views of a third."""
    return bool(torch._C._is_alias_of(one, other))  # type: ignore[attr-defined]


def _storage(tensor: torch.Tensor) -> int:
    return int(tensor.untyped_storage()._cdata)


def _geometry(tensor: torch.Tensor) -> Geometry:
    return int(tensor.storage_offset()), tuple(tensor.shape), tensor.stride()


def _overlap(one: Geometry, other: Geometry) -> bool:
    """Whether two views of one storage may share an element; exact for slices of one tensor, else True."""
    if one[2] != other[2] or 0 in one[2]:
        return True
    order = sorted(range(len(one[2])), key=lambda axis: -one[2][axis])
    first, second = one[0], other[0]
    for axis in order:
        stride = one[2][axis]
        start, first = divmod(first, stride)
        other_start, second = divmod(second, stride)
        if start >= other_start + other[1][axis] or other_start >= start + one[1][axis]:
            return False
    return True


def tensors_in(value: Any) -> list[torch.Tensor]:
    """All tensors in a nest of tuples, lists, dictionaries and dataclass-like outputs, in order."""
    if isinstance(value, torch.Tensor):
        return [value]
    found: list[torch.Tensor] = []
    _collect(value, found)
    return found


def _collect(value: Any, found: list[torch.Tensor]) -> None:
    if isinstance(value, torch.Tensor):
        found.append(value)
    elif isinstance(value, tuple | list):
        for part in value:
            _collect(part, found)
    elif isinstance(value, dict):
        for part in value.values():
            _collect(part, found)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            _collect(getattr(value, name), found)


def replace_tensors(value: Any, replacements: dict[int, torch.Tensor]) -> Any:
    """The same nest with some tensors, given by `id`, replaced by others."""
    if isinstance(value, torch.Tensor):
        return replacements.get(id(value), value)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(replace_tensors(part, replacements) for part in value))
    if type(value) in (tuple, list):
        return type(value)(replace_tensors(part, replacements) for part in value)
    if type(value) is dict:
        return {key: replace_tensors(part, replacements) for key, part in value.items()}
    return value
