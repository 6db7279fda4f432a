"""Every data set that is known comes over the network, is kept, and is read as its makers meant it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from explorer.data import cards, class_names, datasets, download, files, sources
from explorer.data.watch import Cancelled, Watch
from explorer.errors import ExplorerError
from tests.data import server, small_sets
from tests.data.small_sets import SMALL, serve

if TYPE_CHECKING:
    from explorer.bilingual import Text


@pytest.fixture
def web() -> Iterator[server.Server]:
    with server.running() as running:
        yield running


class Asked(NamedTuple):
    what: str
    fraction: float | None


def card(name: str) -> cards.DatasetCard:
    return cards.CARDS[name]


def test_every_downloadable_one_is_tested_here() -> None:
    assert set(SMALL) == set(sources.SOURCES) == {name for name, each in cards.CARDS.items() if each.needs_download}


@pytest.mark.parametrize("name", list(SMALL))
def test_it_is_downloaded_once_and_read(
    name: str, web: server.Server, monkeypatch: pytest.MonkeyPatch, own_home: Path
) -> None:
    source = serve(web, monkeypatch, name)
    reports: list[Asked] = []
    assert not files.is_there(card(name))
    data = datasets.load(name, progress=lambda what, fraction: reports.append(Asked(str(what), fraction)))
    assert files.is_there(card(name))
    assert data.classes == card(name).classes
    assert data.channels == card(name).channels
    assert data.train.images.shape[2:] == (card(name).size, card(name).size)
    assert len(data.train) >= len(data.test) >= 10
    kept = set(os.listdir(own_home / "datasets" / source.folder))
    assert {file.name for file in source.files} <= kept
    assert not any(left.endswith((".part", ".unpacking")) for left in kept)
    fractions = [fraction for what, fraction in reports if what.startswith("Downloading") and fraction is not None]
    assert fractions == sorted(fractions)  # over all files together
    before = len(web.requests)
    again = datasets.load(name, limit=10)
    assert len(again.train) == 10
    assert len(web.requests) == before


def test_addresses_and_checksums_are_those_of_torchvision() -> None:
    from torchvision import datasets as theirs

    told: dict[str, str] = {}
    for each in (theirs.MNIST, theirs.FashionMNIST, theirs.KMNIST):
        told |= {f"{each.mirrors[0]}{name}": checksum for name, checksum in each.resources}
    for part in ("train", "test"):
        told |= dict(theirs.QMNIST.resources[part])  # type: ignore[arg-type]
        for each in (theirs.USPS, theirs.SVHN):
            url, _, checksum = each.split_list[part]
            told[url] = checksum
    told[theirs.EMNIST.url] = theirs.EMNIST.md5
    for each in (theirs.CIFAR10, theirs.CIFAR100, theirs.STL10):
        told[each.url] = each.tgz_md5
    told |= dict([theirs.Imagenette._ARCHIVES["160px"]])
    ours = {file.urls[0]: file.md5 for source in sources.SOURCES.values() for file in source.files}
    eurosat = next(url for url in ours if "EuroSAT" in url)
    assert ours.pop(eurosat) in Path(theirs.eurosat.__file__).read_text()
    assert ours == told


def test_classes_are_those_of_torchvision() -> None:
    from torchvision import datasets as theirs

    assert tuple(theirs.FashionMNIST.classes) == class_names.FASHION
    assert tuple(theirs.KMNIST.classes) == class_names.KUZUSHIJI
    assert tuple(theirs.EMNIST.classes_split_dict["balanced"]) == class_names.DIGITS_AND_LETTERS
    assert [each.upper() for each in theirs.EMNIST.classes_split_dict["letters"][1:]] == list(class_names.LETTERS)
    names = {key: title[0] for key, title in theirs.Imagenette._WNID_TO_CLASS.items()}
    assert names == class_names.IMAGENETTE
    assert list(class_names.IMAGENETTE) == sorted(class_names.IMAGENETTE)  # as the folders are read
    assert list(class_names.EUROSAT) == sorted(class_names.EUROSAT)
    assert len(set(class_names.CIFAR100)) == 100
    assert list(class_names.CIFAR100) == sorted(class_names.CIFAR100)


def test_emnist_is_turned_upright_and_counts_from_the_first_letter(
    web: server.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(web, monkeypatch, "emnist-letters")
    letters = datasets.load("emnist-letters")
    assert letters.train.images[0].nonzero().tolist() == [[0, 2, 5]]
    assert letters.train.labels[:27].tolist() == [*range(26), 0]
    serve(web, monkeypatch, "emnist-balanced")
    before = len(web.requests)
    assert datasets.load("emnist-balanced").train.labels.max() == 46
    assert len(web.requests) == before  # out of the same archive


def test_stl10_is_turned_upright(web: server.Server, monkeypatch: pytest.MonkeyPatch) -> None:
    serve(web, monkeypatch, "stl10")
    data = datasets.load("stl10")
    assert data.train.images[0].nonzero().tolist() == [[0, 2, 5]]
    assert data.train.labels[:10].tolist() == list(range(10))


def test_svhn_calls_the_digit_0_so(web: server.Server, monkeypatch: pytest.MonkeyPatch) -> None:
    serve(web, monkeypatch, "svhn")
    data = datasets.load("svhn")
    assert data.train.labels[:11].tolist() == [1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]
    assert not data.is_photos  # a mirrored digit is none


def test_usps_goes_from_black_to_white(web: server.Server, monkeypatch: pytest.MonkeyPatch) -> None:
    serve(web, monkeypatch, "usps")
    data = datasets.load("usps")
    assert data.train.images[0].flatten()[[0, -1]].tolist() == [0, 255]
    assert data.train.labels[:11].tolist() == [*range(10), 0]


def test_qmnist_takes_the_class_of_eight_numbers(web: server.Server, monkeypatch: pytest.MonkeyPatch) -> None:
    serve(web, monkeypatch, "qmnist")
    assert datasets.load("qmnist").test.labels.tolist() == [number % 10 for number in range(30)]


def test_an_archive_of_folders_is_unpacked_once(
    web: server.Server, monkeypatch: pytest.MonkeyPatch, own_home: Path
) -> None:
    serve(web, monkeypatch, "imagenette")
    data = datasets.load("imagenette", size=64)
    assert data.train.images.shape == (30, 3, 64, 64)
    assert abs(int(data.train.images[3, 0].float().mean()) - 20) < 3  # the second class
    assert data.classes[1] == "English springer"
    root = own_home / "datasets" / "imagenette"
    (root / "imagenette2-160.tgz").unlink()
    assert len(datasets.load("imagenette").test) == 20
    shutil.rmtree(root)
    serve(web, monkeypatch, "eurosat")
    assert len(datasets.load("eurosat").train) == 40


@pytest.mark.parametrize("name", ["usps", "svhn", "stl10", "cifar100", "emnist-letters", "qmnist", "imagenette"])
def test_a_folder_with_the_files_will_do(name: str, tmp_path: Path) -> None:
    for file, content in SMALL[name]().items():
        (tmp_path / file).write_bytes(content)
    assert len(datasets.load(name, tmp_path).train) >= 20


def test_stl10_and_imagenette_unpacked_by_the_user(tmp_path: Path) -> None:
    import tarfile

    for name, content in (*SMALL["stl10"]().items(), *SMALL["imagenette"]().items()):
        (tmp_path / name).write_bytes(content)
        with tarfile.open(tmp_path / name) as packed:
            for member in filter(tarfile.TarInfo.isreg, packed):  # the first releases of 3.11 cannot filter themselves
                target = tmp_path / member.name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(packed.extractfile(member).read())  # type: ignore[union-attr]
        (tmp_path / name).unlink()
    assert len(datasets.load("stl10", tmp_path / "stl10_binary").test) == 10
    assert len(datasets.load("imagenette", tmp_path / "imagenette2-160").test) == 20


@pytest.mark.parametrize("name", list(SMALL))
def test_a_folder_without_the_files_is_not_filled(name: str, web: server.Server, tmp_path: Path) -> None:
    with pytest.raises(ExplorerError, match="are not in") as refusal:
        datasets.load(name, tmp_path)
    assert sources.SOURCES[name].files[0].name in str(refusal.value)
    assert str(tmp_path) in refusal.value.language("zh")
    assert os.listdir(tmp_path) == []


def damage(content: bytes) -> bytes:
    """Wrong in the middle, right at both ends."""
    at = len(content) // 4
    return content[:at] + bytes(byte ^ 0xA5 for byte in content[at : at + 64]) + content[at + 64 :]


@pytest.mark.parametrize("name", ["usps", "svhn", "stl10", "cifar100", "emnist-letters", "qmnist"])
@pytest.mark.parametrize("how", ["cut", "empty", "text", "damaged"])
def test_a_damaged_file_is_said(name: str, how: str, tmp_path: Path) -> None:
    for file, content in SMALL[name]().items():
        harmed = {"cut": content[: len(content) // 2], "empty": b"", "text": b"hello" * 99, "damaged": damage(content)}
        (tmp_path / file).write_bytes(harmed[how])
    with pytest.raises(ExplorerError) as refusal:
        datasets.load(name, tmp_path)
    assert str(tmp_path) in str(refusal.value)


def test_the_sum_of_the_files_is_what_is_said_before() -> None:
    assert card("mnist").download_mb == 12
    assert card("cifar10").download_mb == 170
    assert card("stl10").download_mb == 2640
    assert card("digits").download_mb == 0


# --- going on, waiting, giving up


def test_a_download_goes_on_where_it_ended(web: server.Server, monkeypatch: pytest.MonkeyPatch, own_home: Path) -> None:
    source = serve(web, monkeypatch, "cifar10")
    content = SMALL["cifar10"]()[source.files[0].name]
    half = len(content) // 2
    path = f"/cifar10/{source.files[0].name}"
    serve(web, monkeypatch, "cifar10", {source.files[0].name: content})
    silent = server.Stalling(content)
    web.serve(path, silent)
    with pytest.raises(Cancelled):
        files.fetch(card("cifar10"), Watch(is_cancelled=lambda: files.come_so_far(card("cifar10")) >= half))
    assert silent.is_stalling  # nobody has waited for it
    silent.go_on.set()
    assert files.come_so_far(card("cifar10")) == half
    assert not files.is_there(card("cifar10"))
    web.serve(path, server.good(content))
    files.fetch(card("cifar10"), Watch())
    assert web.requests[-1] == (path, f"bytes={half}-")
    assert files.come_so_far(card("cifar10")) == len(content)
    assert files.is_there(card("cifar10"))


def test_a_connection_that_breaks_often_still_ends_well(web: server.Server, tmp_path: Path) -> None:
    """As long as more of the file comes each time, no number of breaks is too large."""
    content = bytes(range(256)) * 100
    url = web.serve("/a", server.cut_off(content, 3000))
    target = tmp_path / "file"
    download.fetch(
        [url], target, checksum=f"md5:{small_sets.md5(content)}", watch=Watch(), timeout=5, pause=0.001
    )  # fmt: skip
    assert target.read_bytes() == content
    assert len(web.requests) == 9


def test_too_little_room_is_said_before(web: server.Server, monkeypatch: pytest.MonkeyPatch, own_home: Path) -> None:
    serve(web, monkeypatch, "mnist")
    monkeypatch.setattr(files.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(100, 90, 10_000_000))  # type: ignore[attr-defined]
    with pytest.raises(ExplorerError, match=r"MNIST needs .* MB, but there are only 10 MB free") as refusal:
        files.fetch(card("mnist"), Watch())
    assert "10 MB" in refusal.value.language("zh")
    assert web.requests == []


def test_a_full_disk_in_the_middle_is_said(web: server.Server, monkeypatch: pytest.MonkeyPatch) -> None:
    serve(web, monkeypatch, "mnist")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(download, "_append", full)
    with pytest.raises(ExplorerError, match="cannot be written: No space left") as refusal:
        files.fetch(card("mnist"), Watch())
    assert "Make room" in str(refusal.value)


def test_two_downloads_do_not_get_in_each_others_way(web: server.Server, monkeypatch: pytest.MonkeyPatch) -> None:
    from concurrent.futures import ThreadPoolExecutor

    source = serve(web, monkeypatch, "cifar10")
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(files.fetch, card("cifar10"), Watch()) for _ in range(4)]:
            done.result(timeout=20)
    assert files.is_there(card("cifar10"))
    assert [path for path, _ in web.requests].count(f"/cifar10/{source.files[0].name}") == 1


def test_waiting_for_another_download_can_be_cancelled(web: server.Server, monkeypatch: pytest.MonkeyPatch) -> None:
    from explorer.data.alone import alone_in

    serve(web, monkeypatch, "usps")
    said: list[Text] = []
    place = files.place_of(card("usps"))
    with alone_in(place, Watch()), pytest.raises(Cancelled):
        files.fetch(card("usps"), Watch(lambda what, _: said.append(what), lambda: bool(said)))
    assert "Waiting for another download" in str(said[0])
    files.fetch(card("usps"), Watch())


def test_the_shape_of_a_label_file_does_not_matter_to_memory(tmp_path: Path) -> None:
    """A file that claims two thousand million labels is refused by what it holds, not by what it claims."""
    import struct

    for file, content in SMALL["qmnist"]().items():
        (tmp_path / file).write_bytes(content)
    claims = bytes((0, 0, 12, 2)) + struct.pack(">2I", 2**31, 8) + bytes(80)
    (tmp_path / "qmnist-train-labels-idx2-int.gz").write_bytes(claims)
    with pytest.raises(ExplorerError, match="cut short"):
        datasets.load("qmnist", tmp_path)
