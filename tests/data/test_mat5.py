"""MATLAB's files, as far as they are read."""

import struct
from pathlib import Path

import numpy as np
import pytest

from explorer.data import mat5
from explorer.errors import ExplorerError
from tests.data.small_sets import mat_array, mat_element, mat_file

RANDOM = np.random.default_rng(0)


def read(tmp_path: Path, content: bytes) -> dict[str, np.ndarray]:
    path = tmp_path / "x.mat"
    path.write_bytes(content)
    return mat5.read(path)


@pytest.mark.parametrize("is_packed", [True, False])
def test_arrays_come_in_matlabs_shape(tmp_path: Path, is_packed: bool) -> None:
    images = RANDOM.integers(0, 256, (4, 5, 3, 7), np.uint8)
    labels = np.arange(7, dtype=np.uint8)[:, None]
    made = mat_file(
        mat_array("X", images, packed=is_packed),
        mat_array("a_long_name", labels, packed=is_packed),
        mat_array("d", RANDOM.random((2, 3)), packed=is_packed, matlab_class=6),
    )
    arrays = read(tmp_path, made)
    assert list(arrays) == ["X", "a_long_name", "d"]
    assert np.array_equal(arrays["X"], images)
    assert np.array_equal(arrays["a_long_name"], labels)
    assert arrays["d"].dtype == np.float64


def test_numbers_stored_smaller_than_their_class(tmp_path: Path) -> None:
    """MATLAB writes doubles that are small whole numbers as bytes."""
    arrays = read(tmp_path, mat_file(mat_array("y", np.arange(5, dtype=np.uint8)[None], matlab_class=6)))
    assert arrays["y"].dtype == np.float64
    assert arrays["y"].tolist() == [[0, 1, 2, 3, 4]]


GOOD = mat_file(mat_array("X", np.arange(60, dtype=np.uint8).reshape(3, 4, 5), packed=False))


def _with(change: int, at: int) -> bytes:
    return GOOD[:at] + bytes([change]) + GOOD[at + 1 :]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MATLAB 7.3 (HDF5)".ljust(200),
        GOOD[:130],
        GOOD[:-20],
        GOOD + struct.pack("<2I", 15, 2**31),
        _with(200, 128),  # no such type
        _with(1, 128 + 24),  # an object or a cell
        _with(8, 128 + 8 + 9),  # complex numbers
        _with(255, 128 + 8 + 16 + 11),  # a side below nought
        _with(9, 128 + 8 + 16 + 8),  # other sides than there are numbers
        mat_file(struct.pack("<2I", 15, 10) + b"no zlib..."),
        mat_file(mat_element(14, b"")),
    ],
)
def test_what_is_no_such_file(tmp_path: Path, content: bytes) -> None:
    try:
        arrays = read(tmp_path, content)
    except ExplorerError as refusal:
        assert "x.mat is damaged" in str(refusal)  # noqa: PT017 (some of these are simply empty)
    else:
        assert arrays == {}


def test_garbage_never_raises_anything_else(tmp_path: Path) -> None:
    packed = mat_file(mat_array("X", np.arange(60, dtype=np.uint8).reshape(3, 4, 5)))
    for seed in range(400):
        random = np.random.default_rng(seed)
        content = bytearray(packed if seed % 2 else GOOD)
        for _ in range(random.integers(1, 4)):
            content[random.integers(124, len(content))] = random.integers(256)
        try:
            read(tmp_path, bytes(content))
        except ExplorerError:
            continue
