"""Why an operation could not run: what came, what it expected, and what would make it fit. No torch."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from explorer.bilingual import Text
from explorer.graph import kinds, labels
from explorer.graph.mismatch import dimensions, further, merging, number_kinds, sizes, words
from explorer.graph.mismatch.findings import Findings, expected
from explorer.graph.mismatch.origins import channel_changes
from explorer.graph.mismatch.reshaping import not_in_a_row, other_maps, view
from explorer.graph.model import Category, LayerGraph, Mismatch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from explorer.graph.calls import Failed


_REMEDIES = 6
_MANY = 6  # shapes in a sentence


def explain(graph: LayerGraph, failed: Failed | None, reason: str) -> Mismatch:
    """What is to be said of a pass that ended with `failed`, the last node of `graph`; without source and line."""
    image = labels.shape(graph.input_shape).replace("×", "x")
    if failed is None:
        message = Text(f"The model cannot run on an image of {image}.", f"模型无法处理 {image} 的图像。")
        return Mismatch(None, (), message, reason=reason)
    node = graph.nodes[-1]
    findings = Findings(graph, node, failed)
    if failed.shapes and not any(check(findings, reason) for check in _CHECKS):
        rule = _RULES.get(_sort(failed))
        if rule is not None:
            rule(findings)
    name = f"{node.path} ({node.kind})" if node.kind[:1].isupper() else node.path
    shapes = [labels.shape(shape) for shape in node.input_shapes]
    taken = ", ".join(shapes if len(shapes) <= _MANY else [*shapes[:_MANY], "…"]) or "–"
    message = Text(
        f"The model cannot run on an image of {image}: {name} cannot take {taken}.",
        f"模型无法处理 {image} 的图像：{name} 不接受 {taken}。",
    )
    return Mismatch(
        node.index,
        tuple(findings.sources or dict.fromkeys(node.inputs)),
        message,
        (*words.coming(graph, node), *findings.sides),
        tuple(findings.arithmetic),
        tuple(dict.fromkeys(findings.remedies))[:_REMEDIES],
        reason=reason,
    )


def _sort(failed: Failed) -> str:
    """Which rule is asked: by the function that raised, else by the layer that refused."""
    name = kinds.bare(failed.function or failed.call.kind)
    for word in ("adaptive", "conv", "pool", "batchnorm", "instancenorm", "layernorm"):
        if word in name:
            return word
    return {"addmm": "linear", "addbias": "linear"}.get(name, name)


def _convolution(findings: Findings) -> None:
    channels = expected(findings.told, "in_channels")
    shape = findings.shape
    if channels is not None and shape and shape[0] != channels:
        _channels(findings, "in_channels", channels)
    elif len(shape) == 3:
        _too_small(findings)


def _channels(findings: Findings, attribute: str, channels: int) -> None:
    """A layer for so many channels gets another number of them."""
    have = findings.shape[0]
    findings.sides.append(Text(f"Expected: {channels} channels", f"期望：{channels} 个通道"))
    findings.arithmetic.append(words.unequal(findings.sum_of_channels(), have, channels, words.CHANNELS))
    own = words.change(findings.name, attribute, channels, have)
    if findings.reads_from_outside():
        own = Text(
            f"{own.en[:-1]}, and likewise in the other layers that read the same input.",
            f"{own.zh[:-1]}，读取同一输入的其他层也要相应修改。",
        )
    source = findings.source
    if source is None:
        findings.remedies.append(own)
        return
    is_last = len(findings.shape) == 3 and findings.shape[-1] == channels
    if findings.graph.nodes[source].category is Category.INPUT:
        fitting = (channels, *(findings.shape[:2] if is_last else findings.graph.input_shape[1:]))
        remedies = [own, words.other_image(fitting)]
        findings.remedies += reversed(remedies) if is_last else remedies
        return
    if is_last and not dimensions.leave_out(findings, 3):
        findings.remedies.append(
            Text(
                f"The channels lie last: write x.permute(0, 3, 1, 2) before {findings.name}.",
                f"通道在最后一维：在 {findings.name} 之前写 x.permute(0, 3, 1, 2)。",
            )
        )
    changes = sorted(channel_changes(findings.graph, source, channels), key=lambda change: not change.is_rounder)
    told = [(change.is_rounder, words.channel_change(findings.graph, change)) for change in changes]
    findings.remedies += [text for is_rounder, text in told if is_rounder]
    findings.remedies.append(own)
    findings.remedies += [text for is_rounder, text in told if not is_rounder]


def _too_small(findings: Findings) -> None:
    """The window is larger than what it slides over."""
    window = sizes.windows(replace(findings.node, attributes=findings.told, input_shapes=(findings.shape,)))
    if window is None:
        return
    tall, wide = findings.shape[1:]
    axis = 0 if window[0].output(tall) < 1 else 1
    size, sliding = (tall, wide)[axis], window[axis]
    padded = size + 2 * sliding.padding
    if padded >= sliding.span:
        return
    findings.sides.append(
        Text(
            f"Expected: at least {sliding.span}×{sliding.span} with the padding",
            f"期望：含填充至少 {sliding.span}×{sliding.span}",
        )
    )
    span = (
        str(sliding.span)
        if sliding.dilation == 1
        else f"{sliding.dilation}·({sliding.kernel} − 1) + 1 = {sliding.span}"
    )
    findings.arithmetic.append(
        Text(
            f"{size} + 2·{sliding.padding} = {padded} < {span}: the window is larger than what it slides over.",
            f"{size} + 2·{sliding.padding} = {padded} < {span}：窗口比它要滑过的输入还大。",
        )
    )
    _larger_image(findings, (window[0].least_input(1), window[1].least_input(1)))
    padding = -(-(sliding.span - size) // 2)
    is_pool = "pool" in kinds.bare(findings.node.kind)
    if sliding.kernel > 1 and padded >= 1:
        kernel = (padded - 1) // sliding.dilation + 1
        if not is_pool or 2 * sliding.padding <= kernel:
            findings.remedies.append(words.change(findings.name, "kernel_size", sliding.kernel, kernel))
    if not is_pool or 2 * padding <= sliding.kernel:
        findings.remedies.append(words.change(findings.name, "padding", sliding.padding, padding))


def _larger_image(findings: Findings, needed: sizes.Size) -> None:
    if findings.source is None:
        return
    least = sizes.least_image(findings.graph, findings.source, needed)
    have = findings.graph.input_shape
    if least is None or len(have) != 3 or (least[0] <= have[1] and least[1] <= have[2]):
        return
    tall, wide = max(least[0], have[1]), max(least[1], have[2])
    findings.remedies.append(
        Text(
            f"Use images of at least {tall}×{wide} instead of {have[1]}×{have[2]}.",
            f"使用不小于 {tall}×{wide} 的图像，而不是 {have[1]}×{have[2]}。",
        )
    )


def _pool(findings: Findings) -> None:
    if len(findings.shape) != 3:
        return
    kernel, padding = sizes.pair(findings.told, "kernel_size", 1), sizes.pair(findings.told, "padding", 0)
    axis = 0 if 2 * padding[0] > kernel[0] else 1
    if 2 * padding[axis] <= kernel[axis]:
        _too_small(findings)
        return
    size, most = padding[axis], kernel[axis]
    findings.sides.append(
        Text(
            f"Expected: padding of at most half the {most}×{most} window", f"期望：填充不超过 {most}×{most} 窗口的一半"
        )
    )
    findings.arithmetic.append(
        Text(
            f"2·{size} = {2 * size} > {most}: some windows would lie in the padding alone.",
            f"2·{size} = {2 * size} > {most}：有的窗口会完全落在填充之中。",
        )
    )
    stride = sizes.pair(findings.told, "stride", most)[axis]
    larger = 2 * size + 1 if stride == 1 else 2 * size
    findings.remedies.append(words.change(findings.name, "kernel_size", most, larger, keeps_size=stride == 1))
    findings.remedies.append(words.change(findings.name, "padding", size, 0))


def _linear(findings: Findings) -> None:
    features, shape = expected(findings.told, "in_features"), findings.shape
    if features is None or not shape:
        return
    name = findings.name
    findings.sides.append(Text(f"Expected: {features} numbers", f"期望：{features} 个数"))
    if len(shape) > 1:
        _not_flat(findings, features)
        return
    flat = findings.flattened()
    before = flat.input_shapes[0] if flat is not None else shape
    findings.arithmetic.append(
        Text(
            f"{words.product(before)}, but the linear layer expects {features}.",
            f"{words.product(before)}，但全连接层期望 {features}。",
        )
    )
    findings.remedies.append(words.change(name, "in_features", features, shape[0]))
    if flat is not None and len(before) == 3:
        other_maps(findings, flat, features)
    elif findings.source is not None:
        for change in channel_changes(findings.graph, findings.source, features):
            findings.remedies.append(words.channel_change(findings.graph, change))


def _not_flat(findings: Findings, features: int) -> None:
    shape, name = findings.shape, findings.name
    count = math.prod(shape)
    findings.arithmetic.append(
        Text(
            f"A linear layer reads along the last direction, which is {shape[-1]} here; all of {words.product(shape)}.",
            f"全连接层沿最后一维读取，这里是 {shape[-1]}；全部共 {words.product(shape)}。",
        )
    )
    fits = count == features
    also = "" if fits else f", and set its in_features to {count} instead of {features}"
    also_zh = "" if fits else f"，并把它的 in_features 由 {features} 改为 {count}"
    findings.remedies.append(Text(f"Flatten before {name}{also}.", f"在 {name} 之前先展平{also_zh}。"))


def _normalisation(findings: Findings) -> None:
    channels, shape = expected(findings.told, "num_features"), findings.shape
    if channels is None and findings.failed.weights:
        channels = findings.failed.weights[0][0] if len(findings.failed.weights[0]) == 1 else None
    if channels is None or not shape:
        return
    if shape[0] != channels:
        _channels(findings, "num_features", channels)


def _by_channel(findings: Findings) -> None:
    """Normalisation in groups and PReLU, which have a weight for each channel."""
    for attribute in ("num_channels", "num_parameters"):
        channels = expected(findings.told, attribute)
        if channels is not None and findings.shape and findings.shape[0] != channels:
            _channels(findings, attribute, channels)


def _layer_norm(findings: Findings) -> None:
    wanted = findings.told.get("normalized_shape")
    if not isinstance(wanted, tuple) or len(wanted) > len(findings.shape):
        return
    have = findings.shape[-len(wanted) :]
    findings.sides.append(Text(f"Expected at the end: {labels.shape(wanted)}", f"期望末尾为：{labels.shape(wanted)}"))
    findings.arithmetic.append(
        Text(f"{labels.shape(have)} ≠ {labels.shape(wanted)}.", f"{labels.shape(have)} ≠ {labels.shape(wanted)}。")
    )
    if len(findings.shape) == 3 and wanted == findings.shape[:1]:
        findings.remedies.append(
            Text(
                f"It normalises along the last direction; the channels lie first: use GroupNorm(1, {wanted[0]}), or "
                f"give it x.permute(0, 2, 3, 1) and turn the result back with permute(0, 3, 1, 2).",
                f"它沿最后一维规范化，而通道在最前：改用 GroupNorm(1, {wanted[0]})，或给它 x.permute(0, 2, 3, 1)，"
                f"再用 permute(0, 3, 1, 2) 换回。",
            )
        )
    findings.remedies.append(
        Text(
            f"Set normalized_shape of {findings.name} to {labels.shape(have)} instead of {labels.shape(wanted)}.",
            f"把 {findings.name} 的 normalized_shape 由 {labels.shape(wanted)} 改为 {labels.shape(have)}。",
        )
    )


_CHECKS: tuple[Callable[[Findings, str], bool], ...] = (number_kinds.check, dimensions.check, not_in_a_row)
_RULES: Mapping[str, Callable[[Findings], None]] = {
    "conv": _convolution,
    "pool": _pool,
    "linear": _linear,
    "batchnorm": _normalisation,
    "instancenorm": _normalisation,
    "layernorm": _layer_norm,
    **dict.fromkeys(("groupnorm", "prelu"), _by_channel),
    **dict.fromkeys(("multiheadattention", "multiheadattentionforward", "lstm", "gru", "rnn"), further.last_direction),
    "pixelshuffle": further.pixel_shuffle,
    "unflatten": further.unflatten,
    "stack": further.stack,
    **dict.fromkeys(("matmul", "mm", "bmm"), further.matrix_product),
    **dict.fromkeys(("view", "reshape"), view),
    **dict.fromkeys(("cat", "concat", "concatenate"), merging.concatenation),
    **dict.fromkeys(("add", "sub", "mul", "div", "maximum", "minimum"), merging.pointwise),
}
