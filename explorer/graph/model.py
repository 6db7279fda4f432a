"""The layer graph: frozen data about every operation that runs, and the blocks they belong to. No torch."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from explorer.bilingual import Text
from explorer.record import record

Shape = tuple[int, ...]


class Category(StrEnum):
    """What a layer does; decides its colour and its word in the legend."""

    INPUT = "input"
    CONVOLUTION = "convolution"
    NORMALISATION = "normalisation"
    ACTIVATION = "activation"
    POOLING = "pooling"
    LINEAR = "linear"
    MERGE = "merge"
    RESHAPE = "reshape"  # and dropout
    OTHER = "other"
    BLOCK = "block"
    OUTPUT = "output"


@dataclass(frozen=True, slots=True)
class ReceptiveField:
    """The part of the image that one unit can see, in input pixels, (vertical, horizontal).

    Attributes:
        size: Extent; not cut off at the image border.
        stride: Distance between the fields of neighbouring units ("jump").
        start: Centre of the first unit's field; 0.5 is the centre of the first pixel.
        whole: The unit sees the whole image (after global pooling, flatten, a linear layer); the rest is void then.
    """

    size: tuple[int, int]
    stride: tuple[int, int]
    start: tuple[float, float]
    whole: bool = False


@record
class Node:
    """One operation as it was executed: a module without children, or a function such as `add`.

    Shapes are without the batch dimension.

    Attributes:
        index: Place in the order of execution; 0 is the input.
        path: Unique name: the module's path (`b3.0.p2_2`), for a function its block's path and the function's name
            (`b3.0.cat`); a second call of the same gets `#2`.
        kind: Torch's own name: `Conv2d`, `MaxPool2d`, `add`, `cat`; `Input` and `Output` at the ends.
        block: Index of the innermost block it runs in.
        inputs: Indices of the nodes whose outputs it reads, in order.
        params: Parameters that this call is the first to use; a shared module counts once.
        buffers: Elements of its buffers (running statistics).
        macs: Multiply-adds of one image; biases, normalisation, activation and pooling count none.
        activation_bytes: Float32 bytes of the output of one image, 0 where no new storage is written.
        attributes: What defines the layer: kernel_size, stride, padding, dilation, groups, in_channels, bias, ...
        in_place: It overwrites its input.
        shared: The module has run before in this pass.
        source: "file.py:12" where the call stands in the user's model, or "".
    """

    index: int
    path: str
    kind: str
    category: Category
    block: int
    inputs: tuple[int, ...]
    input_shapes: tuple[Shape, ...]
    output_shape: Shape
    params: int = 0
    buffers: int = 0
    macs: int = 0
    activation_bytes: int = 0
    receptive_field: ReceptiveField | None = None
    attributes: Mapping[str, object] = field(default_factory=dict)
    in_place: bool = False
    shared: bool = False
    source: str = ""

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rsplit(".", 1)[-1]


@record
class Block:
    """One call of a module with children. Its nodes are `first` to `last - 1`, contiguous in order of execution.

    Attributes:
        index: 0 is the model itself.
        parent: Index of the enclosing block, -1 for the model.
        path: The module's path, "" for the model; a second call gets `#2`.
        kind: Class name (`Inception`, `Residual`, `Sequential`).
        structure: Equal for blocks that do the same with the same shapes; for "×4".
    """

    index: int
    parent: int
    path: str
    kind: str
    first: int
    last: int
    output_shape: Shape
    params: int = 0
    macs: int = 0
    activation_bytes: int = 0
    structure: str = ""

    @property
    def name(self) -> str:
        return self.path.rsplit(".", 1)[-1]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Why a pass ended early: what did not fit, with its numbers, and what would.

    Attributes:
        node: The operation that could not run, the graph's last node; None where the model's own code gave up.
        sources: The nodes whose outputs do not fit into it.
        message: What happened, in a sentence.
        sides: What meets at the operation: what comes in, and what it expects.
        arithmetic: The sums that do not come out, with their numbers.
        remedies: Changes after each of which it would fit, the likeliest first.
        source: "file.py:12" where the call stands, and `line`, what is written there; "" where unknown.
        reason: Torch's own words.
    """

    node: int | None
    sources: tuple[int, ...]
    message: Text
    sides: tuple[Text, ...] = ()
    arithmetic: tuple[Text, ...] = ()
    remedies: tuple[Text, ...] = ()
    source: str = ""
    line: str = ""
    reason: str = ""


