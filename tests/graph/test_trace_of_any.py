"""Tracing models of a few lines: the traps of real forward passes."""

import copy
import threading

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils import parametrizations

from explorer import catalogue
from explorer.errors import ExplorerError
from explorer.graph import trace
from explorer.graph.model import Category, LayerGraph


def graph_of(model: nn.Module, shape: tuple[int, ...] = (3, 8, 8), mode: str = "eval") -> LayerGraph:
    return trace.trace(model, shape, mode=mode)


def feeds(graph: LayerGraph, path: str) -> list[str]:
    return [graph.nodes[source].path for source in graph.by_path[path].inputs]


class Plain(nn.Module):
    """A base for models of a few lines."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1)
        self.relu = nn.ReLU(inplace=True)
        self.drop = nn.Dropout(0.5)


class IdentityOnSkip(Plain):
    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        return self.drop(x) + x


def test_a_skip_starts_before_a_dropout_that_does_nothing() -> None:
    assert feeds(graph_of(IdentityOnSkip()), "add") == ["drop", "conv"]


class InPlace(Plain):
    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        y = self.relu(x)
        return x + y  # x was overwritten: both are the ReLU's output


def test_what_was_overwritten_comes_from_the_writer() -> None:
    graph = graph_of(InPlace())
    assert feeds(graph, "add") == ["relu", "relu"]
    assert graph.by_path["relu"].in_place
    assert graph.by_path["relu"].activation_bytes == 0


class InPlaceOnView(Plain):
    def forward(self, x: Tensor) -> Tensor:
        h = self.conv(x)
        upper, lower = h[:, :2], h[:, 2:]
        upper.relu_()
        return torch.cat((lower, h), 1)


def test_a_write_into_a_view_reaches_the_readers_of_the_whole_but_not_of_the_rest() -> None:
    graph = graph_of(InPlaceOnView())
    assert feeds(graph, "cat") == ["getitem#2", "relu"]
    assert feeds(graph, "relu") == ["getitem"]


class Assigned(Plain):
    def forward(self, x: Tensor) -> Tensor:
        h = self.conv(x)
        h[:, :2] = 0
        return functional.relu(h)


def test_an_assignment_to_a_part_is_an_operation() -> None:
    graph = graph_of(Assigned())
    assert feeds(graph, "relu") == ["setitem"]
    assert feeds(graph, "setitem") == ["conv"]


class Shared(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 3, 3, padding=1), nn.ReLU())

    def forward(self, x: Tensor) -> Tensor:
        return self.body(self.body(x))


def test_a_module_that_runs_twice_counts_its_weights_once() -> None:
    graph = graph_of(Shared())
    assert [node.path for node in graph.nodes[1:-1]] == ["body.0", "body.1", "body.0#2", "body.1#2"]
    assert [node.params for node in graph.nodes[1:-1]] == [84, 0, 0, 0]
    assert [node.shared for node in graph.nodes[1:-1]] == [False, False, True, True]
    assert [block.path for block in graph.blocks] == ["", "body", "body#2"]


class Several(Plain):
    def forward(self, x: Tensor) -> dict[str, object]:
        first, second = self.conv(x).chunk(2, 1)
        return {"a": first, "b": [second.mean(), None]}


def test_several_outputs_all_lead_to_the_output_node() -> None:
    graph = graph_of(Several())
    assert feeds(graph, "Output") == ["chunk", "mean"]
    assert graph.by_path["chunk"].output_shape == (2, 8, 8)


class OwnParameter(nn.Module):
    """Weights without a module; one is reshaped before it is used, and one is not used."""

    def __init__(self) -> None:
        super().__init__()
        self.act = nn.ReLU()
        self.weight = nn.Parameter(torch.zeros(4, 27))
        self.scale = nn.Parameter(torch.zeros(4, 1, 1))
        self.unused = nn.Parameter(torch.zeros(100))

    def forward(self, x: Tensor) -> Tensor:
        return self.act(functional.conv2d(x, self.weight.view(4, 3, 3, 3))) * self.scale


def test_weights_without_a_module_count_where_they_are_used() -> None:
    graph = graph_of(OwnParameter())
    assert [(node.path, node.params) for node in graph.nodes] == [
        ("Input", 0),
        ("conv2d", 108),
        ("act", 0),
        ("mul", 4),
        ("Output", 0),
    ]
    assert graph.by_path["conv2d"].macs == 6 * 6 * 4 * 27
    assert graph.by_path["conv2d"].attributes["kernel_size"] == (3, 3)


class LooksAtValues(Plain):
    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        if x.mean() > 1e6:
            return x
        return self.relu(x)


def test_a_model_that_looks_at_values_is_run_on_real_ones() -> None:
    assert [node.path for node in graph_of(LooksAtValues()).nodes] == ["Input", "conv", "mean", "gt", "relu", "Output"]


class DependsOnShape(Plain):
    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        while x.shape[-1] > 2:
            x = functional.max_pool2d(x, 2)
        return x + torch.arange(int(x.shape[-1])).to(x.device)


def test_loops_over_shapes_are_unrolled() -> None:
    assert [node.path for node in graph_of(DependsOnShape()).nodes[1:-1]] == [
        "conv",
        "max_pool2d",
        "max_pool2d#2",
        "add",
    ]


class EmptyShortcut(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 1)
        self.shortcut = nn.Sequential()

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x) + self.shortcut(x)


def test_an_empty_sequential_is_no_layer() -> None:
    assert feeds(graph_of(EmptyShortcut()), "add") == ["conv", "Input"]


def test_a_wrong_size_is_explained() -> None:
    with pytest.raises(ExplorerError, match=r"conv \(Conv2d\) cannot take 5×8×8"):
        graph_of(Chain(), (5, 8, 8))
    with pytest.raises(ExplorerError, match="cat cannot take 4×8×8, 3×4×4"):
        graph_of(DoesNotFit())


class DoesNotFit(Plain):
    def forward(self, x: Tensor) -> Tensor:
        return torch.cat((self.conv(x), functional.max_pool2d(x, 2)), 1)


class Chain(Plain):
    def forward(self, x: Tensor) -> Tensor:
        return self.relu(self.conv(x))


def test_the_source_line_is_that_of_the_users_call() -> None:
    node = graph_of(Chain()).by_path["conv"]
    assert node.source.startswith("test_trace_of_any.py:")


def test_tracing_leaves_the_model_as_it_was() -> None:
    model = Chain().train()
    weights = copy.deepcopy(model.state_dict())
    graph_of(model)
    assert model.training
    assert not any(module._forward_hooks or "forward" in vars(module) for module in model.modules())
    assert all(torch.equal(weights[name], value) for name, value in model.state_dict().items())
    assert not any(parameter.is_meta for parameter in model.parameters())


def train(steps: int, started: threading.Event, ended: threading.Event) -> list[float]:
    """Losses of a small training; of at least `steps` steps and until `ended`."""
    generator = torch.Generator().manual_seed(0)
    model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 36, 10))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(0, 0.1, generator=generator)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses: list[float] = []
    while len(losses) < steps or not ended.is_set():
        images = torch.randn(8, 1, 8, 8, generator=generator)
        loss = functional.cross_entropy(model(images), torch.arange(8))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        started.set()
    return losses


def test_tracing_does_not_disturb_a_training_thread() -> None:
    found: list[list[float]] = []
    started, ended = threading.Event(), threading.Event()
    thread = threading.Thread(target=lambda: found.append(train(1, started, ended)))
    thread.start()
    assert started.wait(60)
    for _ in range(25):
        trace.graph_of(catalogue.find("mnist_inception").default_choice())
    ended.set()
    thread.join(60)
    assert len(found) == 1, "the training died"
    assert found[0] == train(len(found[0]), started, ended)


def test_activations_count_only_new_storage() -> None:
    graph = graph_of(IdentityOnSkip())
    assert [node.activation_bytes for node in graph.nodes] == [3 * 64 * 4, 4 * 64 * 4, 0, 4 * 64 * 4, 0]
    assert graph.activation_bytes == 2 * 4 * 64 * 4  # what the layers write


class Slides(nn.Module):
    """A layer of the user that convolves inside."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(4, 3, 3, 3))
        self.halves = True

    def forward(self, x: Tensor) -> Tensor:
        return functional.max_pool2d(functional.conv2d(x, self.weight), 2)


