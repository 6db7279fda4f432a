"""Several processes that load one data set into one folder at the same time, and one that is killed over it."""

import hashlib
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from explorer.data import sources
from tests.data import server, small_sets

ROOT = Path(__file__).resolve().parents[2]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@pytest.fixture
def web() -> Iterator[server.Server]:
    with server.running() as running:
        yield running


@pytest.fixture
def begun() -> Iterator[list[subprocess.Popen[str]]]:
    """What a test has started; what is left of it is killed."""
    processes: list[subprocess.Popen[str]] = []
    yield processes
    for process in processes:
        process.kill()
        process.communicate()


def served(web: server.Server, name: str, contents: dict[str, bytes]) -> str:
    told = []
    for file, content in contents.items():
        web.serve(f"/{name}/{file}", server.good(content))
        md5 = hashlib.md5(content).hexdigest()
        told.append({"name": file, "place": f"{web.url}/{name}/", "md5": md5, "size": len(content)})
    return json.dumps(told)


def start(name: str, files: str, *more: object, seconds: float = 0.0) -> "subprocess.Popen[str]":
    line = [sys.executable, "-m", "tests.data.downloader", name, files, str(seconds), *map(str, more)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(line, cwd=ROOT, text=True, **pipes)  # type: ignore[call-overload, no-any-return]


def read_until(process: "subprocess.Popen[str]", beginning: str) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(beginning):
            return
    raise AssertionError(process.communicate())


def go(*processes: "subprocess.Popen[str]") -> None:
    for process in processes:
        read_until(process, "ready")
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()


def result(process: "subprocess.Popen[str]") -> dict[str, object]:
    said, errors = process.communicate()
    assert process.returncode == 0, errors
    return dict(json.loads(said.splitlines()[-1]))


def test_three_that_begin_at_once_download_once(
    web: server.Server, begun: list["subprocess.Popen[str]"], own_home: Path
) -> None:
    files = served(web, "cifar10", small_sets.SMALL["cifar10"]())
    begun += [start("cifar10", files) for _ in range(3)]
    go(*begun)
    told = [result(process) for process in begun]
    assert len({str(each["digest"]) for each in told}) == 1
    assert len(web.requests) == 1
    kept = [path.name for path in (own_home / "datasets" / "cifar10").iterdir()]
    assert not [name for name in kept if name.endswith((".part", ".unpacking"))]


def test_a_killed_one_leaves_its_part_to_the_next(web: server.Server, begun: list["subprocess.Popen[str]"]) -> None:
    contents = small_sets.SMALL["cifar10"]()
    (name, content), *_ = contents.items()
    files, half = served(web, "cifar10", contents), len(content) // 2
    is_half, is_over = threading.Event(), threading.Event()

    def endless(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content[:half])
        request.wfile.flush()
        is_half.set()
        is_over.wait(60)

    whole = web.answers[f"/cifar10/{name}"]
    web.serve(f"/cifar10/{name}", endless)
    begun += [start("cifar10", files)]
    go(begun[0])
    assert is_half.wait(30)
    part = f"Downloading {name}: {half / 1e6:.1f} MB"
    read_until(begun[0], part)
    begun += [start("cifar10", files)]
    go(begun[1])
    read_until(begun[1], "Waiting for another download")
    web.serve(f"/cifar10/{name}", whole)
    begun[0].send_signal(signal.SIGKILL)
    assert result(begun[1])["waited"]
    is_over.set()
    assert web.requests[-1] == (f"/cifar10/{name}", f"bytes={half}-")


def test_an_archive_beside_which_several_unpack_it_is_unpacked_once(
    begun: list["subprocess.Popen[str]"], tmp_path: Path
) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    for name, content in small_sets.SMALL["eurosat"]().items():
        (folder / name).write_bytes(content)
    begun += [start("eurosat", "[]", folder, seconds=0.02) for _ in range(3)]
    go(*begun)
    told = [result(process) for process in begun]
    assert len({str(each["digest"]) for each in told}) == 1
    assert sources.SOURCES["eurosat"].files[0].name in {path.name for path in folder.iterdir()}
    assert not [path for path in folder.iterdir() if path.name.endswith(".unpacking")]
