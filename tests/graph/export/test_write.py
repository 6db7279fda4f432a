"""`write` chooses by the ending, and leaves nothing behind when it cannot."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from explorer.errors import ExplorerError
from explorer.graph import export
from tests.graph.export.drawing import request_of

STARTS = {
    ".svg": b"<?xml",
    ".png": b"\x89PNG",
    ".pdf": b"%PDF",
    ".json": b"{",
    ".md": b"# LeNet",
    ".csv": b"#,Layer",
    ".tex": b"% needs",
    ".py": b'"""LeNet',
}


@pytest.mark.parametrize("suffix", list(STARTS))
def test_the_ending_decides(suffix: str, tmp_path: Path) -> None:
    request = request_of("lenet")
    path = tmp_path / f"graph{suffix.upper()}"
    assert export.write(request, path) == ()
    assert path.read_bytes().startswith(STARTS[suffix])
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == [path.name]


def test_language_and_theme_are_used(tmp_path: Path) -> None:
    export.write(request_of("lenet", language="zh", theme="dark"), tmp_path / "a.svg")
    text = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert "卷积" in text
    assert "#14161b" in text


@pytest.mark.parametrize("name", ["graph.gif", "graph", "graph.svg.txt"])
def test_an_unknown_ending_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ExplorerError, match=r"\.svg, \.png, \.pdf, \.json, \.md, \.csv, \.tex, \.py, \.onnx"):
        export.write(request_of("lenet"), tmp_path / name)
    assert not (tmp_path / name).exists()


def test_a_drawing_needs_neither_torch_nor_qt(tmp_path: Path) -> None:
    script = """
import json, pathlib, sys
from tests.graph.export.drawing import request_of
from explorer.graph import export
request = request_of("lenet")
for suffix in (".svg", ".png", ".pdf", ".json", ".md", ".csv", ".tex"):
    export.write(request, pathlib.Path(sys.argv[1]) / f"graph{suffix}")
print(json.dumps([name for name in ("torch", "PySide6") if name in sys.modules]))
"""
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], cwd=root, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == []
