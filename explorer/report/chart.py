"""Curves as an SVG drawing for a page: lines over epochs, with axes, a legend and words for those who cannot see it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

Numbers = NDArray[np.float64]

WIDTH, HEIGHT = 560, 320
_LEFT, _RIGHT, _TOP, _BOTTOM = 54, 14, 34, 40
_DENSEST = 400  # points of a line
_LINES = 5  # of the grid, about


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A line: `x` and `y` float64 (N,), without NaN; `is_dotted` marks each point."""

    name: str
    colour: str
    x: Numbers
    y: Numbers
    is_dotted: bool = False


@dataclass(frozen=True, slots=True)
class Axes:
    """What stands at the axes; `top` is where y ends, None for what the curves need, and `is_share` shows percent."""

    title: str
    x: str
    top: float | None = None
    is_share: bool = False


def curve(name: str, colour: str, x: Numbers, y: NDArray[np.floating], *, is_dotted: bool = False) -> Curve:
    """A curve of what is finite, thinned by means of neighbours to as many points as can be told apart."""
    values: Numbers = np.asarray(y, np.float64)
    kept = np.isfinite(values)
    x, values = x[kept], values[kept]
    each = -(-len(x) // _DENSEST)
    if each > 1:
        starts = np.arange(0, len(x), each)
        counts = np.diff(np.append(starts, len(x)))
        x, values = np.add.reduceat(x, starts) / counts, np.add.reduceat(values, starts) / counts
    return Curve(name, colour, x, values, is_dotted)


def draw(axes: Axes, curves: Sequence[Curve]) -> str:
    """The SVG element; without a point in any curve an empty text."""
    drawn = [line for line in curves if len(line.x)]
    if not drawn:
        return ""
    right = max(float(line.x.max()) for line in drawn) or 1.0
    top = axes.top or _top_of(drawn)
    x_marks, y_marks = ticks(right), ticks(top)
    top = max(top, y_marks[-1]) if axes.top is None else top
    width, height = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM

    def place(x: float, y: float) -> tuple[float, float]:
        return _LEFT + width * x / right, _TOP + height * (1 - min(max(y / top, 0.0), 1.0))

    parts = [
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(_in_words(axes, drawn))}">'
    ]
    for mark in y_marks:
        y = place(0, mark)[1]
        parts.append(f'<path class="grid" d="M{_LEFT} {y:.1f}H{WIDTH - _RIGHT}"/>')
        words = f"{mark:.0%}" if axes.is_share else _number(mark)
        parts.append(f'<text class="mark" x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{words}</text>')
    for mark in x_marks:
        x = place(mark, 0)[0]
        parts.append(
            f'<text class="mark" x="{x:.1f}" y="{HEIGHT - _BOTTOM + 18}" text-anchor="middle">{_number(mark)}</text>'
        )
    parts.append(
        f'<text class="mark" x="{_LEFT + width / 2:.0f}" y="{HEIGHT - 4}" text-anchor="middle">{escape(axes.x)}</text>'
    )
    parts += [_line(line, [place(x, y) for x, y in zip(line.x, line.y, strict=True)]) for line in drawn]
    parts.append(_legend(axes.title, drawn))
    return "\n".join([*parts, "</svg>"])


def ticks(top: float) -> list[float]:
    """Round numbers from 0 to `top`, about five of them, 1, 2 or 5 times a power of ten apart."""
    rough = top / _LINES
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999)
    return [step * place for place in range(math.floor(top / step + 1e-9) + 1)]


def _top_of(curves: Sequence[Curve]) -> float:
    """Where the greatest values of all lines fit but for a few of the first steps."""
    return max(float(np.percentile(line.y, 98)) for line in curves) * 1.08 or 1.0


def _line(line: Curve, points: list[tuple[float, float]]) -> str:
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    width = 2 if line.is_dotted else 1.4
    drawn = f'<path d="M{path}" fill="none" stroke="{line.colour}" stroke-width="{width}" stroke-linejoin="round"/>'
    if not line.is_dotted:
        return drawn
    return drawn + "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{line.colour}"/>' for x, y in points)


def _legend(title: str, curves: Sequence[Curve]) -> str:
    parts = [f'<text class="title" x="{_LEFT}" y="18">{escape(title)}</text>']
    x = float(WIDTH - _RIGHT)
    for line in reversed(curves):
        parts.append(f'<text class="mark" x="{x:.0f}" y="18" text-anchor="end">{escape(line.name)}</text>')
        x -= 8 + sum(12 if ord(sign) > 0x2E80 else 6.6 for sign in line.name)
        parts.append(f'<path d="M{x - 14:.0f} 14H{x:.0f}" stroke="{line.colour}" stroke-width="2.5"/>')
        x -= 30
    return "".join(parts)


def _in_words(axes: Axes, curves: Sequence[Curve]) -> str:
    ends = (f"{line.name}: {_value(axes, float(line.y[0]))} → {_value(axes, float(line.y[-1]))}" for line in curves)
    return f"{axes.title}. " + "; ".join(ends)


def _value(axes: Axes, value: float) -> str:
    return f"{value:.1%}" if axes.is_share else f"{value:.3g}"


def _number(value: float) -> str:
    return f"{value:.6g}"
