"""Why a layer's numbers are what they are: each formula filled in with the layer's own figures. No torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from explorer.bilingual import Text
from explorer.graph import field_reasons, kinds, labels, rows, savings
from explorer.graph.model import Category

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from explorer.graph.model import LayerGraph, Mismatch, Node, Shape

OUTPUT_SIZE = Text("Output size", "输出尺寸")
OUTPUT_CHANNELS = Text("Output channels", "输出通道")
PARAMETERS = Text("Parameters", "参数")
SHARED_PARAMETERS = Text("Parameters, counted at first use", "参数（首次使用时已计）")
BUFFERS = Text("Buffers", "缓冲区")
MACS = Text("Multiply-adds", "乘加次数")
MEMORY = Text("Activation memory", "激活内存")
MEMORY_IN_PLACE = Text("Activation memory, written in place", "激活内存（原位写入）")
MEMORY_VIEW = Text("Activation memory, a view of the input", "激活内存（输入的视图）")
FIELD = Text("Receptive field", "感受野")
OR = Text("Or", "或者")
SHARE = Text("Share of the network", "占整个网络")
SAVED = Text("Against the direct one", "与直接卷积相比")
MISFIT = Text("Does not fit", "尺寸不匹配")
REMEDY = Text("It would fit", "可行的修改")
FIELD_SINCE = Text("Why this field", "感受野的由来")
FIELD_GROWTH = Text("Field growth", "感受野的增长")

_WHOLE = Text("whole image", "整幅图像")
_VARIES = Text("differs from unit to unit", "各单元不同")
_UNSEEN = Text("nothing of the image", "不看图像")

_FLOAT_BYTES = 4
_WEIGHTED = (Category.CONVOLUTION, Category.LINEAR, Category.NORMALISATION)


@dataclass(frozen=True, slots=True)
class Fact:
    """One number of a layer: what it is, and the arithmetic that gives it; in Chinese where words are in it."""

    label: Text
    formula: str
    formula_zh: str = ""

    def written(self, language: str) -> str:
        """The arithmetic in `language`, "en" or "zh"."""
        return self.formula_zh if language == "zh" and self.formula_zh else self.formula


def explain(graph: LayerGraph, node: Node) -> tuple[Fact, ...]:
    """Output size, parameters, multiply-adds, activation memory and receptive field of one layer, with arithmetic.

    A formula is shown only where it gives the traced figure; else the figure stands alone.
    """
    return tuple(_facts(graph, node))


def _facts(graph: LayerGraph, node: Node) -> Iterator[Fact]:
    if graph.mismatch is not None and graph.mismatch.node == node.index:
        yield from _misfit(graph.mismatch)
        return
    yield _output_size(node)
    if node.params:
        yield Fact(PARAMETERS, _parameters(node))
    elif node.shared and node.category in _WEIGHTED:
        yield Fact(SHARED_PARAMETERS, "0")
    if node.buffers:
        yield Fact(BUFFERS, _buffers(node))
    if node.macs:
        yield Fact(MACS, _multiply_adds(node))
    yield _memory(node)
    yield from _shares(graph, node)
    yield from _receptive_field(graph, node)
    together = savings.pair(graph, node)
    if together is not None:
        yield from _savings(together)


def _misfit(mismatch: Mismatch) -> Iterator[Fact]:
    """Of an operation that could not run: why, and what would make it fit."""
    for text in mismatch.arithmetic:
        yield Fact(MISFIT, text.en, text.zh)
    for place, text in enumerate(mismatch.remedies):
        yield Fact(OR if place else REMEDY, text.en, text.zh)


def _shares(graph: LayerGraph, node: Node) -> Iterator[Fact]:
    """What part of the whole network's figures is this layer's."""
    told = [
        (Text("of the parameters", "的参数"), node.params, graph.params),
        (Text("of the multiply-adds", "的乘加次数"), node.macs, graph.macs),
        (Text("of the activation memory", "的激活内存"), node.activation_bytes, graph.activation_bytes),
    ]
    shares = [(words, rows.percent(part / whole)) for words, part, whole in told if part and whole]
    if shares and node.category not in (Category.INPUT, Category.OUTPUT):
        yield Fact(
            SHARE,
            ", ".join(f"{share} {words.en}" for words, share in shares),
            "，".join(f"{share} {words.zh}" for words, share in shares),
        )


def _savings(pair: savings.Pair) -> Iterator[Fact]:
    """Two convolutions against the one that they stand for: weights and multiply-adds, both ways."""
    kernel = "×".join(str(size) for size in pair.kernel)
    other = "1×1" if pair.is_separable else kernel
    first, second = _weights(pair.first), _weights(pair.second)
    assert first is not None
    assert second is not None
    places = pair.second.output_shape[1:]
    yield Fact(
        Text(f"Weights with the {other} behind it", f"连同其后 {other} 卷积的权重"),
        _checked(f"{_dots(first)} + {_dots(second)}", _product(first) + _product(second), pair.params),
    )
    yield Fact(
        Text(f"Weights of a direct {kernel}", f"直接使用 {kernel} 卷积的权重"),
        _checked(_dots(pair.weights), _product(pair.weights), pair.direct_params),
    )
    yield Fact(
        Text(f"Multiply-adds with the {other} behind it", f"连同其后 {other} 卷积的乘加次数"),
        f"{number(pair.first.macs)} + {number(pair.second.macs)} = {number(pair.macs)}",
    )
    yield Fact(
        Text(f"Multiply-adds of a direct {kernel}", f"直接使用 {kernel} 卷积的乘加次数"),
        _checked(f"{_dots(pair.weights)} · {_dots(places)}", pair.direct_params * _product(places), pair.direct_macs),
    )
    weights, work = pair.params / pair.direct_params, pair.macs / pair.direct_macs
    yield Fact(
        SAVED,
        f"{_less(weights)} weights, {_less(work)} multiply-adds",
        f"权重{_less_zh(weights)}，乘加次数{_less_zh(work)}",
    )


def _less(ratio: float) -> str:
    if ratio >= _TIMES:
        return f"{ratio:.1f} times the"
    return f"{abs(1 - ratio):.1%}" + (" fewer" if ratio <= 1 else " more")


def _less_zh(ratio: float) -> str:
    if ratio >= _TIMES:
        return f"为 {ratio:.1f} 倍"
    return ("减少 " if ratio <= 1 else "增加 ") + f"{abs(1 - ratio):.1%}"


_TIMES = 2  # from here on a factor says more than percent


def number(value: int) -> str:
    """The digits in groups of three: 110 720."""
    return f"{value:,}".replace(",", " ")


def _checked(formula: str, value: int, expected: int) -> str:
    return f"{formula} = {number(expected)}" if value == expected else number(expected)


def _product(factors: Sequence[int]) -> int:
    result = 1
    for factor in factors:
        result *= factor
    return result


def _dots(factors: Sequence[int]) -> str:
    return "·".join(str(factor) for factor in factors)


def _pair(node: Node, name: str, default: int) -> tuple[int, int]:
    value = node.attributes.get(name, default)
    if isinstance(value, tuple):
        return (int(value[0]), int(value[-1]))
    return (int(value), int(value)) if isinstance(value, int) else (default, default)


def _is_window(node: Node) -> bool:
    name = kinds.bare(node.kind)
    is_plain = "transpose" not in name and "adaptive" not in name
    has_images = len(node.output_shape) == 3 and bool(node.input_shapes) and len(node.input_shapes[0]) == 3
    return is_plain and has_images and "kernel_size" in node.attributes


def _output_size(node: Node) -> Fact:
    name = kinds.bare(node.kind)
    along = _window_size if _is_window(node) else _enlarged_size if _is_enlarging(node) else None
    if along is not None:
        height, width = along(node, 0), along(node, 1)
        return Fact(OUTPUT_SIZE, height if height == width else f"{height}, {width}")
    if name in ("cat", "concat", "concatenate") and node.attributes.get("dim") == 1 and len(node.inputs) > 1:
        parts = [sizes[0] for sizes in node.input_shapes]
        if len(parts) <= _MANY:
            joined = " + ".join(str(part) for part in parts)
            return Fact(OUTPUT_CHANNELS, _checked(joined, sum(parts), node.output_shape[0]))
    if name == "flatten" and node.input_shapes and len(node.output_shape) == 1:
        sizes = node.input_shapes[0]
        return Fact(OUTPUT_SIZE, _checked(_dots(sizes), _product(sizes), node.output_shape[0]))
    return Fact(OUTPUT_SIZE, _shapes(node.input_shapes, node.output_shape))


_MANY = 8  # terms of a sum that is still readable


def _shapes(inputs: Sequence[Shape], output: Shape) -> str:
    after = labels.shape(output)
    if not inputs:
        return after
    if len(inputs) > _MANY:
        return f"{len(inputs)} × … → {after}"
    before = ", ".join(labels.shape(sizes) for sizes in inputs)
    return after if before == after else f"{before} → {after}"


def _window_size(node: Node, axis: int) -> str:
    """Along one direction, "(12 + 2·1 − 3)/1 + 1 = 12"; brackets ⌊ ⌋ or ⌈ ⌉ only where it does not divide."""
    size, expected = node.input_shapes[0][1 + axis], node.output_shape[1 + axis]
    kernel, stride = _pair(node, "kernel_size", 1)[axis], _pair(node, "stride", 1)[axis]
    dilation = _pair(node, "dilation", 1)[axis]
    span = f"{dilation}·({kernel} − 1) − 1" if dilation > 1 else str(kernel)
    if node.attributes.get("padding") == "same":
        return _checked(f"({size} + {dilation * (kernel - 1)} − {span})/{stride} + 1", size, expected)
    padding = _pair(node, "padding", 0)[axis]
    room = size + 2 * padding - dilation * (kernel - 1) - 1
    quotient = f"({size} + 2·{padding} − {span})/{stride}"
    steps = room // stride
    if room % stride:
        is_ceiling = bool(node.attributes.get("ceil_mode"))
        quotient = f"⌈{quotient}⌉" if is_ceiling else f"⌊{quotient}⌋"
        steps += is_ceiling
        if is_ceiling and steps * stride >= size + padding:  # the last window would lie in the padding alone
            return _checked(quotient, steps, expected)
    return _checked(f"{quotient} + 1", steps + 1, expected)


def _is_enlarging(node: Node) -> bool:
    has_images = len(node.output_shape) == 3 and bool(node.input_shapes) and len(node.input_shapes[0]) == 3
    return has_images and "convtranspose" in kinds.bare(node.kind) and "kernel_size" in node.attributes


def _enlarged_size(node: Node, axis: int) -> str:
    """Of a transposed convolution along one direction: "(6 − 1)·2 − 2·1 + 4 = 12"."""
    size, expected = node.input_shapes[0][1 + axis], node.output_shape[1 + axis]
    kernel, stride = _pair(node, "kernel_size", 1)[axis], _pair(node, "stride", 1)[axis]
    dilation, padding = _pair(node, "dilation", 1)[axis], _pair(node, "padding", 0)[axis]
    more = _pair(node, "output_padding", 0)[axis]
    span = f"{dilation}·({kernel} − 1) + 1" if dilation > 1 else str(kernel)
    formula = f"({size} − 1)·{stride} − 2·{padding} + {span}" + (f" + {more}" if more else "")
    return _checked(formula, (size - 1) * stride - 2 * padding + dilation * (kernel - 1) + 1 + more, expected)


def _parameters(node: Node) -> str:
    factors = _weights(node)
    if factors is not None:
        outputs = factors[0]
        has_bias = bool(node.attributes.get("bias"))
        formula = _dots(factors) + (f" + {outputs}" if has_bias else "")
        return _checked(formula, _product(factors) + outputs * has_bias, node.params)
    if node.category is Category.NORMALISATION:
        return _scales(node)
    width = node.attributes.get("embed_dim")
    if isinstance(width, int):  # attention: projections of queries, keys, values and of what comes out
        has_biases = node.params != 4 * width * width
        formula = f"4·{width}·{width}" + (f" + 4·{width}" if has_biases else "")
        return _checked(formula, 4 * width * (width + has_biases), node.params)
    return number(node.params)


def _scales(node: Node) -> str:
    """Of a normalisation: scales, or scales and shifts, one for each channel or for each place."""
    places = node.attributes.get("normalized_shape")
    if not isinstance(places, tuple):
        return _checked(f"2·{node.params // 2}", node.params // 2 * 2, node.params)
    if _product(places) == node.params:
        return f"{_dots(places)} = {number(node.params)}" if len(places) > 1 else number(node.params)
    return _checked(f"2·{_dots(places)}", 2 * _product(places), node.params)


def _weights(node: Node) -> tuple[int, ...] | None:
    """Extents of the weight: output channels, input channels of a group, kernel."""
    given = node.attributes
    if node.category is Category.CONVOLUTION and {"in_channels", "out_channels", "kernel_size"} <= set(given):
        groups = cast("int", given.get("groups", 1))
        kernel = given["kernel_size"]
        sizes = kernel if isinstance(kernel, tuple) else (kernel,)
        first, second = cast("int", given["out_channels"]), cast("int", given["in_channels"])
        return (first, second // groups, *(int(size) for size in sizes))
    if {"in_features", "out_features"} <= set(given):
        return (cast("int", given["out_features"]), cast("int", given["in_features"]))
    return None


def _buffers(node: Node) -> str:
    """Running mean and variance, and torch's count of the batches it has seen."""
    half, rest = divmod(node.buffers, 2)
    if node.category is Category.NORMALISATION and half:
        return f"2·{half}{' + 1' if rest else ''} = {number(node.buffers)}"
    return number(node.buffers)


