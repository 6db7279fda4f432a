"""No test asserts how long something took: a busy machine would fail it. Speed is measured in `tests/benchmarks`."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
CLOCKS = {"monotonic", "perf_counter", "process_time", "thread_time", "time"}


def reads_clock(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS


def timed(source: str) -> Iterator[int]:
    """Lines with an assertion about a difference between now and before; to wait until a moment is allowed."""
    for statement in ast.walk(ast.parse(source)):
        if isinstance(statement, ast.Assert):
            for part in ast.walk(statement):
                if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Sub) and reads_clock(part.left):
                    yield statement.lineno


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("assert time.monotonic() - start < 1", [1]),
        ("x = 1\nassert x\nassert time.process_time() - begin < 4 * x", [3]),
        ("assert time.monotonic() < end", []),
        ("seconds = time.monotonic() - start", []),
    ],
)
def test_finds_what_is_timed(source: str, lines: list[int]) -> None:
    assert list(timed(source)) == lines


def test_no_test_is_timed() -> None:
    found = {
        f"{path.relative_to(TESTS)}:{line}"
        for path in sorted(TESTS.rglob("test_*.py"))
        for line in timed(path.read_text(encoding="utf-8"))
    }
    assert not found
