"""What one stage does differently from another: each rule says one thing in both languages, or nothing."""

from collections.abc import Callable, Mapping

from explorer.bilingual import Text
from explorer.graph.compare import head_rules
from explorer.graph.compare.parts import Case, number_of, side, times

Rule = Callable[[Case], Text | None]
_BEFORE, _BEHIND = ("norm", "act", "conv"), ("conv", "norm")  # where a block of a residual network normalises


def _skips(case: Case) -> Text | None:
    if not case.right.make.adds or case.left.make.adds:
        return None
    return Text(
        f"{case.name} adds the input of each block to its output: the gradient has a direct way back, so many more "
        "layers can be trained.",
        f"{case.name} 把每个块的输入加到输出上：梯度有了直达的通路，因而可以训练更多的层。",
    )


def _order(case: Case) -> Text | None:
    left, right = case.left.make, case.right.make
    if not (left.adds and right.adds and left.norms and right.norms):
        return None
    if right.first_kinds[:3] == _BEFORE and left.has_activated_add and not right.has_activated_add:
        return Text(
            f"{case.name} normalises and activates before each convolution: nothing stands in the way of the skip, "
            "which hands on its input unchanged.",
            f"{case.name} 在每个卷积之前先规范化和激活：跨层连接上没有任何阻碍，输入原样传递。",
        )
    if right.first_kinds[:2] == _BEHIND and right.has_activated_add and not left.has_activated_add:
        return Text(
            f"{case.name} normalises after each convolution and activates after the addition, so a ReLU stands in the "
            "way of the skip.",
            f"{case.name} 在每个卷积之后规范化，相加之后再激活，因此跨层连接要经过一个 ReLU。",
        )
    return None


def _moved(case: Case) -> Text | None:
    """A stem that leaves normalisation to the block that follows."""
    if case.left.make.norms and not case.right.make.norms and case.right.next_kind == "normalisation":
        return Text(
            f"{case.name} leaves normalisation and activation to the first block that follows.",
            f"{case.name} 把规范化和激活留给后面的第一个块。",
        )
    return None


def _reordered(case: Case) -> Text | None:
    left, right = case.left, case.right
    is_as_much = (left.totals.params, left.totals.macs) == (right.totals.params, right.totals.macs)
    if is_as_much and sorted(left.make.first_kinds) == sorted(right.make.first_kinds):
        if left.make.first_kinds == right.make.first_kinds:
            return None
        return Text(
            f"The same layers as in {case.left_name} in another order, at the same cost.",
            f"与 {case.left_name} 的层相同，只是顺序不同，代价也相同。",
        )
    return None


def _dense(case: Case) -> Text | None:
    if not case.right.make.has_dense or case.left.make.has_dense:
        return None
    instead = Text(" instead of adding the two", "，而不是相加") if case.left.make.adds else Text("", "")
    return Text(
        f"{case.name} joins what a layer reads to what it gives{instead.en}: every later layer sees all earlier maps, "
        "so each has to add only a few of its own.",
        f"{case.name} 把每层的输入与输出拼接起来{instead.zh}："
        "后面的层能看到前面所有的特征图，因此每层只需增加少量特征图。",
    )


def _parallel(case: Case) -> Text | None:
    if not case.right.make.has_parallel or case.left.make.has_parallel:
        return None
    return Text(
        f"{case.name} runs several branches side by side and joins their maps: features of different scale are "
        "there for the next layer to choose from.",
        f"{case.name} 并行使用多条支路并拼接各自的特征图：下一层可以在不同尺度的特征中选择。",
    )


def _norms(case: Case) -> Text | None:
    right = case.right.make
    if not right.norms or case.left.make.norms:
        return None
    if "batchnorm" not in right.norm_kinds:
        return Text(
            f"{case.name} normalises each position or image by itself: training is steadier, whatever the batch size.",
            f"{case.name} 对每个位置或每张图像单独规范化：无论批量大小，训练都更稳定。",
        )
    return Text(
        f"{case.name} normalises each batch: larger learning rates work, and training is faster and steadier.",
        f"{case.name} 使用批量规范化：可以用更大的学习率，训练更快也更稳定。",
    )


def _activation(case: Case) -> Text | None:
    left, right = case.left.make.activations, case.right.make.activations
    saturating = {"sigmoid", "tanh"}
    if left & saturating and right and not right & saturating:
        old = "sigmoid" if "sigmoid" in left else "tanh"
        new = "ReLU" if right == {"relu"} else "/".join(sorted(right))
        return Text(
            f"{new} instead of {old}: gradients do not vanish where a unit is strongly active.",
            f"用 {new} 代替 {old}：单元强烈激活时梯度不会消失。",
        )
    if right and right <= saturating and left and not left & saturating:
        new = "sigmoid" if "sigmoid" in right else "tanh"
        return Text(
            f"{new.capitalize()} activations saturate: gradients vanish where a unit is strongly active.",
            f"{new} 激活函数会饱和：单元强烈激活时梯度会消失。",
        )
    return None


def _depthwise(case: Case) -> Text | None:
    left, right = case.left.make, case.right.make
    if not right.depthwise or left.depthwise:
        return None
    return Text(
        f"Depthwise convolutions filter each channel alone and 1×1 convolutions mix them: of a {side(3)} convolution "
        "that is about a ninth of the multiply-adds.",
        f"逐通道卷积单独处理每个通道，再由 1×1 卷积混合：乘加次数约为 {side(3)} 普通卷积的九分之一。",
    )


def _gates(case: Case) -> Text | None:
    if not case.right.make.gates or case.left.make.gates:
        return None
    return Text(
        f"{case.name} weighs its channels by numbers that it computes from all of the map (squeeze and excitation).",
        f"{case.name} 根据整张特征图计算各通道的权重（压缩与激励）。",
    )


def _attention(case: Case) -> Text | None:
    if not case.right.make.attentions or case.left.make.attentions:
        return None
    return Text(
        f"In {case.name} attention lets every position read all others, near or far; a convolution sees its "
        "neighbourhood.",
        f"{case.name} 使用注意力：每个位置都可以读取所有其他位置，而卷积只看邻域。",
    )


def _pointwise(case: Case) -> Text | None:
    left, right = case.left.make, case.right.make
    if right.squeezes and not left.squeezes:
        before, after, kernel = right.squeezes
        return Text(
            f"1×1 convolutions narrow the maps, such as from {before} to {after} channels, before a {side(kernel)} one "
            "reads them: it has so much less to compute.",
            f"1×1 卷积先压缩通道数（例如从 {before} 到 {after}），再交给 {side(kernel)} 卷积，使其计算量大为减少。",
        )
    has_only_few = right.pointwise <= right.adds  # on the skips, to fit the shapes
    if not right.pointwise or left.pointwise or has_only_few:
        return None
    return Text(
        f"{case.name} has 1×1 convolutions: a small fully connected layer at every pixel, which mixes channels "
        "cheaply.",
        f"{case.name} 使用 1×1 卷积：相当于在每个像素上的小型全连接层，以很小的代价混合通道。",
    )


def _long_kernels(case: Case) -> Text | None:
    long = max(case.right.make.long_kernel)
    if long < 2 or max(case.left.make.long_kernel) > 1:
        return None
    share = f"{2 / long * 100:.0f}%"
    return Text(
        f"A 1×{long} kernel and a {long}×1 kernel in a row see as much as a {side(long)} one, with {share} of its "
        "weights.",
        f"先后使用 1×{long} 和 {long}×1 卷积核，感受野与 {side(long)} 相同，权重只有其 {share}。",
    )


def _small_kernels(case: Case) -> Text | None:
    left, right = case.left.make, case.right.make
    if not 1 < right.largest_kernel < left.largest_kernel or right.depth <= left.depth:
        return None
    before, after = side(left.largest_kernel), side(right.largest_kernel)
    return Text(
        f"Kernels shrink from {before} to {after}, with {right.depth} convolutions in a row instead of {left.depth}: "
        "small kernels one after the other see as much as a large one, with fewer weights and more non-linear steps.",
        f"卷积核从 {before} 缩小到 {after}，连续 {right.depth} 个卷积层，原为 {left.depth} 个："
        "小卷积核层层相接，看到的区域与大卷积核一样大，权重更少，非线性变换更多。",
    )


def _kernels(case: Case) -> Text | None:
    left, right = case.left.make, case.right.make
    if not left.convolutions or not right.convolutions or left.largest_kernel == right.largest_kernel:
        return None
    before, after = side(left.largest_kernel), side(right.largest_kernel)
    if right.largest_kernel > left.largest_kernel:
        return Text(
            f"Kernels grow from {before} to {after}: each unit sees more of the image at once.",
            f"卷积核从 {before} 增大到 {after}：每个单元一次看到更大的区域。",
        )
    if right.depth > left.depth:
        return Text(
            f"Kernels shrink from {before} to {after}: fewer weights in each, and more layers make up for it.",
            f"卷积核从 {before} 缩小到 {after}：每个卷积核的权重更少，由更多的层来弥补。",
        )
    return Text(
        f"Kernels shrink from {before} to {after}: fewer weights, and each unit sees less at once.",
        f"卷积核从 {before} 缩小到 {after}：权重更少，每个单元一次看到的区域也更小。",
    )


def _depth(case: Case) -> Text | None:
    left, right = case.left.make, case.right.make
    if not left.convolutions or not right.convolutions:
        return None
    if right.depth != left.depth:
        told = number_of(right.depth, "convolution", "个卷积层")
        if right.depth < left.depth:
            return Text(
                f"{told.en} in a row instead of {left.depth}: fewer steps at this resolution.",
                f"连续 {told.zh}，原为 {left.depth} 个：在此分辨率上的变换更少。",
            )
        is_bent = right.activation_count > left.activation_count
        en, zh = ("non-linear steps", "非线性变换") if is_bent else ("steps", "变换")
        return Text(
            f"{told.en} in a row instead of {left.depth}: more {en} at this resolution.",
            f"连续 {told.zh}，原为 {left.depth} 个：在此分辨率上有更多的{zh}。",
        )
    return None


