"""Files as learners write them, with a wrong number: what is advised is done in the text, and then the file runs."""

import re
from pathlib import Path

import pytest

from explorer.graph import trace
from explorer.graph.mismatch.error import ShapeError
from explorer.graph.model import Mismatch
from explorer.graph.user_model import loading

HEAD = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n\n"
INCEPTION = """
class Inception(nn.Module):
    def __init__(self, c0, c1, c2, c3, c4):
        super().__init__()
        self.p1_1 = nn.Conv2d(c0, c1, 1)
        self.p2_1, self.p2_2 = nn.Conv2d(c0, c2[0], 1), nn.Conv2d(c2[0], c2[1], 3, padding=1)
        self.p3_1, self.p3_2 = nn.Conv2d(c0, c3[0], 1), nn.Conv2d(c3[0], c3[1], 5, padding=2)
        self.p4_1, self.p4_2 = nn.MaxPool2d(POOL, stride=1, padding=1), nn.Conv2d(c0, c4, 1)

    def forward(self, x):
        p1, p2, p3 = self.p1_1(x), F.relu(self.p2_1(x)), F.relu(self.p3_1(x))
        return torch.cat((p1, self.p2_2(p2), self.p3_2(p3), self.p4_2(self.p4_1(x))), dim=1)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(1, 192, 7, 8, 3), nn.ReLU())
        self.b3 = nn.Sequential(
            Inception(192, 64, (96, 128), (16, 32), 32),
            Inception(256, 128, SECOND, (32, 96), 64),
            nn.MaxPool2d(3, 2, 1),
        )
        self.b4 = nn.Sequential(
            Inception(480, 192, (96, 208), (16, 48), 64),
            Inception(512, 160, (112, 224), FOURTH, 64),
            Inception(512, 128, (128, 256), (24, 64), 64),
        )
        self.fc = nn.Linear(512, 10)

    def forward(self, x):
        return self.fc(self.b4(self.b3(self.stem(x))).mean((2, 3)))
"""


def googlenet(pool: str = "3", second: str = "(128, 192)", fourth: str = "(24, 64)") -> str:
    return HEAD + INCEPTION.replace("POOL", pool).replace("SECOND", second).replace("FOURTH", fourth)


LENET = (
    HEAD
    + """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = FLAT
        return self.fc2(F.relu(self.fc1(x)))
"""
)
RESIDUAL = (
    HEAD
    + """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(1, 16, 3, padding=1)
        self.conv1 = nn.Conv2d(16, 32, 3, 2, 1)
        self.bn = nn.BatchNorm2d(32)
        self.conv2 = nn.Conv2d(32, 32, 3, padding=1)

    def forward(self, x):
        x = self.stem(x)
        y = self.conv2(F.relu(self.bn(self.conv1(x))))
        return (y + x).mean((2, 3))
"""
)
Edit = tuple[str, str]
# name: file, where it fails, what is said, and for each remedy that is tried the edits that do what it says
CASES: dict[str, tuple[str, str, str, dict[str, tuple[Edit, ...]]]] = {
    "1x1 pooling with padding 1": (
        googlenet(pool="1"), "b3.0.p4_1", "2·1 = 2 > 1",
        {"Set kernel_size of b3.0.p4_1 to 3 instead of 1": (("MaxPool2d(1,", "MaxPool2d(3,"),),
         "Set padding of b3.0.p4_1 to 0 instead of 1": (("stride=1, padding=1", "stride=1, padding=0"),)},
    ),
    "(128, 92)": (
        googlenet(second="(128, 92)"), "b4.0.p1_1", "128 + 92 + 96 + 64 = 380 ≠ 480 channels",
        {"Set out_channels of b3.1.p2_2 to 192 instead of 92": (("(128, 92)", "(128, 192)"),),
         "Set in_channels of b4.0.p1_1 to 380 instead of 480, and likewise": (("Inception(480", "Inception(380"),),
         "Set out_channels of b3.1.p1_1 to 228 instead of 128": (("256, 128, (128", "256, 228, (128"),)},
    ),
    "(24, 96)": (
        googlenet(fourth="(24, 96)"), "b4.2.p1_1", "160 + 224 + 96 + 64 = 544 ≠ 512 channels",
        {"Set in_channels of b4.2.p1_1 to 544 instead of 512, and likewise": (("512, 128, (128", "544, 128, (128"),),
         "Set out_channels of b4.1.p3_2 to 64 instead of 96": (("(24, 96)", "(24, 64)"),)},
    ),
    "view": (
        LENET.replace("FLAT", "x.view(-1, 16 * 5 * 5)"), "view", "16·4·4 = 256 ≠ 400 numbers",
        {"Write view(x.size(0), 256), and in_features=256 in the linear layer": (
            ("x.view(-1, 16 * 5 * 5)", "x.view(x.size(0), 256)"), ("Linear(16 * 5 * 5", "Linear(256")),
         "Use images of 1×32×32": (),
         "Set out_channels of conv2 to 25 instead of 16": (("Conv2d(6, 16", "Conv2d(6, 25"),)},
    ),
    "flatten": (
        LENET.replace("FLAT", "torch.flatten(x, 1)"), "fc1", "16·4·4 = 256, but the linear layer expects 400",
        {"Set in_features of fc1 to 256 instead of 400": (("Linear(16 * 5 * 5", "Linear(256"),),
         "Use images of 1×32×32": (),
         "Set out_channels of conv2 to 25 instead of 16": (("Conv2d(6, 16", "Conv2d(6, 25"),)},
    ),
    "no flatten": (
        LENET.replace("FLAT", "x"), "fc1", "all of 16·4·4 = 256",
        {"Flatten before fc1, and set its in_features to 256 instead of 400": (
            ("x = x\n", "x = x.flatten(1)\n"), ("Linear(16 * 5 * 5", "Linear(256"))},
    ),
    "skip": (
        RESIDUAL, "add", "channels 32 ≠ 16, height 14 ≠ 28, width 14 ≠ 28",
        {"Pass the output of stem through a 1×1 convolution to 32 channels with stride 2": (
            ("return (y + x)", "return (y + self.skip(x))"),
            ("self.bn =", "self.skip = nn.Conv2d(16, 32, 1, 2)\n        self.bn ="))},
    ),
}  # fmt: skip


def opened(path: Path, text: str, shape: tuple[int, int, int]) -> None:
    path.write_text(text, encoding="utf-8")
    trace.trace(loading.load_maker(path, "Net")(), shape)


@pytest.mark.parametrize("name", CASES)
def test_what_is_advised_makes_the_file_run(tmp_path: Path, name: str) -> None:
    text, where, told, remedies = CASES[name]
    with pytest.raises(ShapeError) as caught:
        opened(tmp_path / "net.py", text, (1, 28, 28))
    graph = caught.value.graph
    mismatch = graph.mismatch
    assert isinstance(mismatch, Mismatch)
    assert graph.nodes[-1].path == where
    assert told in " ".join(text.en for text in mismatch.arithmetic)
    number = int(mismatch.source.rpartition(":")[2])
    assert text.split("\n")[number - 1].strip() == mismatch.line != ""
    assert mismatch.sources
    for remedy, edits in remedies.items():
        (advice,) = [given.en for given in mismatch.remedies if given.en.startswith(remedy)]
        changed = text
        for old, new in edits:
            assert changed.count(old) == 1
            changed = changed.replace(old, new)
        size = re.search(r"images of 1×(\d+)×(\d+)", advice)
        opened(tmp_path / "net.py", changed, (1, int(size[1]), int(size[2])) if size else (1, 28, 28))
