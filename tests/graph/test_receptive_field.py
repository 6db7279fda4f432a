"""Receptive fields: published sizes, and the pixels that a gradient really reaches."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional
from torchvision.models import get_model

from explorer import catalogue
from explorer.graph import field_reasons, trace
from explorer.graph.model import LayerGraph
from tests.graph.graphs import carried


def sizes(graph: LayerGraph, *paths: str) -> list[int]:
    found = []
    for path in paths:
        field = graph.by_path[path].receptive_field
        assert field is not None
        assert not field.whole
        assert field.size[0] == field.size[1]
        found.append(field.size[0])
    return found


def test_published_sizes() -> None:
    alexnet = carried("torchvision/alexnet")
    assert sizes(alexnet, "features.0", "features.3", "features.8", "features.12") == [11, 51, 131, 195]
    assert sizes(carried("torchvision/resnet18"), "layer4.1.relu#2") == [435]
    assert sizes(carried("torchvision/resnet50"), "layer4.2.relu#3") == [427]
    assert sizes(carried("torchvision/resnet101"), "layer4.2.relu#3") == [971]
    assert sizes(carried("torchvision/vgg16"), "features.30") == [212]
    assert sizes(carried("googlenet"), "b3.0.p2_2") == [43]


def test_a_concatenation_sees_what_its_largest_branch_sees() -> None:
    graph = carried("googlenet")
    branches = sizes(graph, "b3.0.relu", "b3.0.relu#3", "b3.0.relu#5", "b3.0.relu#6")
    assert branches == [27, 43, 59, 43]
    assert sizes(graph, "b3.0.cat") == [max(branches)]


def test_after_global_pooling_and_flatten_everything_is_seen() -> None:
    graph = carried("torchvision/resnet18")
    for path in ("avgpool", "flatten", "fc"):
        field = graph.by_path[path].receptive_field
        assert field is not None
        assert field.whole


def support(model: nn.Module, path: str, shape: tuple[int, int, int], unit: tuple[int, int]) -> tuple[int, ...]:
    """First and last row and column of the image that the output at `unit` has a gradient to."""
    images = torch.rand(1, *shape, dtype=torch.float64, requires_grad=True)
    kept: list[Tensor] = []
    trace.run(model, images, lambda seen, output: kept.append(output) if seen == path else None)
    kept[0][0, :, unit[0], unit[1]].sum().backward()
    assert images.grad is not None
    reached = images.grad[0].abs().sum(0) > 0
    rows, columns = reached.any(1).nonzero().flatten(), reached.any(0).nonzero().flatten()
    return int(rows[0]), int(rows[-1]), int(columns[0]), int(columns[-1])


def smooth(model: nn.Module) -> nn.Module:
    """Without anything that hides part of a window from the gradient: maxima and negative weights."""
    for module in model.modules():
        for name, child in list(module.named_children()):
            if isinstance(child, nn.MaxPool2d):
                setattr(module, name, nn.AvgPool2d(child.kernel_size, child.stride, child.padding, child.ceil_mode))
    model = model.double().eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.rand_like(parameter) / 50 + 0.01)
    return model


def check(model: nn.Module, shape: tuple[int, int, int], paths: tuple[str, ...]) -> None:
    model = smooth(model)
    graph = trace.trace(model, shape)
    for path in paths:
        node = graph.by_path[path]
        field = node.receptive_field
        assert field is not None
        unit = (node.output_shape[1] // 2, node.output_shape[2] // 2)
        expected: list[int] = []
        for axis in (0, 1):
            centre = field.start[axis] + unit[axis] * field.stride[axis]
            first, last = round(centre - field.size[axis] / 2), round(centre + field.size[axis] / 2) - 1
            expected += [max(0, first), min(shape[1 + axis] - 1, last)]
        assert support(model, path, shape, unit) == tuple(expected), path


def test_equals_the_support_of_the_gradient_in_alexnet() -> None:
    check(get_model("alexnet"), (3, 224, 224), ("features.0", "features.3", "features.8", "features.12"))


def check_layer_by_layer(side: int) -> None:
    """Every node of ResNet-18 in one pass."""
    model = smooth(get_model("resnet18"))
    graph = trace.trace(model, (3, side, side))
    images = torch.rand(1, 3, side, side, dtype=torch.float64, requires_grad=True)
    kept: dict[str, Tensor] = {}
    for module in model.modules():
        if isinstance(module, nn.ReLU):
            module.inplace = False
    trace.run(model, images, kept.__setitem__)
    for node in graph.nodes[1:]:
        field = node.receptive_field
        assert field is not None
        if field.whole:
            continue
        unit = (node.output_shape[1] // 2, node.output_shape[2] // 2)
        value = kept[node.path][0, :, unit[0], unit[1]].sum()
        (gradient,) = torch.autograd.grad(value, images, retain_graph=True)
        reached = gradient[0].abs().sum(0) > 0
        for axis in (0, 1):
            places = reached.any(1 - axis).nonzero().flatten()
            centre = field.start[axis] + unit[axis] * field.stride[axis]
            first, last = round(centre - field.size[axis] / 2), round(centre + field.size[axis] / 2) - 1
            assert (int(places[0]), int(places[-1])) == (max(first, 0), min(last, side - 1)), node.path


def test_equals_the_support_of_the_gradient_in_resnet18_layer_by_layer() -> None:
    check_layer_by_layer(96)


@pytest.mark.slow
def test_equals_the_support_of_the_gradient_in_resnet18_where_no_field_is_cut_off() -> None:
    check_layer_by_layer(512)


def test_equals_the_support_of_the_gradient_in_an_inception_block() -> None:
    model = catalogue.build(catalogue.find("googlenet").default_choice())
    check(model, (1, 96, 96), ("b1.2", "b3.0.p1_1", "b3.0.p2_2", "b3.0.p3_2", "b3.0.p4_2", "b3.0.cat"))


class Odd(nn.Module):
    """Dilation, strides that differ, padding on one side, a function that slides, channels last for a while."""

    def __init__(self) -> None:
        super().__init__()
        self.wide = nn.Conv2d(2, 3, (3, 5), stride=(1, 2), padding=(0, 2), dilation=(2, 1))
        self.pad = nn.ZeroPad2d((1, 0, 2, 0))
        self.same = nn.Conv2d(3, 3, 3, padding="same")
        self.norm = nn.LayerNorm(3)

    def forward(self, x: Tensor) -> Tensor:
        x = self.pad(self.wide(x))
        x = nn.functional.avg_pool2d(self.same(x), 2)
        x = self.norm(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
        return nn.functional.conv2d(x, torch.ones(1, 3, 2, 2, dtype=x.dtype), stride=2)


def test_equals_the_support_of_the_gradient_in_an_odd_model() -> None:
    check(Odd(), (2, 48, 48), ("wide", "pad", "same", "avg_pool2d", "permute#2", "conv2d"))


class Strides(nn.Module):
    """Branches that dilate, with strides before and behind, and a skip around them."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(1, 2, 5, stride=3, padding=1)
        self.far = nn.Conv2d(2, 2, 3, padding=4, dilation=4)
        self.near = nn.Conv2d(2, 2, (1, 3), padding=(0, 1), groups=2)
        self.down = nn.Conv2d(6, 2, 3, stride=2, padding=1)
        self.pool = nn.AvgPool2d(3, 2, ceil_mode=True)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        return self.pool(self.down(torch.cat((self.far(x), self.near(x), x), 1)))


