"""The training panel: the settings of a run, its data, start and stop."""

import dataclasses
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QSpinBox

from explorer import catalogue
from explorer.data import cards
from explorer.errors import ExplorerError
from explorer.graph.user_model import own
from explorer.gui import text
from explorer.gui.panels.training import suggestions
from explorer.gui.state import Level
from explorer.training import presets
from explorer.training.config import TrainConfig
from tests.gui.panels.training.bench import Bench


def click(bench: Bench, name: str) -> None:
    bench.qtbot.mouseClick(bench.find(name), Qt.MouseButton.LeftButton)


def pick(bench: Bench, dataset: str) -> None:
    assert bench.find("datasetSelector").choose(dataset)


def test_neither_torch_nor_pyqtgraph_is_needed_to_make_it() -> None:
    code = "import sys, explorer.gui.panels.training; print({'torch', 'pyqtgraph', 'torchvision'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_start_trains_what_the_form_says(bench: Bench) -> None:
    bench.find("epochsField").setValue(3)
    bench.find("batchSizeField").setValue(16)
    bench.find("learningRateField").setValue(0.25)
    bench.find("optimizerSelector").choose("sgd")
    click(bench, "startButton")
    bench.wait(lambda: bench.state.training is not None)
    assert bench.find("stopButton").isVisible()
    assert bench.find("pauseButton").isVisible()
    assert not bench.find("startButton").isVisible()
    plan = bench.control.record(bench.state.training).plan  # type: ignore[union-attr]
    assert (plan.choice, plan.dataset) == (bench.state.choice, "digits")
    assert (plan.config.epochs, plan.config.batch_size, plan.config.lr, plan.config.optimizer) == (3, 16, 0.25, "sgd")
    bench.wait_for_end()
    assert bench.find("startButton").isVisible()
    assert bench.find("startButton").isEnabled()
    assert bench.find("epochsField").isVisible()


def test_progress_is_said_and_shown(bench: Bench) -> None:
    click(bench, "startButton")
    bench.wait(lambda: "batch" in bench.panel.progress.words)
    words = bench.panel.progress.words
    assert re.match(r"Epoch \d+ of 15 · batch ", words)
    assert "/ 40 · Handwritten digits · Adam 0.005" in words
    assert "images/s" in words
    assert 0 < bench.find("progressBar").value() < 1000
    click(bench, "pauseButton")
    assert bench.panel.progress.words.startswith("Paused")
    assert bench.find("pauseButton").text() == "Resume"
    click(bench, "pauseButton")
    assert bench.find("pauseButton").text() == "Pause"
    click(bench, "stopButton")
    assert not bench.find("stopButton").isEnabled()
    assert bench.panel.progress.words.startswith("Stopping…")
    bench.wait_for_end()


def test_what_has_no_room_is_left_out_whole(bench: Bench) -> None:
    bench.state.set_training(None)
    click(bench, "startButton")
    bench.wait(lambda: "images/s" in bench.panel.progress.words)
    click(bench, "pauseButton")
    bench.panel.setMinimumWidth(404)  # as in the smallest window
    bench.panel.resize(404, 250)
    assert bench.panel.width() == 404
    shown = bench.panel.progress.line.left
    assert shown.startswith("Paused")
    assert not shown.endswith("·")
    assert len(shown) < len(bench.panel.progress.words)


def test_keys_start_and_stop(bench: Bench) -> None:
    bench.find("startButton").setFocus()
    bench.qtbot.keyClick(bench.find("startButton"), Qt.Key.Key_Space)
    bench.wait(lambda: bench.state.training is not None)
    assert bench.find("stopButton").hasFocus()
    bench.qtbot.keyClick(bench.find("stopButton"), Qt.Key.Key_Space)
    bench.wait_for_end()
    assert bench.find("startButton").hasFocus()


def test_a_data_set_of_another_kind_changes_the_network(bench: Bench) -> None:
    pick(bench, "cifar10")
    assert bench.state.choice.input_shape == (3, 28, 28)
    message, _, level = bench.notices[-1]
    assert message.en == "LeNet will be built with 3 input channels for CIFAR-10."
    assert level == Level.INFO
    pick(bench, "digits")
    assert bench.state.choice.input_shape == (1, 28, 28)
    assert len(bench.notices) == 2


