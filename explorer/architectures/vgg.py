"""VGG-11: a network made of one block, repeated.

Source: Simonyan and Zisserman, "Very deep convolutional networks for large-scale image recognition", 2014, column A of
table 1; as taught in d2l.ai 8.2.
"""

from torch import Tensor, nn

from explorer.bilingual import Text
from explorer.catalogue import Setting, Shape, architecture

_BLOCKS = ((1, 64), (1, 128), (2, 256), (2, 512), (2, 512))  # convolutions and their channels


@architecture(
    "vgg11",
    title="VGG-11",
    year=2014,
    source="Simonyan & Zisserman 2014; d2l.ai 8.2",
    input_shape=(1, 224, 224),
    params=128_806_154,
    min_size=32,
    reference="https://d2l.ai/chapter_convolutional-modern/vgg.html",
    about=Text(
        en="Two 3×3 convolutions see as far as one 5×5, with fewer weights and one more nonlinearity; so VGG uses "
        "nothing else. Each block halves the picture and doubles the channels, and a network becomes a short list "
        "of blocks.",
        zh="两个 3×3 卷积看到的范围和一个 5×5 卷积一样大，权重更少，还多一次非线性，所以 VGG 只用 3×3 卷积。"
        "每个块把图像的高和宽减半、通道数加倍，整个网络就成了一张简短的块列表。",
    ),
    settings=(
        Setting(
            "ratio",
            Text("Channel ratio", "通道缩减比"),
            1,
            Text(
                "The channels of every convolution are divided by it; the lecture trains with 4.",
                "每个卷积层的通道数都除以它；课程训练时取 4。",
            ),
            choices=(1, 2, 4, 8),
        ),
        Setting(
            "batch_norm",
            Text("Batch norm", "批量规范化"),
            False,
            Text(
                "A batch normalisation after each convolution; the paper came before it.",
                "在每个卷积层后加批量规范化；论文发表时它还没有出现。",
            ),
            choices=(False, True),
        ),
        Setting(
            "dropout",
            Text("Dropout", "暂退率"),
            0.5,
            Text(
                "Share of the dense units that are switched off at each training step.",
                "每个训练步中被随机关闭的全连接单元的比例。",
            ),
            minimum=0.0,
            maximum=0.95,
        ),
    ),
)
class VGG11(nn.Module):
    """Maps images (N, C, H, W) to logits (N, classes)."""

    def __init__(
        self, input_shape: Shape, classes: int, *, ratio: int = 1, batch_norm: bool = False, dropout: float = 0.5
    ) -> None:
        super().__init__()
        channels, height, width = input_shape
        self.features = nn.Sequential()
        for number, (convolutions, out_channels) in enumerate(_BLOCKS, start=1):
            block = vgg_block(convolutions, channels, out_channels // ratio, batch_norm=batch_norm)
            self.features.add_module(f"block{number}", block)
            channels = out_channels // ratio
        self.head = nn.Sequential(
            nn.Flatten(),
            nn.Linear(channels * (height // 32) * (width // 32), 4096), nn.ReLU(), nn.Dropout(dropout),
            nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout(dropout),
            nn.Linear(4096, classes),
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        x = self.features(x)  # (N, 512, 7, 7) for 224x224
        logits: Tensor = self.head(x)
        return logits


def vgg_block(convolutions: int, in_channels: int, out_channels: int, *, batch_norm: bool) -> nn.Sequential:
    """3x3 convolutions that keep the size, then a pooling that halves it."""
    layers: list[nn.Module] = []
    for _ in range(convolutions):
        layers.append(nn.Conv2d(in_channels, out_channels, kernel_size=3, padding=1))
        if batch_norm:
            layers.append(nn.BatchNorm2d(out_channels))
        layers.append(nn.ReLU())
        in_channels = out_channels
    return nn.Sequential(*layers, nn.MaxPool2d(kernel_size=2, stride=2))