def _width(case: Case) -> Text | None:
    left, right = case.left, case.right
    before, after = left.make.widest, right.make.widest
    if not before or not after or before == after:
        return None
    macs = (left.totals.macs, right.totals.macs)
    factor = max(before, after) // min(before, after)
    if macs in ((factor**2 * macs[1], macs[1]), (macs[0], factor**2 * macs[0])):
        en, zh = ("fewer", f"1/{factor**2}") if after < before else ("as many", f"{factor**2} 倍")
        return Text(
            f"{after} channels instead of {before}, coming in as well as going out: {factor} × {factor} = {factor**2} "
            f"times {en} multiply-adds.",
            f"输入和输出的通道数都由 {before} 变为 {after}：乘加次数变为原来的 {zh}（{factor} × {factor}）。",
        )
    en, zh = ("more kinds of feature", "更多种特征") if after > before else ("fewer kinds of feature", "更少种特征")
    cost_en = cost_zh = ""
    if left.sizes == right.sizes and (macs[0] < macs[1]) == (before < after) and min(macs):
        cost = times(*macs)
        cost_en = f", {'for' if after > before else 'and'} {cost.en} multiply-adds in this stage"
        cost_zh = f"，本阶段的乘加次数{_as_times(cost.zh)}"
    return Text(
        f"Up to {after} channels instead of {before}: {en}{cost_en}.",
        f"最多 {after} 个通道，原为 {before} 个：{zh}{cost_zh}。",
    )


def _as_times(zh: str) -> str:
    """What `times` says, as said of an amount: "为 4.0 倍" for "4.0 倍的"."""
    words = zh.removesuffix("的").strip()
    return f"为 {words}" if words.endswith("倍") else words


def _pooling(case: Case) -> Text | None:
    if case.left.make.pools == {"average"} and case.right.make.pools == {"max"}:
        return Text(
            "Maximum instead of average pooling keeps the strongest response.",
            "用最大汇聚代替平均汇聚，保留最强的响应。",
        )
    if case.left.make.pools == {"max"} and case.right.make.pools == {"average"} and not case.right.make.has_global_pool:
        return Text(
            "Average instead of maximum pooling hands on the mean response.",
            "用平均汇聚代替最大汇聚，传递平均的响应。",
        )
    return None


def _dropout(case: Case) -> Text | None:
    if not case.right.make.dropouts or case.left.make.dropouts:
        return None
    return Text(
        f"{case.name} drops units at random while it trains, which holds back overfitting.",
        f"{case.name} 在训练时使用暂退法，抑制过拟合。",
    )


def _without(case: Case) -> Text | None:
    left, right = case.left.make, case.right.make
    parts = (
        (left.norms and not right.norms, Text("normalisation", "规范化")),
        (
            left.adds and not right.adds and not right.has_dense,
            Text("adding a block's input to its output", "残差相加"),
        ),
        (left.has_dense and not right.has_dense, Text("handing on all earlier maps", "稠密拼接")),
        (left.has_parallel and not right.has_parallel, Text("parallel branches", "并行支路")),
        (left.squeezes and not right.squeezes, Text("narrowing 1×1 convolutions", "压缩通道的 1×1 卷积")),
        (left.dropouts and not right.dropouts, Text("dropout", "暂退法")),
    )
    gone = [words for is_gone, words in parts if is_gone]
    if not gone:
        return None
    en = [words.en for words in gone]
    listed = " and ".join([", ".join(en[:-1]), en[-1]] if len(en) > 1 else en)
    return Text(
        f"{case.name} does without {listed} here.",
        f"{case.name} 在此处没有{'、'.join(words.zh for words in gone)}。",
    )


RULES: tuple[Rule, ...] = (
    _skips,
    _order,
    _moved,
    _reordered,
    _dense,
    _parallel,
    head_rules.classes,
    head_rules.no_linear,
    head_rules.large_linear,
    head_rules.linear_reads,
    _norms,
    _activation,
    _attention,
    _depthwise,
    _gates,
    _pointwise,
    _long_kernels,
    _small_kernels,
    _kernels,
    _width,
    _depth,
    _pooling,
    _dropout,
    _without,
)
AGAIN = (_without, _reordered, head_rules.classes, _kernels, _depth, _width)  # true of this stage alone: told in each
SAYS_TOO: Mapping[Rule, tuple[Rule, ...]] = {  # what need not be told beside it
    _moved: (_without,),
    _depthwise: (_pointwise,),
    _long_kernels: (_small_kernels, _kernels),
    _small_kernels: (_kernels, _depth),
}
