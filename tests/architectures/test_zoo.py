"""torchvision's models as cards: what they declare is true, and nothing is downloaded."""

import re

import pytest
import torch
from torchvision import models

from explorer import catalogue
from explorer.catalogue import ZOO, Card, Shape
from explorer.errors import ExplorerError
from explorer.graph.lazymeta import build_on_meta

CARDS = {card.name: card for card in catalogue.cards().values() if card.family == ZOO}

# The smallest of each family; the others differ from it in widths and depths alone.
SMALLEST = [
    f"torchvision/{name}"
    for name in (
        "alexnet", "convnext_tiny", "densenet121", "efficientnet_b0", "efficientnet_v2_s", "googlenet", "inception_v3",
        "maxvit_t", "mnasnet0_5", "mobilenet_v2", "mobilenet_v3_small", "regnet_x_400mf", "regnet_y_400mf", "resnet18",
        "resnet50", "resnext50_32x4d", "wide_resnet50_2", "shufflenet_v2_x0_5", "squeezenet1_0", "squeezenet1_1",
        "swin_t", "swin_v2_t", "vgg11", "vgg11_bn", "vit_b_32",
    )
]  # fmt: skip


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a model is built without weights")

    monkeypatch.setattr("torchvision.models._api.load_state_dict_from_url", refuse)


def meta_model(card: Card, shape: Shape | None = None, **settings: catalogue.Value) -> torch.nn.Module:
    choice = card.choose(input_shape=shape, settings=settings)
    return build_on_meta(lambda: catalogue.build(choice)).eval()


def output_shape(model: torch.nn.Module, shape: Shape) -> tuple[int, ...]:
    with torch.no_grad():
        return tuple(model(torch.empty(2, *shape, device="meta")).shape)


def test_every_classification_model_is_there() -> None:
    assert set(CARDS) == {f"torchvision/{name}" for name in models.list_models(module=models)}
    assert len(CARDS) >= 80


def test_declared_parameters_and_sizes_are_those_of_torchvision() -> None:
    for name, card in CARDS.items():
        weights = models.get_model_weights(name.removeprefix("torchvision/")).DEFAULT
        model = meta_model(card)
        assert sum(parameter.numel() for parameter in model.parameters()) == card.params, name
        assert card.params == weights.meta["num_params"], name
        assert card.classes == len(weights.meta["categories"]), name
        side = weights.transforms.keywords["crop_size"]
        assert card.input_shape == (3, side, side), name


@pytest.mark.parametrize("name", SMALLEST)
def test_the_least_size_runs_and_less_is_refused(name: str) -> None:
    card = CARDS[name]
    least = (3, card.min_size, card.min_size)
    assert output_shape(meta_model(card, least), least) == (2, 1000)
    if card.min_size > 1:
        needs = "It needs images of" if card.fixed_size else "Images must be at least"
        with pytest.raises(ExplorerError, match=f"{needs} {card.min_size}×{card.min_size}"):
            card.choose(input_shape=(3, card.min_size - 1, card.min_size))
    if not card.fixed_size:
        oblong = (3, card.min_size, card.min_size + 9)
        assert output_shape(meta_model(card, oblong), oblong) == (2, 1000)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in CARDS if name not in SMALLEST])
def test_the_least_size_of_the_larger_ones(name: str) -> None:
    test_the_least_size_runs_and_less_is_refused(name)


@pytest.mark.parametrize("name", ["alexnet", "convnext_tiny", "densenet121", "squeezenet1_0", "swin_t", "vgg11"])
def test_one_pixel_less_really_fails(name: str) -> None:
    """The models themselves cannot: the catalogue does not refuse what would work."""
    card = CARDS[f"torchvision/{name}"]
    model = meta_model(card)
    with pytest.raises((RuntimeError, IndexError, ValueError)):
        output_shape(model, (3, card.min_size - 1, card.min_size - 1))


def test_fixed_sizes_are_said() -> None:
    fixed = {name.removeprefix("torchvision/") for name, card in CARDS.items() if card.fixed_size}
    assert fixed == {"maxvit_t", "vit_b_16", "vit_b_32", "vit_h_14", "vit_l_16", "vit_l_32"}
    with pytest.raises(ExplorerError, match=r"It needs images of 224×224\."):
        CARDS["torchvision/vit_b_16"].choose(input_shape=(3, 240, 240))


def test_colour_images_only() -> None:
    with pytest.raises(ExplorerError, match=r"ResNet-18 cannot take an input of 1×224×224\. .* 3 channels\."):
        CARDS["torchvision/resnet18"].choose(input_shape=(1, 224, 224))


def test_other_class_counts() -> None:
    for name in ("googlenet", "squeezenet1_1", "vit_b_32", "swin_t", "densenet121", "mobilenet_v3_small"):
        choice = CARDS[f"torchvision/{name}"].choose(classes=7)
        model = build_on_meta(lambda choice=choice: catalogue.build(choice)).eval()
        assert output_shape(model, choice.input_shape) == (2, 7)


@pytest.mark.parametrize(("name", "count"), [("googlenet", 2), ("inception_v3", 1)])
def test_auxiliary_classifiers_run_in_training_only(name: str, count: int) -> None:
    card = CARDS[f"torchvision/{name}"]
    model = meta_model(card, aux_logits=True)
    images = torch.empty(2, *card.input_shape, device="meta")
    assert model(images).shape == (2, 1000)
    outputs = model.train()(images)
    assert len(outputs) == 1 + count
    assert outputs.logits.shape == (2, 1000)
    without = meta_model(card, aux_logits=False).train()
    assert without(images).shape == (2, 1000)
    assert not any("aux" in path.lower() for path, _ in without.named_modules())


def test_small_images_leave_the_auxiliary_classifier_out() -> None:
    card = CARDS["torchvision/inception_v3"]
    model = meta_model(card, (3, 75, 75)).train()
    assert model(torch.empty(2, 3, 75, 75, device="meta")).shape == (2, 1000)


def test_a_small_one_learns() -> None:
    torch.manual_seed(0)
    model = catalogue.build(CARDS["torchvision/mobilenet_v3_small"].choose(input_shape=(3, 32, 32), classes=5))
    logits = model(torch.randn(4, 3, 32, 32))
    torch.nn.functional.cross_entropy(logits, torch.tensor([0, 1, 2, 3])).backward()
    assert all(parameter.grad is not None for parameter in model.parameters())


def test_families_are_described_in_both_languages() -> None:
    for card in CARDS.values():
        assert card.about.en.count(".") >= 1
        assert re.search(r"[\u4e00-\u9fff]", card.about.zh)
        assert card.reference.startswith("https://arxiv.org/abs/")
        assert not re.search(r"[{}]", card.title)
    assert len({card.title for card in CARDS.values()}) == len(CARDS)
