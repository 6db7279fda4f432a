"""The settings behind the button: presets, the schedule, what has been changed, parts that are not trained."""

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QFrame, QLabel
from pytestqt.qtbot import QtBot

from explorer import catalogue
from explorer.data import cards
from explorer.graph import shipped
from explorer.gui.panels.training import suggestions
from explorer.gui.panels.training.frozen_field import FrozenField, parts_of
from explorer.gui.panels.training.ladder_field import LadderField
from explorer.gui.panels.training.schedule_line import ScheduleLine
from explorer.training import presets, threads
from explorer.training.config import TrainConfig
from tests.gui.panels.training.bench import Bench


def shown_words(bench: Bench) -> str:
    more = bench.panel.form.more
    assert more.rows
    return "\n".join(label.text() for label in more.findChildren(QLabel) if not label.isHidden())


def test_a_preset_fills_the_form_and_brings_its_data(bench: Bench) -> None:
    bench.state.set_choice(catalogue.find("vgg11").default_choice())
    bench.find("deviceSelector").choose("cpu")
    bench.panel.form.more.presets.buttons["lecture"].click()
    config = bench.panel.form.config()
    wanted, _, dataset = presets.preset_for(bench.state.choice, "lecture", dataset="shapes", images=4000)
    assert bench.panel.form.data.dataset == dataset == "fashion-mnist"
    assert (config.lr, config.batch_size, config.epochs, config.momentum) == (0.05, 128, 10, 0.0)
    assert suggestions.kept(wanted, config) == config
    assert config.device == "cpu"  # the machine's own setting stays
    assert "learning rate 0.05" in shown_words(bench)


def test_the_network_of_a_preset_is_offered_not_forced(bench: Bench) -> None:
    bench.state.set_choice(catalogue.find("vgg11").choose(input_shape=(1, 64, 64)))
    more = bench.panel.form.more
    more.presets.buttons["lecture"].click()
    assert bench.state.choice.input_shape == (1, 64, 64)
    assert "input 224 × 224, Channel ratio 4" in shown_words(bench)
    more.presets.offer.click()
    assert bench.state.choice.input_shape == (1, 224, 224)
    assert bench.state.choice.settings["ratio"] == 4
    assert more.presets.offer.isHidden()


def test_the_preset_that_the_settings_are_is_pressed(bench: Bench) -> None:
    buttons = bench.panel.form.more.presets.buttons

    def pressed() -> list[str]:
        return [name for name, button in buttons.items() if button.isChecked()]

    assert pressed() == ["usual"]
    buttons["today"].click()
    assert pressed() == ["today"]
    bench.panel.form.more.fields.label_smoothing.setValue(0.2)
    assert pressed() == []
    assert "of your own" in shown_words(bench)
    bench.panel.form.more.reset_requested.emit()
    assert pressed() == ["usual"]


def test_a_network_without_a_lecture_has_no_such_preset(bench: Bench) -> None:
    bench.state.set_choice(catalogue.find("torchvision/squeezenet1_1").default_choice())
    button = bench.panel.form.more.presets.buttons["lecture"]
    assert not button.isEnabled()
    assert "no lecture" in button.toolTip()
    bench.state.set_choice(catalogue.find("lenet").default_choice())
    assert button.isEnabled()


@pytest.mark.parametrize("name", ["lenet", "vgg11", "cifar_resnet", "mnist_residual"])
def test_what_a_preset_wants_of_the_network_is_said_in_both_languages(name: str) -> None:
    choice = catalogue.find(name).choose(input_shape=None if name == "mnist_residual" else (1, 80, 80))
    wanted = suggestions.suggested("lecture", choice, cards.find("shapes")).choice
    for wish in suggestions.wishes(choice, wanted):
        assert wish.en
        assert wish.zh != wish.en
    assert suggestions.wishes(wanted, wanted) == ()


def test_the_button_says_how_many_settings_differ(bench: Bench) -> None:
    button, fields = bench.find("moreButton"), bench.panel.form.more.fields
    assert button.text() == ""
    fields.threads.setValue(threads.usual())  # as the settings of a run that was made here say it
    assert button.text() == ""
    fields.threads.setValue(threads.usual() + 1)
    assert button.text() == "1 changed"
    fields.threads.setValue(0)
    fields.patience.setValue(3)
    fields.augment.setChecked(True)
    assert button.text() == "2 changed"
    fields.nesterov.setChecked(True)  # without effect: the optimiser is Adam
    assert button.text() == "2 changed"
    bench.state.set_language("zh")
    assert button.text().startswith("2 ")
    bench.state.set_language("en")
    bench.panel.form.more.reset_requested.emit()
    assert button.text() == ""
    assert not fields.augment.isChecked()


def test_every_setting_has_a_line_on_what_it_does(bench: Bench) -> None:
    for language in ("en", "zh"):
        bench.state.set_language(language)
        rows = bench.panel.form.more.rows.values()
        assert len(rows) == 21
        for row in rows:
            words = [label.text() for label in row.findChildren(QLabel)]
            assert all(len(said) > 1 for said in words[:2]), row.field.objectName()
            assert row.field.accessibleName()
    bench.state.set_language("en")


