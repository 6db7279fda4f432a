"""Pre-activation ResNet-18: normalise and activate before each convolution, add last.

Source: He, Zhang, Ren and Sun, "Identity mappings in deep residual networks", ECCV 2016, figure 1(b); an exercise of
d2l.ai 8.6. The stem is a bare convolution with pooling, since the first block begins with the normalisation; after the
last block comes the one that would otherwise be missing. Biases and widths are those of `resnet18`.
"""

from torch import Tensor, nn
from torch.nn import functional as F

from explorer.bilingual import Text
from explorer.catalogue import Setting, Shape, architecture


class PreactResidual(nn.Module):
    """Twice normalisation, ReLU and 3x3 convolution; the result is added to the untouched input.

    Where the shape changes, the 1x1 convolution (`conv3`) reads the activated input, as in the paper.
    """

    def __init__(self, in_channels: int, out_channels: int, *, stride: int = 1) -> None:
        super().__init__()
        self.bn1 = nn.BatchNorm2d(in_channels)
        self.conv1 = nn.Conv2d(in_channels, out_channels, kernel_size=3, padding=1, stride=stride)
        self.bn2 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, kernel_size=3, padding=1)
        needs_projection = stride != 1 or in_channels != out_channels
        self.conv3 = nn.Conv2d(in_channels, out_channels, kernel_size=1, stride=stride) if needs_projection else None

    def forward(self, x: Tensor) -> Tensor:
        activated = F.relu(self.bn1(x))
        shortcut = x if self.conv3 is None else self.conv3(activated)
        y: Tensor = self.conv1(activated)
        y = self.conv2(F.relu(self.bn2(y)))
        return y + shortcut


@architecture(
    "resnet18_preact",
    title="ResNet-18 pre-act",
    title_zh="ResNet-18 预激活",
    year=2016,
    source="He et al. 2016; exercise of d2l.ai 8.6",
    input_shape=(1, 224, 224),
    params=11_178_378,
    min_size=1,
    reference="https://arxiv.org/abs/1603.05027",
    about=Text(
        en="Normalisation and ReLU move in front of the convolutions, so that nothing stands on the skip edge any "
        "more: the input of a block reaches every later block as it is. The same number of layers trains more "
        "easily, and networks of a thousand layers become possible.",
        zh="把批量规范化和 ReLU 移到卷积之前，跨层连接上就不再有任何运算：一个块的输入可以原样到达后面的每一个块。"
        "同样多的层更容易训练，上千层的网络也成为可能。",
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
    ),
)
class PreactResNet18(nn.Module):
    """Maps images (N, C, H, W) to logits (N, classes)."""

    def __init__(self, input_shape: Shape, classes: int, *, width: int = 64) -> None:
        super().__init__()

        def stage(in_channels: int, out_channels: int, stride: int) -> nn.Sequential:
            return nn.Sequential(
                PreactResidual(in_channels, out_channels, stride=stride),
                PreactResidual(out_channels, out_channels),
            )

        self.b1 = nn.Sequential(
            nn.Conv2d(input_shape[0], width, kernel_size=7, stride=2, padding=3),
            nn.MaxPool2d(kernel_size=3, stride=2, padding=1),
        )
        self.b2 = stage(width, width, stride=1)
        self.b3 = stage(width, 2 * width, stride=2)
        self.b4 = stage(2 * width, 4 * width, stride=2)
        self.b5 = stage(4 * width, 8 * width, stride=2)
        self.head = nn.Sequential(
            nn.BatchNorm2d(8 * width), nn.ReLU(),
            nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten(), nn.Linear(8 * width, classes),
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        x = self.b1(x)  # (N, 64, 56, 56) for 224x224
        x = self.b2(x)
        x = self.b3(x)  # (N, 128, 28, 28)
        x = self.b4(x)  # (N, 256, 14, 14)
        x = self.b5(x)  # (N, 512, 7, 7)
        logits: Tensor = self.head(x)
        return logits