def test_equals_the_support_of_the_gradient_through_dilation_and_branches() -> None:
    check(Strides(), (1, 120, 96), ("stem", "far", "near", "cat", "down", "pool"))


def test_adaptive_pooling_is_known_only_where_its_windows_are_equal() -> None:
    class Adaptive(nn.Module):
        def __init__(self, size: int) -> None:
            super().__init__()
            self.pool = nn.AdaptiveAvgPool2d(size)
            self.conv = nn.Conv2d(1, 1, 1)

        def forward(self, x: Tensor) -> Tensor:
            return self.conv(self.pool(x))

    assert trace.trace(Adaptive(5), (1, 12, 12)).by_path["pool"].receptive_field is None
    equal = trace.trace(Adaptive(4), (1, 12, 12)).by_path["pool"].receptive_field
    assert equal is not None
    assert (equal.size, equal.stride) == ((3, 3), (3, 3))
    whole = trace.trace(Adaptive(1), (1, 12, 12)).by_path["conv"].receptive_field
    assert whole is not None
    assert whole.whole


class Then(nn.Module):
    """A 3 × 3 convolution, and what is done with its output (N, 4, H, W)."""

    def __init__(self, then: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3, padding=1)
        self.then = then

    def forward(self, x: Tensor) -> Tensor:
        return self.then(self.conv(x))


NOTHING, WHOLE = "not known", "whole"
WEIGHT = torch.ones(4, 4)


@pytest.mark.parametrize(
    ("seen", "then"),
    [
        (3, lambda x: x.softmax(1)),
        (WHOLE, lambda x: x.softmax(2)),
        (WHOLE, lambda x: x.softmax(-1)),
        (3, lambda x: x.permute(0, 2, 3, 1).softmax(-1)),
        (WHOLE, lambda x: x.permute(0, 2, 3, 1).softmax(1)),
        (3, lambda x: functional.layer_norm(x.permute(0, 2, 3, 1), (4,))),
        (WHOLE, lambda x: functional.layer_norm(x, (10,))),
        (3, lambda x: functional.linear(x.permute(0, 2, 3, 1), WEIGHT)),
        (WHOLE, lambda x: functional.linear(x, torch.ones(4, 10))),
        (3, lambda x: x.mean(1)),
        (3, lambda x: x.mean(1, keepdim=True)),
        (3, lambda x: x.mean(-3).softmax(0)),
        (WHOLE, lambda x: x.mean(1).softmax(1)),
        (3, lambda x: x.mean(1, keepdim=True).softmax(1)),
        (NOTHING, lambda x: x.mean(2)),
        (WHOLE, lambda x: x.mean((2, 3))),
        (WHOLE, lambda x: x.mean((1, 2, 3))),
        (3, lambda x: x.transpose(1, 2).softmax(2)),
        (WHOLE, lambda x: x.transpose(1, 2).softmax(1)),
        (WHOLE, lambda x: x.transpose(1, 2).softmax(3)),
        (NOTHING, lambda x: x.transpose(0, 1)),
        (NOTHING, lambda x: x.permute(1, 0, 2, 3)),
        (3, lambda x: x.reshape(-1, 2, 2, 10, 10)),
        (WHOLE, lambda x: x.flatten(1)),
        (NOTHING, lambda x: x.reshape(-1, 8, 5, 10)),
    ],
)
def test_an_axis_that_is_mixed_is_seen_whole_wherever_it_stands(
    seen: int | str, then: Callable[[Tensor], Tensor]
) -> None:
    field = trace.trace(Then(then), (1, 10, 10)).nodes[-1].receptive_field
    found = NOTHING if field is None else WHOLE if field.whole else field.size[0]
    assert found == seen


