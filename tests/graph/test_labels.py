"""What boxes say."""

import pytest

from explorer import catalogue
from explorer.bilingual import Text
from explorer.graph import kinds, labels
from explorer.graph.model import Category
from tests.graph.graphs import carried


def lines(name: str, path: str) -> tuple[str, str]:
    graph = carried(name)
    target = ("node", graph.by_path[path].index)
    return labels.title(graph, target).en, labels.subtitle(graph, target).en


@pytest.mark.parametrize(
    ("name", "path", "title", "subtitle"),
    [
        ("googlenet", "Input", "Input", "image"),
        ("googlenet", "b1.0", "7×7 conv, 64", "3.20 K · stride 2"),
        ("googlenet", "b3.0.p2_2", "3×3 conv, 128", "111 K"),
        ("googlenet", "b3.0.p4_1", "3×3 max pool", "stride 1"),
        ("googlenet", "b3.0.relu", "ReLU", "max(0, x)"),
        ("googlenet", "b3.0.cat", "concat", "64 + 128 + 32 + 32 channels"),
        ("torchvision/vit_b_16", "cat", "concat", "196 + 1 tokens"),
        ("lenet", "features.1", "Sigmoid", "1 / (1 + e⁻ˣ)"),
        ("lenet", "head.0", "flatten", "16×5×5 → 400"),
        ("lenet", "head.1", "linear, 120", "48.1 K"),
        ("lenet", "Output", "Output", "10 logits"),
        ("lenet_bn", "features.1", "batch norm, 6", "12"),
        ("resnet18", "b2.0.add", "add", "2 inputs"),
        ("torchvision/mobilenet_v2", "features.1.conv.0.0", "3×3 depthwise conv, 32", "288"),
        ("torchvision/resnext50_32x4d", "layer1.0.conv2", "3×3 grouped conv, 128", "4.61 K"),
        ("torchvision/alexnet", "classifier.0", "dropout", "p = 0.5"),
        ("torchvision/alexnet", "avgpool", "avg pool to 6×6", "256×6×6"),
        ("torchvision/resnet18", "avgpool", "global avg pool", "512×7×7 → 512×1×1"),
    ],
)
def test_lines_of_a_layer(name: str, path: str, title: str, subtitle: str) -> None:
    assert lines(name, path) == (title, subtitle)


@pytest.mark.parametrize(
    ("path", "title", "subtitle"),
    [
        ("", "googlenet", "141 layers · 5.98 M params"),
        ("b1", "b1", "7×7 conv, 64 · 3.20 K"),
        ("b2", "b2", "5 layers · 115 K params"),
        ("b3.0", "b3.0 · Inception", "14 layers · 164 K params"),
    ],
)
def test_lines_of_a_block(path: str, title: str, subtitle: str) -> None:
    graph = carried("googlenet")
    block = next(block for block in graph.blocks if block.path == path)
    target = ("block", block.index)
    assert (labels.title(graph, target).en, labels.subtitle(graph, target).en) == (title, subtitle)


def test_long_paths_are_cut_on_the_left() -> None:
    assert labels.short_path("layer3.11") == "layer3.11"
    assert labels.short_path("features.2.1.block.1") == "2.1.block.1"
    assert labels.short_path("a_very_long_name_indeed") == "a_very_long_name_indeed"


def test_repeated_and_joined_boxes_say_so() -> None:
    graph = carried("torchvision/resnet18")
    block = next(block for block in graph.blocks if block.path == "layer1.0")
    assert labels.box_lines(graph, ("block", block.index), 2)[0].en == "layer1.0 · BasicBlock ×2"
    conv, norm, relu = (graph.by_path[path].index for path in ("conv1", "bn1", "relu"))
    lines = labels.box_lines(graph, ("node", conv), 1, (norm, relu))
    assert lines[1].en == "9.41 K · stride 2 · batch norm · ReLU"
    assert lines[1].zh == "9.41 K · 步幅 2 · 批量规范化 · ReLU"


@pytest.mark.parametrize("name", catalogue.cards())
def test_every_box_has_words_in_both_languages(name: str) -> None:
    graph = carried(name)
    targets = [("node", node.index) for node in graph.nodes] + [("block", block.index) for block in graph.blocks]
    for target in targets:
        for text in (labels.title(graph, target), labels.subtitle(graph, target)):
            assert text.en.strip()
            assert text.zh.strip()


def test_every_category_has_a_word() -> None:
    assert set(labels.CATEGORY_WORDS) == set(Category)
    assert len({word.en for word in labels.CATEGORY_WORDS.values()}) == len(Category)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1.00 K"),
        (61_706, "61.7 K"),
        (5_977_530, "5.98 M"),
        (128_806_154, "129 M"),
        (999_600, "1.00 M"),
        (999_400, "999 K"),
        (9_996, "10.0 K"),
        (1_814_073_344, "1.81 G"),
    ],
)
def test_counts(number: int, words: str) -> None:
    assert labels.count(number) == words


def test_sizes_and_shapes() -> None:
    assert labels.bytes(14_600_000) == "14.6 MB"
    assert labels.bytes(12) == "12 B"
    assert labels.shape((64, 24, 24)) == "64×24×24"
    assert labels.shape(()) == "1"


@pytest.mark.parametrize(
    ("kind", "inputs", "category"),
    [
        ("Conv2d", 1, Category.CONVOLUTION),
        ("conv_transpose2d", 1, Category.CONVOLUTION),
        ("BatchNorm2d", 1, Category.NORMALISATION),
        ("MyBatchNorm", 1, Category.NORMALISATION),
        ("adaptive_avg_pool2d", 1, Category.POOLING),
        ("LeakyReLU", 1, Category.ACTIVATION),
        ("add", 2, Category.MERGE),
        ("add", 1, Category.OTHER),
        ("cat", 1, Category.MERGE),
        ("Dropout2d", 1, Category.RESHAPE),
        ("MultiheadAttention", 3, Category.LINEAR),
        ("roll", 1, Category.RESHAPE),
        ("Strange", 1, Category.OTHER),
    ],
)
def test_category_of_a_name(kind: str, inputs: int, category: Category) -> None:
    assert kinds.category(kind, inputs) is category


def test_chinese_titles_have_chinese_commas() -> None:
    graph = carried("lenet_bn")
    titles = [labels.node_title(node).zh for node in graph.nodes]
    assert any("卷积，6" in title for title in titles)
    assert not any("," in title for title in titles)


def test_a_layer_norm_says_over_what_it_normalises() -> None:
    graph = carried("torchvision/swin_t")
    norm = next(node for node in graph.nodes if node.kind == "LayerNorm")
    assert norm.output_shape == (56, 56, 96)
    assert labels.title(graph, ("node", norm.index)) == Text("layer norm, 96", "层规范化\uff0c96")
