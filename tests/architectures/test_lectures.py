"""What every lecture architecture must do, found by itself: a new file needs no new test."""

import ast
import inspect
import re

import pytest
import torch

from explorer import catalogue
from explorer.catalogue import LECTURE, Card, Shape
from explorer.errors import ExplorerError

CARDS = {name: card for name, (card, _) in catalogue.load_all().items() if card.family == LECTURE}
every = pytest.mark.parametrize("card", [pytest.param(card, id=name) for name, card in CARDS.items()])


def meta_model(card: Card, shape: Shape, classes: int = 10, **settings: catalogue.Value) -> torch.nn.Module:
    with torch.device("meta"):
        return catalogue.build(card.choose(input_shape=shape, classes=classes, settings=settings))


def output_shape(model: torch.nn.Module, shape: Shape) -> tuple[int, ...]:
    return tuple(model(torch.empty(2, *shape, device="meta")).shape)


def test_all_lecture_networks_are_there() -> None:
    assert set(CARDS) >= {
        "lenet", "lenet_bn", "alexnet", "vgg11", "nin", "googlenet", "resnet18", "resnet18_preact", "densenet",
        "mnist_inception", "mnist_residual", "cifar_resnet",
    }  # fmt: skip


@every
def test_it_learns_with_every_parameter(card: Card) -> None:
    torch.manual_seed(0)
    model = catalogue.build(card.default_choice())
    logits = model(torch.randn(2, *card.input_shape))
    assert logits.shape == (2, card.classes)
    assert logits.isfinite().all()
    torch.nn.functional.cross_entropy(logits, torch.tensor([0, 1])).backward()
    assert [name for name, parameter in model.named_parameters() if parameter.grad is None] == []


@every
def test_the_declared_parameters_are_those_of_the_model(card: Card) -> None:
    model = meta_model(card, card.input_shape)
    assert sum(parameter.numel() for parameter in model.parameters()) == card.params


@every
@pytest.mark.filterwarnings("ignore:Initializing zero-element tensors")
def test_the_least_size_is_the_least(card: Card) -> None:
    channels, side = card.input_shape[0], card.min_size
    assert output_shape(meta_model(card, (channels, side, side)), (channels, side, side)) == (2, 10)
    if side > 1:
        with pytest.raises(ExplorerError, match=f"at least {side}×{side}"):
            card.choose(input_shape=(channels, side, side - 1))
        _, factory = catalogue.load_all()[card.name]
        smaller = (channels, side - 1, side - 1)
        with torch.device("meta"), pytest.raises(RuntimeError, match=r"(?i)size|dimension"):  # nothing would be left
            output_shape(factory(smaller, 10), smaller)


@every
@pytest.mark.parametrize("extra", [(3, 0, 0), (1, 5, 22), (4, 33, 10)])
def test_it_takes_other_sizes_channels_and_classes(card: Card, extra: Shape) -> None:
    shape = (extra[0], card.min_size + extra[1], card.min_size + extra[2])
    assert output_shape(meta_model(card, shape, classes=7), shape) == (2, 7)


@every
def test_every_value_of_every_setting_builds_at_the_least_size(card: Card) -> None:
    shape = (card.input_shape[0], card.min_size, card.min_size)
    for setting in card.settings:
        for value in setting.choices or (setting.minimum, setting.maximum):
            typed = type(setting.default)(value)  # type: ignore[arg-type]
            assert output_shape(meta_model(card, shape, **{setting.name: typed}), shape) == (2, 10)


@every
def test_a_setting_changes_the_model(card: Card) -> None:
    default = repr(meta_model(card, card.input_shape))
    for setting in card.settings:
        other = setting.choices[-1 if setting.choices[0] == setting.default else 0] if setting.choices else None
        value = other if other is not None else type(setting.default)(setting.maximum)  # type: ignore[arg-type]
        assert repr(meta_model(card, card.input_shape, **{setting.name: value})) != default


@every
def test_both_languages_say_something(card: Card) -> None:
    texts = [card.about, *(text for setting in card.settings for text in (setting.title, setting.about))]
    for text in texts:
        assert text.en.strip()
        assert re.search(r"[\u4e00-\u9fff]", text.zh)
        assert not re.search(r"[\u4e00-\u9fff]", text.en)


@every
def test_titles_are_in_both_languages(card: Card) -> None:
    """Names of networks and data sets are the same in Chinese; words are not."""
    assert not re.search(r"[\u4e00-\u9fff]", card.titles.en)
    words = re.findall(r"[A-Za-z][A-Za-z-]*", card.titles.zh)
    assert all(word.upper() == word or not word.islower() for word in words), card.titles.zh
    if re.search(r"\b[a-z][a-z-]+\b", card.titles.en):
        assert re.search(r"[\u4e00-\u9fff]", card.titles.zh)


def test_chapters_are_those_of_each_edition() -> None:
    """7.6 of the English book is 6.6 of the Chinese one, at the same address of another site."""
    assert (catalogue.find("lenet").sources.en, catalogue.find("lenet").sources.zh) == (
        "LeCun et al. 1998; d2l.ai 7.6",
        "LeCun et al. 1998; \u300a\u52a8\u624b\u5b66\u6df1\u5ea6\u5b66\u4e60\u300b6.6 \u8282",
    )
    assert catalogue.find("lenet").references.zh.startswith("https://zh.d2l.ai/chapter_convolutional-neural-networks/")
    assert catalogue.find("mnist_inception").references.zh == catalogue.find("mnist_inception").reference


def test_pages_of_the_chinese_edition_are_there() -> None:
    """The chapters are files of these names in the sources of the Chinese book, d2l-ai/d2l-zh."""
    cards = catalogue.cards().values()
    pages = {card.references.zh for card in cards if card.reference.startswith("https://d2l.ai/")}
    modern = ("alexnet", "batch-norm", "densenet", "googlenet", "nin", "resnet", "vgg")
    assert pages == {
        "https://zh.d2l.ai/chapter_convolutional-neural-networks/lenet.html",
        *(f"https://zh.d2l.ai/chapter_convolutional-modern/{name}.html" for name in modern),
    }


@every
def test_the_module_names_its_source(card: Card) -> None:
    _, factory = catalogue.load_all()[card.name]
    docstring = ast.get_docstring(ast.parse(inspect.getsource(inspect.getmodule(factory)))) or ""  # type: ignore[arg-type]
    assert re.search(r"Source: .*(19|20)\d\d", docstring, re.DOTALL)
    assert str(card.year)[:2] in card.source
    assert card.reference.startswith("https://")


def test_a_name_cannot_be_taken_twice() -> None:
    declare = catalogue.architecture("lenet", **{
        field: getattr(CARDS["lenet"], field) for field in ("title", "year", "source", "input_shape", "params", "about")
    })  # fmt: skip
    with pytest.raises(ValueError, match="lenet"):
        declare(torch.nn.Identity)
