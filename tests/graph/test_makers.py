"""Which models a file has, and what images they take, as told from its code without running it."""

import re
from pathlib import Path

import pytest

from explorer.errors import ExplorerError
from explorer.graph.user_model import hints, loading, own, source

BLOCK = "import torch\nfrom torch import nn\nclass Block(nn.Module):\n    def __init__(self, width): ...\n"
NET = "class Net(nn.Module):\n    def __init__(self, classes=10):\n        self.block = Block(3)\n"
SEQUENTIAL = "from torch import nn\nnet = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))\n"
MADE_BY_FUNCTIONS = (
    BLOCK
    + "def deep(depth=3):\n    layers = [Block(9)] * depth\n    net = nn.Sequential(*layers)\n    return net.eval()\n"
    "def deeper():\n    return deep(9)\n"
    "def size(net):\n    return sum(p.numel() for p in net.parameters())\n"
)
FILES = {
    "a class": (BLOCK + NET, ["Block", "Net"], "Net"),
    "a block written last": (
        "from torch import nn\nclass Net(nn.Module):\n    def __init__(self): self.f = Part(3)\n"
        "class Part(nn.Module):\n    def __init__(self, width): ...\n",
        ["Net", "Part"],
        "Net",
    ),
    "a variable": (SEQUENTIAL, ["net"], "net"),
    "a variable made of others": (
        BLOCK + "b1 = nn.Sequential(Block(3))\nnet = nn.Sequential(b1, nn.Flatten()).to('cpu')\n",
        ["Block", "b1", "net"],
        "net",
    ),
    "a variable that is the class": (BLOCK + NET + "net = Net().cuda()\nloss = nn.MSELoss()", ["Block", "Net"], "Net"),
    "a class that needs what the variable gives": (BLOCK + "model = Block(3)\n", ["Block", "model"], "model"),
    "functions": (MADE_BY_FUNCTIONS, ["Block", "deep", "deeper"], "deeper"),
    "of torchvision": (
        "import torchvision\nfrom torchvision.models import resnet18\nbig = torchvision.models.vgg11()\n"
        "small = torchvision.transforms.Resize(9)\nnet = resnet18()\n",
        ["big", "net"],
        "net",
    ),
    "a base from elsewhere": (
        "from torch import nn\nfrom d2l import torch as d2l\nclass LeNet(d2l.Classifier):\n"
        "    def __init__(self):\n        self.net = nn.Sequential(nn.LazyLinear(10))\n",
        ["LeNet"],
        "LeNet",
    ),
    "no models": (
        "import torch, enum\nfrom torch import nn\n"
        "class Round(torch.autograd.Function):\n    def forward(ctx, x): ...\n"
        "class Loss(Thing):\n    def __init__(self): self.loss = nn.CrossEntropyLoss()\n"
        "class Kind(enum.Enum):\n    RELU = nn.ReLU()\n"
        "def count(net): return net.size()\n" + SEQUENTIAL,
        ["net"],
        "net",
    ),
    "an inherited constructor": (BLOCK + "class Wide(Block):\n    pass\n", ["Block", "Wide"], "Wide"),
}  # fmt: skip


def written(folder: Path, text: str) -> Path:
    path = folder / "net.py"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", FILES)
def test_models_of_a_file(tmp_path: Path, name: str) -> None:
    text, names, chosen = FILES[name]
    path = written(tmp_path, text)
    assert [model.name for model in source.models(path)] == names
    assert source.choose(path, None).name == chosen


def test_a_class_has_the_arguments_of_the_constructor_that_it_inherits(tmp_path: Path) -> None:
    path = written(tmp_path, FILES["an inherited constructor"][0])
    assert source.choose(path, "Wide").required == ("width",)


def test_a_function_has_all_its_arguments(tmp_path: Path) -> None:
    path = written(tmp_path, MADE_BY_FUNCTIONS.replace("depth=3", "depth, *, wide=2"))
    (deep,) = [model for model in source.models(path) if model.name == "deep"]
    assert deep.required == ("depth",)
    assert deep.arguments[1] == source.Argument("wide", "2")


@pytest.mark.parametrize("name", ["a variable", "functions"])
def test_what_is_no_class_makes_a_model_anew_each_time(tmp_path: Path, name: str) -> None:
    text = FILES[name][0].replace("...", "super().__init__(); self.fc = nn.Linear(width, 2)")
    path = written(tmp_path, text)
    maker = loading.load_maker(path, source.choose(path, None).name)
    models = [loading.build(path, maker, {}, (1, 28, 28)) for _ in range(3)]
    assert len({id(model) for model in models}) == 3
    first, second, third = (next(model.parameters()) for model in models)
    assert first.shape == second.shape
    assert not (first == second).all()
    assert not (second == third).all()


def test_what_is_not_there_when_the_file_has_run(tmp_path: Path) -> None:
    path = written(tmp_path, SEQUENTIAL + "del net\n")
    with pytest.raises(ExplorerError, match="no attribute 'net'"):
        loading.load_maker(path, "net")