def test_settings_of_the_steps_are_there_for_steps_only(bench: Bench) -> None:
    more = bench.panel.form.more
    assert more.rows["step_epochs"].isHidden()
    more.fields.schedule.choose("step")
    assert not more.rows["step_epochs"].isHidden()
    assert not more.rows["step_factor"].isHidden()


def test_steps_fall_within_the_run(bench: Bench) -> None:
    bench.find("epochsField").setValue(12)
    fields = bench.panel.form.more.fields
    fields.schedule.choose("step")
    fields.schedule.activated.emit(fields.schedule.currentIndex())  # as when the user picks it
    assert bench.panel.form.config().step_epochs == 4


def test_the_card_is_no_higher_than_the_screen(bench: Bench) -> None:
    more = bench.panel.form.more
    more.open_over(bench.find("moreButton"))
    room = more.screen().availableGeometry()
    assert room.contains(more.geometry())
    more.fields.schedule.choose("step")
    assert room.contains(more.geometry())
    more.hide()


class _Screen:
    """A screen of any size."""

    def __init__(self, width: int, height: int) -> None:
        self._area = QRect(0, 0, width, height)

    def availableGeometry(self) -> QRect:
        return self._area


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("width", "is_wide"), [(720, False), (1280, True)])
def test_the_settings_never_scroll_sideways(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, width: int, is_wide: bool, language: str
) -> None:
    """Where there is no room for two columns there is one; the first time it is as high as ever after."""
    bench.state.set_language(language)
    more, button = bench.panel.form.more, bench.find("moreButton")
    monkeypatch.setattr(more, "screen", lambda: _Screen(width, 1400))
    more.open_over(button)
    QApplication.processEvents()
    first = more.size()
    assert more._scroll.horizontalScrollBar().maximum() == 0
    assert more._scroll.verticalScrollBar().maximum() == 0
    assert (more.rows["label_smoothing"].y() < more.rows["schedule"].y()) == is_wide
    more.hide()
    more.open_over(button)
    assert more.size() == first
    more.hide()


def test_the_rate_lab_is_a_click_away(bench: Bench) -> None:
    asked: list[str] = []
    bench.panel.lab_requested.connect(asked.append)
    bench.panel.form.more._find_rate.click()
    assert asked == ["rate"]


def test_the_draft_is_what_start_would_begin(bench: Bench) -> None:
    bench.find("epochsField").setValue(3)
    draft = bench.state.draft
    assert draft is not None
    assert (draft.choice, draft.dataset, draft.config.epochs) == (bench.state.choice, "digits", 3)
    bench.state.rate_requested.emit(0.0123)
    assert bench.panel.form.lr.value() == 0.0123
    assert bench.state.draft is not None
    assert bench.state.draft.config.lr == 0.0123


# -- its parts ---------------------------------------------------------------------------------------------------------


def test_the_schedule_is_drawn_as_the_run_goes_through_it(qtbot: QtBot) -> None:
    line = ScheduleLine()
    qtbot.addWidget(line)
    line.show_schedule(TrainConfig(epochs=3, lr=0.5, schedule="step", step_epochs=1, step_factor=0.1), 10)
    assert (line.rates[0], line.rates[10], line.rates[-1]) == pytest.approx((0.5, 0.05, 0.005))
    assert line.words == "0.5 → 0.005 over 3 epochs"
    line.show_schedule(TrainConfig(epochs=20, lr=0.1, schedule="one-cycle"), 1000)
    assert len(line.rates) == 240
    assert max(line.rates) == pytest.approx(0.1, rel=0.01)
    line.show_schedule(TrainConfig(epochs=1, lr=0.1), 1)
    line.resize(100, 48)
    line.grab()
    line.show_schedule(None, 0)
    assert line.words == ""


def test_the_arrows_go_through_the_usual_values(qtbot: QtBot) -> None:
    field = LadderField(0, 1, (0, 0.9, 0.99), explain=str)
    qtbot.addWidget(field)
    field.stepBy(1)
    assert field.value() == 0.9
    field.setValue(0.5)
    field.stepBy(2)
    assert field.value() == 0.99
    field.stepBy(1)
    assert field.value() == 0.99
    field.setValue(0.5)
    field.stepBy(-1)
    assert field.value() == 0


def test_parts_of_a_network_can_be_frozen(qtbot: QtBot) -> None:
    parts = parts_of(shipped.load("googlenet"))
    assert [part.path for part in parts] == ["b1", "b2", "b3", "b4", "b5", "head"]
    assert sum(part.params for part in parts) == catalogue.find("googlenet").params
    field = FrozenField()
    qtbot.addWidget(field)
    field.show()
    field.offer(parts)
    field.tick("b2")
    field.tick("b1")
    assert field.chosen == ("b1", "b2")
    assert field.text() == "2 parts"
    field.tick("b1")
    assert field.text() == "b2"
    qtbot.mouseClick(field, Qt.MouseButton.LeftButton)
    listed = field.findChild(QFrame, "frozenList")
    assert isinstance(listed, QFrame)
    boxes = listed.findChildren(QCheckBox)
    assert [box.isChecked() for box in boxes] == [False, True, False, False, False, False]
    boxes[5].click()
    assert field.chosen == ("b2", "head")
    listed.close()
