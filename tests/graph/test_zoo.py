"""The 80 models of torchvision against themselves: real passes, and all image sizes that they take."""

import gc
from collections import Counter

import pytest
import torch
import torchvision
from torch import Tensor, nn
from torchvision.models import get_model, get_model_weights, list_models

from explorer import catalogue
from explorer.errors import ExplorerError
from explorer.graph import lazymeta, trace
from explorer.graph.model import LayerGraph
from explorer.graph.producers import tensors_in
from tests.graph.wholeness import check_wholeness

ALL = list_models(module=torchvision.models)
QUICK = ("squeezenet1_1", "mobilenet_v3_small", "shufflenet_v2_x0_5", "mnasnet0_5")
SIZES = (96, 192, 256, 299)
AUXILIARY = ("googlenet", "inception_v3")


def card_of(name: str) -> catalogue.Card:
    return catalogue.find(f"torchvision/{name}")


def hooked(model: nn.Module, images: Tensor) -> dict[str, tuple[int, ...]]:
    """The output shape of one image for every layer of a plain pass, by torch's own hooks, paths as in the graph."""
    seen: dict[str, tuple[int, ...]] = {}
    times: Counter[str] = Counter()
    batch = images.shape[0]

    def note(path: str, output: object) -> None:
        times[path] += 1
        shape = tuple(tensors_in(output)[0].shape)
        windows = shape[0] // batch
        numbered = path if times[path] == 1 else f"{path}#{times[path]}"
        seen[numbered] = shape[1:] if windows == 1 else (windows, *shape[1:])

    for path, module in model.named_modules():
        is_leaf = not list(module.children()) or isinstance(module, nn.MultiheadAttention)
        if is_leaf and "cpb_mlp" not in path:  # that of Swin V2 reads a table, no image
            module.register_forward_hook(lambda _m, _i, output, path=path: note(path, output))
    with torch.no_grad():
        model(images)
    return seen


def layers_of(graph: LayerGraph, paths: dict[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    return {node.path: node.output_shape for node in graph.nodes if node.path in paths}


def check_real_pass(name: str) -> None:
    """Every node's shape, in order, and the parameters, of the model as torchvision itself builds it."""
    card = card_of(name)
    options = {"init_weights": False, "aux_logits": name == "inception_v3"} if name in AUXILIARY else {}
    graph = trace.graph_of(card.default_choice())
    side = {"image_size": card.input_shape[1]} if name.startswith("vit_") else {}
    model = get_model(name, **options, **side).eval()
    shapes: dict[str, tuple[int, ...]] = {}

    def visit(path: str, output: Tensor) -> None:
        windows = output.shape[0]
        shapes[path] = tuple(output.shape[1:]) if windows == 1 else tuple(output.shape)

    images = torch.randn(1, *card.input_shape)
    with torch.no_grad():
        trace.run(model, images, visit)
    assert list(shapes) == [node.path for node in graph.nodes]
    tables = {node.path for node in graph.nodes if "cpb_mlp" in node.path}
    assert {path: shape for path, shape in shapes.items() if path not in tables} == {
        node.path: node.output_shape for node in graph.nodes if node.path not in tables
    }
    assert graph.params + graph.unused_params == sum(parameter.numel() for parameter in model.parameters())
    found = hooked(model, images)
    assert layers_of(graph, found) == found


@pytest.mark.parametrize("name", QUICK)
def test_shapes_are_those_of_a_real_pass(name: str) -> None:
    check_real_pass(name)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", [name for name in ALL if name not in QUICK])
def test_shapes_are_those_of_a_real_pass_of_the_others(name: str) -> None:
    check_real_pass(name)
    gc.collect()


def check_size(name: str, side: int) -> None:
    """At another size the layers are as in a plain pass, or the size is refused before anything runs."""
    card = card_of(name)
    if (card.fixed_size and side != card.input_shape[1]) or side < card.min_size:
        with pytest.raises(ExplorerError) as refused:
            card.choose(input_shape=(3, side, side))
        assert f"{card.input_shape[1] if card.fixed_size else card.min_size}×" in str(refused.value.hint)
        return
    choice = card.choose(input_shape=(3, side, side))
    graph = trace.graph_of(choice)
    check_wholeness(graph)
    model = lazymeta.build_on_meta(lambda: catalogue.build(choice)).eval()
    found = hooked(model, torch.empty((1, 3, side, side), device="meta"))
    assert layers_of(graph, found) == found
    assert graph.nodes[-1].output_shape == (1000,)
    if name != "inception_v3":  # below 299 it goes without its auxiliary classifier
        assert graph.params + graph.unused_params == card.params + (graph.unused_params if name == "googlenet" else 0)


@pytest.mark.parametrize("side", SIZES)
@pytest.mark.parametrize("name", ["resnet18", "googlenet", "vit_b_16", "swin_t", "inception_v3"])
def test_other_sizes(name: str, side: int) -> None:
    check_size(name, side)


@pytest.mark.slow
@pytest.mark.parametrize("name", ALL)
def test_other_sizes_of_all(name: str) -> None:
    for side in SIZES:
        check_size(name, side)


FIXED = [name for name in ALL if card_of(name).fixed_size]


@pytest.mark.parametrize("name", FIXED)
def test_the_only_size_that_a_network_takes_is_told(name: str) -> None:
    card = card_of(name)
    for side in (96, 4096):
        with pytest.raises(ExplorerError, match="cannot take an input of 3×") as refused:
            card.choose(input_shape=(3, side, side))
        assert str(refused.value.hint) == f"It needs images of {card.input_shape[1]}×{card.input_shape[2]}."


@pytest.mark.slow
@pytest.mark.parametrize("name", ALL)
def test_multiply_adds_at_every_size_that_weights_are_published_for(name: str) -> None:
    """Some models have weights for several sizes; at each the published count is met."""
    told = {}
    for weights in get_model_weights(name):
        crop = weights.transforms.keywords["crop_size"]
        told[crop if isinstance(crop, int) else crop[0]] = weights.meta["_ops"]
    for side, operations in told.items():
        options = {"image_size": side} if name.startswith("vit_") else {}
        options |= {"init_weights": False} if name in AUXILIARY else {}
        graph = trace.trace_new(lambda options=options: get_model(name, **options), (3, side, side))
        assert round(graph.macs / 1e9, 3) == operations, side


@pytest.mark.parametrize(("name", "side", "heads"), [("googlenet", 224, 2), ("inception_v3", 299, 1)])
def test_what_runs_in_training_only_is_that_of_a_real_training_pass(name: str, side: int, heads: int) -> None:
    model = get_model(name, init_weights=False, aux_logits=True)
    graph = trace.trace(model, (3, side, side), mode="train")
    check_wholeness(graph)
    found = hooked(model.train(), torch.randn(2, 3, side, side))
    assert layers_of(graph, found) == found
    assert len([path for path in found if path.startswith(("aux", "AuxLogits"))]) > 3 * heads
    assert len(graph.nodes[-1].inputs) == 1 + heads
    assert graph.params == sum(parameter.numel() for parameter in model.parameters())
