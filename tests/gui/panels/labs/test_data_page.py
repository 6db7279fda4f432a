"""The data page: looking at data sets, getting them, training on them."""

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from explorer import catalogue
from explorer.bilingual import Text
from explorer.data import cifar, datasets, files
from explorer.data.watch import Cancelled
from explorer.gui.panels.labs import data_page_list
from explorer.gui.panels.labs.data_page import DataPage
from explorer.gui.panels.labs.data_page_classes import ROW
from explorer.gui.services.data_facts import Stage
from explorer.gui.state import AppState
from explorer.gui.widgets.tables.row_list import Heading, Row
from explorer.runs.plan import RunPlan
from explorer.training.config import TrainConfig
from tests.data import server, small_sets

SLOW = 20_000  # ms; the first one imports torch


@pytest.fixture
def web() -> Iterator[server.Server]:
    with server.running() as running:
        yield running


@dataclass
class Bench:
    qtbot: QtBot
    state: AppState
    page: DataPage
    asked: list[str] = field(default_factory=list)

    def wait(self, stage: Stage) -> None:
        self.qtbot.waitUntil(lambda: self.page.data.stage is stage and not self.page.data.is_busy, timeout=SLOW)

    def open(self, name: str, stage: Stage = Stage.READY) -> None:
        self.page.open(name)
        self.wait(stage)

    def click(self, button: QPushButton) -> None:
        assert button.isVisibleTo(self.page)
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def words(self) -> str:
        """Everything that is written on the page now."""
        return "\n".join(label.text() for label in self.page.findChildren(QLabel) if label.isVisibleTo(self.page))

    def wait_for_samples(self, rows: int) -> None:
        self.qtbot.waitUntil(lambda: len(self.page.classes.known) >= rows, timeout=SLOW)


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    state = AppState(catalogue.find("lenet").default_choice())
    page = DataPage(state)
    qtbot.addWidget(page)
    page.resize(1280, 760)
    page.show()
    made = Bench(qtbot, state, page)
    state.dataset_requested.connect(made.asked.append)
    page.begin()
    made.wait(Stage.READY)
    yield made
    page.close_services()


def batch_rows(page: DataPage) -> list[bytes]:
    """The pixels of the three rows of the batch."""
    return [b"".join(bytes(image.constBits()) for image in images) for _, images in page.batch._rows]


def test_it_begins_with_what_suits_the_network(bench: Bench) -> None:
    assert bench.page.data.card.name == "digits"
    assert bench.page.list.rows().chosen() == "digits"
    figures = {name: (figure, more) for name, figure, more in bench.page.figures.words}
    assert figures["Images"] == ("1\u202f797", "1\u202f437 training · 360 test")
    assert figures["Classes"][0] == "10"
    assert figures["Image size"] == ("1×8×8", "grey")
    assert figures["Mean"][0] == "0.305"
    bench.wait_for_samples(10)
    assert min(bench.page.classes.known.values()) == 32
    assert bench.page.batch.captions[:2] == ["As stored, 1×8×8", "At the network’s input, 1×28×28"]
    stored, fitted, augmented = batch_rows(bench.page)
    assert stored != fitted != augmented
    assert "LeNet" in bench.page.batch_hint.text()


def test_files_in_a_folder_of_the_user_are_found(bench: Bench, tmp_path: Path) -> None:
    for name, content in small_sets.mnist().items():
        (tmp_path / name).write_bytes(content)
    bench.open("mnist", Stage.MISSING)
    plan = RunPlan(bench.state.choice, "mnist", str(tmp_path), TrainConfig())
    bench.state.set_draft(plan)
    bench.page.begin()
    bench.wait(Stage.READY)
    assert bench.page.data.facts is not None
    bench.qtbot.waitUntil(lambda: bench.page.data.there.get("mnist") == 1.0, timeout=SLOW)
    bench.state.set_draft(replace(plan, dataset="usps"))  # whose files are not in that folder
    bench.open("usps", Stage.MISSING)


def test_it_begins_with_the_data_of_the_next_run(qtbot: QtBot) -> None:
    state = AppState(catalogue.find("lenet").default_choice())
    state.set_draft(RunPlan(state.choice, "shapes", None, TrainConfig()))
    page = DataPage(state)
    qtbot.addWidget(page)
    page.begin()
    assert page.data.card.name == "shapes"
    page.close_services()


