"""The commands as a script uses them: `--json` on standard output, status 2 and one line for bad input."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from explorer.app import main

Capture = pytest.CaptureFixture[str]


def call(capsys: Capture, *line: object) -> Any:
    """The JSON object that a command prints."""
    assert main([*map(str, line), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def refused(capsys: Capture, *line: object) -> str:
    """The one line that a command refuses with."""
    capsys.readouterr()
    assert main([*map(str, line)]) == 2
    said = capsys.readouterr()
    assert not said.out
    assert len(said.err.strip().splitlines()) == 1
    return said.err


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (40, 30, 3), dtype=np.uint8)).save(path)
    return path


def test_list_names_every_lecture_network(capsys: Capture) -> None:
    listed = {entry["name"]: entry for entry in call(capsys, "list")["architectures"]}
    names = (
        "lenet lenet_bn alexnet vgg11 nin googlenet resnet18 resnet18_preact densenet mnist_inception mnist_residual"
    )
    assert set(names.split()) | {"cifar_resnet", "torchvision/resnet18"} <= set(listed)
    assert listed["lenet"]["params"] == 61_706
    assert {1, 4} <= set(listed["vgg11"]["settings"]["ratio"]["choices"])
    assert {"title", "year", "input_shape", "source"} <= set(listed["nin"])


@pytest.mark.parametrize(
    ("name", "params", "shapes"),
    [
        ("lenet", 61_706, {"features": [16, 5, 5], "head": [10]}),
        ("alexnet", 46_764_746, {"features": [256, 5, 5]}),
        ("googlenet", 5_977_530, {"b1": [64, 24, 24], "b2": [192, 12, 12], "b3": [480, 6, 6], "b4": [832, 3, 3]}),
    ],
)
def test_summary(capsys: Capture, name: str, params: int, shapes: dict[str, list[int]]) -> None:
    summary = call(capsys, "summary", name)
    assert summary["params"] == params == sum(layer["params"] for layer in summary["layers"])
    assert summary["macs"] == sum(layer["macs"] for layer in summary["layers"])
    blocks = {block["path"]: block["output_shape"] for block in summary["blocks"]}
    assert {path: blocks[path] for path in shapes} == shapes


def test_summary_of_a_setting_and_an_input(capsys: Capture) -> None:
    summary = call(capsys, "summary", "vgg11", "--set", "ratio=4", "--input", "3x64x64", "--classes", 5)
    assert summary["input_shape"] == [3, 64, 64]
    assert summary["layers"][-1]["output_shape"] == [5]


@pytest.mark.parametrize("flags", [(), ("--json",)])
@pytest.mark.usefixtures("traced_here")
def test_summary_of_a_model_whose_shapes_do_not_fit(capsys: Capture, tmp_path: Path, flags: tuple[str, ...]) -> None:
    path = tmp_path / "net.py"
    lines = (
        "from torch import nn",
        "class Net(nn.Sequential):",
        "    def __init__(self):",
        "        super().__init__(nn.Conv2d(1, 4, 3), nn.Flatten(), nn.Linear(2500, 10))",
    )
    path.write_text("\n".join(lines))
    told = refused(capsys, "summary", "--model", f"{path}:Net", "--input", "1x28x28", *flags)
    assert "4·26·26 = 2704, but the linear layer expects 2500" in told
    assert "Set in_features of 2 (Linear) to 2704 instead of 2500" in told


def test_train_stop_free_run_and_its_record(capsys: Capture, photo: Path, tmp_path: Path) -> None:
    flags = ("--epochs", 1, "--limit", 256, "--batch-size", 64, "--lr", 0.01)
    result = call(capsys, "train", "lenet_bn", "--data", "digits", *flags)
    assert result["epochs"] == 1
    assert result["steps"] == 4
    assert 0 <= result["test_accuracy"] <= 1
    assert result["images_per_second"] > 0

    runs = call(capsys, "runs")["runs"]
    assert [run["id"] for run in runs] == [result["run"]]
    assert runs[0]["status"] == "finished"
    shown = call(capsys, "runs", "show", "last")
    assert shown["history"][0]["test_accuracy"] == result["test_accuracy"]

    looked = call(capsys, "activations", result["run"], "--image", photo, "--out", tmp_path / "maps")
    assert looked["is_trained"]
    assert len(looked["predictions"]) == 5
    with np.load(tmp_path / "maps" / "activations.npz") as arrays:
        assert len(arrays.files) > 8
    assert "finished" in refused(capsys, "train", "lenet_bn", "--resume", "1")
    assert "lenet_bn" in refused(capsys, "train", "alexnet", "--resume", "1")

    assert call(capsys, "runs", "delete", "1") == {"deleted": result["run"]}
    assert call(capsys, "runs") == {"runs": []}


def test_the_same_seed_gives_the_same_losses(capsys: Capture) -> None:
    line = ["train", "lenet_bn", "--data", "shapes", "--input", "3x28x28", "--epochs", 1, "--limit", 128, "--seed", 3]
    first, second = (call(capsys, *line)["train_loss"] for _ in range(2))
    assert first == second


def test_untrained_filters(capsys: Capture, tmp_path: Path) -> None:
    written = call(capsys, "filters", "lenet", "--out", tmp_path / "filters")
    assert written["weights"] == "untrained weights"
    assert all(Path(file).stat().st_size > 0 for file in written["files"])


@pytest.mark.parametrize("ending", ["svg", "png", "pdf", "json", "md", "py"])
def test_export(capsys: Capture, tmp_path: Path, ending: str) -> None:
    target = tmp_path / f"lenet.{ending}"
    assert call(capsys, "export", "lenet", "--out", target) == {"file": str(target)}
    assert target.stat().st_size > 500


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (["train", "lenet"], "--data"),
        (["train", "lenet", "--data", "nothing"], "nothing"),
        (["train", "lenet", "--data", "digits", "--epochs", 0], "epochs"),
        (["train", "lenet", "--data", "digits", "--device", "abacus", "--epochs", 1], "abacus"),
        (["train", "lenet", "--data", "folder:/no/such/folder"], "/no/such/folder"),
        (["train", "lenet", "--resume", "17"], "17"),
        (["summary", "torchvision/vit_b_16", "--input", "3x96x96"], "224×224"),
        (["runs", "show"], "show"),
        (["activations", "lenet", "--image", "/no/such.png", "--out", "/tmp/never"], "such.png"),
        (["export", "lenet", "--out", "lenet.docx"], ".docx"),
        (["summary", "lenet", "--input", "1x999999999x99999999"], "16384"),
        (["summary", "lenet", "--classes", 10**19], "1,000,000"),
        (["summary", "lenet", "--set", "classes=5"], "--classes 5"),
        (["train", "lenet", "--data", "digits", "--seed", -1], "seed"),
        (["activations", "17", "--image", "/no/such.png", "--out", "/tmp/never"], "no run '17'"),
    ],
)
def test_bad_input(capsys: Capture, line: list[object], words: str) -> None:
    assert words in refused(capsys, *line)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (["train", "lenet", "--data", "digits", "--epochs", "x"], "--epochs: invalid int value: 'x'"),
        (["export", "lenet"], "required: --out"),
        (["runs", "zzz"], "'zzz'"),
        (["list", "x"], "unrecognized arguments: x"),
    ],
)
def test_options_that_are_wrong_are_refused_in_one_line(capsys: Capture, line: list[str], words: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(line)
    assert ended.value.code == 2
    said = capsys.readouterr()
    assert not said.out
    assert len(said.err.splitlines()) == 1
    assert words in said.err


@pytest.mark.parametrize("name", ["lenet", "vgg11", "densenet", "torchvision/resnet18", "torchvision/squeezenet1_1"])
def test_the_largest_images_that_are_taken_have_a_summary(capsys: Capture, name: str) -> None:
    channels = "3" if name.startswith("torchvision") else "4096"
    summary = call(capsys, "summary", name, "--input", f"{channels}x16384x16384")
    assert summary["macs"] > 10**9


def test_a_folder_that_cannot_be_written(capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    below = tmp_path / "file" / "below"
    assert "cannot be written" in refused(capsys, "filters", "lenet", "--out", below)


def test_a_tour_whose_folder_cannot_be_written(capsys: Capture, tmp_path: Path) -> None:
    pytest.importorskip("PySide6")
    (tmp_path / "file").write_text("in the way")
    assert "cannot be written" in refused(capsys, "tour", "--out", tmp_path / "file" / "below")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (["sumary", "lenet"], "Did you mean summary"),
        (["xyzzy"], "no command and no file 'xyzzy'. `--help`"),
        (["summary", "resnet50"], "torchvision/resnet50"),
        (["summary", "ResNet18"], "Did you mean resnet18"),
        (["summary", "MobileNetV2"], "torchvision/mobilenet_v2"),
        (["summary", "qqqq"], "'qqqq'. `list`"),
        (["train", "lenet", "--data", "mnst"], "Did you mean mnist"),
        (["data", "CIFAR-10"], "Did you mean cifar10"),
        (["data", "qqqq"], "Choose one of: digits"),
    ],
)
def test_near_names_are_offered(capsys: Capture, line: list[object], words: str) -> None:
    assert words in refused(capsys, *line)


@pytest.mark.parametrize("command", ["summary", "export"])
def test_a_name_beside_a_file_and_a_file_that_is_not_there(capsys: Capture, tmp_path: Path, command: str) -> None:
    out = ["--out", tmp_path / "a.svg"] if command == "export" else []
    assert "Both lenet and --model" in refused(capsys, command, "lenet", "--model", "net.py", *out)
    assert "is not a file" in refused(capsys, command, "--model", tmp_path / "net.py:Net", *out)


@pytest.mark.usefixtures("traced_here")
def test_arguments_of_a_model_are_given_as_for_training(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(
        "from torch import nn\nclass Net(nn.Sequential):\n    def __init__(self, width):\n"
        "        super().__init__(nn.Conv2d(3, width, 3))"
    )
    told = call(capsys, "summary", "--model", f"{path}:Net", "--input", "3x8x8", "--arg", "width=5")
    assert told["layers"][0]["output_shape"] == [5, 6, 6]


def test_without_qt_the_window_is_refused_and_the_rest_works(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *more: None if name == "PySide6" else find_spec(name, *more)
    )
    assert "needs PySide6" in refused(capsys)
    assert "needs PySide6" in refused(capsys, "tour", "--out", "x")
    assert call(capsys, "list")["architectures"]
