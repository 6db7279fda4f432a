"""The activations shown are those that the layers made: not rectified by a later layer, nothing else disturbed."""

import copy
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from explorer.bilingual import Text
from explorer.graph import trace
from explorer.inspection import capture
from explorer.inspection.insight import Insight

ORIGIN = Text("test", "测试")


class InPlace(nn.Module):
    """What torchvision does: ReLU in place after a convolution and after a normalisation, and `+=`."""

    def __init__(self, *, inplace: bool) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding=1)
        self.relu1 = nn.ReLU(inplace=inplace)
        self.conv2 = nn.Conv2d(8, 8, 3, padding=1)
        self.bn = nn.BatchNorm2d(8)
        self.relu2 = nn.ReLU(inplace=inplace)
        self.dropout = nn.Dropout(0.5)
        self.head = nn.Linear(8, 10)
        self.inplace = inplace

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        first = self.relu1(self.conv(x))
        second = self.bn(self.conv2(first))
        if self.inplace:
            second += first
        else:
            second = second + first
        x = self.dropout(self.relu2(second))
        return self.head(x.mean((2, 3)))


def photo(height: int = 40, width: int = 50, channels: int = 3) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (height, width, channels), dtype=np.uint8)


def look(model: nn.Module, shape: tuple[int, int, int] = (3, 16, 16), classes: tuple[str, ...] = ()) -> Insight:
    return capture.look(
        model, photo(), shape, mean=(0.5,), std=(0.25,), classes=classes, origin=ORIGIN, is_trained=False
    )


@pytest.fixture
def models() -> tuple[InPlace, InPlace]:
    torch.manual_seed(0)
    in_place, plain = InPlace(inplace=True), InPlace(inplace=False)
    plain.load_state_dict(in_place.state_dict())
    return in_place, plain


def test_layers_before_an_in_place_relu_are_not_rectified(models: tuple[InPlace, InPlace]) -> None:
    found, expected = (look(model).activations for model in models)
    for path in ("conv", "bn", "conv2", "relu1", "relu2", "head"):
        assert np.array_equal(found[path], expected[path]), path
    for path in ("conv", "bn"):
        assert found[path].min() < 0
    assert found["relu1"].min() == 0


def test_every_node_of_the_graph_has_its_activation(models: tuple[InPlace, InPlace]) -> None:
    graph = trace.trace(models[0], (3, 16, 16))
    activations = look(models[0]).activations
    for node in graph.nodes:
        assert activations[node.path].shape == node.output_shape, node.path
        assert activations[node.path].dtype == np.float32


def test_looking_changes_nothing() -> None:
    torch.manual_seed(0)
    model = InPlace(inplace=True)
    model.train()
    model.bn.eval()
    before = copy.deepcopy(model.state_dict())
    state = torch.random.get_rng_state()
    first, second = look(model), look(model)
    assert torch.equal(torch.random.get_rng_state(), state)
    assert all(torch.equal(value, before[key]) for key, value in model.state_dict().items())
    assert model.training
    assert model.dropout.training
    assert not model.bn.training
    assert all(parameter.grad is None for parameter in model.parameters())
    assert np.array_equal(first.activations["head"], second.activations["head"])  # no dropout
    assert not any(module._forward_hooks or "forward" in vars(module) for module in model.modules())


def test_activations_are_copies_that_cannot_be_changed(models: tuple[InPlace, InPlace]) -> None:
    found = look(models[0])
    kept = found.activations["conv"].copy()
    with torch.no_grad():
        models[0].conv.weight.mul_(2)
    assert np.array_equal(found.activations["conv"], kept)
    with pytest.raises(ValueError, match="read-only"):
        found.activations["conv"][0] = 0


def test_predictions_are_those_of_a_plain_forward_pass(models: tuple[InPlace, InPlace]) -> None:
    names = tuple("abcdefghij")
    found = look(models[0], classes=names)
    assert found.image.shape == (16, 16, 3)
    images = torch.from_numpy(found.image.transpose(2, 0, 1)[None].copy()).float() / 255
    with torch.no_grad():
        shares = models[1].eval()((images - 0.5) / 0.25).softmax(1)[0]
    assert found.predictions[0].probability == pytest.approx(float(shares.max()), rel=1e-4)
    assert found.predictions[0].label == names[int(shares.argmax())]
    assert len(found.predictions) == 5


