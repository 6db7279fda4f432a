"""Fetching one file over the network so that what is kept is whole and right. No torch."""

import contextlib
import hashlib
import http.client
import queue
import re
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from explorer import atomic
from explorer.bilingual import Text
from explorer.data.watch import Watch
from explorer.errors import ExplorerError, said_by, unwritable

TIMEOUT = 20.0  # seconds without a byte
_ROUNDS = 3  # through all addresses without getting more of the file
_PAUSE = 1.0  # before the next round; doubled after two failed ones
_CHUNK = 1 << 17
_LARGEST = 4 << 30  # bytes; the largest of the known archives has 2.6 thousand million
_NETWORK_ERRORS = (OSError, http.client.HTTPException, ValueError)  # URLError and timeouts are OSErrors


class _BadAnswerError(Exception):
    """What came is not the file; `args[0]` is a Text."""


def fetch(
    urls: Sequence[str],
    target: Path,
    *,
    checksum: str,
    watch: Watch,
    timeout: float = TIMEOUT,
    pause: float = _PAUSE,
) -> None:
    """Downloads to `target` from the first address that has the right file, if it is not there yet.

    What has come is kept in `target`.part, also when cancelled or cut off, and the rest is asked for the next time.

    Args:
        checksum: "md5:..." or "sha256:...".

    Raises:
        ExplorerError: No address had it, or it cannot be written.
        Cancelled: The user wants no more of it; answered within a tenth of a second.
    """
    if target.is_file() and _matches(target, checksum, watch):
        return
    part = part_of(target)
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        _fetch(urls, part, checksum, watch, timeout, pause)
        atomic.replace(part, target)
    except OSError as error:
        raise unwritable(target, error) from error


def part_of(target: Path) -> Path:
    """Where is kept what has come of `target`."""
    return target.with_name(f"{target.name}.part")


def _fetch(urls: Sequence[str], part: Path, checksum: str, watch: Watch, timeout: float, pause: float) -> None:
    """Leaves the whole file in `part`. A round through all addresses in which more of it came is no failed one."""
    reason = Text("no address is known", "没有可用的下载地址")
    failed = 0
    while failed < _ROUNDS:
        before = _size(part)
        for url in urls:
            try:
                _append(url, part, watch, timeout)
            except _BadAnswerError as error:
                reason = error.args[0]
                continue
            if _matches(part, checksum, watch):
                return
            atomic.remove(part)  # going on from a wrong beginning would never end well
            host = urlsplit(url).netloc
            reason = Text(f"{host} sent another file than expected", f"{host} 发来的文件与预期不符")
        failed = 0 if _size(part) > before else failed + 1
        if failed < _ROUNDS:
            _wait(pause * 2 ** max(0, failed - 1), watch)
    name = part.name.removesuffix(".part")
    raise ExplorerError(
        Text(f"{name} could not be downloaded: {reason.en}.", f"无法下载 {name}：{reason.zh}。"),
        Text(
            f"Check the network connection and try again, or put the file into {part.parent} yourself.",
            f"请检查网络连接后重试，或自行将该文件放入 {part.parent}。",
        ),
    )


def _append(url: str, part: Path, watch: Watch, timeout: float) -> None:
    """Asks for what `part` lacks and adds it; what came before an interruption stays.

    Raises:
        _BadAnswerError: The address does not answer, or by something else.
        OSError: The disk is full.
    """
    name = part.name.removesuffix(".part")
    have = _size(part)
    with closing(_Transfer(url, have, timeout)) as transfer:
        for item in transfer.items(watch):
            if isinstance(item, _Answer):
                have = item.start
                total = item.total
                with part.open("ab") as file:
                    file.truncate(have)
                continue
            with part.open("ab") as file:
                file.write(item)
            have += len(item)
            if have > _LARGEST:
                raise _BadAnswerError(Text("the file does not end", "文件没有结尾"))
            megabytes = have / 1e6
            what = Text(f"Downloading {name}: {megabytes:.1f} MB", f"正在下载 {name}：{megabytes:.1f} MB")
            watch.report(what, min(1.0, have / total) if total else None)


class _Answer:
    """How a server began: bytes follow from `start`, the file has `total` (0 where it does not say)."""

    def __init__(self, start: int, total: int) -> None:
        self.start, self.total = start, total


