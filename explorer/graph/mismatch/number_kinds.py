"""Numbers of one kind where those of another are needed: whole numbers into a convolution, doubles into floats."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from explorer.bilingual import Text

if TYPE_CHECKING:
    from explorer.graph.mismatch.findings import Findings

_SAID = (
    r"Input type \((.+?)\) and (?:bias|weight) type \((.+?)\)",
    r"the same dtype, but got:? ?(\w[\w:]*)(?: and| !=) (\w[\w:]*)",
)
_NAMES = {
    "float": "float32", "double": "float64", "half": "float16", "bfloat16": "bfloat16", "long int": "int64",
    "long": "int64", "int": "int32", "short": "int16", "char": "int8", "signed char": "int8", "unsigned char": "uint8",
    "byte": "uint8", "bool": "bool",
}  # fmt: skip
_METHODS = {"float32": "float()", "float64": "double()", "float16": "half()", "bfloat16": "bfloat16()"}


def check(findings: Findings, reason: str) -> bool:
    """Whether `reason`, torch's words, is about two kinds of numbers; says then which, and what helps."""
    match = next((found for pattern in _SAID if (found := re.search(pattern, reason))), None)
    if match is None:
        return False
    have, wanted = (_name(word) for word in match.groups())
    name = findings.name
    findings.sides.append(Text(f"Expected: numbers of the type {wanted}", f"期望：{wanted} 类型的数"))
    findings.arithmetic.append(
        Text(
            f"What comes in is {have}, the weights are {wanted}: {have} ≠ {wanted}.",
            f"输入为 {have}，权重为 {wanted}：{have} ≠ {wanted}。",
        )
    )
    if wanted in _METHODS:
        findings.remedies.append(
            Text(
                f"Write x.{_METHODS[wanted]} before {name}, where x is what it is given.",
                f"在 {name} 之前写 x.{_METHODS[wanted]}，其中 x 是它的输入。",
            )
        )
    if have in _METHODS and findings.node.kind[:1].isupper():
        findings.remedies.append(
            Text(
                f"Give {name} weights of that type: {name}.{_METHODS[have]}.",
                f"把 {name} 的权重改为该类型：{name}.{_METHODS[have]}。",
            )
        )
    return True


def _name(word: str) -> str:
    plain = word.lower().removeprefix("c10::")
    return _NAMES.get(plain, plain)
