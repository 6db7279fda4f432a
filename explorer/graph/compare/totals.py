"""What a group of layers adds up to, and what it is made of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from explorer.graph import kinds
from explorer.graph.model import Category, LayerGraph, Node, Shape

Kernel = tuple[int, int]
_BETWEEN = (Category.NORMALISATION, Category.ACTIVATION)


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over layers of one image, and the largest receptive field among them (0: all of it, or not known).

    `depth` is the most convolutions and linear layers that run one after the other.
    """

    layers: int
    params: int
    macs: int
    activation_bytes: int
    receptive_field: int
    depth: int


@dataclass(frozen=True, slots=True)
class Make:
    """What a group of layers is made of.

    Attributes:
        depth: The most convolutions that run one after the other.
        pointwise: 1x1 convolutions.
        largest_kernel: Side of the largest square kernel; 0 without convolutions.
        long_kernel: The longest kernel of one row or one column, such as (1, 7); (0, 0) where there is none.
        paddings: Rows that each convolution adds above and below its maps, in the order in which they run.
        reads: Channels of what the first convolution reads.
        widest: Output channels of the widest convolution or concatenation.
        squeezes: (from, to, side): 1x1 convolutions narrow so many channels before a kernel of this side; or None.
        linear_reads, linear_widths: What the first linear layer reads, and how many units all of them have.
        has_parallel, has_dense: Outputs of branches are concatenated, or those of layers with what they read.
        depthwise: Convolutions that filter each channel alone.
        has_activated_add: An activation reads a sum, as behind the skip of a ResNet.
        gates: Products of maps with weights that the network computes from them.
        attentions: Layers in which every position reads all others.
        first_kinds: "norm", "act" and "conv" in the order in which they run.
    """

    convolutions: int
    depth: int
    pointwise: int
    largest_kernel: int
    long_kernel: Kernel
    paddings: tuple[int, ...]
    reads: int
    widest: int
    squeezes: tuple[int, int, int] | None
    linears: int
    linear_params: int
    linear_reads: int
    linear_widths: tuple[int, ...]
    norms: int
    norm_kinds: frozenset[str]
    depthwise: int
    gates: int
    attentions: int
    adds: int
    has_activated_add: bool
    has_parallel: bool
    has_dense: bool
    dropouts: int
    activation_count: int
    activations: frozenset[str]
    pools: frozenset[str]
    first_kinds: tuple[str, ...]
    has_global_pool: bool


def totals(nodes: Sequence[Node]) -> Totals:
    """The sums over `nodes`, which are in order of execution."""
    fields = [node.receptive_field for node in nodes]
    sizes = [] if None in fields else [max(field.size) for field in fields if field is not None and not field.whole]
    return Totals(
        len(nodes),
        sum(node.params for node in nodes),
        sum(node.macs for node in nodes),
        sum(node.activation_bytes for node in nodes),
        max(sizes, default=0),
        depth(nodes, (Category.CONVOLUTION, Category.LINEAR)),
    )


def layers(graph: LayerGraph) -> tuple[Node, ...]:
    """All but input and output."""
    return tuple(node for node in graph.nodes if node.category not in (Category.INPUT, Category.OUTPUT))


def depth(nodes: Iterable[Node], categories: Sequence[Category]) -> int:
    """The most layers of these categories on one way through `nodes`, which are in order of execution."""
    reached: dict[int, int] = {}
    for node in nodes:
        before = max((reached.get(source, 0) for source in node.inputs), default=0)
        reached[node.index] = before + (node.category in categories)
    return max(reached.values(), default=0)


def map_size(node: Node, image: Shape) -> Kernel | None:
    """Height and width of its map, channels first or last; None where there is no map of more than a pixel.

    Args:
        image: What goes into the network, (C, H, W): a map has about its proportions, other than windows of tokens.
    """
    shape = node.output_shape
    if len(shape) != 3:
        return None
    is_channels_last = shape[1] != shape[2] and shape[0] == shape[1]
    if node.receptive_field is None and not is_channels_last:  # tokens
        return None
    height, width = shape[:2] if is_channels_last else shape[1:]
    proportions = (height / width) / (image[1] / image[2])
    return None if height == width == 1 or not 0.75 < proportions < 1.34 else (height, width)


