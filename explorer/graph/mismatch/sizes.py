"""Heights and widths through a graph, forwards and backwards, as if a number in it were another. No torch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from explorer.graph import kinds
from explorer.graph.model import Category

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from explorer.graph.model import LayerGraph, Node

Size = tuple[int, int]

LARGEST_IMAGE = 4096
_USUAL_SIDES = (224, 96, 32, 28, 64, 128, 227, 256, 299)


@dataclass(frozen=True, slots=True)
class Window:
    """What a convolution or pooling slides along one direction."""

    kernel: int
    stride: int
    padding: int
    dilation: int = 1
    is_ceiling: bool = False

    @property
    def span(self) -> int:
        """Pixels from the first to the last that it covers."""
        return self.dilation * (self.kernel - 1) + 1

    def output(self, size: int) -> int:
        """How many places it has; 0 where it does not fit."""
        room = size + 2 * self.padding - self.span
        if room < 0 or size < 1:
            return 0
        steps, rest = divmod(room, self.stride)
        if rest and self.is_ceiling and (steps + 1) * self.stride < size + self.padding:
            steps += 1  # the last window has to begin inside the image or its upper padding
        return steps + 1

    def least_input(self, output: int) -> int:
        """The least size with at least `output` places."""
        size = max((output - 1) * self.stride + self.span - 2 * self.padding, 1)
        while size > 1 and self.output(size - 1) >= output:
            size -= 1
        return size


def windows(node: Node) -> tuple[Window, Window] | None:
    """The windows of a layer, vertical and horizontal; None where nothing slides, or in an unusual way."""
    told, name = node.attributes, kinds.bare(node.kind)
    if "kernel_size" not in told or "transpose" in name or "adaptive" in name or told.get("padding") == "same":
        return None
    has_images = bool(node.input_shapes) and len(node.input_shapes[0]) == 3
    if not has_images:
        return None
    kernel, padding, dilation = pair(told, "kernel_size", 1), pair(told, "padding", 0), pair(told, "dilation", 1)
    stride, is_ceiling = pair(told, "stride", 1), bool(told.get("ceil_mode"))
    vertical, horizontal = (Window(kernel[i], stride[i], padding[i], dilation[i], is_ceiling) for i in (0, 1))
    return vertical, horizontal


def pair(told: Mapping[str, object], name: str, default: int) -> tuple[int, int]:
    """An attribute that is one number for both directions, or one for each."""
    value = told.get(name, default)
    if isinstance(value, tuple) and value:
        return int(value[0]), int(value[-1])
    return (value, value) if isinstance(value, int) else (default, default)


def variations(window: Window, *, is_pool: bool) -> Iterator[tuple[str, Window]]:
    """The same window with one number changed, the usual changes first; with the name of the number."""
    for padding in sorted(range(window.span), key=lambda value: (value != window.span // 2, value)):
        if padding != window.padding and not (is_pool and 2 * padding > window.span):
            yield "padding", replace(window, padding=padding)
    for kernel in (1, 3, 5, 7, 2, 4, 11):
        if kernel != window.kernel and not (is_pool and 2 * window.padding > kernel):
            yield "kernel_size", replace(window, kernel=kernel)
    for stride in (1, 2, 3, 4):
        if stride != window.stride:
            yield "stride", replace(window, stride=stride)


def least_image(graph: LayerGraph, node: int, needed: Size) -> Size | None:
    """The least image with which the output of `node` is at least `needed`; None where that is not known."""
    wanted: dict[int, Size] = {node: needed}
    for index in range(node, 0, -1):
        size = wanted.pop(index, None)
        if size is None:
            continue
        before = _needed_before(graph.nodes[index], size)
        if before is None:
            return None
        for source in graph.nodes[index].inputs:
            known = wanted.get(source, (1, 1))
            wanted[source] = (max(known[0], before[0]), max(known[1], before[1]))
    return wanted.get(0)


def _needed_before(node: Node, size: Size) -> Size | None:
    sliding = windows(node)
    if sliding is not None:
        return sliding[0].least_input(size[0]), sliding[1].least_input(size[1])
    if "adaptive" in kinds.bare(node.kind):
        return (1, 1)
    return size if keeps_size(node) else None


def keeps_size(node: Node) -> bool:
    """Whether height and width of the output are those of each input."""
    return len(node.output_shape) == 3 and all(
        len(shape) == 3 and shape[1:] == node.output_shape[1:] for shape in node.input_shapes
    )


def image_side_for(graph: LayerGraph, node: int, side: int) -> int | None:
    """The side of square images with which the output of `node` has `side` in both directions; None if there is none.

    Of several the one that data sets usually have, else the least.
    """
    if side_after(graph, node, 64) is None and side_after(graph, node, 224) is None:
        return None
    low, high = 1, LARGEST_IMAGE
    while low < high:  # sizes grow with those of the image
        middle = (low + high) // 2
        if (side_after(graph, node, middle) or 0) >= side:
            high = middle
        else:
            low = middle + 1
    if side_after(graph, node, low) != side:
        return None
    return next((usual for usual in _USUAL_SIDES if side_after(graph, node, usual) == side), low)


def side_after(graph: LayerGraph, node: int, image_side: int) -> int | None:
    """The height of the output of `node` for images of `image_side`; None where it does not run, or is not known."""
    sides: dict[int, int] = {0: image_side}
    for index in _ancestors(graph, node):
        sides[index] = _side(graph.nodes[index], sides)
        if sides[index] < 1:
            return None
    return sides.get(node)


def _ancestors(graph: LayerGraph, node: int) -> list[int]:
    found, waiting = {node}, [node]
    while waiting:
        for source in graph.nodes[waiting.pop()].inputs:
            if source not in found:
                found.add(source)
                waiting.append(source)
    return sorted(found - {0})


def _side(node: Node, sides: dict[int, int]) -> int:
    """The height of a node's output; 0 where its inputs do not fit or nothing is known."""
    entering = {sides[source] for source in node.inputs}
    if len(entering) != 1 or node.category is Category.OUTPUT:
        return 0
    sliding = windows(node)
    if sliding is not None:
        return sliding[0].output(entering.pop())
    if "adaptive" in kinds.bare(node.kind):
        return node.output_shape[1] if len(node.output_shape) == 3 else 0
    return entering.pop() if keeps_size(node) else 0
