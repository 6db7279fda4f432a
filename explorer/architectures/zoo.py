"""The classification models of torchvision, as `torchvision/NAME`.

Source: torchvision's own registry (`torchvision.models.list_models`, 2016 to 2022); what its weights declare gives
parameter count and default input size. Nothing is ever downloaded: the models start with random weights.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from torch import nn
from torchvision import models

from explorer.bilingual import Text
from explorer.catalogue import ZOO, Choice, Setting, Shape, Value, architecture

_AUXILIARY_LEAST = {"googlenet": 15, "inception_v3": 299}  # image side that the auxiliary classifiers need


def _capitals(text: str) -> str:
    return text.replace("_", ".").upper()


def _same(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class Family:
    """Models of one paper.

    Attributes:
        pattern: Matches the whole of torchvision's name; its groups go into `title`, spelled by `spell`.
        arxiv: The paper's number at arXiv.
    """

    pattern: str
    title: str
    year: int
    source: str
    arxiv: str
    about: Text
    min_size: int = 1
    fixed_size: bool = False
    spell: Callable[[str], str] = _capitals


_REGNET = Text(
    "A search over whole design spaces instead of single networks found that good networks have widths that grow "
    "almost linearly with depth. A RegNet is such a line, written as a few numbers; the Y models add squeeze-and- "
    "excitation.",
    "搜索的对象不是单个网络，而是整个设计空间，结果发现好网络的宽度几乎随深度线性增长。"
    "RegNet 就是用几个数写出的这样一条直线；Y 系列还加入了 squeeze-and-excitation（通道注意力）。",
)
_VGG = Text(
    "Nothing but 3×3 convolutions and pooling, in blocks that double the channels. The number counts the layers with "
    "weights; most of the weights sit in the first dense layer.",
    "只用 3×3 卷积和汇聚，一块接一块，通道数逐块加倍。名称中的数字是带权重的层数；大部分权重集中在第一个全连接层。",
)
_SQUEEZE = Text(
    "The accuracy of AlexNet with a fiftieth of the weights: fire modules squeeze the channels with 1×1 convolutions "
    "before they expand them with 1×1 and 3×3 side by side.",
    "以 AlexNet 五十分之一的权重达到同样的准确率：fire 模块先用 1×1 卷积压缩通道，再用并排的 1×1 和 3×3 卷积扩展。",
)

_FAMILIES = (
    Family("alexnet", "AlexNet", 2014, "Krizhevsky 2014", "1404.5997", Text(
        "The one-stream form of the network that won ImageNet in 2012, with fewer channels than the first. Five "
        "convolutions, then three dense layers that hold nine tenths of the weights.",
        "2012 年赢得 ImageNet 竞赛的网络的单路版本，通道数比最初的少。"
        "五个卷积层之后是三个全连接层，后者占全部权重的九成以上。",
    ), min_size=63),
    Family("convnext_(.+)", "ConvNeXt {}", 2022, "Liu et al. 2022", "2201.03545", Text(
        "A ResNet brought up to date step by step with what vision transformers taught: 7×7 depthwise convolutions, "
        "fewer activations and layer normalisation. It showed that convolutions alone can keep up with attention.",
        "把视觉 Transformer 的经验一步步用回 ResNet：7×7 逐通道卷积、更少的激活函数、层规范化。"
        "它表明仅靠卷积也能跟上注意力机制。",
    ), min_size=32, spell=str.title),
    Family(r"densenet(\d+)", "DenseNet-{}", 2016, "Huang et al. 2016", "1608.06993", Text(
        "Every layer reads the concatenated outputs of all layers before it in its block. A 1×1 bottleneck in front of "
        "each 3×3 convolution keeps the growing stack affordable.",
        "块中的每一层都读取此前所有层输出的拼接。每个 3×3 卷积之前的 1×1 瓶颈层，使不断变厚的特征堆叠仍然算得起。",
    ), min_size=29),
    Family(r"efficientnet_b(\d)", "EfficientNet-B{}", 2019, "Tan & Le 2019", "1905.11946", Text(
        "Depth, width and image size are enlarged together by one factor, from a small network that was found by "
        "search. Its block is the inverted bottleneck of MobileNet with channel attention.",
        "从一个搜索得到的小网络出发，用同一个系数同时放大深度、宽度和图像尺寸。"
        "它的基本块是带通道注意力的 MobileNet 倒置瓶颈。",
    )),
    Family("efficientnet_v2_(.)", "EfficientNetV2-{}", 2021, "Tan & Le 2021", "2104.00298", Text(
        "EfficientNet made quick to train: the first stages use ordinary 3×3 convolutions in place of depthwise ones, "
        "which hardware likes better. Image size and regularisation grow together during its training.",
        "训练更快的 EfficientNet：前几个阶段用普通 3×3 卷积代替逐通道卷积，更适合硬件。"
        "训练时图像尺寸与正则化强度同步增大。",
    )),
    Family("googlenet", "GoogLeNet", 2014, "Szegedy et al. 2014", "1409.4842", Text(
        "Nine Inception blocks, each with four parallel branches whose outputs are concatenated; this form has batch "
        "normalisation. Two auxiliary classifiers can feed gradients to its middle while it trains.",
        "九个 Inception 块，每块四条并行分支，输出拼接在一起；这一版本带批量规范化。"
        "训练时可用两个辅助分类器为中间层提供梯度。",
    ), min_size=15),
    Family("inception_v3", "Inception v3", 2015, "Szegedy et al. 2015", "1512.00567", Text(
        "Large kernels are taken apart: 5×5 into two 3×3, and 7×7 into 1×7 followed by 7×1, which see as much for "
        "less. An auxiliary classifier regularises the training.",
        "把大卷积核拆开：5×5 拆成两个 3×3，7×7 拆成 1×7 和 7×1，视野相同而计算更少。辅助分类器在训练中起正则化作用。",
    ), min_size=75),
    Family("maxvit_(.)", "MaxViT-{}", 2022, "Tu et al. 2022", "2204.01697", Text(
        "Each block joins a convolution with two attentions: inside small windows, and over a coarse grid that spans "
        "the whole picture. Local and global are seen at a cost that grows linearly with the pixels.",
        "每个块把卷积与两种注意力结合：一种在小窗口之内，一种在跨越整幅图像的稀疏网格上。"
        "既看局部又看全局，代价只随像素数线性增长。",
    ), fixed_size=True),
    Family(r"mnasnet(\d_\d+)", "MNASNet {}", 2018, "Tan et al. 2018", "1807.11626", Text(
        "A search for the best network that counted the milliseconds on a real phone instead of operations. The "
        "number is the width multiplier.",
        "以真实手机上的毫秒数而不是运算次数为指标搜索出的网络。名称中的数字是宽度倍数。",
    )),
    Family("mobilenet_v2", "MobileNetV2", 2018, "Sandler et al. 2018", "1801.04381", Text(
        "Inverted residuals: a block widens its few channels, filters each with a depthwise convolution and narrows "
        "them again, and the skip edge joins the narrow ends. The last step has no ReLU, which would lose information "
        "there.",
        "倒置残差：每个块先扩展少量通道，用逐通道卷积过滤，再压缩回来，跨层连接连在窄的两端。"
        "压缩之后不用 ReLU，以免在那里丢失信息。",
    )),
    Family("mobilenet_v3_(.+)", "MobileNetV3 {}", 2019, "Howard et al. 2019", "1905.02244", Text(
        "MobileNetV2 refined by search for phone processors, with channel attention and the cheap hard-swish "
        "activation.",
        "针对手机处理器搜索改进的 MobileNetV2，加入通道注意力和便宜的 hard-swish 激活函数。",
    ), spell=str.title),
    Family(r"regnet_x_(.+)", "RegNetX-{}", 2020, "Radosavovic et al. 2020", "2003.13678", _REGNET),
    Family(r"regnet_y_(.+)", "RegNetY-{}", 2020, "Radosavovic et al. 2020", "2003.13678", _REGNET),
    Family(r"resnet(\d+)", "ResNet-{}", 2015, "He et al. 2015", "1512.03385", Text(
        "Blocks learn what to add to their input, which passes by on a skip edge; so even 152 layers train. From 50 "
        "layers on, a block is a bottleneck: 1×1, 3×3, 1×1.",
        "每个块学习要在输入上加些什么，输入沿跨层连接直接通过，因此 152 层也能训练。"
        "从 50 层起，块改用 1×1、3×3、1×1 的瓶颈结构。",
    )),
    Family(r"resnext(\d+)_(.+)", "ResNeXt-{} {}", 2016, "Xie et al. 2016", "1611.05431", Text(
        "A ResNet whose 3×3 convolutions are split into many parallel groups: the name gives their number and width. "
        "More groups turned out to help more than more depth or width.",
        "把 ResNet 的 3×3 卷积分成许多并行的组，名称中给出组数和每组宽度。事实证明，增加组数比加深或加宽更有效。",
    ), spell=_same),
    Family(r"wide_resnet(\d+)_2", "Wide ResNet-{}-2", 2016, "Zagoruyko & Komodakis 2016", "1605.07146", Text(
        "The bottlenecks of a ResNet made twice as wide inside. Width trains faster than depth on parallel hardware "
        "and reaches the same accuracy with fewer layers.",
        "把 ResNet 瓶颈内部加宽一倍。在并行硬件上，加宽比加深训练得更快，用更少的层就能达到同样的准确率。",
    )),
    Family(r"shufflenet_v2_x(\d_\d)", "ShuffleNetV2 ×{}", 2018, "Ma et al. 2018", "1807.11164", Text(
        "Half of the channels pass a block untouched, the other half is filtered, and then they are shuffled so that "
        "both halves meet. Designed by measured speed: memory traffic counts as much as arithmetic.",
        "每个块让一半通道原样通过，另一半经过卷积，然后打乱通道使两半相遇。按实测速度设计：访存和运算同样重要。",
    )),
    Family("squeezenet1_0", "SqueezeNet 1.0", 2016, "Iandola et al. 2016", "1602.07360", _SQUEEZE, min_size=21),
    Family("squeezenet1_1", "SqueezeNet 1.1", 2016, "Iandola et al. 2016", "1602.07360", _SQUEEZE, min_size=17),
    Family("swin_([tsb])", "Swin-{}", 2021, "Liu et al. 2021", "2103.14030", Text(
        "Attention inside small windows, which shift by half a window from layer to layer so that neighbours can talk. "
        "Merged patches make a pyramid like that of a convolutional network.",
        "在小窗口内计算注意力，窗口逐层错开半个窗口，使相邻窗口能够交流。逐级合并图块，形成与卷积网络类似的金字塔。",
    ), min_size=4),
    Family("swin_v2_([tsb])", "Swin V2-{}", 2021, "Liu et al. 2021", "2111.09883", Text(
        "Swin made fit for larger models and images: attention by cosine similarity, normalisation after each branch, "
        "and position biases computed by a small network.",
        "适合更大模型和图像的 Swin：用余弦相似度计算注意力，规范化移到分支之后，位置偏置由一个小网络给出。",
    ), min_size=4),
    Family(r"vgg(\d+)", "VGG-{}", 2014, "Simonyan & Zisserman 2014", "1409.1556", _VGG, min_size=32),
    Family(r"vgg(\d+)_bn", "VGG-{} BN", 2014, "Simonyan & Zisserman 2014", "1409.1556", _VGG, min_size=32),
    Family(r"vit_(.)_(\d+)", "ViT-{}/{}", 2020, "Dosovitskiy et al. 2020", "2010.11929", Text(
        "The picture is cut into patches, each becomes a word, and a transformer reads the sentence: hardly any "
        "convolution is left. The last number is the side of a patch in pixels.",
        "把图像切成小块，每块当作一个词，由 Transformer 来读这句话，几乎不再使用卷积。"
        "名称中最后的数字是图块边长（像素）。",
    ), fixed_size=True),
)  # fmt: skip


def _auxiliary(name: str) -> Setting:
    least = _AUXILIARY_LEAST[name]
    return Setting(
        "aux_logits",
        Text("Auxiliary classifiers", "辅助分类器"),
        name == "inception_v3",  # as torchvision's weights have it
        Text(
            f"They run in training only and need images of at least {least}×{least}; below that they are left out.",
            f"只在训练时运行，图像至少为 {least}×{least}；更小时不使用。",
        ),
        choices=(False, True),
    )


def _declare(name: str) -> None:
    """Gives the catalogue torchvision's model `name`."""
    family, parts = next((family, found) for family in _FAMILIES if (found := re.fullmatch(family.pattern, name)))
    weights = models.get_model_weights(name).DEFAULT
    side = weights.transforms.keywords["crop_size"]
    declare = architecture(
        f"torchvision/{name}",
        title=family.title.format(*map(family.spell, parts.groups())),
        year=family.year,
        source=f"{family.source}; torchvision",
        input_shape=(3, side, side),
        params=weights.meta["num_params"],
        about=family.about,
        settings=(_auxiliary(name),) if name in _AUXILIARY_LEAST else (),
        classes=1000,
        min_size=side if family.fixed_size else family.min_size,
        fixed_size=family.fixed_size,
        fixed_channels=True,
        family=ZOO,
        reference=f"https://arxiv.org/abs/{family.arxiv}",
    )
    declare(_Builder(name))