@dataclass(frozen=True)
class LayerGraph:
    """A network as it runs on one image of `input_shape` (C, H, W), in "eval" or "train" mode.

    With a `mismatch` it is what ran before shapes did not fit, and the operation that could not run as the last node.
    `unused_params` are those of the model that nothing reads in this mode: of classifiers that run in training only.
    """

    architecture: str
    input_shape: Shape
    nodes: tuple[Node, ...]
    blocks: tuple[Block, ...]
    mode: str = "eval"
    mismatch: Mismatch | None = None
    unused_params: int = 0

    @cached_property
    def params(self) -> int:
        return sum(node.params for node in self.nodes)

    @cached_property
    def macs(self) -> int:
        return sum(node.macs for node in self.nodes)

    @cached_property
    def activation_bytes(self) -> int:
        """Bytes of all outputs of one image that are new storage: what inference writes, the image itself not."""
        return sum(node.activation_bytes for node in self.nodes if node.category is not Category.INPUT)

    @cached_property
    def consumers(self) -> tuple[tuple[int, ...], ...]:
        """For each node the indices of the nodes that read its output."""
        readers: list[list[int]] = [[] for _ in self.nodes]
        for index, node in enumerate(self.nodes):
            for source in node.inputs:
                readers[source].append(index)
        return tuple(map(tuple, readers))

    @cached_property
    def by_path(self) -> Mapping[str, Node]:
        return {node.path: node for node in self.nodes}

    @cached_property
    def child_blocks(self) -> tuple[tuple[int, ...], ...]:
        """For each block the indices of the blocks directly in it, in order of execution."""
        children: list[list[int]] = [[] for _ in self.blocks]
        for block in self.blocks[1:]:
            children[block.parent].append(block.index)
        return tuple(tuple(indices) for indices in children)

    @cached_property
    def branching(self) -> frozenset[int]:
        """The blocks whose parts do not simply run one after the other, each reading only the one before."""
        found: set[int] = set()
        for node in self.nodes:
            first = min(node.inputs, default=node.index)
            if first < node.index - 1:  # else it passes nothing by, in any block
                self._add_passed_by(found, first, node)
        return frozenset(found)

    def _add_passed_by(self, found: set[int], source: int, node: Node) -> None:
        """Adds the blocks in which an edge passes a part by, or comes from outside to another part than the first."""
        blocks, part, block = self.blocks, node.index, node.block  # the part starts there
        while block >= 0:
            around = blocks[block]
            if source >= part:
                return  # both ends are in one part, here and further out
            if source < around.first:
                if part > around.first:
                    found.add(block)
            elif not self._ends_at(source, part, block):
                found.add(block)
            part, block = around.first, around.parent

    def _ends_at(self, source: int, end: int, block: int) -> bool:
        """Whether the part of the block in which a node lies ends right before the node `end`."""
        last, inner = source + 1, self.nodes[source].block
        while inner != block:
            last, inner = self.blocks[inner].last, self.blocks[inner].parent
        return last == end

    def edges(self) -> Iterator[tuple[int, int]]:
        """Pairs (from, to) of node indices."""
        for node in self.nodes:
            for source in node.inputs:
                yield source, node.index

    def enclosing(self, block: int) -> tuple[int, ...]:
        """Indices from the model (0) down to `block` itself."""
        chain = [block]
        while self.blocks[chain[-1]].parent >= 0:
            chain.append(self.blocks[chain[-1]].parent)
        return tuple(reversed(chain))
