"""In processes of their own: the setting holds for the whole process, and cannot be read back."""

import subprocess
import sys

import pytest

from explorer.training import memory

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="is about the allocator of Linux")

FAULTS = """
import resource, sys
from explorer.training import memory
if "keep" in sys.argv:
    assert memory.keep_freed()
def blocks():
    return [b"x" * (24 << 20) for _ in range(4)]
for _ in range(2):
    blocks()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(3):
    blocks()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""

RESIDENT = """
import psutil
from explorer.training import memory
memory.keep_freed()
def resident():
    return psutil.Process().memory_info().rss >> 20
before = resident()
blocks = [b"x" * (16 << 20) for _ in range(8)]
del blocks
kept = resident() - before
memory.give_back()
print(kept, resident() - before)
"""


def said_by(code: str, *arguments: str) -> list[int]:
    done = subprocess.run([sys.executable, "-c", code, *arguments], check=True, capture_output=True, text=True)
    return [int(word) for word in done.stdout.split()]


@linux
def test_the_same_blocks_are_not_asked_for_again_from_the_system():
    (plain,), (kept,) = said_by(FAULTS), said_by(FAULTS, "keep")
    assert plain > 10_000  # pages of 4 KB: 96 MB, three times
    assert kept < plain / 10


@linux
def test_what_was_kept_can_be_given_back():
    kept, left = said_by(RESIDENT)
    assert kept > 90
    assert left < 30


def test_another_c_library_has_no_such_setting(monkeypatch):
    monkeypatch.setattr(memory.sys, "platform", "darwin")
    memory._function.cache_clear()
    assert not memory.keep_freed()
    memory.give_back()
    monkeypatch.undo()
    memory._function.cache_clear()