@pytest.mark.parametrize("name", ["vit_b_16", "convnext_tiny", "swin_t"])
def test_attention_and_windows_are_not_called_local(name: str) -> None:
    graph = trace.graph_of(catalogue.find(f"torchvision/{name}").default_choice())
    for node in graph.nodes:
        if "attention" in node.path and node.kind == "MultiheadAttention":
            assert node.receptive_field is not None
            assert node.receptive_field.whole
    assert graph.nodes[-1].receptive_field is not None
    assert graph.nodes[-1].receptive_field.whole


def test_windows_of_attention_have_no_one_field_and_padding_of_channels_moves_nothing() -> None:
    graph = trace.graph_of(catalogue.find("torchvision/swin_t").default_choice())
    assert sizes(graph, "features.1.0.attn.pad") == [4]
    assert graph.by_path["features.1.0.attn.view"].receptive_field is None
    assert not [node.path for node in graph.nodes if "new_zeros" in node.path or "setitem" in node.path]


class Widened(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.up = nn.ConvTranspose2d(3, 3, 2, stride=2)
        self.cut = nn.AdaptiveAvgPool2d(5)
        self.norm = nn.GroupNorm(1, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(self.cut(self.up(x)))


def test_where_a_field_is_lost_is_told_with_the_reason() -> None:
    widened = trace.trace(Widened(), (3, 8, 8))
    assert field_reasons.origin(widened, widened.by_path["cut"]).path == "up"
    assert field_reasons.reason(widened.by_path["up"]).en.startswith("enlarged")
    assert field_reasons.origin(widened, widened.by_path["norm"]).path == "norm"
    assert field_reasons.reason(widened.by_path["norm"]).en == "statistics over all places"
    vit = carried("torchvision/vit_b_16")
    begins = field_reasons.origin(vit, vit.nodes[-1])
    assert begins.path == "encoder.layers.encoder_layer_0.self_attention"
    assert field_reasons.reason(begins).en == "attention between all places"
    resnet = carried("torchvision/resnet18")
    assert field_reasons.origin(resnet, resnet.nodes[-1]).path == "avgpool"


@pytest.mark.parametrize("name", [name for name in catalogue.cards() if name.startswith("torchvision/")])
def test_every_field_that_is_not_known_has_a_reason(name: str) -> None:
    graph = carried(name)
    for node in graph.nodes:
        if node.receptive_field is None or node.receptive_field.whole:
            begins = field_reasons.origin(graph, node)
            assert begins.index <= node.index
            assert field_reasons.reason(begins) is not field_reasons.OTHER, (node.path, begins.path, begins.kind)


MOVED = {
    "flip": lambda x: x.flip(2),
    "cumsum": lambda x: x.cumsum(3),
    "sort": lambda x: x.sort(2)[0],
    "rot90": lambda x: torch.rot90(x, 1, (2, 3)),
    "grid_sample": lambda x: nn.functional.grid_sample(x, x.new_zeros(1, 8, 8, 2), align_corners=False),
}


@pytest.mark.parametrize("name", MOVED)
def test_what_takes_numbers_from_elsewhere_has_no_field(name: str) -> None:
    graph = trace.trace(Then(MOVED[name]), (1, 8, 8))
    node = graph.by_path[name]
    assert node.receptive_field is None
    assert field_reasons.reason(field_reasons.origin(graph, node)).en == "it takes numbers from other places"


def test_one_place_that_is_repeated_everywhere_moves_by_no_step() -> None:
    graph = trace.trace(Then(lambda x: x + nn.functional.conv2d(x, x.new_ones(4, 4, 8, 8))), (1, 8, 8))
    assert sizes(graph, "conv2d") == [10]
    assert graph.by_path["add"].receptive_field is None


def test_vectors_along_a_side_brought_to_length_one_see_all_of_it() -> None:
    graph = trace.trace(Then(lambda x: nn.functional.normalize(x, dim=3)), (1, 8, 8))
    field = graph.by_path["normalize"].receptive_field
    assert field is not None
    assert field.whole
    graph = trace.trace(Then(lambda x: nn.functional.normalize(x)), (1, 8, 8))
    assert sizes(graph, "normalize") == [3]