def test_the_data_follow_the_network_until_they_are_chosen(bench: Bench) -> None:
    bench.state.set_choice(catalogue.find("cifar_resnet").default_choice())
    assert bench.find("datasetSelector").currentData() == "shapes"
    bench.state.set_choice(catalogue.find("lenet").default_choice())
    assert bench.find("datasetSelector").currentData() == "digits"
    pick(bench, "fashion-mnist")
    bench.state.set_choice(catalogue.find("cifar_resnet").default_choice())
    assert bench.find("datasetSelector").currentData() == "fashion-mnist"
    assert bench.state.choice.input_shape[0] == 3


def test_a_network_that_does_not_fit_is_fitted_at_the_start(bench: Bench) -> None:
    pick(bench, "fashion-mnist")
    bench.state.set_choice(catalogue.find("cifar_resnet").default_choice())
    click(bench, "startButton")
    bench.wait(lambda: bench.state.training is not None)
    assert bench.state.choice.input_shape == (1, 96, 96)
    assert bench.control.record(bench.state.training).plan.choice == bench.state.choice  # type: ignore[union-attr]


def test_settings_are_remembered_for_each_architecture_and_reset(bench: Bench) -> None:
    usual = suggestions.config_for(bench.state.choice, cards.find("digits"))
    bench.find("epochsField").setValue(77)
    bench.state.set_choice(catalogue.find("lenet_bn").default_choice())
    assert bench.find("epochsField").value() != 77
    bench.state.set_choice(catalogue.find("lenet").default_choice())
    assert bench.find("epochsField").value() == 77
    bench.panel.form.more.reset_requested.emit()
    assert bench.panel.form.config() == usual


def test_every_setting_reaches_the_plan(bench: Bench) -> None:
    wanted = {
        "momentum": 0.5, "nesterov": True, "weight_decay": 0.0005, "clip_norm": 2.5, "initialisation": "xavier",
        "schedule": "step", "step_epochs": 4, "step_factor": 0.3, "warmup_epochs": 1.5, "label_smoothing": 0.07,
        "ema_decay": 0.99, "patience": 3, "augment": True, "limit": 500, "seed": 7, "precision": "bf16",
        "speed": "plain", "threads": 2, "exact": True,
    }  # fmt: skip
    fields = bench.panel.form.more.fields
    for name, value in wanted.items():
        field = getattr(fields, name)
        getattr(field, {bool: "setChecked", str: "choose"}.get(type(value), "setValue"))(value)
    fields.freeze.tick("features")
    config = bench.panel.form.plan(bench.state.choice).config
    assert {name: getattr(config, name) for name in wanted} == wanted
    assert config.freeze == ("features",)
    assert set(fields.values()) == {field.name for field in dataclasses.fields(TrainConfig)} - {
        "epochs", "batch_size", "optimizer", "lr", "device",
    }  # fmt: skip
    fields.limit.setValue(0)
    assert bench.panel.form.config().limit is None


def test_another_optimiser_brings_its_usual_rate_unless_it_was_set(bench: Bench) -> None:
    form = bench.panel.form
    form.optimizer.choose("sgd")
    assert form.lr.value() == 0.1
    assert form.more.rows["momentum"].field.isEnabled()
    form.optimizer.choose("adam")
    assert form.lr.value() == 0.005
    assert not form.more.rows["momentum"].field.isEnabled()
    form.lr.setValue(0.042)
    form.optimizer.choose("sgd")
    assert form.lr.value() == 0.042


def test_a_folder_of_images_gives_its_classes(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("cat", "dog", "owl"):
        for number in range(6):
            (tmp_path / "pets" / name).mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (8, 8), (number, 0, 0)).save(tmp_path / "pets" / name / f"{number}.png")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path / "pets"))
    pick(bench, "folder?")
    assert bench.find("datasetSelector").currentText() == "pets"
    bench.wait(lambda: bench.state.choice.classes == 3)
    assert bench.panel.form.plan(bench.state.choice).dataset == f"folder:{tmp_path / 'pets'}"


