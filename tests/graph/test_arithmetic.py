"""Formulas filled in with a layer's numbers give the traced figures."""

import re

import pytest
from torch import Tensor, nn

from explorer import catalogue
from explorer.graph import arithmetic, trace
from tests.graph.graphs import carried


def facts(name: str, path: str) -> dict[str, str]:
    graph = carried(name)
    return {fact.label.en: fact.formula for fact in arithmetic.explain(graph, graph.by_path[path])}


def test_a_convolution() -> None:
    assert facts("googlenet", "b3.0.p2_2") == {
        "Output size": "(12 + 2·1 − 3)/1 + 1 = 12",
        "Parameters": "128·96·3·3 + 128 = 110 720",
        "Multiply-adds": "128·12·12 · 96·3·3 = 15 925 248",
        "Activation memory": "128·12·12 · 4 B = 73.7 KB",
        "Share of the network": "1.9% of the parameters, 5.8% of the multiply-adds, 1.1% of the activation memory",
        "Receptive field": "43 × 43, stride 8",
        "Field growth": "27 + (3 − 1)·8 = 43",
    }


def test_what_does_not_divide_is_rounded_in_view() -> None:
    assert facts("torchvision/alexnet", "features.0")["Output size"] == "⌊(224 + 2·2 − 11)/4⌋ + 1 = 55"
    assert facts("torchvision/googlenet", "maxpool1")["Output size"] == "⌈(112 + 2·0 − 3)/2⌉ + 1 = 56"


def test_other_layers() -> None:
    assert facts("googlenet", "b3.0.cat")["Output channels"] == "64 + 128 + 32 + 32 = 256"
    assert facts("lenet", "head.0")["Output size"] == "16·5·5 = 400"
    assert facts("lenet", "head.1")["Parameters"] == "120·400 + 120 = 48 120"
    assert facts("lenet", "head.1")["Receptive field"] == "whole image"
    assert facts("torchvision/resnet18", "bn1")["Parameters"] == "2·64 = 128"
    assert facts("torchvision/resnet18", "bn1")["Buffers"] == "2·64 + 1 = 129"
    assert facts("torchvision/mobilenet_v2", "features.1.conv.0.0")["Parameters"] == "32·1·3·3 = 288"
    assert facts("torchvision/alexnet", "features.1")["Activation memory, written in place"] == "0 B"


def test_where_a_field_becomes_the_whole_image_or_is_lost_is_told() -> None:
    pooled = facts("torchvision/resnet18", "fc")
    assert pooled["Receptive field"] == "whole image"
    assert pooled["Why this field"] == "avgpool: one number for all places"
    windows = facts("torchvision/swin_t", "features.1.0.attn.linear")
    assert windows["Receptive field"] == "differs from unit to unit"
    assert windows["Why this field"].startswith("features.1.0.attn.view: height and width are cut")
    assert facts("torchvision/swin_v2_t", "features.1.0.attn.cpb_mlp.2")["Receptive field"] == "nothing of the image"


def test_a_1x1_in_front_saves_against_the_direct_convolution() -> None:
    told = facts("googlenet", "b3.0.p2_1")
    assert told["Weights with the 3×3 behind it"] == "96·192·1·1 + 128·96·3·3 = 129 024"
    assert told["Weights of a direct 3×3"] == "128·192·3·3 = 221 184"
    assert told["Multiply-adds with the 3×3 behind it"] == "2 654 208 + 15 925 248 = 18 579 456"
    assert told["Multiply-adds of a direct 3×3"] == "128·192·3·3 · 12·12 = 31 850 496"
    assert told["Against the direct one"] == "41.7% fewer weights, 41.7% fewer multiply-adds"
    assert "Against the direct one" not in facts("googlenet", "b3.0.p2_2")
    assert "Against the direct one" not in facts("googlenet", "b3.0.p1_1")


def test_a_depthwise_convolution_saves_with_the_1x1_behind_it() -> None:
    told = facts("torchvision/mobilenet_v2", "features.1.conv.0.0")
    assert told["Weights with the 1×1 behind it"] == "32·1·3·3 + 16·32·1·1 = 800"
    assert told["Weights of a direct 3×3"] == "16·32·3·3 = 4 608"
    assert told["Against the direct one"] == "82.6% fewer weights, 82.6% fewer multiply-adds"


class Widened(nn.Module):
    """A 1×1 that makes more of what the next convolution reads, and one whose output is read twice."""

    def __init__(self) -> None:
        super().__init__()
        self.wide = nn.Conv2d(8, 64, 1)
        self.next = nn.Conv2d(64, 8, 3, stride=2)
        self.shared = nn.Conv2d(8, 4, 1)
        self.left, self.right = nn.Conv2d(4, 4, 3), nn.Conv2d(4, 4, 3)

    def forward(self, x: Tensor) -> Tensor:
        x = self.shared(self.next(self.wide(x)))
        return self.left(x) + self.right(x)


