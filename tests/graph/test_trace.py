"""Tracing: what torchvision publishes of its models, and the traps of real forward passes."""

import copy
import threading

import pytest
import torch
import torchvision
from torch import Tensor, nn
from torch.nn import functional
from torchvision.models import get_model, get_model_weights, list_models

from explorer import catalogue
from explorer.errors import ExplorerError
from explorer.graph import lazymeta, serial, trace
from explorer.graph.model import Category, LayerGraph

QUICK = (
    "alexnet",
    "vgg16",
    "googlenet",
    "inception_v3",
    "resnet18",
    "densenet121",
    "regnet_y_400mf",
    "shufflenet_v2_x1_0",
    "efficientnet_b0",
    "mobilenet_v2",
    "squeezenet1_0",
    "mnasnet1_0",
    "convnext_tiny",
    "vit_b_16",
    "swin_t",
    "swin_v2_t",
    "maxvit_t",
)
ALL = list_models(module=torchvision.models)


def build(name: str) -> nn.Module:
    drawn = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
    return lazymeta.build_on_meta(lambda: get_model(name, **drawn))


def published(name: str) -> dict[str, float]:
    """What torchvision says of the weights that were trained at the model's default size."""
    weights = next(iter(get_model_weights(name)))
    if name == "vit_h_14":
        weights = get_model_weights(name).IMAGENET1K_SWAG_LINEAR_V1
    size = weights.transforms.keywords["crop_size"]
    side = size[0] if isinstance(size, list | tuple) else size
    return {"params": weights.meta["num_params"], "macs": weights.meta["_ops"], "side": side}


def check_against_torchvision(name: str) -> None:
    facts, model = published(name), build(name)
    shape = (3, facts["side"], facts["side"])
    graph = trace.trace_new(lambda: build(name), shape, mode="eval")
    assert round(graph.macs / 1e9, 3) == facts["macs"]
    assert graph.nodes[-1].output_shape == (1000,)
    everything = trace.trace_new(lambda: build(name), shape, mode="train")  # auxiliary heads run here only
    assert everything.params == sum(parameter.numel() for parameter in model.parameters())
    assert facts["params"] in (everything.params, graph.params)  # GoogLeNet is published without its auxiliary heads
    for found in (graph, everything):
        check_wholeness(found)


def check_wholeness(graph: LayerGraph) -> None:
    """Each node is fed, or is fed by weights alone, and is in one block after another; each is read but the last."""
    assert len(graph.by_path) == len(graph.nodes)
    for node in graph.nodes:
        assert all(source < node.index for source in node.inputs)
        assert len(node.inputs) == len(node.input_shapes)
        assert node.inputs or node.index == 0 or "cpb_mlp" in node.path, f"{node.path} has no input"
        assert graph.consumers[node.index] or node is graph.nodes[-1], f"nobody reads {node.path}"
        block = graph.blocks[node.block]
        assert block.first <= node.index < block.last
    for block in graph.blocks[1:]:
        parent = graph.blocks[block.parent]
        assert parent.first <= block.first < block.last <= parent.last
        assert block.params == sum(node.params for node in graph.nodes[block.first : block.last])


@pytest.mark.parametrize("name", QUICK)
def test_equals_what_torchvision_publishes(name: str) -> None:
    check_against_torchvision(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in ALL if name not in QUICK])
def test_equals_what_torchvision_publishes_of_the_others(name: str) -> None:
    check_against_torchvision(name)


def test_all_eighty_are_checked() -> None:
    assert len(ALL) == 80
    assert set(QUICK) <= set(ALL)


LECTURE = [card for card in catalogue.cards().values() if card.family == catalogue.LECTURE]


@pytest.mark.parametrize("card", LECTURE, ids=lambda card: card.name)
def test_lecture_networks_count_what_their_cards_declare(card: catalogue.Card) -> None:
    graph = trace.graph_of(card.default_choice())
    assert graph.params == card.params
    assert graph.nodes[-1].output_shape == (card.classes,)
    assert graph.architecture == card.name
    check_wholeness(graph)


def test_settings_and_input_size_change_the_graph() -> None:
    card = catalogue.find("resnet18")
    graph = trace.graph_of(card.choose(input_shape=(1, 96, 96)))
    assert graph.by_path["b2.1.relu#2"].output_shape == (64, 24, 24)


