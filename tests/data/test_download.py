"""A download ends with the right file, or with none and a sentence."""

import hashlib
import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from explorer.data import download
from explorer.data.watch import Cancelled, Watch
from explorer.errors import ExplorerError
from tests.data import server
from tests.data.server import Server

if TYPE_CHECKING:
    from explorer.bilingual import Text

CONTENT = np.random.default_rng(0).bytes(700_000)
CHECKSUM = f"md5:{hashlib.md5(CONTENT).hexdigest()}"


@pytest.fixture
def web() -> Iterator[Server]:
    with server.running() as running:
        yield running


def fetch(urls: list[str], target: Path, *, watch: Watch | None = None, timeout: float = 5.0) -> None:
    download.fetch(urls, target, checksum=CHECKSUM, watch=watch or Watch(), timeout=timeout, pause=0.05)


def part(target: Path) -> Path:
    return target.with_name(f"{target.name}.part")


def test_a_file_is_fetched_with_progress(web: Server, tmp_path: Path) -> None:
    reports: list[tuple[Text, float | None]] = []
    target = tmp_path / "new" / "folder" / "file.gz"
    watch = Watch(lambda what, fraction: reports.append((what, fraction)))
    fetch([web.serve("/a", server.good(CONTENT))], target, watch=watch)
    assert target.read_bytes() == CONTENT
    assert os.listdir(target.parent) == ["file.gz"]
    fractions = [fraction for _, fraction in reports if fraction is not None]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert str(reports[-1][0]) == "Downloading file.gz: 0.7 MB"


def test_what_is_there_is_not_fetched_again(web: Server, tmp_path: Path) -> None:
    target = tmp_path / "file"
    target.write_bytes(CONTENT)
    fetch([web.serve("/a", server.good(CONTENT))], target)
    assert web.requests == []
    target.write_bytes(CONTENT[:-1])
    fetch([web.url + "/a"], target)
    assert target.read_bytes() == CONTENT


def test_sha256_is_understood(web: Server, tmp_path: Path) -> None:
    checksum = f"sha256:{hashlib.sha256(CONTENT).hexdigest()}"
    url = web.serve("/a", server.good(CONTENT))
    download.fetch([url], tmp_path / "file", checksum=checksum, watch=Watch())


def test_a_broken_connection_is_gone_on_with(web: Server, tmp_path: Path) -> None:
    fetch([web.serve("/a", server.cut_off(CONTENT, 300_000))], tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == CONTENT
    assert [wanted for _, wanted in web.requests] == [None, "bytes=300000-", "bytes=600000-"]


def test_a_part_from_an_earlier_time_is_gone_on_with(web: Server, tmp_path: Path) -> None:
    target = tmp_path / "file"
    part(target).write_bytes(CONTENT[:1000])
    fetch([web.serve("/a", server.good(CONTENT))], target)
    assert target.read_bytes() == CONTENT
    assert web.requests == [("/a", "bytes=1000-")]


def test_a_server_that_knows_no_ranges_sends_all(web: Server, tmp_path: Path) -> None:
    target = tmp_path / "file"
    part(target).write_bytes(CONTENT[:1000])
    fetch([web.serve("/a", server.good(CONTENT, ranges=False))], target)
    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize("there", [CONTENT, CONTENT + b"more", b"wrong" * 10])
def test_a_part_that_is_whole_or_wrong(web: Server, tmp_path: Path, there: bytes) -> None:
    target = tmp_path / "file"
    part(target).write_bytes(there)
    fetch([web.serve("/a", server.good(CONTENT))], target)
    assert target.read_bytes() == CONTENT
    assert not part(target).exists()


def test_the_next_address_is_tried(web: Server, tmp_path: Path) -> None:
    bad = [
        web.serve("/gone", server.failing(404)),
        web.serve("/page", server.page),
        web.serve("/other", server.good(b"another file")),
    ]
    fetch([*bad, web.serve("/a", server.good(CONTENT))], tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == CONTENT
    assert [path for path, _ in web.requests] == ["/gone", "/page", "/other", "/a"]


@pytest.mark.parametrize("length", ["-5", "lots", ""])
def test_a_length_that_is_none_is_no_matter(web: Server, tmp_path: Path, length: str) -> None:
    fractions: list[float | None] = []
    watch = Watch(lambda what, fraction: fractions.append(fraction))
    urls = [web.serve("/a", server.claiming(CONTENT, length))]
    fetch(urls, tmp_path / "file", watch=watch)
    assert (tmp_path / "file").read_bytes() == CONTENT
    assert set(fractions) == {None}


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (server.garbage, "(??"),
        (server.failing(404), "answers 404"),
        (server.failing(503), "answers 503"),
        (server.page, "sent a web page"),
        (server.good(b"another file"), "another file than expected"),
        (server.good(b""), "another file than expected"),
        (server.cut_off(CONTENT, 0), "broke off"),
    ],
)
def test_failing_leaves_no_file(web: Server, tmp_path: Path, answer: server.Answer, words: str) -> None:
    target = tmp_path / "file.gz"
    with pytest.raises(ExplorerError) as refusal:
        fetch([web.serve("/a", answer)], target)
    assert words in str(refusal.value)
    assert "file.gz" in str(refusal.value)
    assert str(tmp_path) in refusal.value.language("zh")
    assert not target.exists()
    assert len(web.requests) >= 3