def make(nodes: Sequence[Node]) -> Make:
    """What `nodes`, which are in order of execution, are made of."""

    def of(category: Category) -> list[Node]:
        return [node for node in nodes if node.category is category]

    convolutions, merges, linears = of(Category.CONVOLUTION), of(Category.MERGE), of(Category.LINEAR)
    kernels = [_kernel(node) for node in convolutions]
    concatenations = [node for node in merges if "cat" in node.kind]
    by_index = {node.index: node for node in nodes}
    has_dense = [_is_dense(node, by_index) for node in concatenations]
    order = {Category.NORMALISATION: "norm", Category.ACTIVATION: "act", Category.CONVOLUTION: "conv"}
    return Make(
        convolutions=len(convolutions),
        depth=depth(nodes, (Category.CONVOLUTION,)),
        pointwise=kernels.count((1, 1)),
        largest_kernel=max((min(kernel) for kernel in kernels), default=0),
        long_kernel=max((kernel for kernel in kernels if min(kernel) == 1 < max(kernel)), default=(0, 0), key=max),
        paddings=tuple(map(_padding, convolutions)),
        reads=_channels(convolutions[0].input_shapes) if convolutions else 0,
        widest=max((node.output_shape[0] for node in (*convolutions, *concatenations)), default=0)
        if convolutions
        else 0,
        squeezes=_squeezes(convolutions, by_index),
        linears=len(linears),
        linear_params=sum(node.params for node in linears),
        linear_reads=linears[0].input_shapes[0][-1] if linears and linears[0].input_shapes else 0,
        linear_widths=tuple(node.output_shape[-1] for node in linears if node.output_shape),
        norms=len(of(Category.NORMALISATION)),
        norm_kinds=frozenset(kinds.bare(node.kind).rstrip("123d") for node in of(Category.NORMALISATION)),
        depthwise=sum(_is_depthwise(node) for node in convolutions),
        gates=sum(kinds.bare(node.kind) == "mul" and len(node.inputs) > 1 for node in nodes),
        attentions=sum("attention" in node.kind.lower() for node in nodes),
        adds=sum("add" in node.kind for node in merges),
        has_activated_add=any(
            source in by_index and "add" in by_index[source].kind and by_index[source].category is Category.MERGE
            for node in of(Category.ACTIVATION)
            for source in node.inputs
        ),
        has_parallel=not all(has_dense),
        has_dense=any(has_dense),
        dropouts=sum("dropout" in node.kind.lower() for node in nodes),
        activation_count=len(of(Category.ACTIVATION)),
        activations=frozenset(kinds.bare(node.kind) for node in of(Category.ACTIVATION)),
        pools=frozenset(_pool(node) for node in of(Category.POOLING)),
        first_kinds=tuple(order[node.category] for node in nodes if node.category in order),
        has_global_pool=any(_is_global(node) for node in of(Category.POOLING)),
    )


def _kernel(node: Node) -> Kernel:
    size = node.attributes.get("kernel_size", 1)
    if isinstance(size, tuple | list):
        return int(size[0]), int(size[-1])
    return int(cast("int", size)), int(cast("int", size))


def _padding(node: Node) -> int:
    padding = node.attributes.get("padding", 0)
    if padding == "same":
        return _kernel(node)[0] // 2
    if isinstance(padding, tuple | list):
        return int(padding[0])
    return padding if isinstance(padding, int) else 0


def _is_depthwise(node: Node) -> bool:
    groups = node.attributes.get("groups", 1)
    return isinstance(groups, int) and groups > 1 and groups == _channels(node.input_shapes)


def _channels(shapes: Sequence[Shape]) -> int:
    return shapes[0][0] if shapes and shapes[0] else 0


def _squeezes(convolutions: Iterable[Node], by_index: dict[int, Node]) -> tuple[int, int, int] | None:
    """The first larger kernel that reads what a 1x1 convolution has narrowed to half or less."""
    for node in convolutions:
        kernel = min(_kernel(node))
        source = by_index.get(node.inputs[0]) if node.inputs and kernel > 1 else None
        while source is not None and source.category in _BETWEEN and source.inputs:
            source = by_index.get(source.inputs[0])
        if source is None or source.category is not Category.CONVOLUTION or _kernel(source) != (1, 1):
            continue
        before, after = _channels(source.input_shapes), source.output_shape[0]
        if 2 * after <= before:
            return before, after, kernel
    return None


def _is_dense(merge: Node, by_index: dict[int, Node]) -> bool:
    """Whether it joins a layer's output to what the layer has read, not the outputs of branches."""
    first = min(merge.inputs, default=0)
    waiting, seen = [source for source in merge.inputs if source != first], set()
    while waiting:
        index = waiting.pop()
        if index == first:
            return True
        if index > first and index not in seen and index in by_index:
            seen.add(index)
            waiting.extend(by_index[index].inputs)
    return False


def _pool(node: Node) -> str:
    return "average" if "avg" in node.kind.lower() else "max"


def _is_global(node: Node) -> bool:
    return len(node.output_shape) == 3 and node.output_shape[-1] == 1 and node.input_shapes[0][-1] > 1
