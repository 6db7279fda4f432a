"""What differs between two stages, or two networks, and what the difference buys, in each language.

The first two rules that apply to a stage are told, each that holds for a whole network only where it first applies.
"""

from explorer.bilingual import Text
from explorer.graph import labels
from explorer.graph.compare.parts import Case, Part, number_of, times
from explorer.graph.compare.rules import AGAIN, RULES, SAYS_TOO, Rule
from explorer.graph.compare.totals import Totals
from explorer.graph.model import LayerGraph

__all__ = ["Part", "sentence", "whole"]

MOST = 2
NOTHING = Text("", "")


def sentence(
    left: Part | None, right: Part | None, names: tuple[str, str], already_told: set[str], *, is_same: bool
) -> Text:
    """What the right side does differently from the left, and what for; adds the rules it used to `already_told`.

    Args:
        names: Of the reference and of the other network.
        is_same: Every layer of the two has its like in the other.
    """
    if left is None:
        return NOTHING if right is None else _only_right(right, names[1])
    if right is None:
        return _only_left(left, *names)
    if is_same:
        return Text(f"The same as in {names[0]}.", f"与 {names[0]} 相同。")
    case = Case(left, right, *names)
    new = [rule for rule in RULES if rule.__name__ not in already_told or rule in AGAIN]
    told: list[Text] = []
    said: set[Rule] = set()
    for rule in new:
        text = None if rule in said else rule(case)
        if text is not None and len(told) < MOST:
            told.append(text)
            said.update((rule, *SAYS_TOO.get(rule, ())))
            already_told.add(rule.__name__)
    if not told:
        return _by_numbers(case)
    return Text(" ".join(text.en for text in told), "".join(text.zh for text in told))


def whole(graphs: tuple[LayerGraph, LayerGraph], names: tuple[str, str], sums: tuple[Totals, Totals]) -> Text:
    """Depth and layers of both, and whether the sizes of their images are to blame for a part of the figures."""
    before, after = sums
    depth = Text(
        f"{before.depth} layers deep"
        if before.depth == after.depth
        else f"{after.depth} layers deep instead of {before.depth}",
        f"深度均为 {after.depth} 层"
        if before.depth == after.depth
        else f"深度 {after.depth} 层，原为 {before.depth} 层",
    )
    counted = Text(
        f"{after.layers} operations against {before.layers}", f"运算共 {after.layers} 个，原为 {before.layers} 个"
    )
    if before.layers == after.layers:
        counted = Text(f"{after.layers} operations in both", f"运算均为 {after.layers} 个")
    en, zh = (
        f"{depth.en} (convolutions and linear layers in a row); {counted.en}.",
        f"{depth.zh}（依次经过的卷积层和全连接层）；{counted.zh}。",
    )
    ours, theirs = (graph.input_shape for graph in graphs)
    if ours != theirs:
        en += (
            f" The images differ: {labels.shape(theirs)} in {names[1]}, {labels.shape(ours)} in {names[0]}. "
            "Multiply-adds and memory grow with the image, so they mix two causes."
        )
        zh += (
            f"两者的输入图像不同：{names[1]} 为 {labels.shape(theirs)}，{names[0]} 为 {labels.shape(ours)}。"
            "乘加次数和内存随图像增大，因此混合了两种原因。"
        )
    return Text(en, zh)


def _only_right(part: Part, name: str) -> Text:
    held = _content(part)
    field, macs = part.totals.receptive_field, labels.count(part.totals.macs)
    buys = f", up to a receptive field of {field} pixels" if field else ""
    buys_zh = f"，感受野达到 {field} 像素" if field else ""
    return Text(
        f"Only in {name}: {held.en}{buys}, for {macs} multiply-adds.",
        f"仅 {name} 有：{held.zh}{buys_zh}，{macs} 次乘加。",
    )


def _only_left(part: Part, name: str, other: str) -> Text:
    held, macs = _content(part), labels.count(part.totals.macs)
    where = f" at {part.sizes}" if part.sizes else ""
    where_zh = f"在 {part.sizes} 上" if part.sizes else ""
    return Text(
        f"{other} has nothing like this{where}: it spares {held.en} and {macs} multiply-adds of {name}.",
        f"{other} {where_zh}没有对应的部分：省去 {name} 的 {held.zh}和 {macs} 次乘加。",
    )