def test_graph_of_draws_nothing_at_random_and_allocates_no_weights() -> None:
    before = torch.get_rng_state()
    model = lazymeta.build_on_meta(lambda: catalogue.build(catalogue.find("vgg11").default_choice()))
    trace.graph_of(catalogue.find("vgg11").default_choice())
    assert torch.equal(before, torch.get_rng_state())
    assert all(tensor.is_meta for tensor in (*model.parameters(), *model.buffers()))


def test_googlenet_at_96_as_the_lecture_prints_it() -> None:
    graph = trace.graph_of(catalogue.find("googlenet").default_choice())
    shapes = {block.path: block.output_shape for block in graph.blocks}
    assert [shapes[f"b{stage}"] for stage in range(1, 6)] == [
        (64, 24, 24),
        (192, 12, 12),
        (480, 6, 6),
        (832, 3, 3),
        (1024,),
    ]
    concat = graph.by_path["b3.0.cat"]
    assert [graph.nodes[source].output_shape[0] for source in concat.inputs] == [64, 128, 32, 32]
    assert concat.category is Category.MERGE
    assert graph.by_path["b3.0.p2_2"].params == 110_720


def test_batch_norm_written_by_hand_is_one_node() -> None:
    graph = trace.graph_of(catalogue.find("lenet_bn").default_choice())
    node = graph.by_path["features.1"]
    assert (node.kind, node.category, node.params, node.buffers) == ("BatchNorm", Category.NORMALISATION, 12, 12)
    assert not any(other.path.startswith("features.1.") for other in graph.nodes)


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


def test_train_mode_shows_the_auxiliary_heads_and_shapes_of_one_image() -> None:
    evaluated = trace.trace_new(lambda: build("googlenet"), (3, 224, 224))
    trained = trace.trace_new(lambda: build("googlenet"), (3, 224, 224), mode="train")
    assert not [node for node in evaluated.nodes if node.path.startswith("aux")]
    assert len(trained.nodes[-1].inputs) == 3
    assert trained.by_path["conv1.conv"].output_shape == (64, 112, 112)
    assert trained.macs > evaluated.macs
    assert trained.by_path["conv1.conv"].macs == evaluated.by_path["conv1.conv"].macs


def test_parameters_of_what_does_not_run_are_told() -> None:
    shape = (3, 299, 299)
    evaluated = trace.trace_new(lambda: build("inception_v3"), shape)
    trained = trace.trace_new(lambda: build("inception_v3"), shape, mode="train")
    assert evaluated.unused_params > 3_000_000
    assert evaluated.params + evaluated.unused_params == trained.params == 27_161_264
    assert trained.unused_params == 0
    assert serial.from_json(serial.to_json(evaluated)) == evaluated


def test_a_wrong_size_is_explained() -> None:
    with pytest.raises(ExplorerError, match="Expected 224"):
        trace.trace_new(lambda: build("vit_b_16"), (3, 96, 96))
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
    assert node.source.startswith("test_trace.py:")


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
    assert started.wait(30)
    for _ in range(25):
        trace.graph_of(catalogue.find("mnist_inception").default_choice())
    ended.set()
    thread.join(60)
    assert len(found) == 1, "the training died"
    assert found[0] == train(len(found[0]), started, ended)


def test_activations_count_only_new_storage() -> None:
    graph = graph_of(IdentityOnSkip())
    assert [node.activation_bytes for node in graph.nodes] == [3 * 64 * 4, 4 * 64 * 4, 0, 4 * 64 * 4, 0]
    assert graph.activation_bytes == sum(node.activation_bytes for node in graph.nodes)


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


def test_equal_blocks_have_equal_structure() -> None:
    graph = trace.trace_new(lambda: build("resnet18"), (3, 64, 64))
    found = {block.path: block.structure for block in graph.blocks}
    assert found["layer2.0"] != found["layer2.1"] != found["layer3.1"]
    assert found["layer1.0"] == found["layer1.1"]


def test_tracing_twice_gives_the_same() -> None:
    assert trace.trace_new(lambda: build("swin_t"), (3, 224, 224)) == trace.trace_new(
        lambda: build("swin_t"), (3, 224, 224)
    )
