"""Decoded images kept on the disk, so that the second start with a large data set is fast."""

import contextlib
import hashlib
import os
import uuid
from collections.abc import Iterable
from pathlib import Path

import safetensors
import safetensors.torch
from torch import Tensor

from explorer import atomic, paths

MAX_BYTES = 4 << 30  # of all kept files; the longest unused go first
_VERSION = "1"  # raise it when the same files shall give other pixels


def key(parts: Iterable[str]) -> str:
    """A file name for what `parts` (paths, sizes, times, options) describe."""
    digest = hashlib.sha256(_VERSION.encode())
    for part in parts:
        digest.update(part.encode("utf-8", "surrogateescape") + b"\0")
    return digest.hexdigest()[:32]


def folder() -> Path:
    """Where data sets that took long to read are kept."""
    return paths.datasets() / "cache"


def load(name: str) -> dict[str, Tensor] | None:
    """What was kept under `name`; None if nothing, or if it is damaged."""
    path = folder() / f"{name}.safetensors"
    try:
        tensors = safetensors.torch.load_file(path)
        os.utime(path)
    except (OSError, safetensors.SafetensorError):
        return None
    return tensors


def save(name: str, tensors: dict[str, Tensor]) -> None:
    """Keeps `tensors`; a full disk is no error, the cache is only a convenience."""
    temporary = folder() / f".{name}.{uuid.uuid4().hex}.tmp"
    with contextlib.suppress(OSError, safetensors.SafetensorError):
        folder().mkdir(parents=True, exist_ok=True)
        safetensors.torch.save_file(tensors, temporary)
        atomic.replace(temporary, folder() / f"{name}.safetensors")
        _make_room()
    with contextlib.suppress(OSError):
        temporary.unlink()


def _make_room() -> None:
    kept = sorted(folder().glob("*.safetensors"), key=lambda path: path.stat().st_mtime, reverse=True)
    total = 0
    for number, path in enumerate(kept):
        total += path.stat().st_size
        if number and total > MAX_BYTES:
            with contextlib.suppress(OSError):  # somebody reads it, which Windows then lets nobody remove
                path.unlink()
