"""Mistakes that people make when they write a network: each is named, and what is advised makes the network run."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
import torch

from explorer.graph import trace
from explorer.graph.mismatch.error import ShapeError
from explorer.graph.user_model import loading

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n\nclass Net(nn.Module):\n"
Edit = tuple[str, str]
CONV = "self.a = nn.Conv2d(3, 16, 3)"


@dataclass
class Mistake:
    """Lines of a network with a mistake, where it fails, what is said, and edits that do what each remedy says."""

    parts: tuple[str, ...]
    forward: tuple[str, ...]
    where: str
    said: str
    remedies: dict[str, tuple[Edit, ...]] = field(default_factory=dict)
    shape: tuple[int, int, int] = (3, 32, 32)

    @property
    def text(self) -> str:
        parts = "".join(f"        {line}\n" for line in self.parts)
        forward = "".join(f"        {line}\n" for line in self.forward)
        return (
            f"{HEAD}    def __init__(self):\n        super().__init__()\n{parts}\n    def forward(self, x):\n{forward}"
        )


MISTAKES = {
    "second convolution of a block": Mistake(
        (CONV, "self.bn = nn.BatchNorm2d(16)", "self.b = nn.Conv2d(32, 8, 3)"),
        ("return self.b(F.relu(self.bn(self.a(x))))",), "b", "16 ≠ 32 channels",
        {"Set in_channels of b to 16": (("Conv2d(32", "Conv2d(16"),),
         "Set out_channels of a to 32 instead of 16 (and num_features of bn)": (
             ("Conv2d(3, 16", "Conv2d(3, 32"), ("BatchNorm2d(16", "BatchNorm2d(32"))}),
    "batch normalisation for other channels": Mistake(
        (CONV, "self.bn = nn.BatchNorm2d(32)"), ("return self.bn(self.a(x))",), "bn", "16 ≠ 32 channels",
        {"Set num_features of bn to 16": (("BatchNorm2d(32", "BatchNorm2d(16"),)}),
    "batch normalisation for rows on maps": Mistake(
        (CONV, "self.bn = nn.BatchNorm1d(16)"), ("return self.bn(self.a(x))",), "bn", "16×30×30 has 3 directions ≠ 2",
        {"Use BatchNorm2d in place of BatchNorm1d for bn": (("BatchNorm1d", "BatchNorm2d"),)}),
    "batch normalisation for maps on a row": Mistake(
        ("self.fc = nn.Linear(3072, 16)", "self.bn = nn.BatchNorm2d(16)"), ("return self.bn(self.fc(x.flatten(1)))",),
        "bn", "16 numbers in a row", {"Use BatchNorm1d in place of BatchNorm2d": (("BatchNorm2d", "BatchNorm1d"),)}),
    "concatenation of an odd size": Mistake(
        ("self.a = nn.Conv2d(3, 16, 3, padding=1)",
         "self.pool = nn.MaxPool2d(4)", "self.up = nn.ConvTranspose2d(16, 8, 4, 4)"),
        ("x = self.a(x)", "return torch.cat([x, self.up(self.pool(x))], 1)"), "cat", "Input 2, from up: 48×48 ≠ 50×50",
        {"Bring the output of up to that size: F.interpolate(x, size=(50, 50))": (
            ("self.up(self.pool(x))", "F.interpolate(self.up(self.pool(x)), size=(50, 50))"),)}, (3, 50, 50)),
    "sum of an odd size": Mistake(
        ("self.a = nn.Conv2d(3, 3, 3, 2, 1)", "self.up = nn.Upsample(scale_factor=2)"),
        ("return x + self.up(self.a(x))",),
        "add", "height 33 ≠ 34, width 33 ≠ 34",
        {"Bring the output of up to that size: F.interpolate(x, size=(33, 33))": (
            ("self.up(self.a(x))", "F.interpolate(self.up(self.a(x)), size=(33, 33))"),)}, (3, 33, 33)),
    "sum without a projection": Mistake(
        ("self.a = nn.Conv2d(3, 16, 3, padding=1)", "self.b = nn.Conv2d(16, 32, 3, padding=1)"),
        ("x = self.a(x)", "return self.b(x) + x"), "add", "channels 32 ≠ 16",
        {"Pass the output of a through a 1×1 convolution to 32 channels with stride 1": (
            ("self.b =", "self.c = nn.Conv2d(16, 32, 1)\n        self.b ="), ("+ x", "+ self.c(x)"))}),
    "kernel larger than the image": Mistake(
        ("self.a = nn.Conv2d(3, 16, 11, padding=0)",), ("return self.a(x)",), "a", "8 + 2·0 = 8 < 11",
        {"Use images of at least 11×11": (), "Set kernel_size of a to 8": (("16, 11", "16, 8"),),
         "Set padding of a to 2": (("padding=0", "padding=2"),)}, (3, 8, 8)),
    "channels last": Mistake(
        (CONV,), ("x = x.permute(0, 2, 3, 1)", "return self.a(x)"), "a", "32 ≠ 3 channels",
        {"Leave out permute": (("x.permute(0, 2, 3, 1)", "x"),)}),
    "an image with its channels last": Mistake(
        (CONV,), ("return self.a(x)",), "a", "32 ≠ 3 channels", {"Use images of 3×32×32": ()}, (32, 32, 3)),
    "squeezed": Mistake(
        ("self.a = nn.Conv2d(1, 16, 3)",), ("return self.a(x.squeeze())",), "a", "28×28 has 2 directions ≠ 3",
        {"Leave out squeeze": ((".squeeze()", ""),)}, (1, 28, 28)),
    "whole numbers": Mistake(
        (CONV,), ("return self.a((x * 255).byte())",), "a", "uint8 ≠ float32",
        {"Write x.float() before a": ((".byte()", ".byte().float()"),)}),
    "doubles": Mistake(
        (CONV, "self.fc = nn.Linear(16, 4).double()"), ("return self.fc(self.a(x).mean((2, 3)))",), "fc",
        "float32 ≠ float64",
        {"Write x.double() before fc": ((".mean((2, 3))", ".mean((2, 3)).double()"),),
         "Give fc weights of that type: fc.float()": ((".double()", ".double().float()"),)}),
    "not flattened": Mistake(
        (CONV, "self.fc = nn.Linear(16, 4)"), ("return self.fc(F.adaptive_avg_pool2d(self.a(x), 1))",), "fc",
        "all of 16·1·1 = 16", {"Flatten before fc": (("(x), 1))", "(x), 1).flatten(1))"),)}),
    "convolution after flattening": Mistake(
        ("self.f = nn.Flatten()", CONV), ("return self.a(self.f(x))",), "a", "3072 numbers in a row",
        {"Let a run before f": (("self.a(self.f(x))", "self.f(self.a(x))"),)}),
    "transposed convolution": Mistake(
        (CONV, "self.up = nn.ConvTranspose2d(32, 8, 2, 2)"), ("return self.up(self.a(x))",), "up", "16 ≠ 32 channels",
        {"Set in_channels of up to 16": (("Transpose2d(32", "Transpose2d(16"),)}),
    "layer normalisation of channels": Mistake(
        (CONV, "self.ln = nn.LayerNorm(16)"), ("return self.ln(self.a(x))",), "ln", "30 ≠ 16",
        {"It normalises along the last direction; the channels lie first: use GroupNorm(1, 16)": (
            ("LayerNorm(16)", "GroupNorm(1, 16)"),)}),
    "normalisation in groups": Mistake(
        (CONV, "self.gn = nn.GroupNorm(4, 32)"), ("return self.gn(self.a(x))",), "gn", "16 ≠ 32 channels",
        {"Set num_channels of gn to 16": (("(4, 32)", "(4, 16)"),)}),
    "product of matrices": Mistake(
        (CONV,), ("q = self.a(x).flatten(2)", "return q @ q"), "matmul", "900 columns ≠ 16 rows",
        {"Transpose the second": (("q @ q", "q @ q.transpose(-2, -1)"),),
         "Transpose the first": (("q @ q", "q.transpose(-2, -1) @ q"),)}),
    "pixel shuffle": Mistake(
        ("self.a = nn.Conv2d(3, 10, 3)", "self.ps = nn.PixelShuffle(2)"), ("return self.ps(self.a(x))",), "ps",
        "10 / 4 = 2.5", {"Set out_channels of a to 8": (("3, 10", "3, 8"),), "Set out_channels of a to 12": (
            ("3, 10", "3, 12"),)}),
    "gate without places": Mistake(
        (CONV, "self.fc = nn.Linear(16, 16)"), ("x = self.a(x)", "g = self.fc(x.mean((2, 3)))", "return x * g"), "mul",
        "16×30×30 ≠ 16", {"Give the output of fc a height and a width of 1": (("x * g", "x * g[:, :, None, None]"),)}),
    "embedding of places": Mistake(
        ("self.a = nn.Conv2d(3, 16, 16, 16)", "self.pos = nn.Parameter(torch.zeros(1, 196, 16))"),
        ("return self.a(x).flatten(2).transpose(1, 2) + self.pos",), "add", "4 ≠ 196",
        {"Make the parameter that is used here 4×16 instead of 196×16": (("1, 196, 16", "1, 4, 16"),)}),
    "layer for rows": Mistake(
        ("self.a = nn.Conv1d(3, 16, 3)",), ("return self.a(x)",), "a", "3×32×32 has 3 directions ≠ 2",
        {"Use Conv2d in place of Conv1d for a": (("Conv1d", "Conv2d"),)}),
    "attention": Mistake(
        (CONV, "self.m = nn.MultiheadAttention(32, 4)"), ("x = self.a(x).flatten(2).permute(2, 0, 1)",
                                                         "return self.m(x, x, x)[0]"), "m", "16 ≠ 32 numbers",
        {"Set embed_dim of m to 16": (("Attention(32", "Attention(16"),)}),
    "recurrence": Mistake(
        (CONV, "self.m = nn.LSTM(32, 4, batch_first=True)"), ("x = self.a(x).flatten(2).transpose(1, 2)",
                                                             "return self.m(x)[0]"), "m", "16 ≠ 32 numbers",
        {"Set input_size of m to 16": (("LSTM(32", "LSTM(16"),)}),
    "stack": Mistake(
        (CONV, "self.b = nn.Conv2d(3, 8, 3)"), ("return torch.stack([self.a(x), self.b(x)], 1)",), "stack",
        "Input 2, from b: 8×30×30 ≠ 16×30×30",
        {"Set out_channels of b to 16": (("3, 8, 3", "3, 16, 3"),),
         "Concatenate the channels instead": (("torch.stack", "torch.cat"),)}),
    "one weight a channel": Mistake(
        (CONV, "self.p = nn.PReLU(8)"), ("return self.p(self.a(x))",), "p", "16 ≠ 8 channels",
        {"Set num_parameters of p to 16": (("PReLU(8)", "PReLU(16)"),)}),
    "row to maps": Mistake(
        ("self.fc = nn.Linear(3072, 100)",), ("return self.fc(x.flatten(1)).view(-1, 16, 3, 3)",), "view",
        "100 ≠ 16·3·3 = 144 numbers", {"Set out_features of fc to 144": (("3072, 100", "3072, 144"),)}),
    "view of what does not lie in a row": Mistake(
        (CONV,), ("x = self.a(x).transpose(1, 2)", "return x.view(x.size(0), -1)"), "view",
        "they do not lie one after another", {"Write reshape in place of view": ((".view(", ".reshape("),)}),
    "unflatten": Mistake(
        ("self.fc = nn.Linear(3072, 100)", "self.u = nn.Unflatten(1, (16, 3, 3))"),
        ("return self.u(self.fc(x.flatten(1)))",), "u", "100 ≠ 16·3·3 = 144 numbers",
        {"Set out_features of fc to 144": (("3072, 100", "3072, 144"),)}),
}  # fmt: skip


def opened(path: Path, text: str, shape: tuple[int, int, int]) -> None:
    """Traces the file, and runs it in earnest: what was drawn must run, and what is refused must not."""
    path.write_text(text, encoding="utf-8")
    model = loading.load_maker(path, "Net")().eval()
    try:
        trace.trace(model, shape)
    except ShapeError:
        with pytest.raises((RuntimeError, ValueError, AssertionError)):
            model(torch.zeros(1, *shape))
        raise
    model(torch.zeros(1, *shape))


@pytest.mark.parametrize("name", MISTAKES)
def test_what_is_advised_makes_the_network_run(tmp_path: Path, name: str) -> None:
    mistake = MISTAKES[name]
    with pytest.raises(ShapeError) as caught:
        opened(tmp_path / "net.py", mistake.text, mistake.shape)
    graph = caught.value.graph
    mismatch = graph.mismatch
    assert mismatch is not None
    assert graph.nodes[-1].path == mistake.where
    assert mistake.said in " ".join(text.en for text in mismatch.arithmetic)
    assert mismatch.line == mistake.forward[-1]
    assert len(mismatch.sides) >= 2
    assert mistake.remedies
    for remedy, edits in mistake.remedies.items():
        (advice,) = [given.en for given in mismatch.remedies if given.en.startswith(remedy)]
        changed = mistake.text
        for old, new in edits:
            assert old in changed
            changed = changed.replace(old, new)
        size = re.search(r"images of (?:at least )?(?:(\d+)×)?(\d+)×(\d+)", advice)
        shape = (int(size[1] or mistake.shape[0]), int(size[2]), int(size[3])) if size else mistake.shape
        opened(tmp_path / "net.py", changed, shape)
