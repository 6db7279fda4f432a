"""Concatenations and sums of what does not have the same size. No torch."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from explorer.bilingual import Text
from explorer.graph import labels
from explorer.graph.mismatch import words
from explorer.graph.mismatch.origins import channel_changes, is_read_once, size_changes

if TYPE_CHECKING:
    from explorer.graph.mismatch.findings import Findings
    from explorer.graph.model import Shape

_EACH = 2  # changes told of one layer
_LAYERS = 2  # whose changes are told


def concatenation(findings: Findings) -> None:
    """All inputs have to agree but in the direction in which they are put together."""
    shapes, name = findings.node.input_shapes, findings.name
    ranks = Counter(len(shape) for shape in shapes)
    dim = findings.told.get("dim", 0)
    if len(ranks) > 1 or not isinstance(dim, int) or len(shapes) < 2:
        _ranks_differ(findings)
        return
    place = dim % (len(shapes[0]) + 1) - 1  # without the batch
    around = [tuple(size for axis, size in enumerate(shape) if axis != place) for shape in shapes]
    usual = Counter(around).most_common(1)[0][0]
    odd = [number for number, rest in enumerate(around) if rest != usual]
    findings.sources += [findings.node.inputs[number] for number in odd]
    for number in odd:
        findings.arithmetic.append(_differs(findings, number, usual, place))
    if place == -1 and len(shapes[0]) == 3:
        findings.remedies.append(
            Text(f"Concatenate the channels: {name} with dim=1.", f"沿通道拼接：{name} 使用 dim=1。")
        )
    if len(shapes[0]) == 3 and place == 0:
        _bring_to_size(findings, odd, around, usual)
        findings.sides.append(
            Text(f"Expected: all of {labels.shape(usual)}", f"期望：高和宽都是 {labels.shape(usual)}")
        )


def _differs(findings: Findings, number: int, usual: Shape, place: int) -> Text:
    node = findings.graph.nodes[findings.node.inputs[number]]
    rest = tuple(size for axis, size in enumerate(findings.node.input_shapes[number]) if axis != place)
    return words.other_input(number, node, rest, usual)


def _bring_to_size(findings: Findings, odd: list[int], around: list[Shape], usual: Shape) -> None:
    """Changes of the branches that end in the odd inputs, or else of the other; or else the maps are brought to it."""
    inputs = findings.node.inputs
    for number in odd:
        _change_size(findings, inputs[number], (usual[0], usual[1]))
    if len(inputs) == 2 and not findings.remedies:
        _change_size(findings, inputs[1 - odd[0]], around[odd[0]])
    if not findings.remedies:
        for number in odd:
            _interpolate(findings, inputs[number], (usual[0], usual[1]))


def _ranks_differ(findings: Findings) -> None:
    written = ", ".join(labels.shape(shape) for shape in findings.node.input_shapes)
    findings.arithmetic.append(Text(f"{written} do not have the same number of directions.", f"{written} 的维数不同。"))


def _change_size(findings: Findings, source: int, wanted: Shape) -> None:
    told: Counter[int] = Counter()
    for change in size_changes(findings.graph, source, (wanted[0], wanted[1])):
        if change.node not in told and len(told) == _LAYERS:
            return
        told[change.node] += 1
        if told[change.node] <= _EACH:
            findings.remedies.append(words.size_change(findings.graph, change))


def _interpolate(findings: Findings, source: int, wanted: Shape) -> None:
    """What can always be done: the maps are brought to the size that is wanted."""
    name = words.called(findings.graph.nodes[source])
    size = f"({wanted[0]}, {wanted[1]})"
    findings.remedies.append(
        Text(
            f"Bring the output of {name} to that size: F.interpolate(x, size={size}).",
            f"把 {name} 的输出变为该大小：F.interpolate(x, size={size})。",
        )
    )


def pointwise(findings: Findings) -> None:
    """Both operands have to have one shape, or 1 in a direction along which they are repeated."""
    shapes = [*findings.failed.shapes, *findings.failed.weights]
    if len(shapes) != 2:
        return
    first, second = shapes
    if len(first) != len(second) and findings.failed.weights:
        second = second[-len(first) :]
    findings.sides.append(Text("Expected: the same shape on both sides", "期望：两边形状相同"))
    names = ("channels", "height", "width") if len(first) == len(second) == 3 else ()
    chinese = ("通道", "高", "宽")
    unlike = [
        axis
        for axis in range(min(len(first), len(second)))
        if first[axis] != second[axis] and 1 not in (first[axis], second[axis])
    ]
    en = ", ".join(
        f"{names[axis]} {first[axis]} ≠ {second[axis]}" if names else _at(first, second, axis) for axis in unlike
    )
    zh = ",".join(
        f"{chinese[axis]} {first[axis]} ≠ {second[axis]}" if names else _at(first, second, axis) for axis in unlike
    )
    findings.arithmetic.append(
        Text(f"{en or f'{labels.shape(first)} ≠ {labels.shape(second)}'}.",
             f"{zh or f'{labels.shape(first)} ≠ {labels.shape(second)}'}。")
    )  # fmt: skip
    if names and len(findings.node.inputs) == 2 and len(findings.failed.shapes) == 2:
        _bring_together(findings, first, second)
    elif len(findings.node.inputs) == 2 and {len(first), len(second)} == {1, 3}:
        _spread(findings, first, second)
    elif findings.failed.weights and len(unlike) == 1 and len(first) == len(second):
        _other_weight(findings, first, second)


def _spread(findings: Findings, first: Shape, second: Shape) -> None:
    """One number for each channel, which has to be said to stand for all places of the map."""
    vector, maps = (first, second) if len(first) == 1 else (second, first)
    if vector[0] != maps[0]:
        return
    name = words.called(findings.graph.nodes[findings.node.inputs[len(first) != 1]])
    findings.remedies.append(
        Text(
            f"Give the output of {name} a height and a width of 1: x[:, :, None, None].",
            f"给 {name} 的输出加上大小为 1 的高和宽：x[:, :, None, None]。",
        )
    )


def _other_weight(findings: Findings, first: Shape, second: Shape) -> None:
    """A parameter of the model's own, such as one for each place, of another shape."""
    have, wanted = labels.shape(second), labels.shape(first)
    findings.remedies.append(
        Text(
            f"Make the parameter that is used here {wanted} instead of {have}.",
            f"把这里的参数由 {have} 改为 {wanted}。",
        )
    )


