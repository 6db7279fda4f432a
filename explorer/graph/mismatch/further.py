"""Further layers whose numbers do not fit: attention, recurrence, products of matrices, pixel shuffling. No torch."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from explorer.bilingual import Text
from explorer.graph import labels
from explorer.graph.mismatch import words
from explorer.graph.mismatch.findings import expected
from explorer.graph.mismatch.origins import channel_changes

if TYPE_CHECKING:
    from explorer.graph.mismatch.findings import Findings

_MATRIX = 2
NUMBERS = Text("numbers", "个数")


def last_direction(findings: Findings) -> None:
    """Attention and recurrence read vectors of a fixed length along the last direction."""
    for attribute in ("embed_dim", "input_size"):
        wanted = expected(findings.told, attribute)
        if wanted is None or not findings.shape or findings.shape[-1] == wanted:
            continue
        have = findings.shape[-1]
        findings.sides.append(Text(f"Expected: vectors of {wanted} numbers", f"期望：长度为 {wanted} 的向量"))
        findings.arithmetic.append(words.unequal((), have, wanted, NUMBERS))
        findings.remedies.append(words.change(findings.name, attribute, wanted, have))
        if findings.shape[-2:-1] == (wanted,):
            findings.remedies.append(
                Text(
                    f"Exchange the last two directions before {findings.name}: x.transpose(-2, -1).",
                    f"在 {findings.name} 之前交换最后两维：x.transpose(-2, -1)。",
                )
            )
        return


def pixel_shuffle(findings: Findings) -> None:
    """Each r² channels become one of r times the size."""
    factor, shape = expected(findings.told, "upscale_factor"), findings.shape
    if factor is None or not shape or not shape[0] % factor**2:
        return
    have, group = shape[0], factor**2
    findings.sides.append(
        Text(f"Expected: a multiple of {factor}² = {group} channels", f"期望：通道数为 {factor}² = {group} 的倍数")
    )
    findings.arithmetic.append(
        Text(
            f"{have} / {group} = {have / group:.4g}: no whole number of channels.",
            f"{have} / {group} = {have / group:.4g}：不是整数个通道。",
        )
    )
    if findings.source is not None:
        for wanted in sorted({have // group * group, -(-have // group) * group} - {0}):
            for change in channel_changes(findings.graph, findings.source, wanted):
                findings.remedies.append(words.channel_change(findings.graph, change))


def matrix_product(findings: Findings) -> None:
    """The columns of the first are as many as the rows of the second."""
    shapes = [*findings.failed.shapes, *findings.failed.weights]
    if len(shapes) != 2 or min(len(shape) for shape in shapes) < _MATRIX:
        return
    first, second = shapes
    if first[-1] == second[-2]:
        return
    findings.sides.append(Text(f"Expected: {first[-1]} rows in the second", f"期望：第二个矩阵有 {first[-1]} 行"))
    findings.arithmetic.append(
        Text(
            f"{labels.shape(first)} times {labels.shape(second)}: {first[-1]} columns ≠ {second[-2]} rows.",
            f"{labels.shape(first)} 乘以 {labels.shape(second)}：{first[-1]} 列 ≠ {second[-2]} 行。",
        )
    )
    if first[-1] == second[-1]:
        findings.remedies.append(
            Text("Transpose the second: y.transpose(-2, -1).", "转置第二个矩阵：y.transpose(-2, -1)。")
        )
    if first[-2] == second[-2]:
        findings.remedies.append(
            Text("Transpose the first: x.transpose(-2, -1).", "转置第一个矩阵：x.transpose(-2, -1)。")
        )


def stack(findings: Findings) -> None:
    """All that is stacked has one shape."""
    shapes = findings.node.input_shapes
    odd = [number for number, shape in enumerate(shapes) if shape != shapes[0]]
    if not odd:
        return
    findings.sources += [findings.node.inputs[number] for number in odd]
    findings.sides.append(
        Text(f"Expected: all of {labels.shape(shapes[0])}", f"期望：全部为 {labels.shape(shapes[0])}")
    )
    for number in odd:
        node, shape = findings.graph.nodes[findings.node.inputs[number]], shapes[number]
        findings.arithmetic.append(words.other_input(number, node, shape, shapes[0]))
        if len(shape) == len(shapes[0]) and shape[1:] == shapes[0][1:]:
            for change in channel_changes(findings.graph, node.index, shapes[0][0]):
                findings.remedies.append(words.channel_change(findings.graph, change))
    if len({shape[1:] for shape in shapes}) == 1:
        findings.remedies.append(
            Text("Concatenate the channels instead: torch.cat(..., dim=1).", "改为沿通道拼接：torch.cat(..., dim=1)。")
        )


def unflatten(findings: Findings) -> None:
    """The new directions hold as many numbers as the one that they come from."""
    sizes = findings.told.get("unflattened_size")
    if not isinstance(sizes, tuple) or min(sizes, default=0) < 1 or not findings.shape:
        return
    length, have = math.prod(sizes), findings.shape[0]
    findings.sides.append(Text(f"Expected: {words.product(sizes)} numbers", f"期望：{words.product(sizes)} 个数"))
    findings.arithmetic.append(
        Text(f"{have} ≠ {words.product(sizes)} numbers.", f"{have} ≠ {words.product(sizes)} 个数。")
    )
    if findings.source is not None:
        for change in channel_changes(findings.graph, findings.source, length):
            findings.remedies.append(words.channel_change(findings.graph, change))
