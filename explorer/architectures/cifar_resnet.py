"""ResNet for CIFAR-10 enlarged to 96x96: an early lecture form of ResNet-18.

Source: He, Zhang, Ren and Sun, "Deep residual learning for image recognition", CVPR 2016; the net is that of X. Liao's
course "Learn deep learning with PyTorch", 2017, whose names are kept, with a batch normalisation in the stem. Departs
from `resnet18`: neither stem convolution nor pooling is padded, the 3x3 convolutions have no bias, a ReLU also follows
the second normalisation, before the addition, and the last maps are averaged over windows of 3x3.
"""

from torch import Tensor, nn
from torch.nn import functional as F

from explorer.bilingual import Text
from explorer.catalogue import Shape, architecture


class ResidualBlock(nn.Module):
    """Twice convolution, normalisation and ReLU; then the input is added.

    Unless `same_shape`, the size is halved and a 1x1 convolution (`conv3`) brings the input to the same shape.
    """

    def __init__(self, in_channels: int, out_channels: int, *, same_shape: bool = True) -> None:
        super().__init__()
        stride = 1 if same_shape else 2
        self.conv1 = nn.Conv2d(in_channels, out_channels, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, kernel_size=3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)
        self.conv3 = None if same_shape else nn.Conv2d(in_channels, out_channels, kernel_size=1, stride=stride)

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu(self.bn1(self.conv1(x)))
        y = F.relu(self.bn2(self.conv2(y)))
        if self.conv3 is not None:
            x = self.conv3(x)
        return F.relu(x + y)


@architecture(
    "cifar_resnet",
    title="ResNet · CIFAR-10",
    year=2017,
    source="He et al. 2015; Liao 2017",
    input_shape=(3, 96, 96),
    params=11_180_810,
    min_size=75,
    reference="https://arxiv.org/abs/1512.03385",
    about=Text(
        en="ResNet-18 as an early lecture built it for small colour photographs, which are enlarged to 96×96 first. A "
        "ReLU stands before the addition, so that a block can only add to its input and never take away: compare it "
        "with ResNet-18.",
        zh="早期课程中为彩色小照片搭建的 ResNet-18，输入先放大到 96×96。"
        "相加之前多了一个 ReLU，因此每个块只能在输入上增加，不能减少：可与 ResNet-18 对比。",
    ),
)
class CifarResNet(nn.Module):
    """Maps images (N, C, H, W) to logits (N, classes)."""

    def __init__(self, input_shape: Shape, classes: int) -> None:
        super().__init__()
        channels, height, width = input_shape
        self.block1 = nn.Sequential(
            nn.Conv2d(channels, 64, kernel_size=7, stride=2), nn.BatchNorm2d(64), nn.ReLU(),
        )  # fmt: skip
        self.block2 = nn.Sequential(nn.MaxPool2d(kernel_size=3, stride=2), ResidualBlock(64, 64), ResidualBlock(64, 64))
        self.block3 = nn.Sequential(ResidualBlock(64, 128, same_shape=False), ResidualBlock(128, 128))
        self.block4 = nn.Sequential(ResidualBlock(128, 256, same_shape=False), ResidualBlock(256, 256))
        self.block5 = nn.Sequential(
            ResidualBlock(256, 512, same_shape=False), ResidualBlock(512, 512), nn.AvgPool2d(3)
        )  # fmt: skip
        self.classifier = nn.Linear(512 * _final_side(height) * _final_side(width), classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.block1(x)  # (N, 64, 45, 45) for 96x96
        x = self.block2(x)  # (N, 64, 22, 22)
        x = self.block3(x)  # (N, 128, 11, 11)
        x = self.block4(x)  # (N, 256, 6, 6)
        x = self.block5(x)  # (N, 512, 1, 1)
        logits: Tensor = self.classifier(x.flatten(1))
        return logits


def _final_side(side: int) -> int:
    """Side of the last feature maps: stem, pooling, three halvings rounded up, windows of 3."""
    side = (side - 7) // 2 + 1
    side = (side - 3) // 2 + 1
    for _ in range(3):
        side = (side + 1) // 2
    return side // 3