class _Transfer:
    """One request on a thread of its own, so that looking up a dead address can be cancelled at once too."""

    def __init__(self, url: str, start: int, timeout: float) -> None:
        self._url, self._start, self._timeout = url, start, timeout
        self._queue: queue.Queue[_Answer | bytes | _BadAnswerError | None] = queue.Queue(maxsize=16)
        self._is_over = threading.Event()
        self._lock = threading.Lock()
        self._connection: socket.socket | None = None  # a second handle on it, to be closed from the other thread
        threading.Thread(target=self._work, name="download", daemon=True).start()

    def close(self) -> None:
        """Ends the thread, also where it waits for bytes that do not come."""
        with self._lock:
            self._is_over.set()
            if self._connection is not None:
                with contextlib.suppress(OSError):  # over already
                    self._connection.shutdown(socket.SHUT_RDWR)
                self._connection.close()

    def items(self, watch: Watch) -> Iterator[_Answer | bytes]:
        """The answer, then its bytes."""
        while True:
            watch.check()
            try:
                item = self._queue.get(timeout=0.05)
            except queue.Empty:
                continue
            if item is None:
                return
            if isinstance(item, _BadAnswerError):
                raise item
            yield item

    def _work(self) -> None:
        host = urlsplit(self._url).netloc
        try:
            self._receive(host)
        except urllib.error.HTTPError as error:
            error.close()
            if error.code == 416:  # nothing is left to send: what is there is whole, or wrong
                self._put(None)
            else:
                self._put(_BadAnswerError(Text(f"{host} answers {error.code}", f"{host} 返回 {error.code}")))
        except _BadAnswerError as error:
            self._put(error)
        except TimeoutError:
            self._put(_BadAnswerError(Text(f"{host} does not answer", f"{host} 没有响应")))
        except http.client.IncompleteRead:
            self._put(_BadAnswerError(Text(f"the connection to {host} broke off", f"与 {host} 的连接中断")))
        except _NETWORK_ERRORS as error:
            reason = getattr(error, "reason", error)
            cause = said_by(reason if isinstance(reason, Exception) else error)
            self._put(
                _BadAnswerError(Text(f"no connection to {host} ({cause})", f"无法连接 {host}（{cause}）"))
            )  # fmt: skip

    def _receive(self, host: str) -> None:
        headers = {"User-Agent": "cnn-explorer"}
        if self._start:
            headers["Range"] = f"bytes={self._start}-"
        request = urllib.request.Request(self._url, headers=headers)
        with urllib.request.urlopen(request, timeout=self._timeout) as response:
            self._keep_handle(response)
            if response.headers.get_content_type() == "text/html":
                raise _BadAnswerError(Text(f"{host} sent a web page instead", f"{host} 返回的是网页"))
            start = self._start if response.status == 206 else 0
            length = _length_of(response)
            self._put(_Answer(start, start + length if length else 0))
            received = 0
            while not self._is_over.is_set():
                chunk = response.read1(_CHUNK)
                if not chunk:
                    break
                received += len(chunk)
                self._put(chunk)
            if received < length and not self._is_over.is_set():
                raise http.client.IncompleteRead(b"", length - received)
        self._put(None)

    def _keep_handle(self, response: http.client.HTTPResponse) -> None:
        with self._lock, contextlib.suppress(OSError):  # without it, the timeout ends the thread
            if not self._is_over.is_set():
                # Not `os.dup`: on Windows a socket is no file.
                self._connection = socket.fromfd(response.fileno(), family=-1, type=-1)

    def _put(self, item: _Answer | bytes | _BadAnswerError | None) -> None:
        while not self._is_over.is_set():
            try:
                self._queue.put(item, timeout=0.1)
            except queue.Full:
                continue
            return


def _length_of(response: http.client.HTTPResponse) -> int:
    """Bytes that are to come; 0 where the server does not say it in a way that can be understood."""
    said = response.headers.get("Content-Length", "").strip()
    return int(said) if re.fullmatch("[0-9]{1,15}", said) else 0


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _matches(path: Path, checksum: str, watch: Watch) -> bool:
    if not path.exists():
        return False
    kind, _, expected = checksum.partition(":")
    digest = hashlib.new(kind, usedforsecurity=False)
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            watch.check()
            digest.update(chunk)
    return digest.hexdigest() == expected


def _wait(seconds: float, watch: Watch) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        watch.check()
        time.sleep(0.05)