def pets(at: Path, each: int = 6) -> str:
    """A folder of two classes, of which so many images are for training; none of them need be read."""
    for name in ("cat", "dog"):
        for number in range(each * 5 // 4):
            (at / "pets" / name).mkdir(parents=True, exist_ok=True)
            (at / "pets" / name / f"{number}.png").touch()
    return f"folder:{at / 'pets'}"


@pytest.mark.parametrize("preset", [suggestions.USUAL, suggestions.TODAY])
def test_settings_suit_the_images_that_are_counted_in_a_folder(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, preset: str
) -> None:
    monkeypatch.setattr(presets, "FEW_IMAGES", 10)
    desk, form = bench.panel.desk, bench.panel.form
    desk.take_preset(preset)
    desk.take_dataset(pets(tmp_path))
    with pytest.raises(ExplorerError, match="being counted"):
        desk.plan()
    assert bench.state.draft is None
    bench.wait(lambda: bench.state.choice.classes == 2)
    assert desk.data.train_images == 12
    wanted = suggestions.suggested(preset, bench.state.choice, desk.data).config
    assert form.config() == wanted
    assert wanted.batch_size == 128
    desk.take_dataset("digits")
    desk.take_dataset(desk.kept()["folders"][0])
    assert form.config() == wanted


def test_what_was_set_before_a_folder_is_counted_stays(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presets, "FEW_IMAGES", 10)
    form = bench.panel.form
    form.batch_size.setValue(48)
    bench.panel.desk.take_dataset(pets(tmp_path))
    bench.wait(lambda: bench.state.choice.classes == 2)
    assert form.config().batch_size == 48


def test_no_folder_chosen_leaves_the_data_set(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")
    pick(bench, "folder?")
    assert bench.find("datasetSelector").currentData() == "digits"


def test_a_folder_without_classes_is_refused(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    pick(bench, "folder?")
    bench.wait(lambda: bool(bench.notices) and bench.notices[-1][2] == Level.ERROR)


def test_the_data_folder_is_for_files_only(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    pick(bench, "mnist")
    bench.panel.form.more.fields.data_dir.ask()
    assert bench.panel.form.plan(bench.state.choice).data_dir == str(tmp_path)
    pick(bench, "digits")
    assert bench.panel.form.plan(bench.state.choice).data_dir is None


def test_the_devices_are_asked_for_when_torch_is_there(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    assert bench.find("deviceSelector").count() == 2
    bench.state.set_ready()
    bench.wait(lambda: bench.find("deviceSelector").itemText(0).startswith("Automatic"))
    assert bench.find("deviceSelector").currentData() == "auto"


def test_both_languages_and_themes(bench: Bench) -> None:
    bench.state.set_language("zh")
    assert bench.find("startButton").text() == "开始"
    assert bench.find("datasetSelector").currentText() == "手写数字"
    bench.state.set_theme("light")
    light = bench.panel.grab().toImage().pixelColor(4, 4).name()
    bench.state.set_theme("dark")
    dark = bench.panel.grab().toImage().pixelColor(4, 4).name()
    assert light == "#ffffff"
    assert dark == "#1b1e25"


def test_every_field_has_a_name_and_says_what_it_does(bench: Bench) -> None:
    names = ["startButton", "epochsField", "batchSizeField", "learningRateField", "datasetSelector", "deviceSelector"]
    for name in [*names, "optimizerSelector", "moreButton", "runsTable"]:
        assert bench.find(name).accessibleName(), name
    for name in names:
        assert bench.find(name).toolTip(), name
    assert isinstance(bench.find("epochsField"), QSpinBox)


def test_another_panel_can_ask_for_a_data_set(bench: Bench) -> None:
    bench.state.request_dataset("shapes")
    assert bench.panel.form.data.dataset == "shapes"
    assert bench.state.choice.input_shape[0] == 3


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_exported_program_is_not_trained_and_the_panel_says_why(bench: Bench, language: str) -> None:
    model = own.describe(Path("net.pt2").absolute(), None, (1, 28, 28))
    catalogue.add_own(model)
    try:
        text.set_language(language)
        bench.state.set_choice(model.card.choose())
        bench.panel.retranslate()
        button = bench.find("startButton")
        words = {
            "en": ("cannot switch a program of torch.export", "Open the Python file that it was made from"),
            "zh": ("无法把 torch.export 程序从预测模式切换到训练模式", "请打开生成它的 Python 文件"),
        }[language]
        assert not button.isEnabled()
        assert all(word in button.toolTip() for word in words)
    finally:
        bench.state.set_choice(catalogue.find("lenet").default_choice())
        catalogue.remove_own(model.card.name)
