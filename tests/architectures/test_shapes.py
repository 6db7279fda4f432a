"""Shapes and counts block by block, as d2l.ai and the other lectures print them."""

import pytest
import torch

from explorer import catalogue
from explorer.catalogue import Shape, Value


def shapes(name: str, *modules: str, shape: Shape | None = None) -> list[str]:
    """Output shapes of `modules` of the architecture, "64x24x24"; the last call where a module runs twice."""
    card = catalogue.find(name)
    with torch.device("meta"):
        model = catalogue.build(card.choose(input_shape=shape))
    seen: dict[str, str] = {}
    for path in modules:
        model.get_submodule(path).register_forward_hook(
            lambda module, inputs, output, path=path: seen.update({path: "x".join(map(str, output.shape[1:]))})
        )
    model(torch.empty(2, *(shape or card.input_shape), device="meta"))
    return [seen[path] for path in modules]


def params(name: str, shape: Shape | None = None, **settings: Value) -> int:
    with torch.device("meta"):
        model = catalogue.build(catalogue.find(name).choose(input_shape=shape, settings=settings))
    return sum(parameter.numel() for parameter in model.parameters())


def test_lenet() -> None:
    assert shapes("lenet", *(f"features.{n}" for n in (0, 2, 3, 5)), "head.0", "head.1", "head.3", "head.5") == [
        "6x28x28", "6x14x14", "16x10x10", "16x5x5", "400", "120", "84", "10",
    ]  # fmt: skip


def test_lenet_with_batch_normalisation() -> None:
    assert shapes("lenet_bn", *(f"features.{n}" for n in (0, 3, 4, 7)), "head.0") == [
        "6x24x24", "6x12x12", "16x8x8", "16x4x4", "256",
    ]  # fmt: skip


def test_alexnet() -> None:
    assert shapes("alexnet", *(f"features.{n}" for n in (0, 2, 3, 5, 6, 8, 10, 12)), "head.0", "head.1") == [
        "96x54x54", "96x26x26", "256x26x26", "256x12x12", "384x12x12", "384x12x12", "256x12x12", "256x5x5", "6400",
        "4096",
    ]  # fmt: skip


def test_vgg() -> None:
    assert shapes("vgg11", *(f"features.block{n}" for n in range(1, 6)), "head.0") == [
        "64x112x112", "128x56x56", "256x28x28", "512x14x14", "512x7x7", "25088",
    ]  # fmt: skip
    assert params("vgg11", ratio=4) == 43_093_322


def test_nin() -> None:
    assert shapes("nin", *(f"features.{n}" for n in range(6)), "head.0", "head.1", "head.2") == [
        "96x54x54", "96x26x26", "256x26x26", "256x12x12", "384x12x12", "384x5x5", "10x5x5", "10x1x1", "10",
    ]  # fmt: skip


def test_googlenet() -> None:
    assert shapes("googlenet", "b1", "b2", "b3.0", "b3.1", "b3", "b4", "b5", "head") == [
        "64x24x24", "192x12x12", "256x12x12", "480x12x12", "480x6x6", "832x3x3", "1024", "10",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["resnet18", "resnet18_preact"])
def test_resnet_at_two_sizes(name: str) -> None:
    stages = ("b1", "b2", "b3", "b4", "b5", "head")
    assert shapes(name, *stages) == ["64x56x56", "64x56x56", "128x28x28", "256x14x14", "512x7x7", "10"]
    assert shapes(name, *stages, shape=(1, 96, 96)) == [
        "64x24x24", "64x24x24", "128x12x12", "256x6x6", "512x3x3", "10",
    ]  # fmt: skip
    assert params(name, (1, 96, 96)) == params(name)


def test_residual_blocks_with_and_without_the_1x1_convolution() -> None:
    with torch.device("meta"):
        model = catalogue.build(catalogue.find("resnet18").default_choice())
        plain = catalogue.build(catalogue.find("resnet18").choose(settings={"shortcuts": False}))
    blocks = [f"b{stage}.{number}" for stage in (2, 3, 4, 5) for number in (0, 1)]
    projected = [path for path in blocks if model.get_submodule(path).conv3 is not None]
    assert projected == ["b3.0", "b4.0", "b5.0"]
    assert all(plain.get_submodule(path).conv3 is None for path in blocks)


def test_without_skip_edges_nothing_is_added() -> None:
    torch.manual_seed(0)
    model = catalogue.build(catalogue.find("resnet18").choose(input_shape=(1, 8, 8), settings={"width": 16})).eval()
    block = model.get_submodule("b2.0")
    images = torch.randn(2, 16, 4, 4)
    with_skip = block(images)
    block.shortcut = False
    assert not torch.allclose(with_skip, block(images))


def test_the_preactivated_skip_edge_carries_the_input_untouched() -> None:
    torch.manual_seed(0)
    model = catalogue.build(catalogue.find("resnet18_preact").choose(settings={"width": 16}))
    block = model.get_submodule("b2.0")
    torch.nn.init.zeros_(block.conv2.weight)
    torch.nn.init.zeros_(block.conv2.bias)
    images = torch.randn(2, 16, 4, 4)
    assert torch.equal(block(images), images)


def test_densenet() -> None:
    names = [f"features.{kind}_blk{n}" for n in (1, 2, 3) for kind in ("dense", "tran")]
    assert shapes("densenet", "b1", *names, "features.dense_blk4", "head") == [
        "64x24x24", "192x24x24", "96x12x12", "224x12x12", "112x6x6", "240x6x6", "120x3x3", "248x3x3", "10",
    ]  # fmt: skip


def test_networks_for_mnist() -> None:
    assert shapes("mnist_inception", "conv1", "incep1", "conv2", "mp", "incep2", "fc") == [
        "10x24x24", "88x12x12", "20x8x8", "20x4x4", "88x4x4", "10",
    ]  # fmt: skip
    assert shapes("mnist_residual", "conv1", "rblock1", "conv2", "mp", "rblock2", "fc") == [
        "16x24x24", "16x12x12", "32x8x8", "32x4x4", "32x4x4", "10",
    ]  # fmt: skip


def test_cifar_resnet() -> None:
    assert shapes("cifar_resnet", *(f"block{n}" for n in range(1, 6)), "classifier") == [
        "64x45x45", "64x22x22", "128x11x11", "256x6x6", "512x1x1", "10",
    ]  # fmt: skip


def test_the_cifar_blocks_only_add() -> None:
    torch.manual_seed(0)
    model = catalogue.build(catalogue.find("cifar_resnet").default_choice())
    images = torch.rand(2, 64, 6, 6)
    assert (model.get_submodule("block2.1")(images) >= images).all()
    bias_free = [m for m in model.modules() if isinstance(m, torch.nn.Conv2d) and m.kernel_size == (3, 3)]
    assert len(bias_free) == 16
    assert all(convolution.bias is None for convolution in bias_free)