def test_what_costs_more_is_said_and_what_is_read_twice_is_no_pair() -> None:
    graph = trace.trace(Widened(), (8, 32, 32))
    told = {fact.label.en: fact for fact in arithmetic.explain(graph, graph.by_path["wide"])}
    saved = told["Against the direct one"]
    assert saved.formula == "8.9 times the weights, 12.0 times the multiply-adds"
    assert saved.written("zh") == "权重为 8.9 倍，乘加次数为 12.0 倍"
    shared = [fact.label.en for fact in arithmetic.explain(graph, graph.by_path["shared"])]
    assert "Against the direct one" not in shared


def test_what_is_saved_is_said_in_both_languages() -> None:
    graph = carried("googlenet")
    told = {fact.label.en: fact for fact in arithmetic.explain(graph, graph.by_path["b3.0.p2_1"])}
    assert told["Against the direct one"].written("zh") == "权重减少 41.7%，乘加次数减少 41.7%"
    model = nn.Sequential(nn.Conv2d(8, 18, 1), nn.Conv2d(18, 8, 3))  # 144 + 1,296 against 576 weights
    graph = trace.trace(model, (8, 6, 6))
    saved = {fact.label.en: fact for fact in arithmetic.explain(graph, graph.by_path["0"])}["Against the direct one"]
    assert saved.formula == "2.5 times the weights, 2.8 times the multiply-adds"
    model = nn.Sequential(nn.Conv2d(8, 9, 1), nn.Conv2d(9, 8, 3))
    graph = trace.trace(model, (8, 32, 32))
    saved = {fact.label.en: fact for fact in arithmetic.explain(graph, graph.by_path["0"])}["Against the direct one"]
    assert saved.formula == "25.0% more weights, 26.7% more multiply-adds"
    assert saved.written("zh") == "权重增加 25.0%，乘加次数增加 26.7%"


def test_a_transposed_convolution_is_no_part_of_a_pair() -> None:
    model = nn.Sequential(nn.Conv2d(8, 4, 1), nn.ConvTranspose2d(4, 8, 3))
    graph = trace.trace(model, (8, 6, 6))
    assert "Against the direct one" not in {fact.label.en for fact in arithmetic.explain(graph, graph.by_path["0"])}


def test_a_field_grows_by_its_height_where_it_is_no_square() -> None:
    model = nn.Sequential(nn.Conv2d(1, 1, (3, 7), stride=(2, 1)), nn.MaxPool2d(2), nn.Conv2d(1, 1, 3, dilation=2))
    graph = trace.trace(model, (1, 40, 40))
    told = [
        {fact.label.en: fact.formula for fact in arithmetic.explain(graph, graph.by_path[path])} for path in ("1", "2")
    ]
    assert told[0]["Receptive field"] == "5 × 8, stride 4 × 2"
    assert told[0]["Field growth"] == "3 + (2 − 1)·2 = 5"
    assert told[1]["Field growth"] == "5 + 2·(3 − 1)·4 = 21"


class Odd(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.wide = nn.Conv2d(2, 3, (3, 5), stride=(1, 2), dilation=(2, 1), bias=False)
        self.same = nn.Conv2d(3, 3, 3, padding="same")

    def forward(self, x: Tensor) -> Tensor:
        return self.same(self.same(self.wide(x)))


def test_odd_windows_and_second_calls() -> None:
    graph = trace.trace(Odd(), (2, 20, 20))
    wide, again = (
        {fact.label.en: fact.formula for fact in arithmetic.explain(graph, graph.by_path[path])}
        for path in ("wide", "same#2")
    )
    assert wide["Output size"] == "(20 + 2·0 − 2·(3 − 1) − 1)/1 + 1 = 16, ⌊(20 + 2·0 − 5)/2⌋ + 1 = 8"
    assert wide["Parameters"] == "3·2·3·5 = 90"
    assert again["Parameters, counted at first use"] == "0"


def value_of(formula: str) -> int:
    """What the left side of a formula is, by Python's own arithmetic."""
    text = formula.replace(" ", "").replace("·", "*").replace("−", "-").replace("/", "//")
    text = re.sub(r"⌈\((.*?)\)//(\d+)⌉", r"(-(-(\1)//\2))", text)
    return int(eval(text.replace("⌊", "(").replace("⌋", ")")))


@pytest.mark.parametrize("name", catalogue.cards())
def test_every_equation_holds(name: str) -> None:
    graph = carried(name)
    for node in graph.nodes:
        for fact in arithmetic.explain(graph, node):
            if " = " not in fact.formula or fact.formula.endswith("B"):
                continue
            for part in fact.formula.split(", "):
                left, right = part.split(" = ")
                assert value_of(left) == value_of(right), f"{node.path}: {part}"


def test_chinese_where_words_are() -> None:
    graph = carried("googlenet")
    told = arithmetic.explain(graph, graph.by_path["b3.0.p2_2"])
    field = next(fact for fact in told if fact.label.en == "Receptive field")
    assert field.written("zh") == "43 × 43，步幅 8"
    assert field.written("en") == field.formula
    assert told[0].written("zh") == told[0].formula
    share = next(fact for fact in told if fact.label.en == "Share of the network")
    assert share.written("zh").startswith("1.9% 的参数，5.8%")
