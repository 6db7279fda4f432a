"""Files of data sets that are damaged at random: refused by a sentence, or read; nothing else, at no great cost."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from explorer.data import cifar, idx
from explorer.errors import ExplorerError
from tests.data import fuzz, small_sets

ROOT = Path(__file__).resolve().parents[2]


def run(cases: int, seed: int, *names: str, timeout: float = 100) -> dict[str, object]:
    """In a process of its own, the memory of which is limited."""
    line = [sys.executable, "-m", "tests.data.fuzz", str(cases), str(seed), *names]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=timeout)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.mark.skipif(sys.platform != "linux", reason="the limit on memory is Linux's")
def test_a_few_of_each_kind() -> None:
    found = run(8, 1)
    assert found["wrong"] == {}
    assert found["cases"] == 8 * (len(fuzz.KINDS) + 1)
    assert found["refused"]


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.skipif(sys.platform != "linux", reason="the limit on memory is Linux's")
@pytest.mark.parametrize("seed", [2, 3])
def test_thousands(seed: int) -> None:
    assert run(400, seed, timeout=800)["wrong"] == {}


@pytest.mark.parametrize("kind", [*fuzz.KINDS])
def test_whole_files_are_read(kind: str, tmp_path: Path) -> None:
    for name, content in fuzz.KINDS[kind]().items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    fuzz.read(kind, tmp_path)


# --- what was found in this way


def test_images_of_another_size_than_the_data_set_has_are_refused(tmp_path: Path) -> None:
    """Four bits of the head make rows out of columns, and every image a slanted one."""
    for name, content in fuzz.KINDS["mnist unpacked"]().items():
        (tmp_path / name).write_bytes(
            content[:8] + bytes((0, 0, 0, 27)) + content[12:] if "images" in name else content
        )
    assert idx.find(tmp_path, "MNIST")
    with pytest.raises(ExplorerError, match="has images of 1×28×28, but in the files they are of 1×27×28") as refusal:
        fuzz.read("mnist", tmp_path)
    assert "1×27×28" in refusal.value.language("zh")


def test_batches_of_ten_bytes_that_claim_gigabytes_take_none() -> None:
    """A place in the memo that lies far, an array of bytes that can be changed, and bytes, of which none are there."""
    opcodes = (b"N" + b"r\xff\xff\xff\x0f", b"\x96" + b"\0\0\0\x40\0\0\0\0", b"B\xff\xff\xff\x7f")
    batches = [b"\x80\x04" + claim + b"." for claim in opcodes]
    code = (
        "import resource, sys\nfrom pathlib import Path\nfrom explorer.data import cifar\n"
        "from explorer.errors import ExplorerError\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        f"for batch in {batches!r}:\n"
        "    try:\n        cifar.read_batch(batch, Path('x'))\n"
        "    except ExplorerError as error:\n        print(error)\n"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) >> 10)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    *refusals, grown = done.stdout.splitlines()
    assert ["is damaged, or no CIFAR batch" in refusal for refusal in refusals] == [True] * len(batches)
    assert int(grown) < 100  # MB


def test_a_text_that_a_batch_asks_for_again_and_again_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cifar, "_LARGEST", 10_000)
    text = b"X" + (1000).to_bytes(4, "little") + b"a" * 1000 + b"q\0"
    again = b"c_codecs\nencode\nh\0X\x06\0\0\0latin1\x86R0"
    assert "damaged" in refusal_of(b"\x80\x02" + text + again * 11 + b".")
    monkeypatch.setattr(cifar, "_LARGEST", 12_000)
    assert "damaged" in refusal_of(b"\x80\x02" + text + again * 11 + b".")  # read, and no batch


def refusal_of(content: bytes) -> str:
    with pytest.raises(ExplorerError) as refusal:
        cifar.read_batch(content, Path("x"))
    return str(refusal.value)


@pytest.mark.parametrize("kind", ["eurosat", "emnist-letters"])
def test_names_in_an_archive_that_are_no_text_are_refused(kind: str, tmp_path: Path) -> None:
    ((name, content),) = small_sets.SMALL[kind]().items()
    wrong = bytearray(content)
    for at in (place for place in range(len(wrong) - 4) if wrong[place : place + 4] in (b"PK\x01\x02", b"PK\x03\x04")):
        is_head = wrong[at + 2] == 3
        wrong[at + (7 if is_head else 9)] |= 8  # the name is UTF-8
        wrong[at + (30 if is_head else 46)] = 0xBB
    (tmp_path / name).write_bytes(wrong)
    with pytest.raises(ExplorerError, match="is damaged"):
        fuzz.read(kind, tmp_path)


def test_an_archive_with_a_password_is_refused(tmp_path: Path) -> None:
    ((name, content),) = small_sets.SMALL["eurosat"]().items()
    wrong = bytearray(content)
    for at in (place for place in range(len(wrong) - 4) if wrong[place : place + 4] == b"PK\x01\x02"):
        wrong[at + 8] |= 1
    (tmp_path / name).write_bytes(wrong)
    with pytest.raises(ExplorerError, match="is damaged"):
        fuzz.read("eurosat", tmp_path)
