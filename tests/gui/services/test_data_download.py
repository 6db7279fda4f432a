"""A download in the background: its pace, its end, and that it can be left."""

import time
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from explorer.data import cards
from explorer.gui.services import data_download
from explorer.gui.services.data_download import Download, Progress
from tests.data import server, small_sets

SLOW = 20_000  # ms; the first one imports torch


@pytest.fixture
def web() -> Iterator[server.Server]:
    with server.running() as running:
        yield running


class Clock:
    now = 0.0

    def monotonic(self) -> float:
        return self.now


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


def test_the_pace_and_the_time_left(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    card = cards.CARDS["usps"]
    monkeypatch.setattr(data_download, "time", clock := Clock())
    download = Download(card)
    for tenth in range(31):  # a million bytes a second, and twice as many in the last second
        clock.now = tenth / 10
        come = 100_000 * tenth + 100_000 * max(0, tenth - 20)
        download._hear(card.title, come / card.download_bytes)
        download._poll()
        if tenth == 4:  # too soon to tell
            assert download.progress == Progress(card.title, 400_000 / card.download_bytes)
        if tenth == 20:
            assert download.progress is not None
            assert download.progress.rate == pytest.approx(1_000_000)
            assert download.progress.seconds_left == pytest.approx((card.download_bytes - 2_000_000) / 1_000_000)
    assert download.progress is not None
    assert download.progress.rate == pytest.approx(4_000_000 / 3)
    download.close()


def test_a_download_tells_how_far_it_is(qtbot: QtBot, web: server.Server, monkeypatch: pytest.MonkeyPatch) -> None:
    contents = {"usps.bz2": bytes(1_900_000), "usps.t.bz2": bytes(100_000)}
    small_sets.serve(web, monkeypatch, "usps", contents)
    web.serve("/usps/usps.bz2", dripping(contents["usps.bz2"], 19, 0.6))
    download = Download(cards.CARDS["usps"])
    seen: list[Progress] = []
    download.progressed.connect(lambda: seen.append(download.progress))
    with qtbot.waitSignal(download.ended, timeout=SLOW):
        download.start()
    assert download.error is None
    fractions = [each.fraction for each in seen if each.fraction is not None]
    assert fractions
    assert fractions == sorted(fractions)
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
    silent = server.Stalling(contents["usps.bz2"])
    web.serve("/usps/usps.bz2", silent)
    download = Download(cards.CARDS["usps"])
    download.start()
    qtbot.waitUntil(lambda: silent.is_stalling, timeout=SLOW)
    download.close()
    assert silent.is_stalling  # nobody has waited for it
    silent.go_on.set()
