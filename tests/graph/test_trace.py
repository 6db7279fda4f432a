"""Tracing known networks: what torchvision publishes of its models, and what the lecture prints."""

import pytest
import torch
import torchvision
from torch import nn
from torchvision.models import get_model, get_model_weights, list_models

from explorer import catalogue
from explorer.errors import ExplorerError
from explorer.graph import lazymeta, serial, trace
from explorer.graph.model import Category
from tests.graph.wholeness import check_wholeness

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


def test_an_input_of_another_size_than_the_network_takes_is_refused() -> None:
    with pytest.raises(ExplorerError, match="Expected 224"):
        trace.trace_new(lambda: build("vit_b_16"), (3, 96, 96))


def test_equal_blocks_have_equal_structure() -> None:
    graph = trace.trace_new(lambda: build("resnet18"), (3, 64, 64))
    found = {block.path: block.structure for block in graph.blocks}
    assert found["layer2.0"] != found["layer2.1"] != found["layer3.1"]
    assert found["layer1.0"] == found["layer1.1"]


def test_tracing_twice_gives_the_same() -> None:
    assert trace.trace_new(lambda: build("swin_t"), (3, 224, 224)) == trace.trace_new(
        lambda: build("swin_t"), (3, 224, 224)
    )


class Recurrent(nn.Module):
    """Reads an image row by row; the batch is in the second dimension, as recurrent layers have it by default."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.layer, self.fc = layer, nn.Linear(16, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out, _ = self.layer(x.squeeze(1).permute(1, 0, 2))
        return self.fc(out[-1])


@pytest.mark.parametrize("rows", [28, 27])
@pytest.mark.parametrize("kind", [nn.GRU, nn.LSTM, nn.RNN])
def test_sequences_with_the_batch_in_the_second_dimension_are_whole_in_training_too(
    kind: type[nn.Module], rows: int
) -> None:
    model = Recurrent(kind(28, 16))
    graphs = {mode: trace.trace(model, (1, rows, 28), mode=mode) for mode in ("eval", "train")}
    told = {mode: [(node.output_shape, node.macs) for node in graph.nodes] for mode, graph in graphs.items()}
    assert told["train"] == told["eval"]
    assert (rows, 1, 16) in [shape for shape, _ in told["train"]]


class TwoHeads(nn.Module):
    """Windows of the images in the first dimension, and by chance as many heads as there are images in training."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        windows = x.reshape(len(x) * 4, 2, 8, 12)
        return (windows * 2).reshape(len(x), -1)


def test_windows_with_two_heads_stay_what_they_are() -> None:
    shapes = {mode: trace.trace(TwoHeads(), (1, 32, 24), mode=mode) for mode in ("eval", "train")}
    told = {mode: [node.output_shape for node in graph.nodes] for mode, graph in shapes.items()}
    assert told["train"] == told["eval"]
    assert (4, 2, 8, 12) in told["train"]
