"""ResNet-18: residual blocks, with and without a 1x1 convolution on the skip edge.

Source: He, Zhang, Ren and Sun, "Deep residual learning for image recognition", CVPR 2016, figure 2 and table 1; as
taught in d2l.ai 8.6: the 1x1 convolution has no batch normalisation, and the convolutions keep their biases.
"""

from torch import Tensor, nn
from torch.nn import functional as F

from explorer.bilingual import Text
from explorer.catalogue import Setting, Shape, architecture


class Residual(nn.Module):
    """Two 3x3 convolutions whose result is added to the input.

    Where the channels or the stride change, a 1x1 convolution (`conv3`) brings the input to the same shape.
    """

    def __init__(self, in_channels: int, out_channels: int, *, stride: int = 1, shortcut: bool = True) -> None:
        super().__init__()
        self.shortcut = shortcut
        self.conv1 = nn.Conv2d(in_channels, out_channels, kernel_size=3, padding=1, stride=stride)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, kernel_size=3, padding=1)
        self.bn2 = nn.BatchNorm2d(out_channels)
        needs_projection = shortcut and (stride != 1 or in_channels != out_channels)
        self.conv3 = nn.Conv2d(in_channels, out_channels, kernel_size=1, stride=stride) if needs_projection else None

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        if self.shortcut:
            y = y + (x if self.conv3 is None else self.conv3(x))
        return F.relu(y)


@architecture(
    "resnet18",
    title="ResNet-18",
    year=2015,
    source="He et al. 2015; d2l.ai 8.6",
    input_shape=(1, 224, 224),
    params=11_178_378,
    min_size=1,
    reference="https://d2l.ai/chapter_convolutional-modern/resnet.html",
    about=Text(
        en="A block learns only what must be added to its input, and the input itself goes past it on a skip edge. To "
        "change nothing is then easy, and gradients reach the first layers undiminished, so that more depth stops "
        "doing harm.",
        zh="每个块只学习要在输入上加些什么，输入本身则沿着跨层连接直接通过。"
        "这样“什么都不改变”变得很容易，梯度也能不衰减地传到最前面的层，网络加深就不再有害。",
    ),
    settings=(
        Setting(
            "width",
            Text("Width", "宽度"),
            64,
            Text(
                "Channels of the first stage; each further stage doubles them.",
                "第一个阶段的通道数；之后每个阶段加倍。",
            ),
            choices=(16, 32, 64, 128),
        ),
        Setting(
            "shortcuts",
            Text("Skip edges", "跨层连接"),
            True,
            Text(
                "Without them it is the plain net that the paper compares with.",
                "去掉它们就是论文中用作对照的普通网络。",
            ),
            choices=(True, False),
        ),
    ),
)
class ResNet18(nn.Module):
    """Maps images (N, C, H, W) to logits (N, classes)."""

    def __init__(self, input_shape: Shape, classes: int, *, width: int = 64, shortcuts: bool = True) -> None:
        super().__init__()

        def stage(in_channels: int, out_channels: int, stride: int) -> nn.Sequential:
            return nn.Sequential(
                Residual(in_channels, out_channels, stride=stride, shortcut=shortcuts),
                Residual(out_channels, out_channels, shortcut=shortcuts),
            )

        self.b1 = nn.Sequential(
            nn.Conv2d(input_shape[0], width, kernel_size=7, stride=2, padding=3),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.MaxPool2d(kernel_size=3, stride=2, padding=1),
        )
        self.b2 = stage(width, width, stride=1)
        self.b3 = stage(width, 2 * width, stride=2)
        self.b4 = stage(2 * width, 4 * width, stride=2)
        self.b5 = stage(4 * width, 8 * width, stride=2)
        self.head = nn.Sequential(nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten(), nn.Linear(8 * width, classes))

    def forward(self, x: Tensor) -> Tensor:
        x = self.b1(x)  # (N, 64, 56, 56) for 224x224, (N, 64, 24, 24) for 96x96
        x = self.b2(x)
        x = self.b3(x)  # (N, 128, 28, 28)
        x = self.b4(x)  # (N, 256, 14, 14)
        x = self.b5(x)  # (N, 512, 7, 7)
        logits: Tensor = self.head(x)
        return logits
