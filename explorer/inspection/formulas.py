"""What each sort of layer does with its numbers, in words and as a function of one number. No torch."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from explorer.bilingual import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Attributes = Mapping[str, object]

BEFORE = Text("input x", "输入 x")
BIAS = Text("bias", "偏置")
SUM = Text("sum of the window", "窗口内之和")
COUNT = Text("values", "数值个数")
MEAN = Text("running mean μ", "均值 μ（移动平均）")
VARIANCE = Text("running variance σ²", "方差 σ²（移动平均）")
SCALE = Text("scale γ", "缩放 γ")
SHIFT = Text("shift β", "平移 β")
MAX_POOL = Text("The greatest value of the window.", "取窗口内的最大值。")
AVERAGE_POOL = Text("The mean of the window: its sum, divided by how many values it has.",
                    "取窗口的平均值：总和除以数值个数。")  # fmt: skip
BATCH_NORM = Text("(x − μ) / √(σ² + ε) · γ + β, with the statistics gathered in training.",
                  "(x − μ) / √(σ² + ε) · γ + β，使用训练中累积的统计量。")  # fmt: skip
ADD = Text("The sum of what comes in at this place.", "把各输入在此位置的值相加。")
MULTIPLY = Text("The product of what comes in at this place.", "把各输入在此位置的值相乘。")
SAME = Text("Handed on as it is when the network predicts.", "预测时原样传递。")


def input_map(number: int) -> Text:
    return Text(f"window × kernel, input {number}", f"窗口 × 卷积核，输入 {number}")


def other_maps(count: int) -> Text:
    return Text(f"the other {count} inputs", f"其余 {count} 个输入")


def product(number: int, value: float, weight: float) -> Text:
    """A value times its weight, as one of the addends."""
    sum_of = f"{_short(value)} × {_short(weight)}"
    return Text(f"input {number}: {sum_of}", f"输入 {number}：{sum_of}")


def other_products(count: int) -> Text:
    return Text(f"the other {count} products", f"其余 {count} 个乘积")


def of(path: str) -> Text:
    return Text(path, path)


def convolution(inputs: int, *, has_bias: bool) -> Text:
    """What a convolution does that reads so many maps."""
    if inputs == 1:
        en, zh = "The window times the kernel, value by value, added up", "窗口与卷积核逐值相乘并求和"
    else:
        en = f"The window times the kernel, value by value, added up over {inputs} inputs"
        zh = f"窗口与卷积核逐值相乘，对 {inputs} 个输入求和"
    return _with_bias(en, zh, has_bias=has_bias)


def linear(inputs: int, *, has_bias: bool) -> Text:
    """What a linear layer does that reads so many values."""
    en, zh = f"{inputs} inputs, each times its weight, added up", f"{inputs} 个输入各乘以其权重并求和"
    return _with_bias(en, zh, has_bias=has_bias)


def _with_bias(en: str, zh: str, *, has_bias: bool) -> Text:
    return Text(f"{en}, plus the bias.", f"{zh}，再加上偏置。") if has_bias else Text(f"{en}.", f"{zh}。")


def concatenate(channel: int, path: str) -> Text:
    return Text(f"Map {channel} of {path}, handed on as it is.", f"原样传递 {path} 的特征图 {channel}。")


def moved(channel: int, row: int, column: int) -> Text:
    return Text(
        f"Map {channel}, row {row}, column {column} of the input, in another shape.",
        f"输入的特征图 {channel}，第 {row} 行，第 {column} 列，仅改变形状。",
    )


def _short(value: float) -> str:
    return f"{value:.3g}".replace("-", "−", 1)


@dataclass(frozen=True, slots=True)
class Formula:
    """An activation: what it does, and the number that it makes of one."""

    rule: Text
    compute: Callable[[float, Attributes], float]


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def _between(x: float, low: float, high: float) -> float:
    return min(max(x, low), high)


def _slope(attributes: Attributes) -> float:
    return float(cast("float", attributes.get("negative_slope", 0.01)))


ACTIVATIONS: Mapping[str, Formula] = {
    "relu": Formula(
        Text("max(0, x): what is below zero becomes zero.", "max(0, x)：小于零的变为零。"), lambda x, _: max(0.0, x)
    ),
    "relu6": Formula(Text("x, between 0 and 6.", "x，限制在 0 到 6 之间。"), lambda x, _: _between(x, 0.0, 6.0)),
    "leakyrelu": Formula(
        Text("x above zero, a small share of x below.", "大于零时为 x，小于零时为 x 的一小部分。"),
        lambda x, attributes: x if x >= 0 else x * _slope(attributes),
    ),
    "sigmoid": Formula(
        Text("1 / (1 + exp(−x)): between 0 and 1.", "1 / (1 + exp(−x))：介于 0 与 1 之间。"), lambda x, _: _sigmoid(x)
    ),
    "tanh": Formula(Text("tanh(x): between −1 and 1.", "tanh(x)：介于 −1 与 1 之间。"), lambda x, _: math.tanh(x)),
    "silu": Formula(Text("x · sigmoid(x).", "x · sigmoid(x)。"), lambda x, _: x * _sigmoid(x)),
    "hardswish": Formula(
        Text(
            "x · (x + 3) / 6, the second factor between 0 and 1.", "x · (x + 3) / 6，其中第二个因子限制在 0 到 1 之间。"
        ),
        lambda x, _: x * _between(x + 3, 0.0, 6.0) / 6,
    ),
    "hardsigmoid": Formula(
        Text("(x + 3) / 6, between 0 and 1.", "(x + 3) / 6，限制在 0 到 1 之间。"),
        lambda x, _: _between(x + 3, 0.0, 6.0) / 6,
    ),
    "gelu": Formula(
        Text("x · Φ(x), with the normal distribution Φ.", "x · Φ(x)，Φ 为标准正态分布函数。"),
        lambda x, _: x * 0.5 * (1 + math.erf(x / math.sqrt(2))),
    ),
}
