"""LeNet: two convolutions with pooling, then three dense layers.

Source: LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition", Proceedings of the
IEEE 86(11), 1998; as taught in d2l.ai 7.6. Departs from the paper as the lecture does: plain average pooling, every map
of the second convolution sees all maps of the first, and the output layer is dense instead of radial basis functions.
"""

from torch import Tensor, nn

from explorer.bilingual import Text
from explorer.catalogue import Setting, Shape, architecture

_ACTIVATIONS: dict[str, type[nn.Module]] = {"sigmoid": nn.Sigmoid, "relu": nn.ReLU}
_POOLINGS = {"average": nn.AvgPool2d, "max": nn.MaxPool2d}


@architecture(
    "lenet",
    title="LeNet",
    year=1998,
    source="LeCun et al. 1998; d2l.ai 7.6",
    input_shape=(1, 28, 28),
    params=61_706,
    min_size=12,
    reference="https://d2l.ai/chapter_convolutional-neural-networks/lenet.html",
    about=Text(
        en="Small filters slide over the picture and are shared by all places, so that a digit is recognised wherever "
        "it stands; pooling then forgets the exact place. Three dense layers turn the 16 small maps that are left "
        "into a decision.",
        zh="小小的卷积核在整幅图像上滑动，所有位置共用同一组权重，因此数字写在哪里都能认出来；汇聚层随后略去精确的位置。"
        "最后剩下的 16 张小特征图由三个全连接层变成判断。",
    ),
    settings=(
        Setting(
            "activation",
            Text("Activation", "激活函数"),
            "sigmoid",
            Text(
                "Sigmoid as in the lecture; ReLU keeps larger gradients and learns faster.",
                "课程中用 sigmoid；ReLU 的梯度更大，学得更快。",
            ),
            choices=("sigmoid", "relu"),
        ),
        Setting(
            "pooling",
            Text("Pooling", "汇聚方式"),
            "average",
            Text(
                "Average as in the paper; the maximum keeps the strongest response.",
                "论文用平均汇聚；最大汇聚只保留最强的响应。",
            ),
            choices=("average", "max"),
        ),
    ),
)
class LeNet(nn.Module):
    """Maps images (N, C, H, W) to logits (N, classes)."""

    def __init__(
        self, input_shape: Shape, classes: int, *, activation: str = "sigmoid", pooling: str = "average"
    ) -> None:
        super().__init__()
        channels, height, width = input_shape
        act, pool = _ACTIVATIONS[activation], _POOLINGS[pooling]
        self.features = nn.Sequential(
            nn.Conv2d(channels, 6, kernel_size=5, padding=2), act(), pool(kernel_size=2, stride=2),
            nn.Conv2d(6, 16, kernel_size=5), act(), pool(kernel_size=2, stride=2),
        )  # fmt: skip
        self.head = nn.Sequential(
            nn.Flatten(),
            nn.Linear(16 * _final_side(height) * _final_side(width), 120), act(),
            nn.Linear(120, 84), act(),
            nn.Linear(84, classes),
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        x = self.features(x)  # (N, 16, 5, 5) for 28x28
        logits: Tensor = self.head(x)
        return logits


def _final_side(side: int) -> int:
    """Side of the last feature maps: halved, less 4 for the unpadded 5x5 convolution, halved."""
    return (side // 2 - 4) // 2