def test_every_known_data_set_is_listed(bench: Bench) -> None:
    items = bench.page.list.rows().items()
    assert len([item for item in items if isinstance(item, Row)]) == 15
    assert [item.key for item in items if isinstance(item, Heading)] == ["carried", "folders", "downloaded"]
    cifar10 = next(item for item in items if isinstance(item, Row) and item.key == "cifar10")
    assert "170 MB to download" in cifar10.note


def test_another_batch_and_other_samples(bench: Bench) -> None:
    bench.wait_for_samples(10)
    before = batch_rows(bench.page)
    samples = bytes(bench.page.classes._images[0][0].constBits())
    bench.click(bench.page.another_batch)
    bench.qtbot.waitUntil(lambda: batch_rows(bench.page) != before, timeout=SLOW)
    bench.click(bench.page.other_samples)
    assert bench.page.classes.known == {}
    bench.wait_for_samples(10)
    assert bytes(bench.page.classes._images[0][0].constBits()) != samples


def test_samples_begin_again_after_the_last_one(bench: Bench) -> None:
    for _ in range(12):
        bench.click(bench.page.other_samples)
        bench.wait_for_samples(10)
        assert min(bench.page.classes.known.values()) > 0


def test_the_batch_follows_the_network(bench: Bench) -> None:
    bench.state.set_choice(catalogue.find("resnet18").default_choice())
    bench.qtbot.waitUntil(lambda: "1×224×224" in bench.page.batch.captions[1], timeout=SLOW)
    assert "ResNet-18" in bench.page.batch_hint.text()
    bench.state.set_choice(catalogue.find("lenet").choose(input_shape=(1, 36, 36)))
    bench.open("shapes")
    assert bench.page.data.facts is not None
    assert bench.page.data.facts.shape == (3, 36, 36)
    bench.state.set_choice(catalogue.find("lenet").default_choice())
    bench.qtbot.waitUntil(lambda: bench.page.data.stage is Stage.READING, timeout=SLOW)
    bench.wait(Stage.READY)
    assert bench.page.data.facts.shape == (3, 28, 28)
    assert bench.page.batch.captions[1] == "At the network’s input, 3×28×28"  # as in training: it gets three channels


# --- what is not there


def test_the_size_is_said_before(bench: Bench, web: server.Server) -> None:
    bench.open("svhn", Stage.MISSING)
    assert bench.page.head.get.text() == "Download 246 MB"
    assert "246 MB are downloaded once, checked, and kept in" in bench.words()
    assert "99\u202f289" in bench.words()
    assert not bench.page.batch.isVisibleTo(bench.page)
    assert web.requests == []


def test_a_download_ends_with_the_data_set(bench: Bench, web: server.Server, monkeypatch: pytest.MonkeyPatch) -> None:
    small_sets.serve(web, monkeypatch, "usps")
    bench.open("usps", Stage.MISSING)
    bench.click(bench.page.head.get)
    assert bench.page.data.stage is Stage.DOWNLOADING
    assert bench.page.head.bar.isVisibleTo(bench.page)
    bench.wait(Stage.READY)
    assert ("Images", "50", "30 training · 20 test") in bench.page.figures.words
    assert not bench.page.head.bar.isVisibleTo(bench.page)
    bench.qtbot.waitUntil(lambda: bench.page.data.there.get("usps") == 1.0, timeout=SLOW)
    row = next(item for item in bench.page.list.rows().items() if isinstance(item, Row) and item.key == "usps")
    assert row.fraction == 1.0
    assert "Downloaded" in row.note


