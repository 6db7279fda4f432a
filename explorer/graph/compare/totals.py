"""What a group of layers adds up to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from explorer.graph import kinds
from explorer.graph.model import Category, Node


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over layers of one image, and the largest receptive field among them (0: the whole image or none)."""

    layers: int
    params: int
    macs: int
    activation_bytes: int
    receptive_field: int


@dataclass(frozen=True, slots=True)
class Make:
    """What a group of layers is made of."""

    convolutions: int
    pointwise: int  # 1x1 convolutions
    largest_kernel: int
    widest: int  # output channels
    linear_params: int
    norms: int
    adds: int
    cats: int
    dropouts: int
    activations: frozenset[str]
    pools: frozenset[str]
    first_kinds: tuple[str, ...]  # of norm, activation and convolution, in the order in which they run
    has_global_pool: bool


def totals(nodes: Sequence[Node]) -> Totals:
    fields = [node.receptive_field for node in nodes]
    sizes = [max(field.size) for field in fields if field is not None and not field.whole]
    return Totals(
        len(nodes),
        sum(node.params for node in nodes),
        sum(node.macs for node in nodes),
        sum(node.activation_bytes for node in nodes),
        max(sizes, default=0),
    )


def make(nodes: Sequence[Node]) -> Make:
    def of(category: Category) -> list[Node]:
        return [node for node in nodes if node.category is category]

    convolutions, merges = of(Category.CONVOLUTION), of(Category.MERGE)
    kernels = [_kernel(node) for node in convolutions]
    order = {Category.NORMALISATION: "norm", Category.ACTIVATION: "act", Category.CONVOLUTION: "conv"}
    return Make(
        convolutions=len(convolutions),
        pointwise=kernels.count(1),
        largest_kernel=max(kernels, default=0),
        widest=max((node.output_shape[0] for node in convolutions), default=0),
        linear_params=sum(node.params for node in of(Category.LINEAR)),
        norms=len(of(Category.NORMALISATION)),
        adds=sum("add" in node.kind for node in merges),
        cats=sum("cat" in node.kind for node in merges),
        dropouts=sum("dropout" in node.kind.lower() for node in nodes),
        activations=frozenset(kinds.bare(node.kind) for node in of(Category.ACTIVATION)),
        pools=frozenset(_pool(node) for node in of(Category.POOLING)),
        first_kinds=tuple(order[node.category] for node in nodes if node.category in order),
        has_global_pool=any(_is_global(node) for node in of(Category.POOLING)),
    )


def _kernel(node: Node) -> int:
    size = node.attributes.get("kernel_size", 1)
    return int(max(cast("tuple[int, ...]", size))) if isinstance(size, tuple | list) else int(cast("int", size))


def _pool(node: Node) -> str:
    return "average" if "avg" in node.kind.lower() else "max"


def _is_global(node: Node) -> bool:
    return len(node.output_shape) == 3 and node.output_shape[-1] == 1 and node.input_shapes[0][-1] > 1