def _at(first: Shape, second: Shape, axis: int) -> str:
    return f"{first[axis]} ≠ {second[axis]}"


def _bring_together(findings: Findings, first: Shape, second: Shape) -> None:
    """Single changes on either side, and a projection of the side that skips layers."""
    left, right = findings.node.inputs
    if first[1:] == second[1:]:
        for source, wanted in ((left, second[0]), (right, first[0])):
            if not is_read_once(findings.graph, source):
                continue
            for change in islice(channel_changes(findings.graph, source, wanted), _EACH):
                findings.remedies.append(words.channel_change(findings.graph, change))
    elif first[0] == second[0]:
        _change_size(findings, left, second[1:])
        _change_size(findings, right, first[1:])
        if not findings.remedies:
            _interpolate(findings, max(left, right), first[1:] if right > left else second[1:])
    _project(findings, first, second)


def _project(findings: Findings, first: Shape, second: Shape) -> None:
    """A 1×1 convolution that brings the older of the two, the skip, to the shape of the newer."""
    (older, shape), (_, wanted) = sorted(zip(findings.node.inputs, (first, second), strict=True))
    strides = {-(-shape[axis] // wanted[axis]) for axis in (1, 2) if wanted[axis]}
    stride = strides.pop() if len(strides) == 1 else 0
    if stride < 1 or any((shape[axis] - 1) // stride + 1 != wanted[axis] for axis in (1, 2)):
        return
    path = words.called(findings.graph.nodes[older])
    is_first = stride > 1 or shape[0] != wanted[0]
    findings.remedies.insert(
        0 if is_first else len(findings.remedies),
        Text(
            f"Pass the output of {path} through a 1×1 convolution to {wanted[0]} channels with stride {stride}.",
            f"让 {path} 的输出经过一个 1×1 卷积：{wanted[0]} 个输出通道，步幅 {stride}。",
        ),
    )
