"""Reports of real, short runs."""

import base64
import io
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer import catalogue
from explorer.data import datasets
from explorer.errors import ExplorerError
from explorer.evaluation.summary import summarise
from explorer.graph.user_model import own, source
from explorer.report import gathering, page, writing
from explorer.runs.folder.about import About
from explorer.runs.folder.answers import answers_of
from explorer.runs.plan import RunPlan
from explorer.runs.shelf.repeats import Repeats
from explorer.runs.shelf.store import Store
from explorer.runs.work.execute import Execution
from explorer.training.config import TrainConfig
from explorer.training.events import Failed, Finished
from tests.graph.test_user_model import GOOD, write

CONFIG = TrainConfig(epochs=2, batch_size=64, limit=200, threads=1, optimizer="adam", lr=0.005, device="cpu")
LENET = catalogue.find("lenet").default_choice()


class Reader(HTMLParser):
    """The words and pictures of a page; fails where an element is not closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []
        self.images: list[str] = []
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.images.append(dict(attrs)["src"] or "")
        elif tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Closed at once."""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "title", "desc"):
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def train(store: Store, plan: RunPlan) -> str:
    """A run trained to its end; returns its id."""
    record = store.create(plan)
    recorder = store.recorder(record.id)
    for event in Execution(plan, record.id, store.folder(record.id)).events():
        recorder.append(event)
    recorder.append(Finished(record.id))
    recorder.close()
    return record.id


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module")
def run(store: Store) -> str:
    return train(store, RunPlan(LENET, "digits", None, CONFIG))


def read(store: Store, run: str, language: str = "en") -> Reader:
    return Reader(page.render(gathering.gather(store, run), language))


def test_the_figures_are_those_of_the_run(store: Store, run: str) -> None:
    text, record = read(store, run).text, store.record(run)
    summary = summarise(answers_of(store.folder(run))[-1].read())
    assert f"Test accuracy {summary.accuracy:.2%}" in text
    assert f"Test accuracy {record.test_accuracy:.2%}" in text
    assert "Epochs 2 / 2" in text
    assert f"Steps {record.steps}" in text
    assert "Parameters 61,706" in text
    assert "The test after epoch 2" in text
    assert "Not in this report" not in text
    for row in summary.classes:
        score = row.score
        assert score.recall is not None
        assert f"{score.name} {score.images} " in text
        assert f"{score.recall:.2%}" in text


def test_settings_are_called_as_in_the_form(store: Store, run: str) -> None:
    content = gathering.gather(store, run)
    config = replace(CONFIG, optimizer="sgd", schedule="one-cycle", initialisation="xavier", exact=True)
    told = replace(content, record=replace(content.record, plan=replace(content.record.plan, config=config)))
    english = Reader(page.render(told, "en")).text
    assert "Optimiser SGD" in english
    assert "Schedule One cycle" in english
    assert "Initialisation Xavier" in english
    assert "Batch size 64" in english
    assert "学习率调度 单周期" in Reader(page.render(told, "zh")).text


def test_the_spread_of_its_repeats_is_told(store: Store, run: str) -> None:
    content, record = gathering.gather(store, run), store.record(run)
    assert content.repeats is not None
    assert [one.id for one in content.repeats.runs] == [run]
    assert "seeds" not in read(store, run).text
    others = [replace(record, id=f"{seed}", test_accuracy=0.01 * seed) for seed in (97, 98, 99)]
    text = Reader(page.render(replace(content, repeats=Repeats(tuple(others))), "en")).text
    assert "Test accuracy of 3 seeds 98.00 ± 1.00% mean ± standard deviation" in text
    assert "3 个种子的测试准确率" in page.render(replace(content, repeats=Repeats(tuple(others))), "zh")


def test_the_matrix_holds_every_answer(store: Store, run: str) -> None:
    html = page.render(gathering.gather(store, run), "en")
    table = html[html.index('<table class="matrix">') : html.index("</table>", html.index('class="matrix"'))]
    rows = [re.findall(r"<td[^>]*>(\d*)</td>", line) for line in table.split("<tr>")[2:]]
    counts = np.array([[int(cell or 0) for cell in row] for row in rows])
    assert np.array_equal(counts, answers_of(store.folder(run))[-1].read().confusion())


