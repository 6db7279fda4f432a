"""The part of the image that each layer sees: an interval and a step, carried through the graph.

Follows Araujo et al., "Computing Receptive Fields of Convolutional Neural Networks", Distill 2019, with the union over
all paths at merges. Fields are not cut off at the image border.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias, cast

from explorer.graph import kinds
from explorer.graph.model import Category, ReceptiveField, Shape

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from explorer.graph.calls import Call
    from explorer.graph.model import Node

    Layer: TypeAlias = Call | Node

Pair = tuple[int, int]
# What takes numbers from other places, which its shape does not show.
MOVING = frozenset(
    {"flip", "fliplr", "flipud", "rot90", "sort", "argsort", "gather", "takealongdim", "indexselect", "gridsample"}
    | {
        "cumsum",
        "cumprod",
        "cummax",
        "cummin",
        "logcumsumexp",
        "fftfft",
        "fftfft2",
        "fftifft2",
        "fftrfft2",
        "fftirfft2",
    }
    | {"maxunpool1d", "maxunpool2d", "maxunpool3d"}
)


@dataclass(frozen=True, slots=True)
class _Field:
    """First and last pixel (0 is the image's first) that the first unit sees, and the step to the next unit's.

    `axes` are those where height and width lie, without the batch dimension.
    """

    low: tuple[int, int]
    high: tuple[int, int]
    step: tuple[int, int]
    axes: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Whole:
    """Sees the whole image."""


_State = _Field | _Whole | None  # None: not known
_WHOLE = _Whole()


def fields(nodes: Sequence[Layer]) -> list[ReceptiveField | None]:
    """The receptive field of every node; None where it is not one interval that moves by a fixed step."""
    states: list[_State] = []
    image = nodes[0].output_shape
    for node in nodes:
        states.append(_state(node, [states[source] for source in node.inputs]))
    shown = {state: _shown(state, image) for state in set(states)}
    return [shown[state] for state in states]


def _shown(state: _State, image: Shape) -> ReceptiveField | None:
    if isinstance(state, _Whole):
        height, width = image[-2], image[-1]
        return ReceptiveField((height, width), (height, width), (height / 2, width / 2), whole=True)
    if state is None:
        return None
    low, high = state.low, state.high
    size = (high[0] - low[0] + 1, high[1] - low[1] + 1)
    return ReceptiveField(size, state.step, ((low[0] + high[0] + 1) / 2, (low[1] + high[1] + 1) / 2))


def _state(node: Layer, inputs: list[_State]) -> _State:
    if node.category is Category.INPUT:
        return _Field((0, 0), (0, 0), (1, 1), (1, 2)) if len(node.output_shape) == 3 else None
    rule = _RULES.get(kinds.bare(node.kind)) or _rule_of_category(node)
    if rule is _attention or _pools_everything(node) or any(isinstance(state, _Whole) for state in inputs):
        return _WHOLE
    fields = [state for state in inputs if state is not None]
    if not fields or len(fields) != len(inputs):
        return None
    if rule is None:
        return _elementwise(node, fields)
    return rule(node, fields[0])  # type: ignore[arg-type]


def _pools_everything(node: Layer) -> bool:
    """Whether each channel becomes one number, whatever was known of its places."""
    is_global = node.output_shape[1:] == (1, 1) and len(node.input_shapes) == 1
    return is_global and "adaptive" in kinds.bare(node.kind)


def _rule_of_category(node: Layer) -> Callable[[Layer, _Field], _State] | None:
    name = kinds.bare(node.kind)
    if "windows" in node.attributes:
        return _windows
    if "adaptive" in name:
        return _adaptive_pool
    if "transpose" in name:
        return _unknown
    if "kernel_size" in node.attributes:
        return _window
    return None


def _elementwise(node: Layer, fields: Sequence[object]) -> _State:
    """Each unit sees what its inputs see at the same place: the union."""
    first = cast("_Field", fields[0])
    for other in fields[1:]:
        field = cast("_Field", other)
        if (field.step, field.axes) != (first.step, first.axes):
            return None
        low = (min(first.low[0], field.low[0]), min(first.low[1], field.low[1]))
        high = (max(first.high[0], field.high[0]), max(first.high[1], field.high[1]))
        first = replace(first, low=low, high=high)
    return first if _keeps_places(node, first) else None


def _keeps_places(node: Layer, field: _Field) -> bool:
    """Whether height and width of the output are those of each input; of one that is repeated along them they are not.

    Inputs are aligned at their last axis, as torch does.
    """
    target = node.output_shape
    if max(field.axes) >= len(target):
        return False
    for source in node.input_shapes:
        missing = len(target) - len(source)
        if any(axis < missing or source[axis - missing] != target[axis] for axis in field.axes):
            return False
    return True


def _slide(field: _Field, kernel: Pair, stride: Pair, padding: Pair, dilation: Pair) -> _Field:
    low = tuple(field.low[i] - padding[i] * field.step[i] for i in (0, 1))
    high = tuple(field.high[i] + (dilation[i] * (kernel[i] - 1) - padding[i]) * field.step[i] for i in (0, 1))
    step = tuple(field.step[i] * stride[i] for i in (0, 1))
    return replace(field, low=cast("Pair", low), high=cast("Pair", high), step=cast("Pair", step))


def _window(node: Layer, field: _Field) -> _State:
    """Convolution and pooling."""
    if field.axes != (1, 2) or len(node.output_shape) != 3:
        return None
    kernel, dilation = _pair(node, "kernel_size", 1), _pair(node, "dilation", 1)
    if node.attributes.get("padding") == "same":
        padding = (dilation[0] * (kernel[0] - 1) // 2, dilation[1] * (kernel[1] - 1) // 2)
    else:
        padding = _pair(node, "padding", 0)
    return _slide(field, kernel, _pair(node, "stride", 1), padding, dilation)


def _windows(node: Layer, field: _Field) -> _State:
    """A layer of the user that slides windows inside: one after the other."""
    if field.axes != (1, 2) or len(node.output_shape) != 3:
        return None
    for window in cast("tuple[tuple[object, ...], ...]", node.attributes["windows"]):
        kernel, stride, padding, dilation = (_as_pair(value) for value in window)
        field = _slide(field, kernel, stride, padding, dilation)
    return field


def _pair(node: Layer, name: str, default: int) -> Pair:
    return _as_pair(node.attributes.get(name, default))


def _as_pair(value: object) -> Pair:
    if isinstance(value, tuple):
        return (int(value[0]), int(value[-1]))
    return (value, value) if isinstance(value, int) else (0, 0)


def _adaptive_pool(node: Layer, field: _Field) -> _State:
    """Windows of one size where the output divides the input; else they differ from unit to unit."""
    if field.axes != (1, 2) or len(node.output_shape) != 3:
        return None
    source, target = node.input_shapes[0][1:], node.output_shape[1:]
    if target == (1, 1):
        return _WHOLE
    if source[0] % target[0] or source[1] % target[1]:
        return None
    ratio = (source[0] // target[0], source[1] // target[1])
    return _slide(field, ratio, ratio, (0, 0), (1, 1))


def _linear(node: Layer, field: _Field) -> _State:
    """Mixes the last axis."""
    last = len(node.input_shapes[0]) - 1
    return _WHOLE if last in field.axes else field


def _attention(_node: Layer, _field: _Field) -> _State:
    return _WHOLE


def _unknown(_node: Layer, _field: _Field) -> _State:
    return None


def _axes_of(node: Layer, value: object) -> set[int]:
    """Axes without the batch dimension that `dim`, as torch counts it, names."""
    count = len(node.input_shapes[0]) + 1
    given = value if isinstance(value, tuple) else (value,)
    return {(int(axis) % count) - 1 for axis in given if isinstance(axis, int)}


def _reduction(node: Layer, field: _Field) -> _State:
    dims = node.attributes.get("dim")
    axes = _axes_of(node, dims) if dims is not None else set(field.axes)
    if set(field.axes) <= axes:
        return _WHOLE
    if set(field.axes) & axes:
        return None
    gone = 0 if node.attributes.get("keepdim") else sum(axis < min(field.axes) for axis in axes)
    return replace(field, axes=(field.axes[0] - gone, field.axes[1] - gone))


def _softmax(node: Layer, field: _Field) -> _State:
    return _WHOLE if set(field.axes) & _axes_of(node, node.attributes.get("dim", 1)) else field


def _layer_norm(node: Layer, field: _Field) -> _State:
    shape = node.attributes.get("normalized_shape", ())
    count = len(shape) if isinstance(shape, tuple) else 1
    return _WHOLE if max(field.axes) >= len(node.input_shapes[0]) - count else field


def _permute(node: Layer, field: _Field) -> _State:
    dims = node.attributes.get("dims")
    if not isinstance(dims, tuple):
        return None
    count = len(node.input_shapes[0]) + 1
    order = [int(axis) % count - 1 for axis in dims]
    if order[0] != -1:
        return None
    return replace(field, axes=(order.index(field.axes[0]) - 1, order.index(field.axes[1]) - 1))


def _transpose(node: Layer, field: _Field) -> _State:
    axes = sorted(_axes_of(node, (node.attributes.get("dim0"), node.attributes.get("dim1"))))
    if len(axes) != 2 or axes[0] < 0:
        return None
    swap = {axes[0]: axes[1], axes[1]: axes[0]}
    return replace(field, axes=(swap.get(field.axes[0], field.axes[0]), swap.get(field.axes[1], field.axes[1])))


def _reshape(node: Layer, field: _Field) -> _State:
    """Follows height and width where they stay whole; a flat vector counts as seeing everything."""
    source, target = node.input_shapes[0], node.output_shape
    if len(target) == 1:
        return _WHOLE
    found: list[int] = []
    for axis in field.axes:
        before, product = _product(source[:axis]), 1
        for place, extent in enumerate(target):
            if product == before and extent == source[axis]:
                found.append(place)
                break
            product *= extent
    return replace(field, axes=(found[0], found[1])) if len(found) == 2 else None


def _product(numbers: Sequence[int]) -> int:
    product = 1
    for number in numbers:
        product *= number
    return product


def _pad(node: Layer, field: _Field) -> _State:
    """Amounts come in pairs from the last axis on; those of channels move nothing."""
    amounts = node.attributes.get("pad", node.attributes.get("padding"))
    rank = len(node.output_shape)
    if not isinstance(amounts, tuple) or len(amounts) > 2 * rank:
        return None
    before = tuple(
        int(amounts[place]) if place < len(amounts) else 0 for place in (2 * (rank - 1 - axis) for axis in field.axes)
    )
    return _slide(field, (1, 1), (1, 1), cast("Pair", before), (1, 1))


_RULES: dict[str, Callable[[Layer, _Field], _State]] = {
    **dict.fromkeys(("linear", "bilinear", "glu"), _linear),
    **dict.fromkeys(("multiheadattention", "multiheadattentionforward"), _attention),
    **dict.fromkeys(("groupnorm", "instancenorm2d", "instancenorm"), _attention),
    **dict.fromkeys(("matmul", "mm", "bmm", "einsum", "scaleddotproductattention"), _unknown),
    **dict.fromkeys(("roll", "interpolate", "upsample", "upsamplingnearest2d", "upsamplingbilinear2d"), _unknown),
    **dict.fromkeys(("mean", "sum", "amax", "amin", "std", "var"), _reduction),
    **dict.fromkeys(("softmax", "logsoftmax", "softmax2d", "normalize"), _softmax),
    **dict.fromkeys(MOVING, _unknown),
    **dict.fromkeys(
        ("flatten", "view", "reshape", "unflatten", "squeeze", "unsqueeze", "reshapeas", "viewas"), _reshape
    ),
    **dict.fromkeys(("pad", "zeropad2d", "reflectionpad2d", "replicationpad2d", "constantpad2d"), _pad),
    "layernorm": _layer_norm,
    "permute": _permute,
    "transpose": _transpose,
}
