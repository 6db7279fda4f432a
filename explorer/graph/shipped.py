"""Layer graphs of all known architectures at their defaults, carried as data: on the screen before torch is loaded."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING

from explorer import paths
from explorer.graph import serial

if TYPE_CHECKING:
    from pathlib import Path

    from explorer.graph.model import LayerGraph

SUFFIX = ".json.z"


def load(name: str) -> LayerGraph | None:
    """The graph of the architecture `name` at its default choice; None if none is carried."""
    try:
        packed = file_of(paths.resources() / "graphs", name).read_bytes()
    except FileNotFoundError:
        return None
    return unpack(packed)


def file_of(folder: Path, name: str) -> Path:
    """Where the graph of the architecture `name` lies in `folder`."""
    return folder / (name + SUFFIX)


def pack(graph: LayerGraph) -> bytes:
    """The graph as a compressed JSON text."""
    text = json.dumps(serial.to_json(graph), ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode("utf-8"), 9)


def unpack(packed: bytes) -> LayerGraph:
    """The graph that `pack` packed."""
    return serial.from_json(json.loads(zlib.decompress(packed)))
