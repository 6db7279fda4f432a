"""Arrays of numbers out of MATLAB files of version 5, the form in which SVHN comes.

Our own reader and not SciPy's: SciPy is a hundred megabytes for the sixty lines that are needed, and what is not needed
(objects, functions, cells) is better not read at all. After "MAT-File Format", The MathWorks, chapter 1.
"""

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from explorer.bilingual import Text
from explorer.errors import ExplorerError, unreadable

_HEADER = 128
_LARGEST = 2 << 30  # bytes of one array unpacked; SVHN's largest has 225 million
_COMPRESSED, _MATRIX = 15, 14
_INT32, _UINT32, _INT8 = 5, 6, 1
_STORED = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8"}
_CLASSES = {6: "f8", 7: "f4", 8: "i1", 9: "u1", 10: "i2", 11: "u2", 12: "i4", 13: "u4", 14: "i8", 15: "u8"}
_COMPLEX = 0x08


def read(path: Path) -> dict[str, NDArray[np.generic]]:
    """The arrays of real numbers in `path` by name, in MATLAB's shape.

    Raises:
        ExplorerError: It is no such file, is damaged, or holds something else.
    """
    try:
        content = path.read_bytes()
        return dict(_arrays(content))
    except OSError as error:
        raise unreadable(path, error) from error
    except (ValueError, struct.error, zlib.error, LookupError, OverflowError, MemoryError) as error:
        raise ExplorerError(
            Text(f"{path} is damaged, or no MATLAB file of version 5.", f"{path} 已损坏，或不是 MATLAB 5 格式的文件。"),
            Text("Get the file again.", "请重新获取该文件。"),
        ) from error


def _arrays(content: bytes) -> Iterator[tuple[str, NDArray[np.generic]]]:
    order = {b"IM": "<", b"MI": ">"}[content[_HEADER - 2 : _HEADER]]
    for kind, body in _elements(memoryview(content)[_HEADER:], order, is_padded=False):
        if kind == _COMPRESSED:
            kind, body = _next(_elements(memoryview(_unpacked(body)), order))
        if kind == _MATRIX:
            yield _array(body, order)


def _unpacked(packed: memoryview) -> bytes:
    unpacker = zlib.decompressobj()
    content = unpacker.decompress(packed, _LARGEST)
    if not unpacker.eof:
        raise ValueError("ends too early, or is too large")
    return content


def _elements(data: memoryview, order: str, *, is_padded: bool = True) -> Iterator[tuple[int, memoryview]]:
    """The (type, content) pairs that follow one another in `data`; those of up to four bytes have a shorter head."""
    at = 0
    while at + 8 <= len(data):
        kind, size = struct.unpack_from(f"{order}2I", data, at)
        start = at + 8
        if kind >> 16:
            kind, size, start = kind & 0xFFFF, kind >> 16, at + 4
            if size > 4:
                raise ValueError("a short element that is long")
        if start + size > len(data):
            raise ValueError("cut short")
        yield kind, data[start : start + size]
        end = start + size if start == at + 8 else at + 8
        at = end + (-end % 8 if is_padded else 0)


def _next(elements: Iterator[tuple[int, memoryview]]) -> tuple[int, memoryview]:
    for element in elements:
        return element
    raise ValueError("cut short")


def _array(body: memoryview, order: str) -> tuple[str, NDArray[np.generic]]:
    parts = _elements(body, order)
    flags = _numbers(*_next(parts), order, {_UINT32})
    shape = tuple(int(side) for side in _numbers(*_next(parts), order, {_INT32}))
    name = bytes(_numbers(*_next(parts), order, {_INT8})).decode("ascii")
    kind, is_complex = int(flags[0]) & 0xFF, int(flags[0]) >> 8 & _COMPLEX
    if kind not in _CLASSES or is_complex or any(side < 0 for side in shape):
        raise ValueError("no array of real numbers")
    values = _numbers(*_next(parts), order, set(_STORED))
    return name, values.astype(_CLASSES[kind], copy=False).reshape(shape, order="F")


def _numbers(kind: int, body: memoryview, order: str, allowed: set[int]) -> NDArray[np.generic]:
    if kind not in allowed:
        raise ValueError("unexpected kind of number")
    return np.frombuffer(body, np.dtype(_STORED[kind]).newbyteorder("<" if order == "<" else ">"))
