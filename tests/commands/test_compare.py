"""`compare` as a script uses it: networks against the first, with settings and inputs of their own."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from explorer.app import main, needs_window

Capture = pytest.CaptureFixture[str]


def call(capsys: Capture, *line: str) -> dict[str, Any]:
    assert main(["compare", *line, "--json"]) == 0
    read: dict[str, Any] = json.loads(capsys.readouterr().out)
    return read


def test_three_against_the_first(capsys: Capture) -> None:
    told = call(capsys, "lenet", "alexnet", "nin")
    assert [network["name"] for network in told["networks"]] == ["LeNet", "AlexNet", "NiN"]
    assert [network["depth"] for network in told["networks"]] == [5, 8, 12]
    assert "remark" not in told["networks"][0]
    assert told["networks"][1]["layers_against_the_first"]["only right"] == 9
    for stage in told["stages"]:
        assert len(stage["sides"]) == 3
        assert len(stage["sentences"]) == 2
    for k, network in enumerate(told["networks"]):
        sides = [stage["sides"][k] for stage in told["stages"] if stage["sides"][k]]
        assert sum(side["params"] for side in sides) == network["params"]
        assert sum(side["macs"] for side in sides) == network["macs"]
    assert told["stages"][-1]["name"] == "Head"
    assert all(text["zh"] for text in told["stages"][-1]["sentences"])


def test_a_setting_is_given_to_one_network_or_to_all_that_have_it(capsys: Capture) -> None:
    told = call(capsys, "vgg11", "vgg11", "--set", "2:ratio=4")
    assert [network["params"] for network in told["networks"]] == [128_806_154, 43_093_322]
    assert [network["name"] for network in told["networks"]] == ["VGG-11 (ratio=1)", "VGG-11 (ratio=4)"]
    told = call(capsys, "vgg11", "vgg11", "lenet", "--set", "ratio=4")
    assert [network["params"] for network in told["networks"]] == [43_093_322, 43_093_322, 61_706]
    assert [network["name"] for network in told["networks"]] == ["VGG-11 (1)", "VGG-11 (2)", "LeNet"]


def test_one_input_for_all(capsys: Capture) -> None:
    told = call(capsys, "lenet", "alexnet", "--same-input")
    assert [network["input_shape"] for network in told["networks"]] == [[1, 224, 224]] * 2
    told = call(capsys, "resnet18", "googlenet", "--input", "3x64x64")
    assert [network["input_shape"] for network in told["networks"]] == [[3, 64, 64]] * 2


def test_text_has_figures_and_sentences(capsys: Capture) -> None:
    assert main(["compare", "lenet", "lenet_bn"]) == 0
    said = capsys.readouterr().out
    assert "LeNet + batch norm against LeNet" in said
    assert "normalises each batch" in said
    assert "61,706" in said
    assert "44,878 (0.727x)" in said


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (("lenet",), "One network alone"),
        (("lenet", "nosuch"), "no architecture"),
        (("lenet", "alexnet", "--set", "3:ratio=2"), "no network 3"),
        (("lenet", "alexnet", "--set", "nosuch=2"), "no setting 'nosuch'"),
        (("lenet", "alexnet", "--input", "1x28x28"), "cannot take an input"),
    ],
)
def test_refuses_in_a_line(capsys: Capture, line: tuple[str, ...], words: str) -> None:
    assert main(["compare", *line]) == 2
    said = capsys.readouterr()
    assert not said.out
    assert len(said.err.strip().splitlines()) == 1
    assert words in said.err


def test_needs_no_screen() -> None:
    assert not needs_window(["compare", "lenet", "alexnet"])


@pytest.mark.parametrize("suffix", [".svg", ".png"])
def test_draws_the_graphs_side_by_side(capsys: Capture, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"both{suffix}"
    call(capsys, "lenet", "alexnet", "--out", str(path), "--detail", "layers", "--language", "zh")
    if suffix == ".png":
        with Image.open(path) as image:
            assert image.width > image.height / 3
        return
    drawn = ET.fromstring(path.read_text(encoding="utf-8"))
    words = [element.text for element in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert {"13 \u6539\u53d8", "9 \u4ec5 AlexNet \u6709"} <= set(words)
    assert sum("ReLU" in (text or "") for text in words) >= 7
    edges = [element.get("stroke") for element in drawn.iter("{http://www.w3.org/2000/svg}rect")]
    assert edges.count("#2f9e63") >= 4  # what only AlexNet has, and the sign that explains it
    right = max(float(element.get("x", 0)) for element in drawn.iter("{http://www.w3.org/2000/svg}text"))
    assert right < float(drawn.get("width", 0))


def test_an_ending_that_is_no_drawing_is_refused_before_anything_is_built(capsys: Capture, tmp_path: Path) -> None:
    assert main(["compare", "lenet", "alexnet", "--out", str(tmp_path / "both.docx")]) == 2
    assert "both.docx" in capsys.readouterr().err


OWN = """
from torch import nn

class Small(nn.Sequential):
    def __init__(self, width, act=nn.ReLU):
        super().__init__(
            nn.Conv2d(1, width, 3), act(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(width, 10)
        )
"""


@pytest.fixture
def own_file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.py"
    path.write_text(OWN, encoding="utf-8")
    return path


@pytest.mark.slow
def test_models_in_files_of_ones_own(capsys: Capture, own_file: Path) -> None:
    one = f"{own_file}:Small"
    told = call(capsys, "lenet", one, one, "--set", "2:width=8", "--set", "3:width=16")
    assert [network["name"] for network in told["networks"]] == ["LeNet", "Small (width=8)", "Small (width=16)"]
    assert [network["params"] for network in told["networks"]] == [61_706, 170, 330]
    assert [network["input_shape"] for network in told["networks"]] == [[1, 28, 28]] * 3


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (("{}", "--set", "2:width=3", "--set", "2:depth=2"), "Small has no setting 'depth'"),
        (("{}",), "needs a value for width"),
        (("{}:Other", "--set", "width=3"), "Other"),
    ],
)
def test_what_does_not_fit_ones_own_file_is_refused(
    capsys: Capture, own_file: Path, line: tuple[str, ...], words: str
) -> None:
    assert main(["compare", "lenet", *(part.format(own_file) for part in line)]) != 0
    assert words in capsys.readouterr().err


def test_ones_own_files_alone_need_an_input(capsys: Capture, own_file: Path) -> None:
    assert main(["compare", str(own_file), str(own_file), "--set", "width=3"]) != 0
    assert "--input" in capsys.readouterr().err
