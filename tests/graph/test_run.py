"""A real forward pass shows every node of the graph, under its path, and leaves no trace."""

import pytest
import torch
from torch import Tensor, nn
from torchvision.models import get_model

from explorer import catalogue
from explorer.graph import trace

LECTURE = [card.name for card in catalogue.cards().values() if card.family == catalogue.LECTURE]


def seen_in(model: nn.Module, images: Tensor) -> tuple[dict[str, Tensor], Tensor]:
    seen: dict[str, Tensor] = {}

    def visit(path: str, output: Tensor) -> None:
        assert path not in seen
        seen[path] = output.clone()

    with torch.no_grad():
        logits = trace.run(model, images, visit)
    return seen, logits


@pytest.mark.parametrize("name", LECTURE)
def test_every_node_is_shown_with_its_shape(name: str) -> None:
    card = catalogue.find(name)
    side = max(card.min_size, min(card.input_shape[1], 96))
    choice = card.choose(input_shape=(card.input_shape[0], side, side))
    model, graph = catalogue.build(choice).eval(), trace.graph_of(choice)
    seen, logits = seen_in(model, torch.randn(2, *choice.input_shape))
    assert list(seen) == [node.path for node in graph.nodes]
    assert {path: tuple(output.shape[1:]) for path, output in seen.items()} == {
        node.path: node.output_shape for node in graph.nodes
    }
    assert logits.shape == (2, card.classes)


@pytest.mark.parametrize("name", ["resnet18", "densenet121", "shufflenet_v2_x0_5", "efficientnet_b0", "swin_t"])
def test_real_and_meta_tensors_give_the_same_graph(name: str) -> None:
    model = get_model(name)
    for mode in ("eval", "train"):
        graph = trace.trace(model, (3, 64, 64), mode=mode)
        images = torch.randn(1 if mode == "eval" else 2, 3, 64, 64)
        seen, _ = seen_in(model.train(mode == "train"), images)
        assert list(seen) == [node.path for node in graph.nodes]


def test_the_values_are_those_of_a_plain_pass() -> None:
    torch.manual_seed(0)
    model = catalogue.build(catalogue.find("resnet18").choose(input_shape=(1, 64, 64))).eval()
    images = torch.randn(2, 1, 64, 64)
    seen, logits = seen_in(model, images)
    with torch.no_grad():
        assert torch.equal(logits, model(images))
        assert torch.equal(seen["b1.0"], model.b1[0](images))
        assert torch.equal(seen["b1.1"], model.b1[1](seen["b1.0"]))
    assert (seen["b1.2"] >= 0).all()
    assert torch.equal(seen["Input"], images)


def test_a_visitor_that_fails_leaves_no_hooks() -> None:
    model = catalogue.build(catalogue.find("lenet").default_choice()).eval()

    def visit(path: str, output: Tensor) -> None:
        raise KeyError(path)

    with pytest.raises(KeyError):
        trace.run(model, torch.randn(1, 1, 28, 28), visit)
    assert not any(module._forward_hooks or "forward" in vars(module) for module in model.modules())
    assert model(torch.randn(1, 1, 28, 28)).shape == (1, 10)


def test_gradients_flow_to_what_was_shown() -> None:
    model = catalogue.build(catalogue.find("lenet").default_choice()).eval()
    kept: dict[str, Tensor] = {}

    def visit(path: str, output: Tensor) -> None:
        if path == "features.3":
            output.retain_grad()
            kept[path] = output

    trace.run(model, torch.randn(1, 1, 28, 28), visit)[0, 3].backward()
    assert kept["features.3"].grad is not None
    assert kept["features.3"].grad.shape == (1, 16, 10, 10)


class NoWeights(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(x).mean((2, 3))


def test_a_model_without_weights_runs_on_real_values() -> None:
    images = torch.tensor([[[[-1.0, 3.0]]]])
    seen, logits = seen_in(NoWeights(), images)
    assert seen["relu"].flatten().tolist() == [0.0, 3.0]
    assert logits.tolist() == [[1.5]]
