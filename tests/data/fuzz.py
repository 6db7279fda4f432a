"""Damages the files of every kind of data set at random: each is refused by a sentence, or read as what it can be.

`python -m tests.data.fuzz CASES SEED [NAME ...]` prints what else came of it. Nothing may take long or much memory: a
case that takes longer than `SECONDS` ends the program with the place where it was, memory is limited by the system.
"""

import contextlib
import faulthandler
import io
import json
import random
import resource
import shutil
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from explorer.data import cards, datasets, images
from explorer.errors import ExplorerError
from tests.data import hostile, small_sets

SECONDS = 20.0
SLOW_SECONDS = 2.0  # of processor time; so long no case may take
MEMORY = 300 << 20  # bytes that a case may add to what the process holds
ROOM = 2 << 30  # bytes of address space that the cases may take in all
NUMBERS = (b"\0" * 4, b"\xff" * 4, b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f", b"\x80\0\0\0", b"\0\0\0\x80", b"\xff" * 8)

Contents = dict[str, bytes]


class Wrong(Exception):  # noqa: N818 - what the caller is told
    """What was read is not what can be."""


def damaged(content: bytes, chance: random.Random) -> bytes:
    """`content` with some bytes changed, cut off, repeated, or replaced by numbers that claim much."""
    changed = bytearray(content)
    match chance.randrange(5):
        case 0:
            return bytes(changed[: chance.randrange(len(changed) + 1)])
        case 1:
            at = _place(changed, chance)
            number = chance.choice(NUMBERS)
            changed[at : at + len(number)] = number
        case 2:
            first, end = sorted(chance.randrange(len(changed) + 1) for _ in range(2))
            at = chance.randrange(len(changed) + 1)
            changed[at:at] = changed[first : min(end, first + 4096)]
        case _:
            for _ in range(2 ** chance.randrange(6)):
                changed[_place(changed, chance)] = chance.randrange(256)
    return bytes(changed)


def _place(content: bytearray, chance: random.Random) -> int:
    """Heads are what is most often wrong, and what claims most."""
    return chance.randrange(min(len(content), 256) if chance.random() < 0.5 else len(content))


def _unpacked(name: str) -> Contents:
    """What the archive of CIFAR-10 holds, and the IDX files of MNIST without their packing."""
    import gzip
    import tarfile

    contents = small_sets.SMALL[name]()
    if name == "mnist":
        return {file.removesuffix(".gz"): gzip.decompress(content) for file, content in contents.items()}
    (packed,) = contents.values()
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        return {member.name: opened.read() for member in archive if (opened := archive.extractfile(member)) is not None}


def _folder() -> Contents:
    kinds = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP")
    pictures = [(kind.lower(), hostile.encoded(hostile.photo(), kind)) for kind in kinds]
    return {f"{name}/{number}.{kind}": content for name in "ab" for number, (kind, content) in enumerate(pictures)}


KINDS: dict[str, Callable[[], Contents]] = {
    **small_sets.SMALL,
    "mnist unpacked": lambda: _unpacked("mnist"),
    "cifar10 unpacked": lambda: _unpacked("cifar10"),
    "cifar100 unpacked": lambda: _unpacked("cifar100"),
    "folder": _folder,
}


def read(kind: str, place: Path) -> None:
    """Reads the data set in `place` as the program does.

    Raises:
        ExplorerError: As it should be.
        Wrong: What came of it has not the form of the data set.
    """
    if kind == "folder":
        data = datasets.load(f"folder:{place}", size=28)
        form, classes = None, 2
    else:
        card = cards.CARDS[kind.split()[0]]
        data = datasets.load(card.name, place)
        form, classes = (card.channels, card.size, card.size), len(card.classes)
    for split in (data.train, data.test):
        if form is not None and tuple(split.images.shape[1:]) != form:
            raise Wrong(f"images are {tuple(split.images.shape[1:])}, not {form}")
        if len(split.images) != len(split.labels) or not len(split):
            raise Wrong(f"{len(split.images)} images, {len(split.labels)} labels")
        if not 0 <= int(split.labels.min()) <= int(split.labels.max()) < classes:
            raise Wrong("a label is none")
    data.normalisation(data.channels)


def picture(content: bytes) -> None:
    found = images.decode_bytes(content, "picture")
    if found.pixels.dtype != np.uint8 or found.pixels.ndim != 3:
        raise Wrong(f"pixels are {found.pixels.dtype} {found.pixels.shape}")


def cases(kind: str, count: int, seed: int) -> Iterator[tuple[int, Contents]]:
    """Number and files of each: one of them is damaged."""
    contents = KINDS[kind]()
    names = sorted(contents)
    for number in range(count):
        chance = random.Random(f"{kind} {seed} {number}")
        name = chance.choice(names)
        yield number, {**contents, name: damaged(contents[name], chance)}


def attempt(work: Callable[[], None]) -> str | None:
    """What is wrong with how `work` ended; "" where it refused in words, None where it read something."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    refusal: str | None = None
    faulthandler.dump_traceback_later(SECONDS, exit=True)
    try:
        work()
    except ExplorerError as error:
        if not error.message.en or not error.message.zh:
            return "refused without words"
        refusal = ""
    except Exception:  # noqa: BLE001 - what the test is for
        return traceback.format_exc(limit=-4)
    finally:
        faulthandler.cancel_dump_traceback_later()
    seconds = time.process_time() - began
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    if seconds > SLOW_SECONDS:
        return f"took {seconds:.1f} s"
    return f"took {grown >> 20} MB" if grown > MEMORY else refusal


def run(count: int, seed: int, names: list[str]) -> dict[str, object]:
    found: dict[str, list[str]] = {}
    done = refused = 0
    with contextlib.ExitStack() as stack:
        root = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for kind in names or [*KINDS, "picture"]:
            for number, work in _works(kind, count, seed, root / "set"):
                trouble = attempt(work)
                done += 1
                refused += trouble == ""
                if trouble:
                    found.setdefault(trouble, []).append(f"{kind} {seed} {number}")
    return {"cases": done, "refused": refused, "wrong": found}


def _works(kind: str, count: int, seed: int, place: Path) -> Iterator[tuple[int, Callable[[], None]]]:
    if kind == "picture":
        pictures = list(_folder().values())
        for number in range(count):
            chance = random.Random(f"{kind} {seed} {number}")
            content = damaged(chance.choice(pictures), chance)
            yield number, lambda content=content: picture(content)  # type: ignore[misc]
        return
    for number, contents in cases(kind, count, seed):
        shutil.rmtree(place, ignore_errors=True)
        for name, content in contents.items():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).write_bytes(content)
        yield number, lambda: read(kind, place)


def main() -> None:
    warnings.simplefilter("error")
    images.warnings.filterwarnings("ignore", module=r"PIL\.")
    held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (held + ROOM, held + ROOM))
    print(json.dumps(run(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])))


if __name__ == "__main__":
    main()