def _multiply_adds(node: Node) -> str:
    """Outputs times what is summed for each; of a transposed convolution, inputs times what each adds to."""
    if "embed_dim" in node.attributes and len(node.input_shapes) > 1:
        return _attention_products(node)
    if kinds.bare(node.kind) in ("matmul", "bmm", "mm") and node.input_shapes:
        inner = node.input_shapes[0][-1]
        formula = f"{_dots(node.output_shape)} · {inner}"
        return _checked(formula, _product(node.output_shape) * inner, node.macs)
    factors = _weights(node)
    if factors is None:
        return number(node.macs)
    places, each = node.output_shape, factors[1:]
    if "transpose" in kinds.bare(node.kind):
        groups = cast("int", node.attributes.get("groups", 1))
        places, each = node.input_shapes[0], (factors[0] // groups, *factors[2:])
    return _checked(f"{_dots(places)} · {_dots(each)}", _product(places) * _product(each), node.macs)


def _attention_products(node: Node) -> str:
    """Four projections of every place, and twice every place with every other; (L, E) queries, (S, E) keys."""
    targets, width = node.input_shapes[0][0], node.input_shapes[0][-1]
    sources = node.input_shapes[1][0]
    if targets == sources:
        formula = f"4·{targets}·{width}·{width} + 2·{targets}·{targets}·{width}"
    else:
        formula = f"2·({targets} + {sources})·{width}·{width} + 2·{targets}·{sources}·{width}"
    return _checked(formula, 2 * width * (width * (targets + sources) + targets * sources), node.macs)


def _memory(node: Node) -> Fact:
    if not node.activation_bytes:
        return Fact(MEMORY_IN_PLACE if node.in_place else MEMORY_VIEW, "0 B")
    values = _product(node.output_shape)
    size = labels.bytes(node.activation_bytes)
    if values * _FLOAT_BYTES != node.activation_bytes:
        return Fact(MEMORY, size)
    return Fact(MEMORY, f"{_dots(node.output_shape) or 1} · {_FLOAT_BYTES} B = {size}")


def _receptive_field(graph: LayerGraph, node: Node) -> Iterator[Fact]:
    field = node.receptive_field
    if field is None or field.whole:
        begins = field_reasons.origin(graph, node)
        known = _WHOLE if field else _VARIES if begins.inputs else _UNSEEN
        why = field_reasons.reason(begins)
        yield Fact(FIELD, known.en, known.zh)
        yield Fact(FIELD_SINCE, f"{begins.path}: {why.en}", f"{begins.path}：{why.zh}")
        return
    size, stride = f"{field.size[0]} × {field.size[1]}", str(field.stride[0])
    if field.stride[0] != field.stride[1]:
        stride = f"{field.stride[0]} × {field.stride[1]}"
    yield Fact(FIELD, f"{size}, stride {stride}", f"{size}，步幅 {stride}")
    before = graph.nodes[node.inputs[0]].receptive_field if len(node.inputs) == 1 else None
    if before is None or before.whole or not _is_window(node):
        return
    kernel, dilation = _pair(node, "kernel_size", 1)[0], _pair(node, "dilation", 1)[0]
    steps = f"{dilation}·({kernel} − 1)" if dilation > 1 else f"({kernel} − 1)"
    if before.size[0] + dilation * (kernel - 1) * before.stride[0] == field.size[0] and kernel > 1:
        yield Fact(FIELD_GROWTH, f"{before.size[0]} + {steps}·{before.stride[0]} = {field.size[0]}")
