"""All maps of a layer as one picture: quantised and coloured in one pass of numpy, never a loop over the maps."""

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from explorer.inspection import colourmaps
from explorer.inspection.colourmaps import ColourMap, Pixels
from explorer.inspection.insight import Array

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Ends = tuple[float, float]

_LEAST_ROW, _LEAST_MATRIX, _GREATEST_MATRIX = 8, 96, 1024  # px; of the rows of a matrix, and of its height
ROBUST_PERCENT = (0.5, 99.5)


class Scaling(StrEnum):
    """Which values get the first and the last colour."""

    LAYER = "layer"  # lowest and highest of all maps: weak maps look weak
    MAP = "map"  # each map its own
    ROBUST = "robust"  # of all maps, without the lowest and highest half percent


class Order(StrEnum):
    """In which order the maps stand."""

    INDEX = "index"
    STRENGTH = "strength"  # strongest first, by mean absolute value


@dataclass(frozen=True, slots=True)
class Scale:
    """What the colours mean: `low` (first colour) and `high` (last). Each map its own when `is_per_map`."""

    colours: ColourMap
    low: float
    high: float
    is_per_map: bool = False


@dataclass(frozen=True, slots=True)
class Mosaic:
    """A picture of maps side by side, and what is where.

    Attributes:
        pixels: Pixels 0xAARRGGBB (height, width); clear between the tiles.
        order: Index of the map in each tile, tile by tile, row by row.
        columns: Tiles in a row.
        cell: Height and width of a tile in pixels; `gap` pixels lie between two.
        map_size: Height and width of a map in values.
        bad: Number of values that are not finite; they are drawn in a loud colour.
        dead_maps: Indices of the maps that are zero everywhere.
    """

    pixels: Pixels
    order: Indices
    columns: int
    cell: tuple[int, int]
    gap: int
    map_size: tuple[int, int]
    scale: Scale
    bad: int = 0
    dead_maps: tuple[int, ...] = ()

    @property
    def dead(self) -> int:
        """Number of maps that are zero everywhere."""
        return len(self.dead_maps)

    def at(self, x: float, y: float) -> tuple[int, int, int] | None:
        """The map, row and column of the value drawn at pixel (`x`, `y`), or None between and beside the tiles."""
        height, width = self.cell
        row, column = int(y // (height + self.gap)), int(x // (width + self.gap))
        top, left = y - row * (height + self.gap), x - column * (width + self.gap)
        place = row * self.columns + column
        is_inside = (
            0 <= column < self.columns and 0 <= place < len(self.order) and 0 <= top < height and 0 <= left < width
        )
        if not is_inside:
            return None
        rows, columns = self.map_size
        return int(self.order[place]), int(top * rows / height), int(left * columns / width)

    def tile(self, place: int) -> tuple[int, int, int, int]:
        """Left, top, width and height of the tile at `place` (counted row by row), in pixels."""
        row, column = divmod(place, self.columns)
        height, width = self.cell
        return column * (width + self.gap), row * (height + self.gap), width, height


def as_maps(activation: Array) -> Array:
    """An activation as maps (C, H, W): a vector becomes maps of one value, a sequence (L, F) one map."""
    if activation.ndim == 3:
        return activation
    if activation.ndim <= 1:
        return activation.reshape(-1, 1, 1)
    return activation.reshape(-1, *activation.shape[-2:])


def mosaic(
    maps: Array,
    *,
    width: int | None = None,
    columns: int | None = None,
    gap: int = 1,
    scaling: Scaling = Scaling.LAYER,
    order: Order | Indices = Order.INDEX,
    colours: ColourMap = ColourMap.VIRIDIS,
    ends: Ends | None = None,
) -> Mosaic:
    """Draws `maps` (C, H, W), in an `order` that follows from them or in a given one, (C,).

    `ends`, if given, are the lowest and highest value instead of those found by `scaling`. With `width` the picture is
    at most so many pixels wide, and tiles are enlarged by repetition or made smaller by the mean; without, a tile has
    one pixel a value, small maps a whole number of them.
    """
    count, rows_in, columns_in = maps.shape
    across = columns or default_columns(count, (rows_in, columns_in))
    cell = _cell((rows_in, columns_in), across, width, gap)
    safe, finite = _finite(maps)
    bad = 0 if finite is None else int(maps.size - np.count_nonzero(finite))
    sequence = _sequence(safe, order) if isinstance(order, Order) else order
    scale, low, high = _range(safe, finite, scaling, colours, ends)
    shown = _resize(maps, cell)
    coloured = _colour(shown, low, high, colours, has_bad=bad > 0)[sequence]
    return Mosaic(
        pixels=_arrange(coloured, across, gap),
        order=sequence,
        columns=across,
        cell=cell,
        gap=gap,
        map_size=(rows_in, columns_in),
        scale=scale,
        bad=bad,
        dead_maps=tuple(np.flatnonzero(~maps.reshape(count, -1).any(axis=1)).tolist()),
    )


def single(
    maps: Array, index: int, *, width: int, scaling: Scaling, colours: ColourMap, ends: Ends | None = None
) -> Mosaic:
    """Draws one of `maps` (C, H, W) alone, with the colours that it has among the others unless each has its own."""
    _, low, high = _range(*_finite(maps), scaling, colours, ends)
    own = (float(low[index].item()), float(high[index].item()))
    drawn = mosaic(maps[index : index + 1], width=width, columns=1, gap=0, colours=colours, ends=own)
    return replace(drawn, order=np.array([index]), dead_maps=(index,) if drawn.dead else ())


def kernels(
    weights: Array, index: int, *, width: int, columns: int | None = None, gap: int = 1, ends: Ends | None = None
) -> Mosaic:
    """Draws the kernels of one filter of (C_out, C_in, kH, kW) or (C_out, C_in), on the scale of the whole layer."""
    _, low, high = _range(*_finite(as_maps(weights)), Scaling.LAYER, ColourMap.SIGNED, ends)
    ends = (float(low.flat[0]), float(high.flat[0]))
    chosen = weights[index] if weights.ndim == 4 else weights[index].reshape(-1, 1, 1)
    return mosaic(chosen, width=width, columns=columns, gap=gap, colours=ColourMap.SIGNED, ends=ends)


def matrix(values: Array, *, width: int, ends: Ends | None = None) -> Mosaic:
    """Draws signed values (R, C) as one picture, at most `width` pixels wide; rows stay high enough to be seen."""
    rows_in, columns_in = values.shape
    times = max(1, width // columns_in)
    across = min(width, columns_in * times)
    down = min(max(rows_in * times, min(rows_in * _LEAST_ROW, _LEAST_MATRIX)), max(width, _GREATEST_MATRIX))
    safe, finite = _finite(values[None])
    scale, low, high = _range(safe, finite, Scaling.LAYER, ColourMap.SIGNED, ends)
    coloured = _colour(_resize(values[None], (down, across)), low, high, ColourMap.SIGNED, has_bad=finite is not None)
    bad = 0 if finite is None else int(values.size - np.count_nonzero(finite))
    return Mosaic(coloured[0], np.arange(1), 1, (down, across), 0, (rows_in, columns_in), scale, bad)


def rgb_mosaic(
    filters: Array,
    *,
    width: int | None = None,
    columns: int | None = None,
    gap: int = 1,
    ends: Ends | None = None,
) -> Mosaic:
    """Draws filters (C_out, 3, kH, kW) in colour, with one symmetric scale for all: zero is mid grey."""
    count, _, rows_in, columns_in = filters.shape
    across = columns or default_columns(count, (rows_in, columns_in))
    cell = _cell((rows_in, columns_in), across, width, gap)
    finite = np.isfinite(filters)
    bad = int(filters.size - np.count_nonzero(finite))
    safe = _with_zeros(filters, finite)
    top = float(np.abs(safe).max(initial=0.0)) if ends is None else max(-ends[0], ends[1])
    shown = _resize(safe.reshape(count * 3, rows_in, columns_in), cell).reshape(count, 3, *cell)
    levels = np.clip(np.rint(127.5 + shown * (127.5 / (top or 1.0))), 0, 255).astype(np.uint32)
    red, green, blue = np.moveaxis(levels, 1, 0)
    coloured: Pixels = np.asarray(np.uint32(0xFF000000) | (red << 16) | (green << 8) | blue, dtype=np.uint32)
    if bad:
        loud = _resize(np.asarray((~finite).any(axis=1), dtype=np.float32), cell) > 0
        coloured[loud] = colourmaps.LOUD
    return Mosaic(
        pixels=_arrange(coloured, across, gap),
        order=np.arange(count),
        columns=across,
        cell=cell,
        gap=gap,
        map_size=(rows_in, columns_in),
        scale=Scale(ColourMap.GREY, -top, top),
        bad=bad,
    )


def overlay(image: NDArray[np.uint8], heat: Array, *, width: int) -> Mosaic:
    """An image (H, W, C) in grey with `heat` (H, W), 0 to 1, laid over it in viridis, the stronger the denser."""
    grey = image.astype(np.float32).mean(axis=2)[None]
    cell = _cell(heat.shape, 1, width, 0)
    shown_heat = np.clip(_resize(heat[None], cell), 0, 1)
    base = _resize(grey, cell).astype(np.uint32)
    share = np.sqrt(shown_heat) * 0.85
    hot = colourmaps.table(ColourMap.VIRIDIS)[(shown_heat * 255).astype(np.uint8)]
    channels = [(base * (1 - share) + (hot >> shift & 255) * share).astype(np.uint32) for shift in (16, 8, 0)]
    pixels = np.uint32(0xFF000000) | (channels[0] << 16) | (channels[1] << 8) | channels[2]
    size = (heat.shape[0], heat.shape[1])
    return Mosaic(pixels[0], np.arange(1), 1, cell, 0, size, Scale(ColourMap.VIRIDIS, 0.0, 1.0))


def strength(maps: Array) -> Floats:
    """Mean absolute value of each map (C,); values that are not finite count as zero."""
    flat = np.nan_to_num(maps.reshape(len(maps), -1), nan=0.0, posinf=0.0, neginf=0.0)
    return np.asarray(np.abs(flat).mean(axis=1, dtype=np.float64))


def default_columns(count: int, map_size: tuple[int, int]) -> int:
    """How many tiles stand in a row where nothing else is said."""
    if max(map_size) <= 2:  # a vector: a field of small squares
        return max(1, min(count, 16 if count <= 512 else 32))
    for limit, columns in ((1, 1), (4, 2), (9, 3), (16, 4), (192, 6), (512, 8)):
        if count <= limit:
            return columns
    return 12


def _cell(map_size: tuple[int, int], columns: int, width: int | None, gap: int) -> tuple[int, int]:
    rows_in, columns_in = map_size
    if width is None:
        times = max(1, -(-16 // max(map_size)))
        return rows_in * times, columns_in * times
    cell_width = max(1, (width - gap * (columns - 1)) // columns)
    return max(1, round(cell_width * rows_in / columns_in)), cell_width


def _sequence(maps: Array, order: Order) -> Indices:
    if order == Order.STRENGTH:
        return np.argsort(-strength(maps), kind="stable")
    return np.arange(len(maps))


def _range(
    maps: Array, finite: NDArray[np.bool_] | None, scaling: Scaling, colours: ColourMap, fixed: Ends | None = None
) -> tuple[Scale, Floats, Floats]:
    """The scale, and the lowest and highest value of each map, (C, 1, 1); `fixed` ones or of the finite values."""
    if fixed is not None:
        scaling = Scaling.LAYER
        low, high = (np.full((len(maps), 1, 1), end, dtype=np.float64) for end in fixed)
    elif scaling == Scaling.MAP:
        inside = True if finite is None else finite
        low = maps.min(axis=(1, 2), keepdims=True, initial=np.inf, where=inside).astype(np.float64)
        high = maps.max(axis=(1, 2), keepdims=True, initial=-np.inf, where=inside).astype(np.float64)
        empty = low > high
        low[empty] = high[empty] = 0.0
    else:
        values = maps if finite is None else maps[finite]
        if values.size == 0:
            ends = (0.0, 0.0)
        elif scaling == Scaling.ROBUST:
            ends = tuple(np.percentile(values, ROBUST_PERCENT))
        else:
            ends = (float(values.min()), float(values.max()))
        low, high = (np.full((len(maps), 1, 1), end, dtype=np.float64) for end in ends)
    if colours == ColourMap.SIGNED:
        high = np.maximum(np.abs(low), np.abs(high))
        low = -high
    lowest, highest = float(low.min(initial=np.inf)), float(high.max(initial=-np.inf))
    return Scale(colours, lowest, highest, is_per_map=scaling == Scaling.MAP), low, high


def _finite(maps: Array) -> tuple[Array, NDArray[np.bool_] | None]:
    """`maps` with zeros for values that are not finite, and which are; None where all are."""
    finite = np.isfinite(maps)
    return (maps, None) if finite.all() else (_with_zeros(maps, finite), finite)


def _with_zeros(values: Array, finite: NDArray[np.bool_]) -> Array:
    """`values` with zeros where they are not finite."""
    return np.where(finite, values, np.float32(0)).astype(np.float32, copy=False)


def _resize(maps: Array, cell: tuple[int, int]) -> Array:
    """Maps (C, H, W) as (C, *cell): values repeated where the cell is larger, their mean where it is smaller."""
    for axis, size in ((1, cell[0]), (2, cell[1])):
        length = maps.shape[axis]
        if size < length:
            starts = np.arange(size) * length // size
            counts = np.diff(np.append(starts, length)).astype(np.float32)
            shape = (-1, 1) if axis == 1 else (-1,)
            with np.errstate(invalid="ignore", over="ignore"):  # infinities of both signs make a "not a number"
                maps = np.asarray(np.add.reduceat(maps, starts, axis=axis) / counts.reshape(shape), dtype=np.float32)
    for axis, size in ((1, cell[0]), (2, cell[1])):
        length = maps.shape[axis]
        if size > length:
            maps = np.take(maps, np.arange(size) * length // size, axis=axis)
    return maps


def _colour(maps: Array, low: Floats, high: Floats, colours: ColourMap, *, has_bad: bool) -> Pixels:
    span = high - low
    finite = np.isfinite(maps) if has_bad else None
    safe = maps if finite is None else _with_zeros(maps, finite)
    # Float32 is enough but for values that would leave its range on the way.
    kind = np.float32 if 1e-30 < span.max(initial=0.0) < 1e30 else np.float64
    # A map of one value gets the first colour, but the middle where zero is the middle.
    flat = 127.5 if colours == ColourMap.SIGNED else 0.0
    share = (safe.astype(kind, copy=False) - low.astype(kind)) / np.where(span > 0, span, 1.0).astype(kind)
    levels = np.where(span > 0, share * kind(255), kind(flat)) + kind(0.5)
    pixels: Pixels = colourmaps.table(colours)[np.clip(levels, 0, 255).astype(np.uint8)]
    if finite is not None:
        pixels[~finite] = colourmaps.LOUD
    return pixels


def _arrange(coloured: Pixels, columns: int, gap: int) -> Pixels:
    """Tiles (C, h, w) row by row into one picture with `gap` clear pixels between them."""
    count, height, width = coloured.shape
    rows = -(-count // columns)
    field = np.full((rows * columns, height + gap, width + gap), colourmaps.CLEAR, dtype=np.uint32)
    field[:count, :height, :width] = coloured
    lines = field.reshape(rows, columns, height + gap, width + gap).transpose(0, 2, 1, 3)
    picture = lines.reshape(rows * (height + gap), columns * (width + gap))
    return np.ascontiguousarray(picture[: rows * (height + gap) - gap, : columns * (width + gap) - gap])