@pytest.mark.parametrize(
    ("code", "first"),
    [
        ("nn.Conv2d(1, 8, 3)", [(1, 28, 28), (1, 224, 224)]),
        ("nn.Conv2d(3, 8, 3)", [(3, 224, 224), (3, 32, 32)]),
        ("nn.Conv2d(1, 8, 3)\nX = torch.rand(size=(1, 1, 28, 28))\nnet(torch.randn(2, 1, 96, 96))", [(1, 96, 96)]),
        ("nn.Conv2d(1, 8, 3)\nX = torch.rand(size=(1, 1, 64, 64))", [(1, 64, 64)]),
        ("summary(net, (3, 48, 64))", [(3, 48, 64)]),
        ("x = torch.randn(1, 64, 7, 7)", [(3, 224, 224)]),  # what goes into a block is no image
        ("default_cfg = {'input_size': (3, 299, 299)}", [(3, 299, 299)]),
        ("self.example_input_array = torch.zeros(1, 3, 48, 48)", [(3, 48, 48)]),
        ("def __init__(self, img_size=96): nn.Conv2d(3, 8, 3)", [(3, 96, 96)]),
        ("nn.Conv2d(3, 8, 3)\ntorch.rand(1, 1, 9, 9)", [(3, 224, 224)]),  # of another number of channels
        ("nn.LazyConv2d(8, 3)", [(3, 224, 224)]),
    ],
)
def test_what_images_a_model_takes(tmp_path: Path, code: str, first: list[tuple[int, int, int]]) -> None:
    shapes = hints.input_shapes(written(tmp_path, code))
    assert list(shapes[: len(first)]) == first
    assert len(set(shapes)) == len(shapes)


def test_images_that_there_are_come_before_usual_sizes(tmp_path: Path) -> None:
    path = written(tmp_path, "nn.Conv2d(3, 8, 3)\nsummary(net, (3, 48, 48))")
    assert hints.input_shapes(path, [(3, 40, 40)])[:3] == ((3, 48, 48), (3, 40, 40), (3, 224, 224))


@pytest.mark.parametrize(
    ("layer", "said"),
    [
        ("nn.Conv2d(3, 16, 3, groups=2)", "3 / 2 = 1.5 is no whole number: set groups to 1 (3 and 16 channels)."),
        ("nn.Conv2d(12, 30, 3, groups=4)", "30 / 4 = 7.5 is no whole number: set groups to 1, 2, 3, 6 (12 and 30"),
        ("nn.GroupNorm(3, 16)", "16 / 3 = 5.333 is no whole number: set num_groups to 1, 2, 4, 8, 16."),
        ("nn.MultiheadAttention(10, 4)", "10 / 4 = 2.5 is no whole number: set num_heads to 1, 2, 5, 10."),
    ],
)
def test_what_does_not_divide(tmp_path: Path, layer: str, said: str) -> None:
    path = written(tmp_path, f"from torch import nn\nclass Net(nn.Module):\n    def __init__(self):\n        {layer}\n")
    with pytest.raises(ExplorerError, match=re.escape(said)) as caught:
        loading.build(path, loading.load_maker(path, "Net"), {}, (3, 8, 8))
    assert "line 4" in str(caught.value)


NAMED = """
import enum
from torch import nn
from torch.nn.functional import relu
class Norm(enum.Enum):
    BATCH = 1
class Block(nn.Module): ...
class Net(nn.Module):
    def __init__(self, block, norm=Norm.BATCH, act=nn.ReLU, mode="relu", pool=None, kind: str = None):
        super().__init__()
        self.seen = block, norm, act, mode, pool, kind
"""


def test_arguments_may_be_names_of_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, NAMED)
    given = {"block": "Block", "norm": "Norm.BATCH", "act": "nn.SiLU", "mode": "relu", "pool": "max", "kind": "relu"}
    described = own.describe(path, source.choose(path, "Net"), (3, 8, 8), given)
    arguments = own.constructor_arguments(described, described.card.default_choice().settings)
    assert set(arguments) == {"block", "act", "mode", "pool", "kind"}  # the other is what it is anyway
    maker = loading.load_maker(path, "Net")
    block, norm, act, mode, pool, kind = loading.build(path, maker, {**arguments, **given}, (3, 8, 8)).seen
    assert (block.__name__, norm.name, act.__name__) == ("Block", "BATCH", "SiLU")
    assert (mode, pool, kind) == ("relu", "max", "relu")


def test_a_file_that_is_not_found_is_beside_the_code(tmp_path: Path) -> None:
    path = written(tmp_path, "open('widths.json')\n" + SEQUENTIAL)
    with pytest.raises(ExplorerError, match=re.escape("Path(__file__).parent / 'widths.json'")):
        loading.load_maker(path, "net")
