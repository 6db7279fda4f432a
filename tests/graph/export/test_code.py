"""The exported code runs without this program, and builds the same model."""

import re
import runpy
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from explorer import catalogue
from explorer.catalogue import LECTURE, Choice, Value
from explorer.errors import ExplorerError
from explorer.graph.export import code
from explorer.graph.lazymeta import build_on_meta
from tests.graph.export.drawing import request_of

_RUN_ALL = """
import runpy, sys
for path in sys.argv[1:]:
    print("##", path)
    runpy.run_path(path, run_name="__main__")
assert not any(name.split(".")[0] == "explorer" for name in sys.modules)
"""


def write(choice: Choice, folder: Path) -> Path:
    path = folder / f"{choice.architecture.replace('/', '_')}.py"
    path.write_text(code.source(choice), encoding="utf-8")
    return path


def test_every_lecture_network_runs_by_itself(tmp_path: Path) -> None:
    cards = [card for card in catalogue.cards().values() if card.family == LECTURE]
    files = [write(card.default_choice(), tmp_path) for card in cards]
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", "-c", _RUN_ALL, *map(str, files)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for card, file in zip(cards, files, strict=True):
        printed = done.stdout.partition(f"## {file}\n")[2].partition("##")[0].strip()
        assert printed.splitlines()[-1] == f"{card.params:,} parameters, logits (1, {card.classes})"


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("lenet", {"activation": "relu", "pooling": "max"}),
        ("lenet_bn", {}),
        ("googlenet", {"width": 0.25, "batch_norm": True}),
        ("resnet18", {"width": 16, "shortcuts": False}),
        ("densenet", {"growth_rate": 12, "convolutions": 2}),
        ("mnist_inception", {}),
    ],
)
def test_it_builds_the_very_same_model(name: str, settings: dict[str, Value], tmp_path: Path) -> None:
    card = catalogue.find(name)
    side = max(card.min_size, 40)
    choice = card.choose(input_shape=(2, side, side + 3), classes=7, settings=settings)
    module = runpy.run_path(str(write(choice, tmp_path)))
    torch.manual_seed(3)
    exported = module["build"]().eval()
    torch.manual_seed(3)
    ours = catalogue.build(choice).eval()
    images = torch.randn(2, *choice.input_shape)
    with torch.no_grad():
        assert torch.equal(exported(images), ours(images))
    assert list(exported.state_dict()) == list(ours.state_dict())


@pytest.mark.parametrize("name", [card.name for card in catalogue.cards().values() if card.family == LECTURE])
def test_with_our_weights_it_computes_what_ours_does(name: str, tmp_path: Path) -> None:
    card = catalogue.find(name)
    side = max(card.min_size, 32)
    choice = card.choose(input_shape=(card.input_shape[0], side, side))
    exported = runpy.run_path(str(write(choice, tmp_path)))["build"]().eval()
    ours = catalogue.build(choice).eval()
    assert sum(part.numel() for part in exported.parameters()) == sum(part.numel() for part in ours.parameters())
    exported.load_state_dict(ours.state_dict(), strict=True)
    images = torch.randn(2, *choice.input_shape, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        assert torch.equal(exported(images), ours(images))


@pytest.mark.parametrize("name", ["resnet18", "googlenet", "inception_v3", "vit_h_14", "maxvit_t"])
def test_models_of_torchvision_are_one_call(name: str, tmp_path: Path) -> None:
    card = catalogue.find(f"torchvision/{name}")
    module = runpy.run_path(str(write(card.default_choice(), tmp_path)))
    model = build_on_meta(module["build"])
    assert sum(parameter.numel() for parameter in model.parameters()) == card.params


def test_nothing_of_the_catalogue_is_left() -> None:
    for card in catalogue.cards().values():
        if card.family == LECTURE:
            text = code.source(card.default_choice())
            assert "explorer" not in text
            assert "@architecture" not in text
            assert "Setting" not in text
            assert not re.search(r"[\u4e00-\u9fff]", text)
            assert text.startswith('"""')


def test_a_model_of_ones_own_has_its_code_already() -> None:
    with pytest.raises(ExplorerError, match="file of your own"):
        code.render(replace(request_of("lenet"), choice=None))
