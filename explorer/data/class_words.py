"""What the classes of the known data sets are called in Chinese; on disk they have their English names. No torch.

The Japanese characters of Kuzushiji-MNIST are themselves: Chinese fonts have them, too.
"""

from collections.abc import Callable, Mapping
from functools import cache, partial

from explorer.data import class_names

_FASHION = (
    "T恤/上衣", "裤子", "套头衫", "连衣裙", "外套", "凉鞋", "衬衫", "运动鞋", "包", "短靴",
)  # fmt: skip
_SHAPES = (
    "圆形", "正方形", "三角形", "五角星", "圆环", "十字", "心形", "月牙", "六边形", "条纹",
)  # fmt: skip
_KANA = (
    "お", "き", "す", "つ", "な", "は", "ま", "や", "れ", "を",
)  # fmt: skip
_CIFAR10 = (
    "飞机", "汽车", "鸟", "猫", "鹿", "狗", "青蛙", "马", "船", "卡车",
)  # fmt: skip
_CIFAR100 = (
    "苹果", "观赏鱼", "婴儿", "熊", "河狸", "床", "蜜蜂", "甲虫", "自行车", "瓶子", "碗", "男孩", "桥",
    "公共汽车", "蝴蝶", "骆驼", "罐头", "城堡", "毛毛虫", "牛", "椅子", "黑猩猩", "时钟", "云", "蟑螂", "沙发",
    "螃蟹", "鳄鱼", "杯子", "恐龙", "海豚", "大象", "比目鱼", "森林", "狐狸", "女孩", "仓鼠", "房屋", "袋鼠",
    "键盘", "台灯", "割草机", "豹", "狮子", "蜥蜴", "龙虾", "男人", "枫树", "摩托车", "山", "老鼠", "蘑菇",
    "橡树", "橙子", "兰花", "水獭", "棕榈树", "梨", "皮卡车", "松树", "平原", "盘子", "罂粟花", "豪猪", "负鼠",
    "兔子", "浣熊", "鳐鱼", "道路", "火箭", "玫瑰", "大海", "海豹", "鲨鱼", "鼩鼱", "臭鼬", "摩天大楼", "蜗牛",
    "蛇", "蜘蛛", "松鼠", "有轨电车", "向日葵", "甜椒", "桌子", "坦克", "电话", "电视机", "老虎", "拖拉机",
    "火车", "鳟鱼", "郁金香", "乌龟", "衣柜", "鲸", "柳树", "狼", "女人", "蠕虫",
)  # fmt: skip
_STL10 = (
    "飞机", "鸟", "汽车", "猫", "鹿", "狗", "马", "猴子", "船", "卡车",
)  # fmt: skip
_IMAGENETTE = (
    "丁鱥", "英国史宾格犬", "磁带播放机", "链锯", "教堂", "圆号", "垃圾车", "加油泵", "高尔夫球", "降落伞",
)  # fmt: skip
_EUROSAT = (
    "一年生作物", "森林", "草本植被", "公路", "工业区", "牧场", "多年生作物", "居民区", "河流", "海洋或湖泊",
)  # fmt: skip
_IN_CHINESE = (  # where a name stands under the same number in several, the first counts
    (class_names.SHAPES, _SHAPES),
    (class_names.KUZUSHIJI, _KANA),
    (class_names.FASHION, _FASHION),
    (class_names.CIFAR10, _CIFAR10),
    (class_names.CIFAR100, _CIFAR100),
    (class_names.STL10, _STL10),
    (tuple(class_names.IMAGENETTE.values()), _IMAGENETTE),
    (tuple(class_names.EUROSAT.values()), _EUROSAT),
)


@cache
def english(names: tuple[str, ...], *, has_kana: bool) -> tuple[str, ...]:
    """The classes of a data set in English; where kana can be shown they stand before how they are read: "お o"."""
    if names != class_names.KUZUSHIJI or not has_kana:
        return names
    return tuple(f"{kana} {name}" for kana, name in zip(_KANA, names, strict=True))


@cache
def chinese(names: tuple[str, ...]) -> tuple[str, ...]:
    """The classes of a data set in Chinese; as they are where they are not those of a known one, such as a folder's."""
    return next((told for known, told in _IN_CHINESE if known == names), names)


def chinese_of(numbered: Mapping[int, str]) -> Mapping[int, str]:
    """The same where only some of the classes are known, by their numbers."""
    return _of(numbered, chinese)


def english_of(numbered: Mapping[int, str], *, has_kana: bool) -> Mapping[int, str]:
    """Likewise."""
    return _of(numbered, partial(english, has_kana=has_kana))


def _of(numbered: Mapping[int, str], say: Callable[[tuple[str, ...]], tuple[str, ...]]) -> Mapping[int, str]:
    for known, _ in _IN_CHINESE:
        if numbered and all(0 <= number < len(known) and known[number] == name for number, name in numbered.items()):
            told = say(known)
            return {number: told[number] for number in numbered}
    return numbered
