"""Unpacking an archive into a folder: whole or not at all, and nowhere else. No torch."""

import contextlib
import gzip
import os
import shutil
import tarfile
import tempfile
import zipfile
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from typing import IO

from explorer import atomic
from explorer.bilingual import Text
from explorer.data import archive
from explorer.data.watch import Watch
from explorer.errors import ExplorerError

LARGEST = 8 << 30  # bytes of all files together
MOST = 2_000_000  # files
_CHUNK = 1 << 20


class _RefusedError(Exception):
    """A member that no honest archive has; `args[0]` is its name."""


def unpack(packed: Path, target: Path, watch: Watch) -> None:
    """Makes the folder `target` of the files in `packed` (.zip, .tgz, .tar.gz), unless it is there.

    It is made beside `target` under another name and renamed at last, so that a cancelled, failed or killed attempt
    leaves no half of it under the name that counts.

    Raises:
        ExplorerError: The archive is damaged, has members that lead out of the folder, is a bomb, or the disk is full.
        Cancelled: The user wants no more of it.
    """
    if target.is_dir():
        return
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _forget_earlier_attempts(target)
        place = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".unpacking", dir=target.parent))
        try:
            _fill(packed, place, watch)
            atomic.replace(place, target)
        finally:
            shutil.rmtree(place, ignore_errors=True)
    except _RefusedError as error:
        raise ExplorerError(
            Text(f"{packed} has a member that leads out of its folder, or none that is allowed: {error}.",
                 f"{packed} 中有指向目录之外或不允许的成员：{error}。"),
            Text("Get the file again, from where it comes from.", "请从原始出处重新获取该文件。"),
        ) from error  # fmt: skip
    except archive.DAMAGE as error:
        raise archive.damaged(packed) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise ExplorerError(
            Text(f"{packed.name} cannot be unpacked into {target.parent}: {reason}.",
                 f"无法将 {packed.name} 解压到 {target.parent}：{reason}。"),
            Text("Make room on the disk, or choose another folder.", "请清理磁盘空间或选择其他文件夹。"),
        ) from error  # fmt: skip


def _forget_earlier_attempts(target: Path) -> None:
    for left in target.parent.glob(f".{target.name}.*.unpacking"):
        shutil.rmtree(left, ignore_errors=True)


def _fill(packed: Path, place: Path, watch: Watch) -> None:
    name, total, count = packed.name, 0, 0
    members = _of_zip(packed) if zipfile.is_zipfile(packed) else _of_tar(packed)
    with closing(members):
        for path, content, done in members:
            watch.report(Text(f"Unpacking {name}: {count:,} files", f"正在解压 {name}：{count} 个文件"), done)
            target = _inside(place, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as file:
                while chunk := content.read(_CHUNK):
                    total += len(chunk)
                    if total > LARGEST:
                        raise _RefusedError(path)
                    file.write(chunk)
            count += 1
            if count > MOST:
                raise _RefusedError(path)


def _inside(place: Path, path: str) -> Path:
    """Where the member `path` belongs.

    Raises:
        _RefusedError: Not in `place`.
    """
    parts = path.replace("\\", "/").split("/")
    has_drive = ":" in (path if os.name == "nt" else parts[0])  # Windows: or a second content of the file before it
    if path.startswith(("/", "\\")) or ".." in parts or has_drive or "\0" in path:
        raise _RefusedError(path)
    return place.joinpath(*[part for part in parts if part not in ("", ".")])


def _of_zip(packed: Path) -> Generator[tuple[str, IO[bytes], float], None, None]:
    """Path, content and the share that was before, of each file."""
    with zipfile.ZipFile(packed) as opened:
        members = opened.infolist()
        for number, member in enumerate(members):
            if not member.is_dir():  # a link is unpacked as a small file with its target in it, and harms nobody
                with opened.open(member) as content:
                    yield member.filename, content, number / len(members)


def _of_tar(packed: Path) -> Generator[tuple[str, IO[bytes], float], None, None]:
    size = max(1, packed.stat().st_size)
    # Unpacked by `gzip` and not by `tarfile`, for which a stream that is cut short is simply at its end.
    with packed.open("rb") as file, gzip.open(file) as stream, tarfile.open(fileobj=stream, mode="r|") as opened:
        for member in opened:
            if member.isdir():
                continue
            # Contents are written by `_fill`, to places that it checks: tarfile's own filters, which the first releases
            # of Python 3.11 lack, have nothing to add.
            if not member.isreg():  # links, also those that stay inside: no data set here has any
                raise _RefusedError(member.name)
            content = opened.extractfile(member)
            assert content is not None, "regular members can be read"
            with contextlib.closing(content):
                yield member.name, content, min(1.0, file.tell() / size)
        while stream.read(_CHUNK):  # to its checksum
            pass
