"""A download in the background: its pace, its end, and that it can be left."""

import time
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from explorer.data import cards
from explorer.gui.services.data_download import Download, Progress
from tests.data import server, small_sets

SLOW = 20_000  # ms; the first one imports torch


@pytest.fixture
def web() -> Iterator[server.Server]:
    with server.running() as running:
        yield running


def dripping(content: bytes, parts: int, seconds: float) -> server.Answer:
    """Sends the content in equal parts over so many seconds."""

    def answer(request: object) -> None:
        request.send_response(200)  # type: ignore[attr-defined]
        request.send_header("Content-Length", str(len(content)))  # type: ignore[attr-defined]
        request.end_headers()  # type: ignore[attr-defined]
        size = len(content) // parts + 1
        for first in range(0, len(content), size):
            request.wfile.write(content[first : first + size])  # type: ignore[attr-defined]
            request.wfile.flush()  # type: ignore[attr-defined]
            time.sleep(seconds / parts)

    return answer


def test_the_pace_and_the_time_left(qtbot: QtBot, web: server.Server, monkeypatch: pytest.MonkeyPatch) -> None:
    contents = {"usps.bz2": bytes(1_900_000), "usps.t.bz2": bytes(100_000)}
    small_sets.serve(web, monkeypatch, "usps", contents)
    web.serve("/usps/usps.bz2", dripping(contents["usps.bz2"], 38, 1.9))
    download = Download(cards.CARDS["usps"])
    seen: list[Progress] = []
    download.progressed.connect(lambda: seen.append(download.progress))
    with qtbot.waitSignal(download.ended, timeout=SLOW):
        download.start()
    assert download.error is None
    told = [each for each in seen if each.seconds_left is not None]
    assert told
    assert all(200_000 < each.rate < 3_000_000 for each in told)  # a million bytes a second
    fractions = [each.fraction for each in seen if each.fraction is not None]
    assert fractions == sorted(fractions)
    assert fractions[0] < 0.9 < fractions[-1]
    lefts = [each.seconds_left for each in told if each.seconds_left is not None]
    assert lefts[-1] < lefts[0] < 6
    download.close()


def test_the_same_moment_twice_gives_no_pace(monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    download = Download(cards.CARDS["mnist"])
    download._hear(cards.CARDS["mnist"].title, 0.5)
    for _ in range(3):
        download._poll()
    assert download.progress is not None
    assert download.progress.seconds_left is None
    download.close()


def test_closing_ends_it_at_once(qtbot: QtBot, web: server.Server, monkeypatch: pytest.MonkeyPatch) -> None:
    contents = small_sets.SMALL["usps"]()
    small_sets.serve(web, monkeypatch, "usps", contents)
    web.serve("/usps/usps.bz2", server.stalling(contents["usps.bz2"], 3.0))
    download = Download(cards.CARDS["usps"])
    download.start()
    qtbot.waitUntil(lambda: download.progress is not None, timeout=SLOW)
    start = time.monotonic()
    download.close()
    assert time.monotonic() - start < 1
