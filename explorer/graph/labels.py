"""What is written on a box of the graph: titles, subtitles and numbers, in both languages. No torch, no Qt."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, cast

from explorer.bilingual import Text
from explorer.graph import kinds
from explorer.graph.model import Category, LayerGraph, Node, Shape

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from explorer.graph.model import Block

CATEGORY_WORDS: Mapping[Category, Text] = {
    Category.INPUT: Text("Input", "输入"),
    Category.CONVOLUTION: Text("Convolution", "卷积"),
    Category.NORMALISATION: Text("Normalisation", "规范化"),
    Category.ACTIVATION: Text("Activation", "激活函数"),
    Category.POOLING: Text("Pooling", "汇聚"),
    Category.LINEAR: Text("Linear", "全连接"),
    Category.MERGE: Text("Merge", "合并"),
    Category.RESHAPE: Text("Reshape, dropout", "变形与暂退"),
    Category.OTHER: Text("Other", "其他"),
    Category.BLOCK: Text("Block", "块"),
    Category.OUTPUT: Text("Output", "输出"),
}
# What a legend explains, in its order; input and output speak for themselves.
IN_LEGENDS: Sequence[Category] = [
    category for category in CATEGORY_WORDS if category not in (Category.INPUT, Category.OUTPUT)
]

_LONGEST_PATH = 15
_FEW_OUTPUTS = 3  # that are written out
_FEW = 4  # layers of a block that is one convolution with its normalisation and activation
_WEIGHTED = (Category.CONVOLUTION, Category.LINEAR)

# What a function does to each number, in place of parameters that it does not have.
_FORMULAS: Mapping[str, str] = {
    "relu": "max(0, x)",
    "relu6": "min(max(0, x), 6)",
    "sigmoid": "1 / (1 + e⁻ˣ)",
    "tanh": "(eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)",
    "silu": "x · sigmoid(x)",
    "gelu": "x · Φ(x)",
    "hardswish": "x · relu6(x + 3) / 6",
    "hardsigmoid": "relu6(x + 3) / 6",
    "softmax": "eˣ / Σ eˣ",
    "leakyrelu": "max(a·x, x)",
    "elu": "x > 0 ? x : a(eˣ − 1)",
    "mish": "x · tanh(softplus(x))",
}
_WORDS: Mapping[str, Text] = {
    "batchnorm": Text("batch norm", "批量规范化"),
    "layernorm": Text("layer norm", "层规范化"),
    "groupnorm": Text("group norm", "组规范化"),
    "instancenorm": Text("instance norm", "实例规范化"),
    "localresponsenorm": Text("local response norm", "局部响应归一化"),
    "dropout": Text("dropout", "暂退法"),
    "stochasticdepth": Text("stochastic depth", "随机深度"),
    "identity": Text("identity", "恒等"),
    "flatten": Text("flatten", "展平"),
    "add": Text("add", "相加"),
    "sub": Text("subtract", "相减"),
    "mul": Text("multiply", "相乘"),
    "div": Text("divide", "相除"),
    "cat": Text("concat", "拼接"),
    "concat": Text("concat", "拼接"),
    "concatenate": Text("concat", "拼接"),
    "stack": Text("stack", "堆叠"),
    "mean": Text("mean", "求平均"),
    "permute": Text("permute", "换轴"),
    "transpose": Text("transpose", "转置"),
    "reshape": Text("reshape", "变形"),
    "view": Text("view", "变形"),
    "chunk": Text("chunk", "切分"),
    "split": Text("split", "切分"),
    "getitem": Text("index", "索引"),
    "matmul": Text("matrix product", "矩阵乘"),
    "multiheadattention": Text("multi-head attention", "多头注意力"),
    "input": Text("Input", "输入"),
    "output": Text("Output", "输出"),
}


def count(number: int) -> str:
    """Three significant digits with K, M, G or T: "61.7 K", "5.98 M"; below 1,000 the number itself."""
    return _scaled(number, 1000, ("", " K", " M", " G", " T", " P"))


def bytes(number: int) -> str:  # noqa: A001 - reads as labels.bytes(n)
    """Three significant digits in units of 1,000 bytes: "14.6 MB"."""
    return _scaled(number, 1000, (" B", " KB", " MB", " GB", " TB", " PB"))


def _scaled(number: int, base: int, units: tuple[str, ...]) -> str:
    value, place = float(number), 0
    while value >= base - base / 2000 and place < len(units) - 1:  # 999.6 K is 1.00 M
        value, place = value / base, place + 1
    if place == 0:
        return f"{number}{units[0]}"
    digits = 2 if value < 9.995 else 1 if value < 99.95 else 0
    return f"{value:.{digits}f}{units[place]}"


@lru_cache(maxsize=4096)
def shape(sizes: Shape) -> str:
    """The sizes with crosses between them: "64×24×24"; of a single number "1"."""
    return "×".join(map(str, sizes)) or "1"


def title(graph: LayerGraph, target: tuple[str, int]) -> Text:
    """The first line of a box: "3×3 conv, 128" for a layer, "b3.0 · Inception" for a block."""
    if target[0] == "block":
        return _block_title(graph, graph.blocks[target[1]])
    return node_title(graph.nodes[target[1]])


def subtitle(graph: LayerGraph, target: tuple[str, int]) -> Text:
    """The second line of a box: parameters where there are any, else what defines the layer."""
    if target[0] == "block":
        return _block_subtitle(graph, graph.blocks[target[1]])
    node = graph.nodes[target[1]]
    if graph.mismatch is not None and graph.mismatch.node == node.index:
        return Text("does not fit", "尺寸不匹配")
    return _node_subtitle(graph, node)


def short_path(path: str) -> str:
    """The path, or where it is long its last parts: "features.2.1.block.1" is "2.1.block.1"."""
    while len(path) > _LONGEST_PATH and "." in path:
        path = path.split(".", 1)[1]
    return path


def _block_title(graph: LayerGraph, block: Block) -> Text:
    if not block.path:
        words = graph.architecture or block.kind
    elif block.kind in ("Sequential", "ModuleList"):
        words = short_path(block.path)
    else:
        words = f"{short_path(block.path)} · {block.kind}"
    return Text(words, words)


def _block_subtitle(graph: LayerGraph, block: Block) -> Text:
    layers = block.last - block.first
    if layers <= _FEW:
        weighted = [node for node in graph.nodes[block.first : block.last] if node.category in _WEIGHTED]
        if len(weighted) == 1:  # a convolution with what belongs to it: say which
            what = node_title(weighted[0])
            return Text(f"{what.en} · {count(block.params)}", f"{what.zh} · {count(block.params)}")
    en = "1 layer" if layers == 1 else f"{layers} layers"
    if not block.params:
        return Text(en, f"{layers} 层")
    return Text(f"{en} · {count(block.params)} params", f"{layers} 层 · {count(block.params)} 参数")


def node_title(node: Node) -> Text:
    """What a layer is, in a few words: "3×3 conv, 128", "2×2 max pool", "ReLU"."""
    name = kinds.bare(node.kind)
    for sort, write in _TITLES:
        if sort in name:
            return write(node)
    plain = name.rstrip("123d") if name.endswith(("1d", "2d", "3d")) else name
    word = _WORDS.get(plain)
    if word is None:
        return Text(node.kind, node.kind)
    if node.category is Category.NORMALISATION and node.output_shape:
        sizes = node.attributes.get("normalized_shape")  # of a layer norm, which may come after the places
        over = shape(tuple(sizes)) if isinstance(sizes, list | tuple) else node.output_shape[0]
        return Text(f"{word.en}, {over}", f"{word.zh}，{over}")
    return word


def _convolution_title(node: Node) -> Text:
    window, channels = _window(node), node.attributes.get("out_channels", (*node.output_shape, "?")[0])
    groups = cast("int", node.attributes.get("groups", 1))
    en, zh = "conv", "卷积"
    if "transpose" in kinds.bare(node.kind):
        en, zh = "transposed conv", "转置卷积"
    elif groups > 1:
        is_depthwise = groups == node.attributes.get("in_channels")
        en, zh = ("depthwise conv", "逐通道卷积") if is_depthwise else ("grouped conv", "分组卷积")
    return Text(f"{window}{en}, {channels}", f"{window}{zh}，{channels}")


def _pool_title(node: Node) -> Text:
    name = kinds.bare(node.kind)
    is_average = "avg" in name
    en, zh = ("avg pool", "平均汇聚") if is_average else ("max pool", "最大汇聚")
    if "adaptive" in name:
        sizes = node.output_shape[1:]
        if sizes and all(size == 1 for size in sizes):
            return Text(f"global {en}", f"全局{zh}")
        return Text(f"{en} to {shape(sizes)}", f"{zh}到 {shape(sizes)}")
    window = _window(node)
    return Text(f"{window}{en}", f"{window}{zh}")


def _linear_title(node: Node) -> Text:
    features = node.attributes.get("out_features", node.output_shape[-1] if node.output_shape else 1)
    return Text(f"linear, {features}", f"全连接，{features}")


def _as_written(node: Node) -> Text:
    return Text(node.kind, node.kind)


def _relu_title(node: Node) -> Text:
    """Torch writes the layer `ReLU` and the function `relu`; a reader wants one name."""
    word = {"relu": "ReLU", "relu6": "ReLU6"}.get(kinds.bare(node.kind), node.kind)
    return Text(word, word)


_TITLES: tuple[tuple[str, Callable[[Node], Text]], ...] = (
    ("normactivation", _as_written),
    ("relu", _relu_title),
    ("conv", _convolution_title),
    ("pool", _pool_title),
    ("linear", _linear_title),
)


def _window(node: Node) -> str:
    kernel = node.attributes.get("kernel_size")
    if isinstance(kernel, tuple):
        return "×".join(str(size) for size in kernel) + " "
    return f"{kernel}×{kernel} " if isinstance(kernel, int) else ""


def _stride(node: Node) -> int:
    stride = node.attributes.get("stride", 1)
    return int(stride[0]) if isinstance(stride, tuple) and stride else stride if isinstance(stride, int) else 1


def _node_subtitle(graph: LayerGraph, node: Node) -> Text:
    special = _SUBTITLES.get(kinds.bare(node.kind))
    if special is not None:
        return special(graph, node)
    stride = _stride(node)
    if node.params:
        if stride > 1:
            return Text(f"{count(node.params)} · stride {stride}", f"{count(node.params)} · 步幅 {stride}")
        return Text(count(node.params), count(node.params))
    if node.shared and node.category in (*_WEIGHTED, Category.NORMALISATION):
        return Text("shared weights", "共享参数")
    if node.category is Category.POOLING and "kernel_size" in node.attributes:
        return Text(f"stride {stride}", f"步幅 {stride}")
    if node.category in (Category.RESHAPE, Category.POOLING, Category.LINEAR):
        return _change_of_shape(node)
    formula = _FORMULAS.get(kinds.bare(node.kind).removesuffix("2d"))
    return Text(formula, formula) if formula else _change_of_shape(node)


def _params(node: Node) -> Text:
    return Text(f"{count(node.params)} param{'' if node.params == 1 else 's'}", f"{count(node.params)} 参数")


def _change_of_shape(node: Node) -> Text:
    before = shape(node.input_shapes[0]) if node.input_shapes else "–"
    after = shape(node.output_shape)
    words = after if before == after else f"{before} → {after}"
    return Text(words, words)


def _image(_graph: LayerGraph, node: Node) -> Text:
    return Text("image", "图像")


def _classes(_graph: LayerGraph, node: Node) -> Text:
    several = list(dict.fromkeys(node.input_shapes))
    if len(several) > 1:
        several_words = " · ".join(map(shape, several))
        many = Text(f"{len(node.inputs)} outputs", f"{len(node.inputs)} 个输出")
        return Text(several_words, several_words) if len(several) <= _FEW_OUTPUTS else many
    if len(node.output_shape) != 1:
        return Text(shape(node.output_shape), shape(node.output_shape))
    return Text(f"{node.output_shape[0]} logits", f"{node.output_shape[0]} 个类别得分")


def _sum(_graph: LayerGraph, node: Node) -> Text:
    inputs = len(node.inputs)
    if inputs > 1:
        return Text(f"{inputs} inputs", f"{inputs} 个输入")
    other = node.attributes.get("other")
    if isinstance(other, int | float):
        return Text(f"with {other:g}", f"与 {other:g}")
    if node.params:
        return _params(node)
    return Text("with a constant", "与常数")


def _concatenation(_graph: LayerGraph, node: Node) -> Text:
    parts = [sizes[0] for sizes in node.input_shapes if sizes]
    if len(parts) > 5 or node.attributes.get("dim", 0) != 1:
        return Text(f"{len(node.inputs)} inputs", f"{len(node.inputs)} 个输入")
    own = sum(node.output_shape[:1]) - sum(parts)  # of a weight or constant, such as the class token of a transformer
    joined = " + ".join(str(part) for part in (*parts, own) if part > 0)
    if len(node.output_shape) == 2:
        return Text(f"{joined} tokens", f"{joined} 词元")
    return Text(f"{joined} channels", f"{joined} 通道")


def _chance(_graph: LayerGraph, node: Node) -> Text:
    chance = node.attributes.get("p")
    words = f"p = {chance:.2g}" if isinstance(chance, int | float) else node.name
    return Text(words, words)


_SUBTITLES: Mapping[str, Callable[[LayerGraph, Node], Text]] = {
    "input": _image,
    "output": _classes,
    **dict.fromkeys(("add", "sub", "mul", "div"), _sum),
    **dict.fromkeys(("cat", "concat", "concatenate"), _concatenation),
    **dict.fromkeys(("dropout", "dropout2d", "stochasticdepth", "alphadropout"), _chance),
}


def box_lines(
    graph: LayerGraph, target: tuple[str, int], repeat: int = 1, joined: tuple[int, ...] = ()
) -> tuple[Text, Text]:
    """Both lines of a box of a picture: with "×4" for equal blocks, and with the layers that were joined to it."""
    first, second = title(graph, target), subtitle(graph, target)
    if repeat > 1:
        first = Text(f"{first.en} ×{repeat}", f"{first.zh} ×{repeat}")
    if joined:
        added = [_short_word(graph.nodes[index]) for index in joined]
        node = graph.nodes[target[1]]
        starts = second if node.params or node.category is Category.MERGE or node.category is Category.POOLING else None
        en = [starts.en] if starts else []
        zh = [starts.zh] if starts else []
        second = Text(" · ".join(en + [word.en for word in added]), " · ".join(zh + [word.zh for word in added]))
    return first, second


def _short_word(node: Node) -> Text:
    """What a joined layer is, in a word: "batch norm", "ReLU"."""
    words = node_title(node)
    return Text(words.en.split(",")[0], words.zh.split("，")[0])
