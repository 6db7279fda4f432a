"""Feature maps and filters as files: one picture a layer, the numbers beside them."""

import io
import json
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image

from explorer import atomic
from explorer.inspection import tiles
from explorer.inspection.colourmaps import ColourMap
from explorer.inspection.insight import Array, Insight
from explorer.inspection.tiles import Ends, Mosaic

_MAX_NAME = 80
_MAX_TILES = 4096  # in one picture of filters
_LEAST_TILE = 9  # px; narrower kernels are not drawn apart


def write_activations(insight: Insight, out: Path) -> list[Path]:
    """Writes `NNN_layer.png` for each node, `activations.npz` and `predictions.json`; the files in that order.

    The keys of the npz file are the paths of the nodes.

    Raises:
        OSError: The folder cannot be written.
    """
    files = [
        _write_png(tiles.mosaic(tiles.as_maps(activation)), out / f"{place:03d}_{safe_name(path)}.png")
        for place, (path, activation) in enumerate(insight.activations.items())
        if activation.size
    ]
    files.append(_write_npz(insight.activations, out / "activations.npz"))
    described = {
        "weights": str(insight.origin),
        "is_trained": insight.is_trained,
        "predictions": [
            {"class": p.index, "label": p.label, "probability": p.probability} for p in insight.predictions
        ],
        "notes": [str(note) for note in insight.notes],
    }
    target = out / "predictions.json"
    atomic.write_text(target, json.dumps(described, indent=2, ensure_ascii=False) + "\n")
    return [*files, target]


def write_filters(filters: Mapping[str, Array], out: Path) -> list[Path]:
    """Writes `NNN_layer.png` for each layer with weights, and `filters.npz`; the files in that order.

    First layers of three channels are drawn in colour; all others signed, one row an output channel, so that filter o
    of input i stands in row o, column i.

    Raises:
        OSError: The folder cannot be written.
    """
    files = [
        _write_png(filter_mosaic(weights), out / f"{place:03d}_{safe_name(path)}.png")
        for place, (path, weights) in enumerate(filters.items())
        if weights.size
    ]
    return [*files, _write_npz(filters, out / "filters.npz")]


def filter_mosaic(weights: Array, *, width: int | None = None, gap: int = 1, ends: Ends | None = None) -> Mosaic:
    """All filters (C_out, C_in, kH, kW) or weights (C_out, C_in) of a layer as one picture; blue is negative.

    `ends` are the lowest and the highest value that the colours reach to, if not those of these weights.
    Kernels of one value, and layers of very many kernels, are drawn as one matrix of out × in, without gaps.
    """
    if weights.ndim == 4 and weights.shape[1] == 3:
        return tiles.rgb_mosaic(weights, width=width, gap=gap, ends=ends)
    if weights.ndim == 4 and weights.shape[1] == 1:
        return tiles.mosaic(weights[:, 0], width=width, gap=gap, colours=ColourMap.SIGNED, ends=ends)
    is_few = weights.ndim == 4 and max(weights.shape[2:]) > 1 and weights.shape[0] * weights.shape[1] <= _MAX_TILES
    if is_few and (width is None or width >= weights.shape[1] * _LEAST_TILE):
        each = weights.reshape(-1, *weights.shape[2:])
        return tiles.mosaic(each, width=width, gap=1, columns=weights.shape[1], colours=ColourMap.SIGNED, ends=ends)
    return tiles.matrix(as_matrix(weights), width=2048 if width is None else width, ends=ends)


def as_matrix(weights: Array) -> Array:
    """Filters as one matrix (C_out * kH, C_in * kW): kernel of input i for output o in block row o, column i."""
    if weights.ndim != 4:
        return weights.reshape(len(weights), -1)
    c_out, c_in, height, width = weights.shape
    return weights.transpose(0, 2, 1, 3).reshape(c_out * height, c_in * width)


def safe_name(path: str) -> str:
    """A node's path as part of a file name on any system."""
    return re.sub(r"[^A-Za-z0-9._#-]+", "_", path).strip("._ ")[:_MAX_NAME].replace("#", "-") or "layer"


def _write_png(mosaic: Mosaic, target: Path) -> Path:
    pixels = mosaic.pixels
    channels = [(pixels >> shift & 255).astype(np.uint8) for shift in (16, 8, 0, 24)]
    buffer = io.BytesIO()
    Image.fromarray(np.stack(channels, axis=-1)).save(buffer, "PNG")
    atomic.write_bytes(target, buffer.getvalue())
    return target


def _write_npz(arrays: Mapping[str, Array], target: Path) -> Path:
    """What `numpy.savez` writes, for any key (a layer may be called "file"); not held in memory as a whole."""
    partial = target.with_name(f".{target.name}.tmp")
    try:
        with zipfile.ZipFile(partial, "w") as archive:
            for path, array in arrays.items():
                with archive.open(f"{path}.npy", "w", force_zip64=True) as entry:
                    np.lib.format.write_array(entry, np.ascontiguousarray(array), allow_pickle=False)
        atomic.replace(partial, target)
    finally:
        partial.unlink(missing_ok=True)
    return target
