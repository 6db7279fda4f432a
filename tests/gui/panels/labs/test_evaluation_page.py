"""The page of evaluations: moments, cells and their images, two beside each other, a run that trains."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from explorer.data import datasets
from explorer.evaluation.scores import Evaluation
from explorer.gui.state import FromRun
from explorer.gui.widgets.fields.choice_box import ChoiceBox
from explorer.runs.folder.names import EVALUATIONS, SNAPSHOTS
from explorer.runs.looking.candidates import Kind
from explorer.runs.plan import RunPlan
from explorer.runs.work.execute import Execution
from tests.gui.panels.labs.evaluation_bench import Bench, digits, wrong
from tests.gui.recorded_runs import plan
from tests.runs.digest import plan as real_plan


def test_without_a_run_it_says_what_to_do(bench: Bench) -> None:
    assert "Nothing has been trained yet" in bench.words()
    boxes = bench.page.findChildren(ChoiceBox)
    assert "Choose a run" in [box.closed_words() for box in boxes if not box.isEnabled()]


def test_the_newest_test_is_shown_first(bench: Bench) -> None:
    run = bench.store_run(digits(wrong(3, 30, 5)), digits(wrong(3, 9, 5)))
    bench.open(run)
    assert bench.accuracy() == "97.50%"  # 351 of 360
    assert bench.page.body.boxes[0].words[2] == "95%: 95.3% to 98.7%"
    assert bench.page.body.boxes[2].words[1:] == ("9", "of 360 test images")
    assert bench.page.chooser.moment.currentText() == "After epoch 2"
    bench.page.chooser.earlier.click()
    bench.wait(lambda: bench.accuracy() == "91.67%")
    bench.settle()
    assert bench.page.chooser.moment.currentText() == "After epoch 1"
    assert bench.page.body.strip.strip.epochs == (1, 2)
    bench.page.body.strip.strip.chosen.emit(2)
    bench.wait(lambda: bench.accuracy() == "97.50%")


def test_a_cell_shows_its_images(bench: Bench) -> None:
    bench.open(bench.store_run(digits(wrong(3, 9, 5))))
    page = bench.page
    assert (
        page.body.images.wall.numbers == tuple(sorted(wrong(3, 9, 5), reverse=True)) + page.body.images.wall.numbers[9:]
    )
    cell = page.body.matrix.matrix.cell_rect((3, 5)).center().toPoint()
    bench.qtbot.mouseClick(page.body.matrix.matrix.viewport(), Qt.MouseButton.LeftButton, pos=cell)
    assert set(page.body.images.wall.numbers) == set(wrong(3, 9, 5))
    assert page.body.images.which.currentText() == "3 taken for 5 (9)"
    assert "True 3, taken for 5: 9 of " in page.body.matrix.said.text()
    page.body.images.wall.viewport().repaint()
    bench.wait(lambda: set(wrong(3, 9, 5)) <= page.body.images.wall.known)
    page.body.images.which.choose("hardest")
    page.body.images.which.activated.emit(0)
    assert page.body.matrix.matrix.picked is None


def test_a_clicked_image_becomes_that_of_the_inspector(bench: Bench) -> None:
    run = bench.store_run(digits(wrong(3, 9, 5)))
    bench.open(run)
    page, asked = bench.page, []
    bench.state.explore_requested.connect(lambda: asked.append(True))
    assert not page.body.images.explore.isEnabled()
    number = page.body.images.wall.numbers[0]
    page.body.images.wall.chosen.emit(number)
    bench.wait(lambda: bench.state.image is not None)
    assert bench.state.image is not None
    expected = datasets.load("digits").test.images[number].numpy().transpose(1, 2, 0)
    assert np.array_equal(bench.state.image.pixels, expected)
    assert (bench.state.image.label, len(bench.state.image.classes)) == ("3", 10)
    page.body.images.explore.click()
    bench.wait(lambda: asked == [True])
    assert bench.state.shown_run == run
    assert bench.state.image.label == "3"


@pytest.mark.parametrize(("kept", "shown"), [((40, 80, 160), 80), ((40, 90, 160), 90), ((), None)])
def test_what_was_evaluated_is_looked_into(bench: Bench, kept: tuple[int, ...], shown: int | None) -> None:
    run = bench.store_run(digits({}), digits(wrong(3, 9, 5)))  # the second after step 80
    folder = bench.store.folder(run) / SNAPSHOTS
    folder.mkdir()
    for step in kept:
        (folder / f"step-{step:08d}.safetensors").touch()
    bench.open(run)
    asked, said = [], []
    bench.state.explore_requested.connect(lambda: asked.append(bench.state.weights))
    bench.state.noticed.connect(lambda message, hint, level: said.append(f"{message.en} {hint.en}"))
    bench.page.body.images.wall.chosen.emit(bench.page.body.images.wall.numbers[0])
    bench.wait(lambda: bench.state.image is not None)
    bench.page.body.images.explore.click()
    bench.wait(lambda: bool(asked))
    assert asked == [FromRun(run, moment=shown)]
    assert ["not kept" in words and (shown is None or f"after step {shown}" in words) for words in said] == (
        [] if shown == 80 else [True]
    )


def test_it_follows_a_run_that_trains(bench: Bench) -> None:
    run = bench.store_run(is_over=False)
    bench.page.open_run(run)
    bench.wait(lambda: "has not been tested yet" in bench.words())
    bench.add_test(run, 1, digits(wrong(3, 36, 5)))
    bench.wait(lambda: bench.page.first.summary is not None and bench.accuracy() == "90.00%")
    assert bench.page.chooser.moment.currentText() == "After epoch 1 · live"
    bench.add_test(run, 2, digits(wrong(3, 18, 5)))
    bench.wait(lambda: bench.accuracy() == "95.00%")
    bench.page.first.choose(bench.page.first.epochs[0])  # from now on it looks back
    bench.wait(lambda: bench.accuracy() == "90.00%")
    bench.add_test(run, 3, digits({}))
    bench.wait(lambda: len(bench.page.first.epochs) == 3)
    bench.settle()
    assert bench.accuracy() == "90.00%"


def keep_snapshot(bench: Bench, run: str) -> None:
    folder = bench.store.folder(run) / SNAPSHOTS
    folder.mkdir()
    (folder / "step-00000000.safetensors").touch()


def test_weights_kept_before_the_first_test_do_not_stop_it_from_following(bench: Bench) -> None:
    run = bench.store_run(is_over=False)
    keep_snapshot(bench, run)
    bench.page.open_run(run)
    bench.wait(lambda: "has not been tested yet" in bench.words())
    bench.wait(lambda: len(bench.page.first.candidates) == 1)
    assert "has not been tested yet" in bench.words()
    bench.add_test(run, 1, digits(wrong(3, 36, 5)))
    bench.wait(lambda: bench.page.first.summary is not None and bench.accuracy() == "90.00%")


def test_weights_are_tested_only_when_that_is_asked_for(bench: Bench) -> None:
    run = bench.store_run()
    keep_snapshot(bench, run)
    bench.page.open_run(run)
    bench.wait(lambda: "This moment has not been evaluated" in bench.words())
    assert bench.page.again.isVisibleTo(bench.page)
    bench.page.again.click()  # the file is empty
    bench.wait(lambda: "damaged or missing" in bench.words())


def test_two_beside_each_other(bench: Bench) -> None:
    first = bench.store_run(digits(wrong(3, 30, 5)), digits(wrong(3, 9, 5) | wrong(7, 2, 1)))
    bench.open(first)
    page = bench.page
    page.beside.click()
    bench.wait(lambda: page.second.summary is not None)
    page.second.choose(page.second.epochs[0])
    bench.wait(lambda: page.comparing.comparison is not None and page.second.shown is page.second.chosen)
    bench.settle()
    assert "Only here right: 21. Only beside right: 2. Both right: 328. Both wrong: 9." in bench.words()
    assert "p < 0.001" in bench.words()
    assert page.body.boxes[0].words[2] == "+5.28 points from 91.67%"
    assert page.body.matrix.mode.chosen == "difference"
    page.body.images.which.choose("only_second")
    page.body.images.which.activated.emit(0)
    assert set(page.body.images.wall.numbers) == set(wrong(7, 2, 1))
    page.beside.click()
    bench.settle()
    assert page.body.boxes[0].words[2].startswith("95%: ")
    assert page.body.matrix.mode.chosen == "counts"


def test_runs_on_other_images_are_not_compared(bench: Bench) -> None:
    first = bench.store_run(digits({}))
    labels = digits({}).labels[:100]
    other = bench.store_run(
        Evaluation(
            labels, labels[:, None], np.ones((100, 1), np.float32), np.zeros(100, np.float32), tuple("0123456789")
        )
    )
    bench.open(first)
    bench.page.beside.click()
    bench.page.second.open(other)
    bench.wait(lambda: "tested on different images" in bench.words())
    assert bench.page.comparing.comparison is None
    assert bench.accuracy() == "100.00%"


def test_damaged_answers_say_so(bench: Bench) -> None:
    run = bench.store_run(digits({}), digits({}))
    (bench.store.folder(run) / EVALUATIONS / "epoch-00002.npz").write_bytes(b"PK broken")
    bench.page.open_run(run)
    bench.wait(lambda: "The file of this evaluation is damaged" in bench.words())
    bench.page.first.choose(bench.page.first.epochs[0])
    bench.wait(lambda: bench.accuracy() == "100.00%")
    assert "damaged" not in bench.words()


def test_the_table_is_sorted_and_copied(bench: Bench) -> None:
    bench.open(bench.store_run(digits(wrong(3, 9, 5))))
    card = bench.page.body.classes
    card.table.sortByColumn(3, Qt.SortOrder.AscendingOrder)
    assert card.table.scores.rows[0].score.name == "3"
    card.copies["csv"].click()
    rows = QGuiApplication.clipboard().text().splitlines()
    assert rows[0].startswith("class,images,precision")
    assert rows[1].startswith("3,")
    card.copies["markdown"].click()
    assert QGuiApplication.clipboard().text().startswith("| Class | Images |")
    card.opened.emit(3)
    assert bench.page.body.matrix.matrix.picked == (3, 5)


def test_the_words_change_with_the_language(bench: Bench) -> None:
    bench.open(bench.store_run(digits(wrong(3, 9, 5)), digits({})))
    bench.state.set_language("zh")
    bench.page.retranslate()
    assert bench.page.body.boxes[0].words[0] == "准确率"
    assert bench.page.chooser.moment.currentText() == "第 2 轮之后"
    assert "混淆矩阵" in bench.words()


def test_another_run_that_is_wanted_is_opened(bench: Bench) -> None:
    first, second = bench.store_run(digits({})), bench.store_run(digits(wrong(3, 36, 5)))
    bench.open(first)
    bench.page.open_run(second)
    bench.wait(lambda: bench.page.first.summary is not None and bench.accuracy() == "90.00%")


def test_where_its_run_is_deleted_it_goes_to_the_newest_that_was_tested(bench: Bench) -> None:
    first, second = bench.store_run(digits({})), bench.store_run(digits(wrong(3, 36, 5)))
    bench.store_run(is_over=False)  # which has nothing to be evaluated yet
    bench.open(second)
    bench.control.delete_runs([second])
    bench.wait(lambda: bench.page.first.summary is not None and bench.page.first.run == first)
    bench.control.delete_runs([first])
    bench.wait(lambda: "Nothing has been trained yet" not in bench.words())


def test_the_test_after_an_epoch_is_opened_or_the_nearest_that_was_kept(bench: Bench) -> None:
    run = bench.store_run(*(digits(wrong(3, mistakes, 5)) for mistakes in (36, 18, 9)))
    other = bench.store_run(digits({}))
    for opened, epoch, accuracy in ((run, 1, "90.00%"), (run, 2, "95.00%"), (other, 1, "100.00%"), (run, 7, "97.50%")):
        bench.page.open_run(opened, epoch)
        bench.wait(lambda right=accuracy: bench.page.first.summary is not None and bench.accuracy() == right)
    bench.settle()
    assert bench.page.chooser.moment.currentText() == "After epoch 3"


def test_nothing_is_read_while_nobody_looks(bench: Bench) -> None:
    first, second = bench.store_run(digits({})), bench.store_run(digits(wrong(3, 36, 5)))
    bench.open(first)
    bench.page.hide()
    bench.state.show_run(second)
    assert bench.page.first.run == first
    bench.page.show()
    bench.page.begin()
    bench.wait(lambda: bench.page.first.summary is not None and bench.accuracy() == "90.00%")


# --- images that are not there


def images_of(bench: Bench, changed: RunPlan, answers: Evaluation) -> str:
    """What is said when an image is asked for."""
    refused: list[Any] = []
    bench.page.body.images.images.refused.connect(refused.append)
    bench.page.body.images.images.ask(changed, answers, (0, 1))
    bench.wait(lambda: bool(refused))
    return str(refused[0].message)


def test_nothing_is_downloaded_for_looking(bench: Bench, tmp_path: Path) -> None:
    changed = replace(plan(4), dataset="cifar10", data_dir=str(tmp_path))
    assert "The images of CIFAR-10 are not here" in images_of(bench, changed, digits({}))


def test_images_of_data_that_have_changed_are_not_shown(bench: Bench) -> None:
    answers = digits({})
    answers.labels[0] = (answers.labels[0] + 1) % 10
    assert "other test images" in images_of(bench, plan(4), answers)


# --- weights


def test_weights_are_tested_with_progress_and_can_be_given_up(bench: Bench) -> None:
    record = bench.store.create(real_plan(epochs=1, threads=1))
    recorder = bench.store.recorder(record.id)
    for event in Execution(record.plan, record.id, bench.store.folder(record.id)).events():
        recorder.append(event)
    recorder.close()
    bench.control.refresh()
    bench.wait(lambda: any(listed.id == record.id for listed in bench.state.runs))
    bench.open(record.id)
    page = bench.page
    stored = bench.accuracy()
    untrained = next(one for one in page.first.candidates if one.place == (Kind.SNAPSHOT, 0))
    page.first.choose(untrained)
    page.first.cancel()
    assert page.first.chosen is not None
    assert page.first.chosen.has_answers
    bench.settle()
    assert bench.accuracy() == stored
    heard = []
    page.first.progressed.connect(lambda: heard.append(page.first.progress))
    page.first.choose(untrained)
    bench.wait(lambda: page.first.shown == untrained)
    assert bench.accuracy() != stored
    page.first.choose(next(one for one in page.first.candidates if one.kind is Kind.LAST))
    bench.wait(lambda: page.first.shown is not None and page.first.shown.kind is Kind.LAST)
    assert bench.accuracy() == stored
    page.body.images.wall.chosen.emit(0)
    bench.wait(lambda: bench.state.image is not None)
    page.body.images.explore.click()
    assert bench.state.weights == FromRun(record.id, moment=page.first.shown.number)


@pytest.mark.parametrize("height", [360, 480, 760])
def test_matrix_and_images_begin_at_one_height_in_a_low_window_too(bench: Bench, height: int) -> None:
    bench.open(bench.store_run(digits(wrong(3, 30, 5))))
    bench.page.resize(820, height)
    body = bench.page.body
    bench.wait(lambda: body.matrix.y() == body.images.y() and body.matrix.height() == body.images.height())