def _content(part: Part) -> Text:
    made, sums = part.make, part.totals
    params = labels.count(sums.params)
    if made.convolutions:
        count = number_of(made.convolutions, "convolution", "个卷积层")
        return Text(
            f"{count.en} of up to {made.widest} channels ({params} parameters)",
            f"{count.zh}（最多 {made.widest} 个通道，{params} 个参数）",
        )
    count = number_of(sums.layers, "layer", "层")
    return Text(f"{count.en} ({params} parameters)", f"{count.zh}（{params} 个参数）")


def _by_numbers(case: Case) -> Text:
    left, right, name = case.left, case.right, case.name
    before, after = left.totals, right.totals
    if (before.params, before.macs, before.layers) == (after.params, after.macs, after.layers):
        return Text(f"The same numbers as in {case.left_name}.", f"数值与 {case.left_name} 相同。")
    if before.macs and after.macs and before.macs != after.macs:
        cost = times(before.macs, after.macs)
        cause = _cause(case)
        if cause is not None:
            return Text(f"{cause.en}: {cost.en} multiply-adds.", f"{cause.zh}：{cost.zh}乘加运算。")
        return Text(
            f"The same kinds of layer; {name} spends {cost.en} multiply-adds here.",
            f"层的种类相同；{name} 在此处用了{cost.zh}乘加运算。",
        )
    if before.params == after.params:
        return Text(
            f"The same parameters and multiply-adds; {name} has {after.layers} operations, {case.left_name} "
            f"{before.layers}.",
            f"参数和乘加次数相同；{name} 有 {after.layers} 个运算，{case.left_name} 有 {before.layers} 个。",
        )
    params = labels.count(abs(after.params - before.params))
    more, more_zh = ("more", "多") if after.params > before.params else ("fewer", "少")
    return Text(
        f"The same kinds of layer; {name} has {params} {more} parameters here.",
        f"层的种类相同；{name} 在此处{more_zh} {params} 个参数。",
    )


def _cause(case: Case) -> Text | None:
    """Why the same kinds of layer cost more or less."""
    left, right = case.left, case.right
    if left.is_first and right.is_first and left.make.reads != right.make.reads and left.sizes == right.sizes:
        return Text(
            f"The images have {right.make.reads} channels instead of {left.make.reads}",
            f"图像有 {right.make.reads} 个通道，原为 {left.make.reads} 个",
        )
    padded = _padded(case)
    if padded is not None:
        return padded
    if left.sizes and right.sizes and left.sizes != right.sizes:
        return Text(
            f"The same kinds of layer on maps of {right.sizes} instead of {left.sizes}",
            f"层的种类相同，特征图为 {right.sizes}，原为 {left.sizes}",
        )
    return None


def _padded(case: Case) -> Text | None:
    """That convolutions of the one pad their maps more than those of the other, by which their maps differ."""
    pairs = list(zip(case.left.make.paddings, case.right.make.paddings, strict=False))
    others = [pair for pair in pairs if pair[0] != pair[1]]
    if not others or len({after > before for before, after in others}) > 1:
        return None
    before, after = others[0]
    who, who_zh = ("The maps", "特征图") if len(others) == len(pairs) else ("Some maps", "部分特征图")
    how = (
        f"are padded by {_pixels(after)} instead of {before}"
        if after
        else f"are not padded (before: {_pixels(before)})"
    )
    how_zh = f"填充 {after} 个像素，原为 {before} 个" if after else f"不填充（原为 {before} 个像素）"
    size, size_zh = ("larger", "更大") if after > before else ("smaller", "更小")
    left, right = case.left.sizes, case.right.sizes
    if left and right and left != right:
        size, size_zh = f"{size}, {right} instead of {left}", f"{size_zh}，为 {right}，原为 {left}"
    return Text(f"{who} {how} and so are {size}", f"{who_zh}{how_zh}，因而{size_zh}")


def _pixels(count: int) -> str:
    return f"{count} pixel{'' if count == 1 else 's'}"
