"""Members of an archive by their names, read into memory: no path or link in it can matter. No torch."""

import gzip
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path

from explorer import errors
from explorer.bilingual import Text
from explorer.data.watch import Watch
from explorer.errors import ExplorerError

# What the readers of archives raise on damaged ones; a name that is no text is a ValueError, a password a RuntimeError.
DAMAGE = (
    EOFError, tarfile.TarError, zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, lzma.LZMAError, struct.error,
    RuntimeError, ValueError, OverflowError,
)  # fmt: skip
LARGEST = 512 << 20  # bytes of one member; the largest that is read, STL-10's test images, has 221 million


def members_of_tar(path: Path, wanted: Iterable[str], watch: Watch, what: Text) -> dict[str, bytes]:
    """The contents of the regular files `wanted` of a .tar.gz, as far as they are there.

    Raises:
        ExplorerError: It is damaged, or cannot be read.
    """
    names, size = set(wanted), max(1, _size(path))
    found: dict[str, bytes] = {}
    try:
        with path.open("rb") as file, tarfile.open(fileobj=file, mode="r|gz") as archive:
            for member in archive:
                watch.report(what, min(1.0, file.tell() / size))
                if member.name in names and member.isreg():
                    opened = archive.extractfile(member)
                    assert opened is not None, "regular members can be read"
                    found[member.name] = opened.read(LARGEST)
                if len(found) == len(names):
                    break
    except DAMAGE as error:
        raise damaged(path) from error
    except OSError as error:
        raise unreadable(path, error) from error
    return found


def members_of_zip(path: Path, wanted: Iterable[str], watch: Watch, what: Text) -> dict[str, bytes]:
    """The same of a .zip.

    Raises:
        ExplorerError: As `members_of_tar`.
    """
    names = list(wanted)
    found: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            there = set(archive.namelist())
            for number, name in enumerate(names):
                watch.report(what, number / len(names))
                if name in there:
                    with archive.open(name) as member:
                        found[name] = member.read(LARGEST)
    except DAMAGE as error:
        raise damaged(path) from error
    except OSError as error:
        raise unreadable(path, error) from error
    return found


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise unreadable(path, error) from error


def damaged(path: Path) -> ExplorerError:
    """That the file is no whole archive."""
    return ExplorerError(
        Text(f"{path} is damaged.", f"{path} 已损坏。"), Text("Get the file again.", "请重新获取该文件。")
    )


def unreadable(path: Path, error: OSError) -> ExplorerError:
    """That the system does not let the file be read."""
    return errors.unreadable(path, error, Text("Get the file again.", "请重新获取该文件。"))


def lacking(path: Path, names: Iterable[str]) -> ExplorerError:
    """That the archive has not all files that belong into it."""
    listed = ", ".join(names)
    return ExplorerError(
        Text(f"{path} lacks {listed}.", f"{path} 缺少 {listed}。"), Text("Get the file again.", "请重新获取该文件。")
    )
