"""Standard output of every kind: files that are full, pipes that close, terminals with few characters."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from explorer.bilingual import Text
from explorer.commands import output
from explorer.commands.progress import ProgressBars
from explorer.launch import ROOT
from explorer.training.events import Preparing


def run(*line: str, **options: object) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "explorer", *line]
    return subprocess.run(command, cwd=ROOT, stderr=subprocess.PIPE, check=False, **options)  # type: ignore[call-overload,no-any-return]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("flags", [(), ("--json",)])
def test_a_full_disk_is_told_in_a_line(flags: tuple[str, ...]) -> None:
    with open("/dev/full", "wb") as full:
        done = run("list", *flags, stdout=full)
    assert done.returncode == 2
    assert done.stderr.decode().splitlines() == [
        "cnn-explorer: Standard output cannot be written: No space left on device. "
        "Make room there, or choose another place."
    ]


@pytest.mark.skipif(os.name == "nt", reason="needs a shell")
def test_an_output_that_is_closed_is_told_in_a_line() -> None:
    done = run("list", preexec_fn=lambda: os.close(1))
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert b"Standard output cannot be written" in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="needs a shell")
def test_a_reader_that_leaves_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = run("list", stdout=writing)
    finally:
        os.close(writing)
    assert done.returncode == 141
    assert not done.stderr


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_other_encodings_lose_characters_in_text_and_none_in_json(encoding: str) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    text = run("list", stdout=subprocess.PIPE, env=environment)
    assert text.returncode == 0
    assert "\N{MIDDLE DOT}" in text.stdout.decode(encoding) or encoding == "ascii"
    told = run("list", "--json", stdout=subprocess.PIPE, env=environment)
    titles = [entry["title"] for entry in json.loads(told.stdout.decode(encoding))["architectures"]]
    assert any("\N{MIDDLE DOT}" in title for title in titles)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize(
    "what", ["closed", pytest.param("full", marks=pytest.mark.slow), pytest.param("unread", marks=pytest.mark.slow)]
)
def test_a_training_goes_on_where_nobody_hears_of_its_progress(tmp_path: Path, what: str) -> None:
    reading, unread = os.pipe()
    os.close(reading)
    line = ["train", "lenet", "--data", "digits", "--epochs", "1", "--limit", "64", "--runs-dir", str(tmp_path)]
    command = [sys.executable, "-m", "explorer", *line, "--json"]
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            command,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=unread if what == "unread" else full,
            preexec_fn=(lambda: os.close(2)) if what == "closed" else None,
            check=False,
        )
    os.close(unread)
    assert done.returncode == 0
    assert json.loads(done.stdout)["epochs"] == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("what", ["full", "unread"])
def test_progress_that_nobody_hears_of_is_shown_nowhere(monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    reading, unread = os.pipe()
    os.close(reading)
    with (
        open(unread, "w", buffering=1) as pipe,
        open("/dev/full", "w", buffering=1) as full,
        monkeypatch.context() as patch,
    ):
        deaf = pipe if what == "unread" else full
        with pytest.raises(OSError, match=r"space|pipe"):
            deaf.write("said before\n")
        patch.setattr(sys, "stderr", deaf)
        with output.forgiving_asides(), ProgressBars() as bars:
            for words in ("one", "two", "three"):
                bars.show(Preparing("r", Text(words, words), None))
        deaf.write("said nowhere\n")
        pipe.flush()
