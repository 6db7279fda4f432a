"""What the head of one network does differently from that of another; as `rules`."""

from explorer.bilingual import Text
from explorer.graph import labels
from explorer.graph.compare.parts import Case, number_of


def classes(case: Case) -> Text | None:
    """Another number of classes, and what it costs."""
    left, right = case.left, case.right
    if not left.classes or not right.classes or left.classes == right.classes:
        return None
    before, after = left.totals.params, right.totals.params
    en = f"It tells {right.classes:,} classes apart instead of {left.classes:,}"
    zh = f"它区分 {right.classes:,} 个类别，而不是 {left.classes:,} 个"
    is_one = left.make.linears == right.make.linears == 1
    if not is_one or before == after:
        return Text(f"{en}.", f"{zh}。")
    change = labels.count(abs(after - before))
    more, more_zh = ("more", "多") if after > before else ("fewer", "少")
    return Text(f"{en}: {change} parameters {more} in the last layer.", f"{zh}：最后一层{more_zh} {change} 个参数。")


def no_linear(case: Case) -> Text | None:
    """Global pooling in place of linear layers."""
    left, right = case.left.make, case.right.make
    saved = labels.count(left.linear_params - right.linear_params)
    is_much = 10 * (left.linear_params - right.linear_params) > case.left.all_params
    less, less_zh = (", and less overfitting", "，也更不易过拟合") if is_much else ("", "")
    if left.linear_params and not right.linear_params and right.has_global_pool and right.convolutions:
        return Text(
            f"{case.name} has no fully connected layer: its last convolution gives a map for each class, and the "
            f"average of the map is the score. {saved} parameters fewer{less}.",
            f"{case.name} 没有全连接层：最后的卷积为每个类别给出一张特征图，其平均值就是得分。"
            f"少 {saved} 个参数{less_zh}。",
        )
    if left.linear_params > 4 * right.linear_params > 0 and right.has_global_pool and not left.has_global_pool:
        return Text(
            f"{case.name} averages each map to one number before its linear layer: {saved} parameters fewer{less}.",
            f"{case.name} 先用全局平均汇聚把每张特征图变成一个数，再接全连接层：少 {saved} 个参数{less_zh}。",
        )
    return None


def large_linear(case: Case) -> Text | None:
    """Linear layers where the other had none."""
    left, right = case.left.make, case.right.make
    if not case.left.is_head or not case.right.is_head:
        return None
    if right.linear_params and not left.linear_params and left.convolutions:
        held = labels.count(right.linear_params)
        layers = number_of(right.linears, "linear layer", "个全连接层")
        en = "a linear layer" if right.linears == 1 else layers.en
        return Text(
            f"{case.name} ends in {en} of {held} parameters, where {case.left_name} averages one map for each class.",
            f"{case.name} 以 {layers.zh}结尾，共 {held} 个参数；{case.left_name} 则对每个类别的特征图取平均。",
        )
    is_by_classes = case.left.classes != case.right.classes and left.linears == right.linears == 1
    if right.linear_params <= 4 * left.linear_params or is_by_classes or not left.linear_params:
        return None
    more = labels.count(right.linear_params - left.linear_params)
    share = 100 * right.linear_params / case.right.all_params
    most, most_zh = (f", {share:.0f}% of all it has", f"，占全部参数的 {share:.0f}%") if share >= 50 else ("", "")
    return Text(
        f"The linear layers of {case.name} are larger: {more} parameters more{most}.",
        f"{case.name} 的全连接层更大：多 {more} 个参数{most_zh}。",
    )


def linear_reads(case: Case) -> Text | None:
    """Linear layers that read more, or fewer, numbers."""
    left, right = case.left.make, case.right.make
    is_head = case.left.is_head and case.right.is_head
    if not is_head or not left.linears or not right.linears or left.linear_params == right.linear_params:
        return None
    change = labels.count(abs(right.linear_params - left.linear_params))
    more, more_zh = ("more", "多") if right.linear_params > left.linear_params else ("fewer", "少")
    if left.linear_widths == right.linear_widths:
        first, first_zh = ("The first linear", "第一个") if right.linears > 1 else ("The linear", "")
        return Text(
            f"{first} layer reads {right.linear_reads:,} numbers instead of {left.linear_reads:,}: {change} parameters "
            f"{more}.",
            f"{first_zh}全连接层读入 {right.linear_reads:,} 个数，原为 {left.linear_reads:,} 个："
            f"{more_zh} {change} 个参数。",
        )
    if case.left.classes == case.right.classes and left.linears == right.linears and more == "fewer":
        return Text(f"Smaller linear layers have {change} parameters fewer.", f"更小的全连接层少 {change} 个参数。")
    return None
