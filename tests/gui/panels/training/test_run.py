"""A run under way: its learning rate, what came of it, and the panel in little room."""

from dataclasses import replace

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget

from explorer.bilingual import Text
from explorer.runs.curves.history import History
from explorer.training.events import EndedEarly, Failed, Finished, LearningRateChanged
from tests.gui.panels.training.bench import Bench


def started(bench: Bench) -> History:
    bench.find("epochsField").setValue(200)
    bench.panel.start()

    def steps() -> int:
        history = bench.state.history(bench.state.training)
        return 0 if history is None else history.step

    bench.wait(lambda: steps() > 8)
    history = bench.state.history(bench.state.training)
    assert history is not None
    return history


def test_the_rate_of_a_run_is_shown_and_can_be_changed(bench: Bench) -> None:
    assert not bench.find("liveRateField").isVisible()
    history = started(bench)
    field = bench.find("liveRateField")
    assert field.isVisible()
    assert field.isEnabled()
    bench.wait(lambda: field.value() == 0.1)  # that of the recorded steps
    field.setFocus()
    field.stepBy(-1)
    bench.wait(lambda: len(history.lr_changes) == 1)
    assert history.lr_changes[0].lr == 0.05
    field.selectAll()
    bench.qtbot.keyClicks(field.lineEdit(), "0.02")
    bench.qtbot.keyClick(field.lineEdit(), Qt.Key.Key_Return)
    bench.wait(lambda: len(history.lr_changes) == 2)
    assert history.lr_changes[1].lr == 0.02
    assert "Adam 0.02" in bench.panel.progress.words
    bench.panel.stop()
    bench.wait_for_end()
    assert not field.isVisible()


def test_steps_of_the_arrows_become_one_change(bench: Bench) -> None:
    history = started(bench)
    field = bench.find("liveRateField")
    bench.wait(lambda: field.value() == 0.1)
    field.setFocus()
    for _ in range(3):
        field.stepBy(-1)
    bench.wait(lambda: bool(history.lr_changes))
    assert [change.lr for change in history.lr_changes] == [0.01]
    bench.panel.stop()
    bench.wait_for_end()


def test_a_change_is_marked_on_the_curves(bench: Bench) -> None:
    bench.wait_for_plots()
    run = bench.store_run(epochs=4, steps_per_epoch=40)
    bench.control.open_run(run)
    bench.wait(lambda: bench.state.history(run) is not None)
    history = bench.state.history(run)
    assert history is not None
    history.apply(LearningRateChanged(run, 60, 0.003, 1.0))
    bench.panel.curves.refresh()
    assert bench.panel.curves.plots is not None
    for plot in bench.panel.curves.plots:
        assert [(mark.x, mark.words) for mark in plot.marks] == [(1.5, "rate 0.003")]
        plot.grab()


def ended(bench: Bench, *events: EndedEarly | Failed | Finished) -> str:
    run = bench.store_run(epochs=2, ending=events[-1])
    bench.control.open_run(run)
    bench.wait(lambda: bench.state.history(run) is not None)
    for event in events[:-1]:
        history = bench.state.history(run)
        assert history is not None
        history.apply(event)
        history.apply(events[-1])
        bench.state.history_changed.emit()
    return run


def test_why_a_run_ended_early_is_said(bench: Bench) -> None:
    early = EndedEarly("", 80, 1, 0, Text("No better test for 3 epochs.", "连续 3 轮没有更好的测试结果。"))
    ended(bench, early, Finished(""))
    assert bench.find("outcome").text() == "No better test for 3 epochs."
    assert not bench.find("fittingBatchButton").isVisible()


def test_a_run_that_did_not_fit_can_begin_again_with_a_batch_that_does(bench: Bench) -> None:
    message = Text("A batch of 4096 images does not fit in memory.", "一批 4096 张图像放不进内存。")
    ended(bench, Failed("", message, Text("A batch size of 192 fits.", "批量大小 192 放得下。"), fits=192))
    button = bench.find("fittingBatchButton")
    bench.wait(button.isVisible)
    assert button.text() == "Train with batch size 192"
    assert bench.find("outcome").text() == message.en
    bench.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    bench.wait(lambda: bench.state.training is not None)
    record = bench.control.record(bench.state.training)
    assert record is not None
    assert record.plan.config.batch_size == 192
    assert not bench.find("outcome").isVisible()
    bench.wait_for_end()


def test_nothing_lies_over_anything_in_little_room(bench: Bench) -> None:
    form = bench.panel.form
    bench.panel.setMinimumWidth(430)  # as the window has it
    for language in ("en", "zh"):
        bench.state.set_language(language)
        for width in (430, 560, 680, 800, 941, 1400):
            bench.panel.resize(width, 264)
            assert bench.panel.width() == width
            form.more.fields.augment.toggle()  # the mark on the button comes or goes
            shown = [field for field in form.row.children() if isinstance(field, QWidget) and field.isVisible()]
            assert len(shown) == 7
            for place, field in enumerate(shown):
                assert form.row.rect().contains(field.geometry()), (language, width, field.objectName())
                assert not any(field.geometry().intersects(other.geometry()) for other in shown[:place])
            assert form.row.has_two_lines == (width < 650)  # as wide as it is in a window of 1280 px
    bench.state.set_language("en")


def test_the_progress_has_a_line_of_its_own_in_little_room(bench: Bench) -> None:
    started(bench)
    bench.panel.setMinimumWidth(430)
    bench.panel.resize(430, 264)
    bench.wait(lambda: bench.panel.progress.y() > bench.find("stopButton").y())
    rate = bench.panel.rate.geometry()
    assert not rate.intersects(bench.panel.progress.geometry())
    assert not rate.intersects(bench.panel.buttons.geometry())
    bench.panel.stop()
    bench.wait_for_end()


def test_what_the_curves_of_a_run_say_is_put_into_words(bench: Bench) -> None:
    run = bench.store_run(epochs=3)
    bench.control.open_run(run)
    bench.wait(lambda: bench.state.history(run) is not None)
    history = bench.state.history(run)
    assert history is not None
    places = set()
    for losses, said in (((0.9, 0.6, 0.3), True), ((0.9, 0.31, 0.3), False)):
        for end, loss in zip(list(history.epoch_ends), losses, strict=True):
            history.apply(replace(end, test_loss=loss, test_accuracy=0.8))
        bench.state.set_history(run, history)
        assert bench.find("outcome").isVisible() is said
        places.add(bench.panel.runs.mapTo(bench.panel, QPoint()).y())
    assert len(places) == 1  # the runs stay where they are