def test_a_layer_of_the_user_is_one_node_with_what_happens_inside() -> None:
    node = graph_of(nn.Sequential(Slides())).by_path["0"]
    assert (node.kind, node.category, node.params, node.macs) == ("Slides", Category.CONVOLUTION, 108, 36 * 4 * 27)
    assert node.receptive_field is not None
    assert (node.receptive_field.size, node.receptive_field.stride) == ((4, 4), (2, 2))
    assert node.attributes["halves"] is True


class ByItsData(Plain):
    """As channel shuffles are written: sizes are asked of `data`."""

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        batch, channels, height, width = x.data.size()
        return self.relu(x.view(batch, 2, channels // 2, height, width).transpose(1, 2).flatten(1, 2)) + x.detach()


def test_the_data_of_a_value_is_that_value() -> None:
    graph = graph_of(ByItsData())
    assert [node.path for node in graph.nodes] == [
        "Input", "conv", "view", "transpose", "flatten", "relu", "add", "Output",
    ]  # fmt: skip
    assert feeds(graph, "add") == ["relu", "conv"]
    seen: list[str] = []
    trace.run(ByItsData().eval(), torch.zeros(1, 3, 8, 8), lambda path, _: seen.append(path))
    assert seen == [node.path for node in graph.nodes]


class Normed(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = parametrizations.weight_norm(nn.Conv2d(3, 4, 3, padding=1))
        self.old = nn.utils.spectral_norm(nn.Conv2d(4, 4, 1, bias=False))
        self.fc = parametrizations.orthogonal(nn.Linear(4, 2))

    def forward(self, x: Tensor) -> Tensor:
        return self.fc(self.old(self.conv(x)).mean((2, 3)))


@pytest.mark.parametrize("mode", ["eval", "train"])
def test_a_layer_whose_weights_are_computed_is_one_layer(mode: str) -> None:
    model = Normed()
    graph = graph_of(model, mode=mode)
    assert [node.path for node in graph.nodes] == ["Input", "conv", "old", "mean", "fc", "Output"]
    assert [node.kind for node in graph.nodes][1:5] == ["Conv2d", "Conv2d", "mean", "Linear"]
    assert graph.params == sum(weight.numel() for weight in model.parameters())
    assert graph.by_path["conv"].attributes["kernel_size"] == (3, 3)
    assert graph.by_path["conv"].receptive_field is not None
    assert graph.by_path["conv"].receptive_field.size == (3, 3)