def test_the_hardest_images_are_those_of_the_data(store: Store, run: str) -> None:
    content = gathering.gather(store, run)
    answers = answers_of(store.folder(run))[-1].read()
    data = datasets.load("digits", limit=200)
    assert len(content.hardest) == gathering.HARDEST
    assert content.hardest[0].number == int(answers.losses.argmax())
    for image in content.hardest:
        assert np.array_equal(image.pixels, data.test.images[image.number].numpy().transpose(1, 2, 0))
        assert image.label == int(data.test.labels[image.number])
    shown = read(store, run).images
    assert len(shown) == gathering.HARDEST
    picture = Image.open(io.BytesIO(base64.b64decode(shown[0].split(",", 1)[1])))
    assert picture.size == (96, 96)  # 8 x 8 pixels, each 12 x 12


def test_the_page_is_one_file_without_scripts(store: Store, run: str) -> None:
    html = page.render(gathering.gather(store, run), "en")
    assert "<script" not in html
    assert not re.findall(r'(?:src|href)="(?!data:)', html)
    drawings = re.findall(r"<svg.*?</svg>", html, re.DOTALL)
    assert len(drawings) == 3  # the network, the loss, the accuracy
    for drawing in drawings:
        ET.fromstring(drawing)


def test_it_speaks_chinese(store: Store, run: str) -> None:
    html = page.render(gathering.gather(store, run), "zh")
    reader = Reader(html)
    assert '<html lang="zh-Hans">' in html
    for words in ("测试准确率", "网络", "学习率", "第 2 轮后的测试", "混淆矩阵", "如何重复"):
        assert words in reader.text
    assert "Learning rate" not in reader.text


def test_what_the_user_wrote_is_shown_as_written(store: Store, run: str) -> None:
    store.describe(run, About.of("<b>First</b> & best", "Why?\n<script>alert(1)</script>", ("homework",)))
    try:
        reader = read(store, run)
    finally:
        store.describe(run, About())
    assert "<b>First</b> & best" in reader.text
    assert "<script>alert(1)</script>" in reader.text
    assert "#homework" in reader.text


def test_the_folder_of_the_data_stays_private(store: Store, tmp_path: Path) -> None:
    secret = tmp_path / "home-of-somebody"
    record = store.create(RunPlan(LENET, "digits", str(secret), CONFIG))
    store.let_go(record.id)
    assert "home-of-somebody" not in page.render(gathering.gather(store, record.id), "en")


def test_a_run_that_failed_at_once_says_why(store: Store) -> None:
    record = store.create(RunPlan(LENET, "digits", None, CONFIG))
    recorder = store.recorder(record.id)
    recorder.append(Failed(record.id, *_trouble()))
    recorder.close()
    text = read(store, record.id).text
    assert "It broke." in text
    assert "Try again." in text
    assert "No test has been stored yet." in text
    assert "Confusion matrix" not in text


def _trouble():  # type: ignore[no-untyped-def]
    from explorer.bilingual import Text

    return Text("It broke.", "出错了。"), Text("Try again.", "请重试。")


def test_images_that_are_not_here_are_left_out_and_named(
    store: Store, run: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load_here(*args: object, **options: object) -> None:
        from explorer.bilingual import Text

        raise ExplorerError(Text("The images of MNIST are not here.", "MNIST 的图像不在本机。"))

    monkeypatch.setattr(datasets, "load_here", load_here)
    reader = read(store, run)
    assert "Not in this report: The images of MNIST are not here." in reader.text
    assert not reader.images
    assert "Confusion matrix" in reader.text


def test_with_many_classes_the_matrix_is_a_picture(store: Store, run: str) -> None:
    content = gathering.gather(store, run)
    assert content.summary is not None
    names = tuple(f"class {number}" for number in range(30))
    wide = summarise(replace(content.summary.answers, classes=names))
    assert len(wide.names) == 30
    html = page.render(replace(content, summary=wide), "en")
    assert 'class="picture"' in html
    assert 'class="matrix"' not in html
    Reader(html)


def test_a_model_of_the_user_is_drawn_from_a_process_of_its_own(store: Store, tmp_path: Path) -> None:
    file = write(tmp_path, GOOD)
    model = own.describe(file, source.choose(file, None), (1, 28, 28))
    record = store.create(RunPlan(model.card.default_choice(), "digits", None, CONFIG, model))
    store.let_go(record.id)
    content = gathering.gather(store, record.id)
    assert content.graph is not None
    assert content.graph.params == 4 * 10 + 4 * 26 * 26 * 10 + 10
    html = page.render(content, "en")
    assert "net.py" in Reader(html).text
    assert str(tmp_path) not in html


def test_the_file_is_written_whole(store: Store, run: str, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "report.html"
    writing.write(store, run, path, "zh")
    assert Reader(path.read_text(encoding="utf-8")).text
    with pytest.raises(ExplorerError):
        writing.write(store, "nothing", tmp_path / "other.html")
    assert not (tmp_path / "other.html").exists()
