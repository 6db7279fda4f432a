"""Coloured shapes drawn by the program: data of any size that needs no download."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from explorer.bilingual import Text
from explorer.data import class_names
from explorer.data.split import Split
from explorer.data.watch import Watch

Floats = NDArray[np.floating[Any]]
_CHUNK_PIXELS = 1 << 17  # at a time, so that it stays in the processor's cache
_LEAST_CONTRAST = 0.3  # between shape and background, in the brightness that the eye sees


def shapes(count: int, size: int, seed: int, watch: Watch | None = None) -> Split:
    """`count` colour images of `size` pixels, classes in turn; image n is a pure function of (n, size, seed).

    Colours, place, size, angle, background gradient and noise vary; a shape stays apart from its background.
    """
    chunk = max(1, _CHUNK_PIXELS // size**2)
    labels = np.arange(count + chunk) % len(class_names.SHAPES)
    images = np.empty((count, 3, size, size), np.uint8)
    for number, start in enumerate(range(0, count, chunk)):
        if watch is not None:
            watch.report(Text("Drawing shapes", "正在绘制图形"), start / count)
        drawn = _draw(labels[start : start + chunk], size, np.random.default_rng([seed, size, number]))
        images[start : start + chunk] = drawn[: count - start]
    labels = labels[:count]
    return Split(torch.from_numpy(images), torch.from_numpy(labels.astype(np.int64)))


def _draw(labels: NDArray[np.int64], size: int, random: np.random.Generator) -> NDArray[np.uint8]:
    count = len(labels)
    steps = ((np.arange(size, dtype=np.float32) + 0.5) / size) * 2 - 1
    x, y = steps[None, None, :], steps[None, :, None]
    half = _column(random.uniform(0.5, 0.85, count))  # radius; the image spans -1 to 1
    room = 1 - half
    x = x - _column(random.uniform(-1, 1, count)) * room
    y = y - _column(random.uniform(-1, 1, count)) * room
    angle = _column(random.uniform(-0.4, 0.4, count))
    u = (np.cos(angle) * x + np.sin(angle) * y) / half
    v = (np.cos(angle) * y - np.sin(angle) * x) / half
    distance = np.empty((count, size, size), np.float32)
    for label, kind in enumerate(_DISTANCES):
        chosen = labels == label
        distance[chosen] = kind(u[chosen], v[chosen])
    edge = 2 / size / half  # one pixel, so that edges are smooth
    cover = np.clip(0.5 - distance / edge, 0, 1)[:, None]
    front, back, slope = _colours(count, random)
    shade = back + slope[:, :, None, None] * steps[None, None, :, None]
    picture = random.standard_normal((count, 3, size, size), dtype=np.float32)
    picture *= _column(random.uniform(0.0, 0.04, count))[:, None]
    picture += shade
    picture += cover * (front - shade)
    np.clip(picture, 0, 1, out=picture)
    drawn: NDArray[np.uint8] = (picture * 255 + 0.5).astype(np.uint8)
    return drawn


def _column(values: NDArray[np.float64]) -> Floats:
    return values.astype(np.float32)[:, None, None]


def _colours(count: int, random: np.random.Generator) -> tuple[Floats, Floats, Floats]:
    """Colour of shape (N, 3, 1, 1), of background, and how the background changes from top to bottom (N, 3)."""
    weights = np.array([0.299, 0.587, 0.114], np.float32)
    back = random.random((count, 3), dtype=np.float32)
    front = random.random((count, 3), dtype=np.float32)
    for _ in range(20):  # draw again what can hardly be seen; what is left then becomes black or white
        faint = np.abs((front - back) @ weights) < _LEAST_CONTRAST
        if not faint.any():
            break
        front[faint] = random.random((int(faint.sum()), 3), dtype=np.float32)
    faint = np.abs((front - back) @ weights) < _LEAST_CONTRAST
    front[faint] = (back[faint] @ weights < 0.5).astype(np.float32)[:, None]
    slope = random.uniform(-0.1, 0.1, (count, 3)).astype(np.float32)
    return front[:, :, None, None], back[:, :, None, None], slope


# Signed distances, about: negative inside, in units of the radius; u to the right, v down.


def _circle(u: Floats, v: Floats) -> Floats:
    return np.hypot(u, v) - 0.85


def _square(u: Floats, v: Floats) -> Floats:
    return np.maximum(np.abs(u), np.abs(v)) - 0.72


def _polygon(u: Floats, v: Floats, corners: int, radius: float) -> Floats:
    """A regular polygon with a corner at the top; `radius` is that of the circle inside it."""
    sector = 2 * np.pi / corners
    theta = np.arctan2(u, -v)
    off = (theta - sector / 2 + np.pi) % sector - (np.pi % sector)
    off = np.where(off > sector / 2, off - sector, np.where(off < -sector / 2, off + sector, off))
    result: Floats = np.hypot(u, v) * np.cos(off) - radius
    return result


def _triangle(u: Floats, v: Floats) -> Floats:
    return _polygon(u, v - 0.15, 3, 0.5)


def _hexagon(u: Floats, v: Floats) -> Floats:
    return _polygon(u, v, 6, 0.78)


def _star(u: Floats, v: Floats) -> Floats:
    """Five points: within a fifth, the line from the outer corner to the inner one."""
    outer, inner = 0.98, 0.42
    sector = np.pi / 5
    theta = np.abs((np.arctan2(u, -v) + sector) % (2 * sector) - sector)
    radius = np.hypot(u, v)
    px, py = radius * np.cos(theta), radius * np.sin(theta)
    dx, dy = inner * np.cos(sector) - outer, inner * np.sin(sector)
    result: Floats = ((px - outer) * dy - py * dx) / np.hypot(dx, dy)
    return result


def _ring(u: Floats, v: Floats) -> Floats:
    return np.abs(np.hypot(u, v) - 0.66) - 0.19


def _cross(u: Floats, v: Floats) -> Floats:
    a, b = np.abs(u), np.abs(v)
    return np.minimum(np.maximum(a - 0.88, b - 0.26), np.maximum(a - 0.26, b - 0.88))


def _heart(u: Floats, v: Floats) -> Floats:
    """Two circles, and between them a square that stands on its corner."""
    a, b = np.abs(u), v + 0.08
    lobe = np.hypot(a - 0.36, b + 0.26) - 0.46
    right, left = (a + b - 0.75) * 0.7071, (a - b - 0.62) * 0.7071
    result: Floats = np.minimum(lobe, np.maximum(np.maximum(right, left), -b - 0.5))
    return result


def _crescent(u: Floats, v: Floats) -> Floats:
    result: Floats = np.maximum(np.hypot(u + 0.1, v) - 0.86, 0.68 - np.hypot(u - 0.32, v))
    return result


def _stripes(u: Floats, v: Floats) -> Floats:
    bars = np.abs(np.abs(v) - np.where(np.abs(v) < 0.3, 0.0, 0.6)) - 0.15
    result: Floats = np.maximum(np.abs(u) - 0.8, bars)
    return result


_DISTANCES = (_circle, _square, _triangle, _star, _ring, _cross, _heart, _crescent, _hexagon, _stripes)
