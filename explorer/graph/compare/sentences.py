"""What differs between two stages, and what the difference buys, in a sentence of each language.

Each rule looks at what both sides are made of and says one thing, or nothing. The first two that apply are told, each
only in the first stage where it applies.
"""

from collections.abc import Callable, Sequence

from explorer.bilingual import Text
from explorer.graph import labels
from explorer.graph.compare.totals import Make, make, totals
from explorer.graph.model import Node

Rule = Callable[[Make, Make, str], Text | None]
MOST = 2


def sentence(
    left: Sequence[Node], right: Sequence[Node], left_name: str, right_name: str, already_told: set[str]
) -> Text:
    """What the right side does differently from the left, and what for; adds the rules it used to `already_told`."""
    if not left or not right:
        nodes, name = (right, right_name) if right else (left, left_name)
        return _only_here(nodes, name)
    ours, theirs = make(left), make(right)
    new = [rule for rule in _RULES if rule.__name__ not in already_told or rule in _ALWAYS]
    found = [(rule, text) for rule in new if (text := rule(ours, theirs, right_name)) is not None][:MOST]
    already_told.update(rule.__name__ for rule, _ in found)
    told = [text for _, text in found]
    if told:
        return Text(" ".join(text.en for text in told), "".join(text.zh for text in told))
    return _by_numbers(left, right, right_name)


def _only_here(nodes: Sequence[Node], name: str) -> Text:
    sums, made = totals(nodes), make(nodes)
    params, macs = labels.count(sums.params), labels.count(sums.macs)
    convs = "1 convolution" if made.convolutions == 1 else f"{made.convolutions} convolutions"
    layers = f"{convs} of up to {made.widest} channels" if made.convolutions else f"{sums.layers} layers"
    layers_zh = f"{made.convolutions} 个卷积层，最多 {made.widest} 个通道" if made.convolutions else f"{sums.layers} 层"
    return Text(
        f"Only in {name}: {layers}, {params} parameters, {macs} multiply-adds.",
        f"仅 {name} 有：{layers_zh},{params} 个参数，{macs} 次乘加。",
    )


def _by_numbers(left: Sequence[Node], right: Sequence[Node], name: str) -> Text:
    before, after = totals(left), totals(right)
    if (before.params, before.macs, before.layers) == (after.params, after.macs, after.layers):
        return Text("The same on both sides.", "两边相同。")
    if before.macs and after.macs and before.macs != after.macs:
        ratio = f"{after.macs / before.macs:.2g}"
        return Text(
            f"The same kinds of layer; {name} spends {ratio} times the multiply-adds here.",
            f"层的种类相同；{name} 在此处的乘加运算量是另一方的 {ratio} 倍。",
        )
    params = labels.count(abs(after.params - before.params))
    more, more_zh = ("more", "多") if after.params >= before.params else ("fewer", "少")
    return Text(
        f"The same kinds of layer; {name} has {params} {more} parameters here.",
        f"层的种类相同；{name} 在此处{more_zh} {params} 个参数。",
    )


def _skips(left: Make, right: Make, name: str) -> Text | None:
    if right.adds > left.adds and not left.adds:
        return Text(
            f"{name} adds the input of each block to its output: the gradient has a direct way back, so many more "
            "layers can be trained.",
            f"{name} 把每个块的输入加到输出上：梯度有了直达的通路，因而可以训练更多的层。",
        )
    return None


def _order(left: Make, right: Make, name: str) -> Text | None:
    if left.adds and right.adds and left.norms and right.first_kinds[:1] == ("norm",) != left.first_kinds[:1]:
        return Text(
            f"{name} normalises and activates before each convolution: nothing stands in the way of the skip, which "
            "hands on its input unchanged.",
            f"{name} 在每个卷积之前先规范化和激活：跳跃连接上没有任何阻碍，输入原样传递。",
        )
    return None


def _concatenation(left: Make, right: Make, name: str) -> Text | None:
    if right.cats > left.cats and not left.cats:
        return Text(
            f"{name} concatenates the outputs of several layers: later layers choose among features of different "
            "scale or depth.",
            f"{name} 在通道维拼接多个层的输出：后面的层可以从不同尺度或深度的特征中选择。",
        )
    return None


def _no_linear(left: Make, right: Make, name: str) -> Text | None:
    if left.linear_params > 4 * max(right.linear_params, 1) and right.has_global_pool and not left.has_global_pool:
        saved = labels.count(left.linear_params - right.linear_params)
        return Text(
            f"{name} averages each map instead of large linear layers: {saved} parameters fewer, and less overfitting.",
            f"{name} 用全局平均汇聚代替大的全连接层：少 {saved} 个参数，也更不易过拟合。",
        )
    if right.linear_params > 4 * max(left.linear_params, 1):
        more = labels.count(right.linear_params - left.linear_params)
        return Text(
            f"{name} ends in larger linear layers: {more} parameters more, most of what the network has to store.",
            f"{name} 以更大的全连接层结尾：多 {more} 个参数，占了网络存储的大部分。",
        )
    return None


