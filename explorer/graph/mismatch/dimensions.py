"""Layers for rows, images or volumes that are given something of another number of directions. No torch."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from explorer.bilingual import Text
from explorer.graph import kinds, labels
from explorer.graph.mismatch import words
from explorer.graph.mismatch.findings import expected
from explorer.graph.model import Category

if TYPE_CHECKING:
    from explorer.graph.mismatch.findings import Findings
    from explorer.graph.model import Shape

_EXPECTED = {
    1: Text("Expected: C×L, a sequence", "期望：C×L 的序列"),
    2: Text("Expected: C×H×W, a stack of feature maps", "期望：C×H×W 的特征图"),
    3: Text("Expected: C×D×H×W, a stack of volumes", "期望：C×D×H×W 的三维特征图"),
}
_SHOWN_IMAGES = Text(
    "The model is shown images, C×H×W. Write a small module around it that makes of an image what it takes, such as "
    "x.flatten(2) for a sequence or x.unsqueeze(2) for a volume.",
    "这里给模型的输入是图像 C×H×W：请写一个外层模块，把图像变成它需要的输入，例如用 x.flatten(2) 得到序列，"
    "或用 x.unsqueeze(2) 得到三维数据。",
)
_SLIDING = ("conv", "pool", "batchnorm", "instancenorm", "pad")


def check(findings: Findings, _reason: str) -> bool:
    """Whether what comes in has another number of directions than the layer slides along; says then what helps."""
    kind = findings.node.kind
    match = re.fullmatch(r"(.*)([123])d", kind)
    if match is None or not any(word in kinds.bare(kind) for word in _SLIDING):
        return False
    base, wanted, have = match[1], int(match[2]), len(findings.shape) - 1
    if have == wanted or (have == 0 and kind == "BatchNorm1d"):
        return False
    findings.sides.append(_EXPECTED[wanted])
    if have == 0:
        count = findings.shape[0] if findings.shape else 1
        findings.arithmetic.append(
            Text(
                f"{count} numbers in a row have no height and width any more.", f"{count} 个数排成一行，已没有高和宽。"
            )
        )
    else:
        findings.arithmetic.append(
            Text(
                f"{labels.shape(findings.shape)} has {have + 1} directions ≠ {wanted + 1}.",
                f"{labels.shape(findings.shape)} 有 {have + 1} 维 ≠ {wanted + 1} 维。",
            )
        )
    _undo(findings, wanted)
    channels = _channels(findings)
    has_other = have in _EXPECTED or (have == 0 and base == "BatchNorm")
    if kind[:1].isupper() and has_other and channels in (None, findings.shape[0]):
        other = f"{base}{max(have, 1)}d"
        findings.remedies.append(
            Text(
                f"Use {other} in place of {kind} for {findings.name}.", f"{findings.name} 改用 {other}，而不是 {kind}。"
            )
        )
    elif findings.source is not None and findings.graph.nodes[findings.source].category is Category.INPUT:
        findings.remedies.append(_SHOWN_IMAGES)
    return True


def _channels(findings: Findings) -> int | None:
    found = expected(findings.told, "in_channels")
    return expected(findings.told, "num_features") if found is None else found


def _undo(findings: Findings, wanted: int) -> None:
    """The operation before has taken a direction away, or several: the layer goes before it, or it is left out."""
    flat = findings.flattened()
    if flat is not None:
        if len(flat.input_shapes[0]) == wanted + 1:
            findings.remedies.append(
                Text(
                    f"Let {findings.name} run before {words.called(flat)}.",
                    f"把 {findings.name} 放到 {words.called(flat)} 之前。",
                )
            )
        return
    leave_out(findings, wanted + 1)


def leave_out(findings: Findings, directions: int) -> bool:
    """Advises to leave out the operation before, if what it is given would fit; whether it would."""
    source = None if findings.source is None else findings.graph.nodes[findings.source]
    if source is None or len(source.inputs) != 1 or source.category is Category.INPUT or source.params:
        return False
    before: Shape = source.input_shapes[0]
    if len(before) != directions or before[:1] != (_channels(findings) or before[0],):
        return False
    name = words.called(source)
    findings.remedies.append(Text(f"Leave out {name}.", f"去掉 {name}。"))
    return True
