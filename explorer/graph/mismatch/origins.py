"""Where the channels and the size of a value come from, and which number would change them. No torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.graph import kinds
from explorer.graph.mismatch import sizes
from explorer.graph.model import Category

if TYPE_CHECKING:
    from collections.abc import Iterator

    from explorer.graph.mismatch.sizes import Size, Window
    from explorer.graph.model import LayerGraph, Node

_CONCATENATIONS = ("cat", "concat", "concatenate")
_FACTOR = 4  # to more than so many times the channels nobody would change a layer
_PASSING = (Category.ACTIVATION, Category.NORMALISATION, Category.POOLING, Category.RESHAPE)


@dataclass(frozen=True, slots=True)
class Change:
    """One number of a layer that could be another.

    Attributes:
        also: Normalisations whose number of channels has to change with it.
    """

    node: int
    attribute: str
    old: int
    new: int
    also: tuple[int, ...] = ()

    @property
    def is_rounder(self) -> bool:
        """The new number is much rounder than the old one, as if the old were a slip of the pen."""
        return self.new & -self.new >= 8 * (self.old & -self.old)


def origin(graph: LayerGraph, node: int) -> Node:
    """The layer that decided how many channels `node` puts out: behind it nothing changes them."""
    return graph.nodes[_chain(graph, node)[-1]]


def _chain(graph: LayerGraph, index: int) -> list[int]:
    """From `index` back over what keeps the channels to the layer that decides them."""
    chain = [index]
    while True:
        node = graph.nodes[chain[-1]]
        keeps = (
            len(node.inputs) == 1 and node.category in _PASSING and node.input_shapes[0][:1] == node.output_shape[:1]
        )
        if not keeps:
            return chain
        chain.append(node.inputs[0])


def channel_changes(graph: LayerGraph, index: int, wanted: int) -> Iterator[Change]:
    """Changes of one number each after which `index` would put out `wanted` channels, or numbers of a vector."""
    chain = _chain(graph, index)
    node = graph.nodes[chain[-1]]
    have = graph.nodes[index].output_shape[0]
    name = kinds.bare(node.kind)
    if name in _CONCATENATIONS and node.attributes.get("dim", 0) == 1:
        for source in dict.fromkeys(node.inputs):
            part = graph.nodes[source].output_shape[0] + wanted - have
            if part > 0 and node.inputs.count(source) == 1:
                yield from channel_changes(graph, source, part)
        return
    norms = tuple(place for place in chain[:-1] if graph.nodes[place].params)
    for attribute in ("out_channels", "out_features"):
        is_depthwise = node.attributes.get("groups", 1) != 1
        is_near = have <= _FACTOR * wanted and wanted <= _FACTOR * have
        if node.attributes.get(attribute) == have and is_near and not is_depthwise and not node.shared:
            yield Change(node.index, attribute, have, wanted, norms)


def is_read_once(graph: LayerGraph, index: int) -> bool:
    """Whether nobody else reads what `index` puts out, nor what it was made of without a change of channels."""
    return all(len(graph.consumers[place]) == 1 for place in _chain(graph, index))


def size_changes(graph: LayerGraph, index: int, wanted: Size) -> list[Change]:
    """Changes of one number in the branch that ends in `index` after which its output would have the size `wanted`.

    Those after which the padding is half of the window, as usual, come first; the others only where there are none.
    """
    found: list[tuple[int, Change]] = []
    branch = _branch(graph, index)
    for place, node_index in enumerate(branch):
        node = graph.nodes[node_index]
        sliding = sizes.windows(node)
        if sliding is None or sliding[0] != sliding[1]:
            continue
        for attribute, changed in sizes.variations(sliding[0], is_pool=node.category is Category.POOLING):
            if _size_with(graph, branch[:place], node, changed) == wanted:
                old, new = (getattr(window, _FIELDS[attribute]) for window in (sliding[0], changed))
                is_usual = changed.padding == changed.span // 2
                found.append((2 - is_usual - (attribute == "padding"), Change(node_index, attribute, old, new)))
    usual = [item for item in found if item[0] < _UNUSUAL] or found
    return [change for _, change in sorted(usual, key=lambda item: item[0])]


_FIELDS = {"padding": "padding", "kernel_size": "kernel", "stride": "stride"}
_UNUSUAL = 2


def _branch(graph: LayerGraph, index: int) -> list[int]:
    """From `index` back to where the value has other readers too, or several inputs."""
    branch: list[int] = []
    while index > 0 and len(graph.consumers[index]) == 1:
        branch.append(index)
        inputs = graph.nodes[index].inputs
        if len(inputs) != 1:
            break
        index = inputs[0]
    return branch


def _size_with(graph: LayerGraph, behind: list[int], node: Node, window: Window) -> Size | None:
    """The size at the end of a branch if `node` slid `window`; `behind` is what follows it, the last first."""
    shape = node.input_shapes[0]
    size = (window.output(shape[1]), window.output(shape[2]))
    for index in reversed(behind):
        following = graph.nodes[index]
        sliding = sizes.windows(following)
        if sliding is not None:
            size = (sliding[0].output(size[0]), sliding[1].output(size[1]))
        elif not sizes.keeps_size(following):
            return None
    return size
