"""Views that ask for other numbers than there are, and maps whose flattened length is another. No torch."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from explorer.bilingual import Text
from explorer.graph.mismatch import sizes, words
from explorer.graph.mismatch.origins import channel_changes

if TYPE_CHECKING:
    from explorer.graph.mismatch.findings import Findings
    from explorer.graph.model import Node, Shape


def view(findings: Findings) -> None:
    """All numbers of an image have to find a place in the new shape."""
    shape, count = findings.shape, math.prod(findings.shape)
    wanted = findings.told.get("shape")
    rest = tuple(wanted[1:]) if isinstance(wanted, tuple) else ()
    if not rest or min(rest) < 1:
        findings.arithmetic.append(
            Text(
                f"{words.product(shape)} numbers cannot be arranged that way.",
                f"{words.product(shape)} 个数不能排成所要求的形状。",
            )
        )
        _flatten(findings)
        if len(shape) > 1:
            findings.remedies.append(Text(f"Use {count} in place of the wrong length.", f"把错误的长度改为 {count}。"))
        return
    length = math.prod(rest)
    name = findings.node.kind
    findings.sides.append(
        Text(f"Expected by {name}: {words.product(rest)} numbers", f"{name} 期望：{words.product(rest)} 个数")
    )
    findings.arithmetic.append(
        Text(f"{words.product(shape)} ≠ {words.product(rest)} numbers.",
             f"{words.product(shape)} ≠ {words.product(rest)} 个数。")
    )  # fmt: skip
    if len(rest) == 1:
        new = f"{name}(x.size(0), {count})"
        findings.remedies.append(
            Text(
                f"Write {new}, and in_features={count} in the linear layer that reads it.",
                f"改写为 {new}，并把读取它的全连接层的 in_features 设为 {count}。",
            )
        )
        _flatten(findings)
    if findings.source is not None and len(shape) == 3:
        other_maps(findings, findings.node, length)
    elif findings.source is not None and len(shape) == 1:
        for change in channel_changes(findings.graph, findings.source, length):
            findings.remedies.append(words.channel_change(findings.graph, change))


def not_in_a_row(findings: Findings, reason: str) -> bool:
    """Whether the numbers only do not lie in a row, as after a transpose; says then what helps."""
    if "view size is not compatible" not in reason:
        return False
    name = findings.node.kind
    findings.sides.append(Text("Expected: numbers that lie in a row", "期望：连续存放的数"))
    findings.arithmetic.append(
        Text(
            "As many as are wanted, but they do not lie one after another, as after a transpose or permute.",
            "个数相符，但它们不是连续存放的，例如经过 transpose 或 permute 之后。",
        )
    )
    findings.remedies.append(
        Text(f"Write reshape in place of {name}: it copies them.", f"用 reshape 代替 {name}：它会复制数据。")
    )
    return True


def _flatten(findings: Findings) -> None:
    findings.remedies.append(
        Text(
            "Write x.flatten(1): it keeps the batch and needs no number.",
            "改用 x.flatten(1)：它保留批量维，也不需要写数字。",
        )
    )


def other_maps(findings: Findings, flat: Node, length: int) -> None:
    """Other sizes and other numbers of the maps that go into `flat` with which they have `length` numbers."""
    channels, tall, wide = flat.input_shapes[0]
    source = flat.inputs[0]
    side = math.isqrt(length // channels)
    have: Shape = findings.graph.input_shape
    if channels * side * side == length and tall == wide and have[-1] == have[-2]:
        image = sizes.image_side_for(findings.graph, source, side)
        if image is not None:
            findings.remedies.append(words.other_image((have[0], image, image)))
    if length % (tall * wide) == 0:
        for change in channel_changes(findings.graph, source, length // (tall * wide)):
            findings.remedies.append(words.channel_change(findings.graph, change))