def test_filters_are_the_weights(models: tuple[InPlace, InPlace]) -> None:
    found = look(models[0]).filters
    assert found.keys() == {"conv", "conv2", "head"}
    assert np.array_equal(found["conv"], models[0].conv.weight.detach().numpy())
    assert found["head"].shape == (10, 8)


def test_what_exceeds_the_memory_is_left_out_and_said(
    models: tuple[InPlace, InPlace], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = look(models[0])
    monkeypatch.setattr(capture, "LIMIT_BYTES", 20_000)
    found = look(models[0])
    assert sum(array.nbytes for array in found.activations.values()) <= 20_000
    assert 0 < len(found.activations) < len(whole.activations)
    assert any("not shown" in str(note) for note in found.notes)
    assert found.predictions == whole.predictions


def test_the_memory_is_counted_to_the_byte() -> None:
    keeper = capture.Keeper(limit_bytes=3 << 20)
    for number in range(4):
        keeper(f"layer {number}", torch.ones(1, 1, 512, 512))  # a megabyte each
    assert list(keeper.kept) == ["layer 0", "layer 1", "layer 2"]
    assert (keeper.used_bytes, keeper.left_out) == (3 << 20, 1)
    (note,) = keeper.notes()
    assert note.en == "The output of one layer is not shown: there is no more than 3 MB for all."
    assert "超过 3 MB" in note.zh
    assert capture.Keeper(limit_bytes=1).notes() == ()


class Windows(nn.Module):
    """Puts windows of the image into the dimension of the batch, as Swin does."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        windows = x.reshape(-1, 3, 8, 8)
        return windows.mean((2, 3)).reshape(x.shape[0], -1)


def test_windows_in_the_dimension_of_the_batch_are_all_kept() -> None:
    graph = trace.trace(Windows(), (3, 16, 16))
    activations = look(Windows()).activations
    for node in graph.nodes:
        assert activations[node.path].shape == node.output_shape, node.path


@pytest.mark.slow
@pytest.mark.parametrize("name", ["resnet18", "googlenet", "vgg11", "densenet121", "mobilenet_v2"])
def test_zoo_networks_show_unrectified_layers(name: str, tmp_path: Path) -> None:
    """Every output of a zoo network equals that of the same network without anything in place."""
    import torchvision

    torch.manual_seed(0)
    keywords = {"init_weights": False} if name == "googlenet" else {}
    model = torchvision.models.get_model(name, weights=None, **keywords).eval()
    plain = copy.deepcopy(model)
    for module in plain.modules():
        if hasattr(module, "inplace"):
            module.inplace = False
    outputs: dict[str, np.ndarray] = {}
    handles = [
        module.register_forward_hook(
            lambda module, inputs, output, path=path: outputs.__setitem__(path, output[0].detach().numpy().copy())
        )
        for path, module in plain.named_modules()
        if isinstance(module, nn.Conv2d | nn.BatchNorm2d)
    ]
    found = look(model, (3, 64, 64))
    images = torch.from_numpy(found.image.transpose(2, 0, 1)[None].copy()).float() / 255
    with torch.no_grad():
        plain((images - 0.5) / 0.25)
    for handle in handles:
        handle.remove()
    assert outputs
    for path, expected in outputs.items():
        assert np.allclose(found.activations[path], expected, atol=1e-4), path


def test_what_is_kept_together_does_not_overlap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capture, "_ROOM_BYTES", 4000)  # several outputs in one room, one larger than a room
    keeper = capture.Keeper(1 << 20)
    shapes = [(1, 2, 3, 4), (1, 5, 6, 7), (1, 30, 20, 10), (1, 10), (1,), (1, 8, 9, 10), (1, 0, 3)]
    given = {str(shape): torch.randn(shape) for shape in shapes}
    given["last"] = torch.randn(1, 6, 5, 4).contiguous(memory_format=torch.channels_last)
    for path, output in given.items():
        keeper(path, output)
    for path, output in given.items():
        assert np.array_equal(keeper.kept[path], output[0].numpy()), path
    assert keeper.kept["last"].strides == given["last"][0].numpy().strides
