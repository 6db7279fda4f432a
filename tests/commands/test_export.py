"""`export`: what each option changes, and models of the user, whole or not."""

import argparse
import re
from pathlib import Path

import pytest
from PIL import Image

from explorer.commands import export
from explorer.errors import ExplorerError

NET = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(1, 6, 3, padding=1)
        self.b = nn.Conv2d(1, 8, 1, padding=PADDING)

    def forward(self, x):
        return torch.cat([self.a(x), self.b(x)], 1)
"""


def run(*words: str) -> object:
    parser = argparse.ArgumentParser()
    export.add_arguments(parser)
    return export.run(parser.parse_args(words))


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_language_theme_and_detail(tmp_path: Path) -> None:
    plain, other = tmp_path / "plain.svg", tmp_path / "other.svg"
    assert run("googlenet", "--out", str(plain)) == str(plain)
    assert run("googlenet", "--out", str(other), "--language", "zh", "--theme", "dark", "--detail", "stages", "--json")
    assert len(re.findall("<text", text_of(plain))) > 3 * len(re.findall("<text", text_of(other)))
    assert "#f3f4f8" in text_of(plain)
    assert "#14161b" in text_of(other)
    assert "卷积" in text_of(other) or "汇聚" in text_of(other)


def test_scale_of_a_figure(tmp_path: Path) -> None:
    sizes = []
    for scale in ("1", "3"):
        path = tmp_path / f"{scale}.png"
        run("lenet", "--figure", "--scale", scale, "--out", str(path))
        with Image.open(path) as image:
            sizes.append(image.size)
    assert sizes[1][0] == pytest.approx(3 * sizes[0][0], abs=3)


def test_settings_are_those_of_the_network(tmp_path: Path) -> None:
    path = tmp_path / "net.csv"
    run("resnet18", "--input", "3x64x64", "--set", "width=16", "--out", str(path))
    assert "3x64x64" not in text_of(path).splitlines()[1]  # the first layer's output
    assert ",16x32x32," in text_of(path)


@pytest.mark.usefixtures("traced_here")
def test_a_model_of_the_user(tmp_path: Path) -> None:
    source, path = tmp_path / "net.py", tmp_path / "net.svg"
    source.write_text(NET.replace("PADDING", "0"), encoding="utf-8")
    run("--model", f"{source}:Net", "--input", "1x12x12", "--out", str(path))
    assert "14×12×12" in text_of(path)
    with pytest.raises(ExplorerError, match="file of your own"):
        run("--model", f"{source}:Net", "--input", "1x12x12", "--out", str(tmp_path / "code.py"))


@pytest.mark.usefixtures("traced_here")
def test_a_model_that_does_not_fit_is_drawn_and_the_reason_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, path = tmp_path / "net.py", tmp_path / "net.svg"
    source.write_text(NET.replace("PADDING", "1"), encoding="utf-8")
    run("--model", f"{source}:Net", "--input", "1x12x12", "--out", str(path))
    assert "14×14 ≠ 12×12" in capsys.readouterr().err
    written = text_of(path)
    assert "8×14×14" in written
    assert "6×12×12" in written
    assert "#bf2b35" in written
    assert "self.b(x)], 1)" in written


@pytest.mark.parametrize("scale", ["0", "-2", "nan", "99"])
def test_an_impossible_scale_is_refused(tmp_path: Path, scale: str) -> None:
    with pytest.raises(ExplorerError, match="scale"):
        run("lenet", "--scale", scale, "--out", str(tmp_path / "a.png"))
    assert list(tmp_path.iterdir()) == []


def test_it_has_to_be_said_which_network(tmp_path: Path) -> None:
    with pytest.raises(ExplorerError):
        run("--out", str(tmp_path / "a.svg"))


@pytest.mark.parametrize(
    ("colour", "words"),
    [
        ("type", "Pooling"),
        ("params", "Parameters"),
        ("macs", "MACs"),
        ("memory", "Activation memory"),
        ("field", "Receptive field"),
    ],
)
def test_the_colours_tell_what_is_asked_for(tmp_path: Path, colour: str, words: str) -> None:
    out = tmp_path / "lenet.svg"
    run("lenet", "--out", str(out), "--colour", colour)
    assert f">{words}</text>" in text_of(out)
