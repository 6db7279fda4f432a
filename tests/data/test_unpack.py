"""An archive becomes a folder, whole and in its place, or nothing at all."""

import errno
import io
import os
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest

from explorer.data import unpack
from explorer.data.watch import Cancelled, Watch
from explorer.errors import ExplorerError
from tests.data.small_sets import tarred, zipped

FILES = {"top/a/1.png": b"one", "top/b/2.png": b"two", "top/b/deep/3.png": b""}


def packed(folder: Path, content: bytes, name: str) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def files_below(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize(("make", "name"), [(zipped, "x.zip"), (tarred, "x.tgz")])
def test_all_files_with_progress(make: object, name: str, tmp_path: Path) -> None:
    archive = packed(tmp_path, make(FILES), name)  # type: ignore[operator]
    seen: list[tuple[str, float | None]] = []
    unpack.unpack(archive, tmp_path / "out", Watch(lambda what, fraction: seen.append((str(what), fraction))))
    assert files_below(tmp_path / "out") == FILES
    assert sorted(os.listdir(tmp_path)) == ["out", name]
    assert seen[-1][0] == f"Unpacking {name}: 2 files"
    archive.write_bytes(b"")
    unpack.unpack(archive, tmp_path / "out", Watch())  # is there: not looked at


def _member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, link
    return member


HARMFUL_TAR = {
    "parent": _member("../escaped"),
    "hidden parent": _member("top/a/../../../escaped"),
    "absolute": _member("/tmp/escaped"),
    "link out": _member("top/link", tarfile.SYMTYPE, "../../escaped"),
    "link in": _member("top/link", tarfile.SYMTYPE, "a"),
    "hard link": _member("top/link", tarfile.LNKTYPE, "../../escaped"),
    "device": _member("top/null", tarfile.CHRTYPE),
    "pipe": _member("top/pipe", tarfile.FIFOTYPE),
}


@pytest.mark.parametrize("how", list(HARMFUL_TAR))
def test_a_tar_that_means_harm(how: str, tmp_path: Path) -> None:
    place = tmp_path / "one" / "two"
    place.mkdir(parents=True)
    archive = packed(place, tarred(FILES, HARMFUL_TAR[how]), "x.tgz")
    with pytest.raises(ExplorerError, match="leads out of its folder, or none that is allowed") as refusal:
        unpack.unpack(archive, place / "out", Watch())
    assert HARMFUL_TAR[how].name in refusal.value.language("zh")
    assert set(files_below(tmp_path)) == {"one/two/x.tgz"}
    assert os.listdir(place) == ["x.tgz"]


@pytest.mark.parametrize("name", ["../escaped", "a/../../escaped", "/tmp/escaped", "C:/escaped", "..\\escaped"])
def test_a_zip_that_means_harm(name: str, tmp_path: Path) -> None:
    place = tmp_path / "one" / "two"
    place.mkdir(parents=True)
    archive = packed(place, zipped({**FILES, name: b"x"}), "x.zip")
    with pytest.raises(ExplorerError, match="leads out of its folder"):
        unpack.unpack(archive, place / "out", Watch())
    assert set(files_below(tmp_path)) == {"one/two/x.zip"}


def test_a_link_in_a_zip_is_a_file(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("top/link")
    link.external_attr = 0o120777 << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    unpack.unpack(packed(tmp_path, buffer.getvalue(), "x.zip"), tmp_path / "out", Watch())
    assert not (tmp_path / "out" / "top" / "link").is_symlink()
    assert (tmp_path / "out" / "top" / "link").read_bytes() == b"/etc/passwd"


@pytest.mark.parametrize(("make", "name"), [(zipped, "x.zip"), (tarred, "x.tgz")])
def test_a_bomb_is_cut_off(make: object, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpack, "LARGEST", 1 << 20)
    archive = packed(tmp_path, make({"top/big": bytes(3 << 20)}), name)  # type: ignore[operator]
    with pytest.raises(ExplorerError, match="top/big"):
        unpack.unpack(archive, tmp_path / "out", Watch())
    assert os.listdir(tmp_path) == [name]


def test_too_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpack, "MOST", 2)
    with pytest.raises(ExplorerError):
        unpack.unpack(packed(tmp_path, tarred(FILES), "x.tgz"), tmp_path / "out", Watch())
    assert os.listdir(tmp_path) == ["x.tgz"]


@pytest.mark.parametrize(
    "content",
    [b"", b"nothing of the kind", tarred(FILES)[:90], tarred(FILES)[:-5], zipped(FILES)[:-10]],
    ids=["empty", "text", "tar cut", "tar without its end", "zip cut"],
)
def test_a_damaged_archive(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(ExplorerError, match="x is damaged"):
        unpack.unpack(packed(tmp_path, content, "x"), tmp_path / "out", Watch())
    assert os.listdir(tmp_path) == ["x"]


def test_a_zip_whose_content_is_damaged(tmp_path: Path) -> None:
    content = zipped(FILES).replace(b"one", b"two", 1)
    with pytest.raises(ExplorerError, match="is damaged"):
        unpack.unpack(packed(tmp_path, content, "x.zip"), tmp_path / "out", Watch())
    assert os.listdir(tmp_path) == ["x.zip"]


def test_cancelling_leaves_nothing(tmp_path: Path) -> None:
    archive = packed(tmp_path, tarred(FILES), "x.tgz")
    seen: list[object] = []
    with pytest.raises(Cancelled):
        unpack.unpack(archive, tmp_path / "out", Watch(lambda *said: seen.append(said), lambda: len(seen) > 1))
    assert os.listdir(tmp_path) == ["x.tgz"]


def test_a_full_disk_while_unpacking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open

    def full(path: Path, mode: str = "r", *more: object) -> object:
        if mode == "xb" and path.name == "2.png":
            raise OSError(errno.ENOSPC, "No space left on device")
        return opened(path, mode, *more)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(
        ExplorerError, match=r"x.tgz cannot be unpacked .*No space left on device.*Make room"
    ) as refusal:
        unpack.unpack(packed(tmp_path, tarred(FILES), "x.tgz"), tmp_path / "out", Watch())
    assert "磁盘" in refusal.value.language("zh")
    assert os.listdir(tmp_path) == ["x.tgz"]


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="mounts a small disk")
def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    import subprocess

    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(small)], capture_output=True).returncode:
        pytest.skip("may not mount")
    try:
        archive = packed(tmp_path, tarred({"top/big": os.urandom(900_000)}), "x.tgz")
        with pytest.raises(ExplorerError, match="No space left"):
            unpack.unpack(archive, small / "out", Watch())
        assert os.listdir(small) == []
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_what_a_killed_attempt_left_is_cleared_away(tmp_path: Path) -> None:
    left = tmp_path / ".out.abc.unpacking"
    left.mkdir()
    (left / "half").write_bytes(b"x")
    unpack.unpack(packed(tmp_path, tarred(FILES), "x.tgz"), tmp_path / "out", Watch())
    assert not left.exists()


def test_a_zip_that_claims_more_than_it_holds(tmp_path: Path) -> None:
    content = bytearray(zipped({"a": b"x" * 100}))
    place = content.rindex(b"PK\x01\x02")
    content[place + 20 : place + 28] = struct.pack("<2I", 10_000, 10_000)
    with pytest.raises(ExplorerError):
        unpack.unpack(packed(tmp_path, bytes(content), "x.zip"), tmp_path / "out", Watch())
    assert os.listdir(tmp_path) == ["x.zip"]
