"""Following a pass touches nothing but the pass: other threads, other modes, the modules' own functions."""

import threading
import types

import pytest
import torch
from torch import Tensor, nn
from torchvision.models import get_model

from explorer import catalogue
from explorer.graph import lazymeta, trace
from explorer.graph.follower import modules_of


@pytest.mark.parametrize("name", ["densenet121", "swin_t", "googlenet"])
def test_modules_are_those_that_torch_names(name: str) -> None:
    drawn = {"init_weights": False} if name == "googlenet" else {}
    model = lazymeta.build_on_meta(lambda: get_model(name, **drawn))
    assert list(modules_of(model)) == list(model.named_modules())


class Shares(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Sequential(nn.Conv2d(3, 3, 1), nn.ReLU())
        self.again = self.first[1]
        self.nothing = None
        self.last = nn.Sequential(self.first, nn.Sequential())

    def forward(self, x: Tensor) -> Tensor:
        return self.again(self.last(x))


def test_shared_modules_have_their_first_name() -> None:
    model = Shares()
    assert list(modules_of(model)) == list(model.named_modules())
    assert [node.path for node in trace.trace(model, (3, 4, 4)).nodes[1:-1]] == ["first.0", "first.1", "first.1#2"]


def paths_of(model: nn.Module, *shape: int) -> list[str]:
    seen: list[str] = []
    with torch.no_grad():
        trace.run(model, torch.randn(1, *shape), lambda path, _: seen.append(path))
    return seen


def test_a_forward_of_a_module_of_its_own_runs_and_stays() -> None:
    model = nn.Sequential(nn.Conv2d(3, 3, 1), nn.ReLU())
    own = types.MethodType(lambda _self, x: x + 1, model[1])
    model[1].forward = own
    images = torch.randn(1, 3, 4, 4)
    with torch.no_grad():
        assert torch.equal(trace.run(model, images, lambda *_: None), model[0](images) + 1)
    assert model[1].forward is own
    assert [node.path for node in trace.trace(model, (3, 4, 4)).nodes] == ["Input", "0", "1", "Output"]


class Elsewhere(nn.Module):
    """Runs a layer on another thread too."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 1)

    def forward(self, x: Tensor) -> Tensor:
        thread = threading.Thread(target=lambda: self.conv(x.detach()))
        thread.start()
        thread.join()
        return self.conv(x)


def test_calls_on_other_threads_are_not_seen() -> None:
    assert paths_of(Elsewhere(), 3, 4, 4) == ["Input", "conv", "Output"]
    assert [node.path for node in trace.trace(Elsewhere(), (3, 4, 4)).nodes] == ["Input", "conv", "Output"]


class Counts(torch.overrides.TorchFunctionMode):
    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def __torch_function__(self, func, types, args=(), kwargs=None):
        self.names.append(getattr(func, "__name__", ""))
        return func(*args, **(kwargs or {}))


class OwnMode(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 1)
        self.mode = Counts()

    def forward(self, x: Tensor) -> Tensor:
        with self.mode:
            return self.conv(x) * 2


def test_a_mode_that_the_model_uses_goes_on_working() -> None:
    model = OwnMode()
    assert paths_of(model, 3, 4, 4) == ["Input", "conv", "mul", "Output"]
    assert "conv2d" in model.mode.names
    outer = Counts()
    with outer:
        paths_of(model, 3, 4, 4)
    assert "conv2d" in outer.names


class Catches(nn.Module):
    """Tries a layer that cannot run, and goes on with another."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong, self.right = nn.Conv2d(5, 3, 1), nn.Conv2d(3, 3, 1)
        self.block = nn.Sequential(self.wrong)

    def forward(self, x: Tensor) -> Tensor:
        try:
            return torch.relu(self.block(x))
        except RuntimeError:
            return torch.relu(self.right(x))


def test_a_model_may_catch_the_error_of_a_layer() -> None:
    assert paths_of(Catches(), 3, 4, 4) == ["Input", "right", "relu", "Output"]
    assert [node.path for node in trace.trace(Catches(), (3, 4, 4)).nodes] == ["Input", "right", "relu", "Output"]


class Table(nn.Module):
    """Writes values of the image into parts of tensors that do not depend on it."""

    def forward(self, x: Tensor) -> Tensor:
        table = torch.zeros(2, 3, 4, 4)
        free, half = table[1:] * 2, table[:1]
        half[:] = x
        return (table.sum() + free).mean((2, 3))


def test_real_and_meta_passes_agree_on_what_depends_on_the_image() -> None:
    assert paths_of(Table(), 3, 4, 4) == [node.path for node in trace.trace(Table(), (3, 4, 4)).nodes]


@pytest.mark.parametrize("name", [name for name, card in catalogue.cards().items() if card.family == catalogue.LECTURE])
def test_a_followed_pass_gives_the_numbers_of_a_plain_one(name: str) -> None:
    card = catalogue.find(name)
    model = catalogue.build(card.default_choice()).eval()
    images = torch.randn(1, *card.input_shape)
    with torch.no_grad():
        assert torch.equal(trace.run(model, images, lambda *_: None), model(images))