def _smaller_linear(left: Make, right: Make, name: str) -> Text | None:
    if left.linear_params and right.linear_params and left.linear_params > 1.5 * right.linear_params:
        saved = labels.count(left.linear_params - right.linear_params)
        return Text(f"Narrower linear layers save {saved} parameters.", f"更窄的全连接层节省了 {saved} 个参数。")
    return None


def _norms(left: Make, right: Make, name: str) -> Text | None:
    if right.norms and not left.norms:
        return Text(
            f"{name} normalises each batch: larger learning rates work, and training is faster and steadier.",
            f"{name} 使用批量规范化：可以用更大的学习率，训练更快也更稳定。",
        )
    return None


def _pointwise(left: Make, right: Make, name: str) -> Text | None:
    if right.pointwise > left.pointwise and not left.pointwise:
        return Text(
            f"{name} has 1×1 convolutions: they mix channels at each pixel and are cheap.",
            f"{name} 使用 1×1 卷积：逐像素混合通道，代价很小。",
        )
    return None


def _kernels(left: Make, right: Make, name: str) -> Text | None:
    if left.convolutions and right.convolutions and left.largest_kernel != right.largest_kernel:
        before, after = (f"{side.largest_kernel}×{side.largest_kernel}" for side in (left, right))
        if right.largest_kernel < left.largest_kernel:
            return Text(
                f"Kernels shrink from {before} to {after}: the same field from more layers costs fewer parameters.",
                f"卷积核从 {before} 缩小到 {after}:用更多的层得到同样的感受野，参数更少。",
            )
        return Text(
            f"Kernels grow from {before} to {after}: each unit sees more of the image at once.",
            f"卷积核从 {before} 增大到 {after}:每个单元一次看到更大的区域。",
        )
    return None


def _depth(left: Make, right: Make, name: str) -> Text | None:
    if right.convolutions > left.convolutions:
        return Text(
            f"{right.convolutions} convolutions instead of {left.convolutions}: more non-linear steps at this "
            "resolution.",
            f"{right.convolutions} 个卷积层，原为 {left.convolutions} 个：在此分辨率上有更多的非线性变换。",
        )
    return None


def _width(left: Make, right: Make, name: str) -> Text | None:
    if left.widest and right.widest and left.widest != right.widest:
        en, zh = (
            ("more kinds of feature", "更多种特征") if right.widest > left.widest else ("less to compute", "更少的计算")
        )
        return Text(
            f"Up to {right.widest} channels instead of {left.widest}: {en}.",
            f"最多 {right.widest} 个通道，原为 {left.widest} 个：{zh}。",
        )
    return None


def _activation(left: Make, right: Make, name: str) -> Text | None:
    saturating = {"sigmoid", "tanh"}
    if left.activations & saturating and not right.activations & saturating and right.activations:
        return Text(
            "ReLU instead of sigmoid: gradients do not vanish where a unit is strongly active.",
            "用 ReLU 代替 sigmoid:单元强烈激活时梯度不会消失。",
        )
    return None


def _pooling(left: Make, right: Make, name: str) -> Text | None:
    if left.pools == {"average"} and right.pools == {"max"}:
        return Text(
            "Maximum instead of average pooling keeps the strongest response.",
            "用最大汇聚代替平均汇聚，保留最强的响应。",
        )
    return None


def _dropout(left: Make, right: Make, name: str) -> Text | None:
    if right.dropouts and not left.dropouts:
        return Text("Dropout holds back overfitting.", "暂退法抑制过拟合。")
    return None


def _without(left: Make, right: Make, name: str) -> Text | None:
    parts = (
        (left.norms and not right.norms, Text("normalisation", "规范化")),
        (left.adds and not right.adds, Text("skip connections", "跳跃连接")),
        (left.cats and not right.cats, Text("concatenation", "拼接")),
        (left.pointwise and not right.pointwise, Text("1×1 convolutions", "1×1 卷积")),
        (left.dropouts and not right.dropouts, Text("dropout", "暂退法")),
    )
    gone = [words for is_gone, words in parts if is_gone]
    if not gone:
        return None
    return Text(
        f"{name} does without {' and '.join(words.en for words in gone)} here.",
        f"{name} 在此处没有{'、'.join(words.zh for words in gone)}。",
    )


_RULES: tuple[Rule, ...] = (
    _skips,
    _order,
    _concatenation,
    _no_linear,
    _smaller_linear,
    _norms,
    _activation,
    _pointwise,
    _kernels,
    _depth,
    _width,
    _pooling,
    _dropout,
    _without,
)
_ALWAYS = (_without, _kernels, _depth, _width)  # these have numbers of the stage in them