def test_without_a_network_it_says_so(tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(ExplorerError) as refusal:
        fetch([f"http://127.0.0.1:{port}/a", "http://no-such-host.invalid/a"], tmp_path / "file")
    assert "no connection to no-such-host.invalid" in str(refusal.value)
    assert "Check the network connection" in str(refusal.value)
    assert "无法连接" in refusal.value.language("zh")


def test_a_server_that_falls_silent(web: Server, tmp_path: Path) -> None:
    silent = server.Stalling(CONTENT)
    with pytest.raises(ExplorerError, match="does not answer"):
        fetch([web.serve("/a", silent)], tmp_path / "file", timeout=0.1)
    assert silent.is_stalling
    silent.go_on.set()


def test_cancelling_answers_at_once_and_keeps_what_came(web: Server, tmp_path: Path) -> None:
    target, half = tmp_path / "file", len(CONTENT) // 2
    silent = server.Stalling(CONTENT)
    url = web.serve("/a", silent)
    with pytest.raises(Cancelled):
        fetch([url], target, watch=Watch(is_cancelled=lambda: _size(part(target)) == half))
    assert not _threads_after(60.0)
    assert silent.is_stalling  # nobody has waited for it
    silent.go_on.set()
    assert not target.exists()
    assert _size(part(target)) == half
    web.serve("/a", server.good(CONTENT))
    fetch([url], target)
    assert target.read_bytes() == CONTENT
    assert web.requests[-1] == ("/a", f"bytes={half}-")


def test_cancelling_needs_no_second_file(web: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows a socket is no file, and cannot be doubled as one."""
    silent = server.Stalling(CONTENT)
    url = web.serve("/a", silent)
    target = tmp_path / "file"
    monkeypatch.setattr(os, "dup", lambda handle: pytest.fail("a socket is no file"))
    with pytest.raises(Cancelled):
        fetch([url], target, watch=Watch(is_cancelled=lambda: _size(part(target)) == len(CONTENT) // 2))
    assert not _threads_after(60.0)  # cut off, though the server says nothing
    silent.go_on.set()


def test_no_thread_is_left(web: Server, tmp_path: Path) -> None:
    fetch([web.serve("/a", server.good(CONTENT))], tmp_path / "file")
    assert not _threads_after(60.0)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _threads_after(seconds: float) -> list[threading.Thread]:
    """Downloads that still go on after so long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        going_on = [thread for thread in threading.enumerate() if thread.name == "download"]
        if not going_on:
            return []
        time.sleep(0.01)
    return going_on


def test_a_folder_that_cannot_be_made(web: Server, tmp_path: Path) -> None:
    (tmp_path / "taken").write_bytes(b"")
    with pytest.raises(ExplorerError, match="cannot be written"):
        fetch([web.serve("/a", server.good(CONTENT))], tmp_path / "taken" / "file")