@dataclass(frozen=True, slots=True)
class _Builder:
    """Builds torchvision's model `name`."""

    name: str

    def __call__(self, input_shape: Shape, classes: int, **settings: Value) -> nn.Module:
        model: nn.Module = models.get_model(
            self.name, weights=None, num_classes=classes, **self._options(input_shape, settings)
        )
        return model

    def code(self, choice: Choice) -> tuple[str, str]:
        """Import lines and an expression that builds the same without this program."""
        options = self._options(choice.input_shape, choice.settings)
        written = "".join(f", {key}={value!r}" for key, value in options.items())
        return "from torchvision import models", (
            f"models.get_model({self.name!r}, weights=None, num_classes=CLASSES{written})"
        )

    def _options(self, input_shape: Shape, settings: Mapping[str, Value]) -> dict[str, Any]:
        """What the model must be told besides the classes."""
        _, height, width = input_shape
        if self.name in _AUXILIARY_LEAST:
            fits = min(height, width) >= _AUXILIARY_LEAST[self.name]
            return {"aux_logits": bool(settings["aux_logits"]) and fits, "init_weights": True}
        if self.name.startswith("vit_"):
            return {"image_size": height}
        if self.name.startswith("maxvit_"):
            return {"input_size": (height, width)}
        return {}


for _name in models.list_models(module=models):
    _declare(_name)
