"""The system's lock on a file: shared by several, or held by one alone, until the file is closed."""

import subprocess
import sys
from pathlib import Path

from explorer import file_lock, launch


def test_several_look_at_once_and_one_holds_it_alone(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with path.open("ab") as holder:
        with path.open("rb") as first, path.open("rb") as second:
            assert file_lock.take(first, shared=True)
            assert file_lock.take(second, shared=True)
            assert not file_lock.take(holder)
        assert file_lock.take(holder)
        with path.open("rb") as look:
            assert not file_lock.take(look, shared=True)
        holder.write(b"content")
        holder.flush()
        assert path.read_bytes() == b"content"  # it keeps nobody from reading


def test_a_killed_process_holds_it_no_more(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    code = (
        "import sys; from explorer import file_lock; file = open(sys.argv[1], 'ab');"
        "print(file_lock.take(file), flush=True); sys.stdin.read()"
    )
    line = [sys.executable, "-c", code, str(path)]
    with subprocess.Popen(line, cwd=launch.ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == b"True"
        with path.open("rb") as look:
            assert not file_lock.take(look, shared=True)
        process.kill()
        process.wait()
    with path.open("rb") as look:
        assert file_lock.take(look, shared=True)