def test_a_download_is_cancelled_and_gone_on_with(
    bench: Bench, web: server.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = small_sets.SMALL["cifar10"]()[cifar.TEN.archive]
    small_sets.serve(web, monkeypatch, "cifar10", {cifar.TEN.archive: content})
    silent = server.Stalling(content)
    web.serve(f"/cifar10/{cifar.TEN.archive}", silent)
    bench.open("cifar10", Stage.MISSING)
    bench.click(bench.page.head.get)
    bench.qtbot.waitUntil(lambda: bench.page.head.bar.value() > 400, timeout=SLOW)
    assert "Downloading cifar-10-python.tar.gz" in bench.words()
    assert not bench.page.head.train.isEnabled()
    bench.click(bench.page.head.cancel)
    assert bench.page.head.cancel.text() == "Cancelling…"
    bench.wait(Stage.MISSING)
    assert silent.is_stalling  # nobody has waited for it
    silent.go_on.set()
    assert bench.page.head.get.text().startswith("Go on: ")
    assert "are here already" in bench.words()
    web.serve(f"/cifar10/{cifar.TEN.archive}", server.good(content))
    bench.click(bench.page.head.get)
    bench.wait(Stage.READY)
    assert web.requests[-1] == (f"/cifar10/{cifar.TEN.archive}", f"bytes={len(content) // 2}-")


def test_others_can_be_looked_at_while_one_is_downloaded(
    bench: Bench, web: server.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = small_sets.SMALL["cifar10"]()[cifar.TEN.archive]
    small_sets.serve(web, monkeypatch, "cifar10", {cifar.TEN.archive: content})
    silent = server.Stalling(content)
    web.serve(f"/cifar10/{cifar.TEN.archive}", silent)
    monkeypatch.setattr(files.download, "_PAUSE", 0.05)
    bench.open("cifar10", Stage.MISSING)
    bench.click(bench.page.head.get)
    bench.open("digits")
    assert not bench.page.head.bar.isVisibleTo(bench.page)
    bench.page.open("cifar10")
    assert bench.page.data.stage is Stage.DOWNLOADING
    web.serve(f"/cifar10/{cifar.TEN.archive}", server.good(content))
    silent.go_on.set()
    bench.wait(Stage.READY)


def test_a_download_that_fails_says_why_and_can_be_tried_again(
    bench: Bench, web: server.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    contents = small_sets.SMALL["usps"]()
    small_sets.serve(web, monkeypatch, "usps", contents)
    for name in contents:
        web.serve(f"/usps/{name}", server.page)
    fetch = files.download.fetch
    monkeypatch.setattr(files.download, "fetch", lambda *args, **named: fetch(*args, **named, pause=0.01))
    bench.open("usps", Stage.MISSING)
    bench.click(bench.page.head.get)
    bench.wait(Stage.FAILED)
    assert "sent a web page instead" in bench.page.head.says.text()
    assert "Check the network connection" in bench.page.head.hint.text()
    assert not bench.page.head.train.isEnabled()
    for name, content in contents.items():
        web.serve(f"/usps/{name}", server.good(content))
    assert bench.page.head.get.text() == "Try again"
    bench.click(bench.page.head.get)
    bench.wait(Stage.READY)


# --- folders


def folder(root: Path, classes: int = 3, count: int = 6) -> Path:
    random = np.random.default_rng(0)
    for number in range(classes):
        (root / f"class {number:03}").mkdir(parents=True)
        for index in range(count):
            pixels = random.integers(0, 256, (30 + index, 40, 3), np.uint8)
            Image.fromarray(pixels).save(root / f"class {number:03}" / f"{index}.png")
    return root


def test_small_data_of_one_large_size(bench: Bench, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / "large" / name).mkdir(parents=True)
        for index in range(3):
            Image.new("L", (300, 260), 40 * index).save(tmp_path / "large" / name / f"{index}.png")
    bench.open(f"folder:{tmp_path / 'large'}")
    figures = {name: words for name, *words in bench.page.figures.words}
    assert figures["Image size"] == ["1×28×28", "grey, in the files 300×260"]
    assert figures["In memory"][0] == "4.70 KB"


def test_a_folder_with_what_was_left_out(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = folder(tmp_path / "mine")
    (root / "class 001" / "bad.png").write_bytes(b"x")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(root))
    bench.page.list.activated_link.emit(data_page_list.OPEN_FOLDER)
    bench.wait(Stage.READY)
    assert bench.page.head.title.text() == "mine"
    assert bench.page.notes.isVisibleTo(bench.page)
    assert "An image cannot be read and is left out: bad.png" in bench.page.notes.text()
    assert "one image in 5" in bench.page.notes.text()
    figures = {name: more for name, _, more in bench.page.figures.words}
    assert figures["Image size"] == "colour, in the files 40×30 to 40×35"
    bench.open("digits")
    assert not bench.page.notes.isVisibleTo(bench.page)
    assert f"folder:{root}" in [item.key for item in bench.page.list.rows().items() if isinstance(item, Row)]


def test_an_archive_of_class_folders(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder(tmp_path / "mine")
    packed = shutil.make_archive(str(tmp_path / "mine"), "zip", tmp_path / "mine")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (packed, ""))
    bench.page.list.activated_link.emit(data_page_list.OPEN_ARCHIVE)
    bench.wait(Stage.READY)
    assert bench.page.head.title.text() == "mine.zip"
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    bench.page.list.activated_link.emit(data_page_list.OPEN_ARCHIVE)
    assert bench.page.data.card.name == f"folder:{packed}"


def test_a_folder_that_cannot_be_used(bench: Bench, tmp_path: Path) -> None:
    bench.open(f"folder:{tmp_path / 'gone'}", Stage.FAILED)
    assert "is not there" in bench.page.head.says.text()
    assert not bench.page.head.train.isEnabled()
    folder(tmp_path / "gone")
    bench.click(bench.page.head.get)
    bench.wait(Stage.READY)


def test_only_the_classes_in_view_are_drawn(bench: Bench, tmp_path: Path) -> None:
    bench.open(f"folder:{folder(tmp_path / 'many', classes=60, count=2)}")
    bench.wait_for_samples(5)
    bench.qtbot.wait(100)
    assert 5 <= len(bench.page.classes.known) < 15
    assert bench.page.classes.height() == 60 * ROW
    bench.page._rows.verticalScrollBar().setValue(40 * ROW)
    bench.qtbot.waitUntil(lambda: 44 in bench.page.classes.known, timeout=SLOW)
    assert 30 not in bench.page.classes.known


def test_the_figures_of_a_class_are_told_under_the_pointer(bench: Bench) -> None:
    at = QPoint(20, 3 * ROW + 5)
    event = QHelpEvent(QEvent.Type.ToolTip, at, bench.page.classes.mapToGlobal(at))
    assert bench.page.classes.event(event)
    assert "3: 147 training and 36 test images" in bench.page.classes.accessibleDescription()


# --- the rest


def test_train_on_this(bench: Bench) -> None:
    bench.click(bench.page.head.train)
    assert bench.asked == ["digits"]


def test_the_language_can_change(bench: Bench) -> None:
    bench.state.language_changed.connect(bench.page.retranslate)
    bench.state.set_language("zh")
    assert bench.page.head.train.text() == "用它训练"
    assert bench.page.batch.captions[1] == "网络输入\uff0c1×28×28"
    assert ("图像", "1\u202f797", "训练 1\u202f437 · 测试 360") in bench.page.figures.words
    left = [line for line in bench.words().splitlines() if line.isascii() and len(line) > 12]
    assert [line for line in left if "Alpaydin" not in line] == []


def test_the_theme_can_change(bench: Bench) -> None:
    before = bench.page.grab().toImage()
    bench.state.theme_changed.connect(bench.page.restyle)
    bench.state.set_theme("light")
    QApplication.processEvents()
    assert bench.page.grab().toImage() != before


def test_leaving_ends_what_it_reads(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    def endless(*_: object, is_cancelled: Callable[[], bool], progress: Callable[..., None], **_more: object) -> None:
        while not is_cancelled():
            progress(Text("Reading", "读取"), 0.5)
            time.sleep(0.01)
        told.append("ended")
        raise Cancelled

    monkeypatch.setattr(datasets, "load", endless)
    state = AppState(catalogue.find("resnet18").default_choice())
    page = DataPage(state)
    qtbot.addWidget(page)
    page.begin()
    page.open("shapes")
    qtbot.waitUntil(lambda: page.data.read_progress is not None, timeout=SLOW)
    page.close_services()
    assert told


def test_the_page_fits_where_there_is_little_room(bench: Bench) -> None:
    bench.page.resize(900, 500)
    QApplication.processEvents()
    assert bench.page.width() == 900
    for button in bench.page.findChildren(QPushButton):
        if button.isVisibleTo(bench.page):
            right = button.mapTo(bench.page, QPoint(button.width(), 0)).x()
            assert right <= 900
