"""A web server on this machine that behaves as badly as it is told."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Server:
    """`answers` by path; `requests` as they came: (path, Range header)."""

    url: str
    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[tuple[str, str | None]] = field(default_factory=list)

    def serve(self, path: str, answer: Answer) -> str:
        self.answers[path] = answer
        return self.url + path


@contextmanager
def running() -> Iterator[Server]:
    state = Server("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.requests.append((self.path, self.headers.get("Range")))
            answer = state.answers.get(self.path)
            if answer is None:
                self.send_error(404)
                return
            with suppress(BrokenPipeError, ConnectionResetError):
                answer(self)

        def log_message(self, *_: object) -> None:
            """Nothing on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def good(content: bytes, *, ranges: bool = True) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        wanted = request.headers.get("Range") if ranges else None
        start = int(wanted.removeprefix("bytes=").split("-")[0]) if wanted else 0
        if start >= len(content) > 0 and wanted:
            request.send_error(416)
            return
        request.send_response(206 if wanted else 200)
        request.send_header("Content-Type", "application/octet-stream")
        request.send_header("Content-Length", str(len(content) - start))
        request.end_headers()
        request.wfile.write(content[start:])

    return answer


def cut_off(content: bytes, after: int) -> Answer:
    """Promises all of it, or the rest, and breaks off."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        wanted = request.headers.get("Range")
        start = int(wanted.removeprefix("bytes=").split("-")[0]) if wanted else 0
        request.send_response(206 if wanted else 200)
        request.send_header("Content-Length", str(len(content) - start))
        request.end_headers()
        request.wfile.write(content[start : start + after])
        request.wfile.flush()
        request.close_connection = True

    return answer


class Stalling:
    """Sends a half, then nothing until `go_on` is set."""

    def __init__(self, content: bytes) -> None:
        self.go_on = threading.Event()
        self.is_stalling = False
        self._content = content

    def __call__(self, request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", str(len(self._content)))
        request.end_headers()
        self.is_stalling = True  # before who reads it can have what comes first
        request.wfile.write(self._content[: len(self._content) // 2])
        request.wfile.flush()
        self.go_on.wait(100)
        self.is_stalling = False


def page(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.send_header("Content-Type", "text/html; charset=utf-8")
    request.end_headers()
    request.wfile.write(b"<html>Please log in to this network.</html>")


def failing(code: int) -> Answer:
    return lambda request: request.send_error(code)


def claiming(content: bytes, length: str) -> Answer:
    """Sends all of it, and says `length` of it."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", length)
        request.end_headers()
        request.wfile.write(content)
        request.close_connection = True

    return answer


def garbage(request: BaseHTTPRequestHandler) -> None:
    """No answer that a web server gives."""
    request.wfile.write(b"\x00\x07 garbage\n\r\n\r\n")
    request.close_connection = True
