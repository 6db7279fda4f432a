"""Data and settings of the next run are there again when the window is opened again."""

import json
from pathlib import Path

import pytest
from PIL import Image

from explorer import catalogue
from tests.gui.panels.training.bench import Bench


def folder(at: Path) -> str:
    for name in ("cats", "dogs"):
        (at / name).mkdir(parents=True)
        for place in range(3):
            Image.new("RGB", (8, 8), (place * 40, 0, 90)).save(at / name / f"{place}.png")
    return f"folder:{at}"


def test_a_folder_and_what_was_set_for_two_networks_come_back(bench: Bench, tmp_path: Path) -> None:
    desk, form = bench.panel.desk, bench.panel.form
    form.lr.setValue(0.125)
    form.epochs.setValue(3)
    bench.state.set_choice(catalogue.find("lenet_bn").default_choice())
    form.lr.setValue(0.5)
    desk.take_dataset(folder(tmp_path / "pets"))
    kept = json.loads(json.dumps(desk.kept()))
    # As in a window that has just been opened:
    desk._edited.clear()
    form.data._folders.clear()
    desk.take_dataset("digits")
    desk.recall(kept)
    assert form.data.dataset == f"folder:{tmp_path / 'pets'}"
    assert form.lr.value() == 0.5
    bench.state.set_choice(catalogue.find("lenet").default_choice())
    assert (form.lr.value(), form.epochs.value()) == (0.125, 3)


def test_a_folder_of_data_comes_back_beside_what_was_set(bench: Bench, tmp_path: Path) -> None:
    desk, form = bench.panel.desk, bench.panel.form
    desk.take_dataset("mnist")
    form.more.fields.data_dir.take(str(tmp_path))
    form.epochs.setValue(3)
    kept = json.loads(json.dumps(desk.kept()))
    form.more.fields.data_dir.take(None)
    desk._edited.clear()
    desk.take_dataset("digits")
    assert form.batch_size.value() == 32
    desk.recall(kept)
    assert (form.epochs.value(), form.batch_size.value()) == (3, 128)
    assert form.more.data_dir == str(tmp_path)


def test_settings_follow_the_data_where_only_the_folder_of_the_data_was_chosen(bench: Bench, tmp_path: Path) -> None:
    desk, form = bench.panel.desk, bench.panel.form
    desk.take_dataset("mnist")
    form.more.fields.data_dir.take(str(tmp_path))
    assert desk.kept()["edited"] == {}
    desk.take_dataset("digits")
    assert form.batch_size.value() == 32


def test_a_network_that_was_left_is_not_changed_by_the_folder_that_comes_back(bench: Bench, tmp_path: Path) -> None:
    name = folder(tmp_path / "pets")
    before = bench.state.choice
    bench.panel.desk.recall({"dataset": name, "folders": [name], "edited": {}})
    bench.wait(lambda: name in bench.panel.desk._folders)
    assert bench.state.choice == before
    assert not bench.notices
    assert bench.panel.desk.plan().choice.classes == 2  # of the run that would be begun


def test_what_a_folder_changes_of_the_network_is_said_once(bench: Bench, tmp_path: Path) -> None:
    name = folder(tmp_path / "pets")
    bench.panel.desk.take_dataset(name)
    bench.wait(lambda: bench.state.choice.classes == 2)
    assert bench.state.choice.input_shape == (3, 28, 28)
    assert len(bench.notices) == 1
    assert "3 input channels and 2 classes" in bench.notices[0][0].en


def test_what_nobody_chose_is_not_kept(bench: Bench) -> None:
    assert bench.panel.desk.kept() == {"dataset": None, "data_dir": None, "folders": [], "edited": {}}


@pytest.mark.parametrize(
    "kept",
    [
        {"dataset": 5, "folders": "x", "edited": []},
        {"dataset": "gone", "folders": [3, None], "edited": {"lenet": {"lr": "much"}}},
        {"edited": {"lenet": {"no_such_setting": 1}}, "data_dir": 7},
        {"edited": {"lenet": None}},
    ],
)
def test_what_cannot_be_understood_is_left_out(bench: Bench, kept: dict) -> None:
    before = bench.panel.desk.plan()
    bench.panel.desk.recall(kept)
    assert bench.panel.desk.plan() == before
