"""AlexNet: LeNet grown up, with eight layers, ReLU and dropout.

Source: Krizhevsky, Sutskever and Hinton, "ImageNet classification with deep convolutional neural networks", NeurIPS
2012; as taught in d2l.ai 8.1, in one stream instead of two GPUs and without local response normalisation.
"""

from torch import Tensor, nn

from explorer.bilingual import Text
from explorer.catalogue import Setting, Shape, architecture


@architecture(
    "alexnet",
    title="AlexNet",
    year=2012,
    source="Krizhevsky et al. 2012; d2l.ai 8.1",
    input_shape=(1, 224, 224),
    params=46_764_746,
    min_size=65,
    reference="https://d2l.ai/chapter_convolutional-modern/alexnet.html",
    about=Text(
        en="The plan is LeNet's, but deeper and far wider, with ReLU so that gradients survive and dropout so that the "
        "huge dense layers do not learn by heart. Features that were learned, not designed, won ImageNet by a wide "
        "margin and started the deep learning of today.",
        zh="思路仍是 LeNet 的，但更深、宽得多：ReLU 让梯度不易消失，暂退法（dropout）防止巨大的全连接层死记硬背。"
        "学出来而不是人工设计的特征以很大优势赢得 ImageNet 竞赛，开启了今天的深度学习。",
    ),
    settings=(
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
class AlexNet(nn.Module):
    """Maps images (N, C, H, W) to logits (N, classes)."""

    def __init__(self, input_shape: Shape, classes: int, *, dropout: float = 0.5) -> None:
        super().__init__()
        channels, height, width = input_shape
        self.features = nn.Sequential(
            nn.Conv2d(channels, 96, kernel_size=11, stride=4, padding=1), nn.ReLU(),  # 96x54x54 for 224x224
            nn.MaxPool2d(kernel_size=3, stride=2),  # 96x26x26
            nn.Conv2d(96, 256, kernel_size=5, padding=2), nn.ReLU(),
            nn.MaxPool2d(kernel_size=3, stride=2),  # 256x12x12
            nn.Conv2d(256, 384, kernel_size=3, padding=1), nn.ReLU(),
            nn.Conv2d(384, 384, kernel_size=3, padding=1), nn.ReLU(),
            nn.Conv2d(384, 256, kernel_size=3, padding=1), nn.ReLU(),
            nn.MaxPool2d(kernel_size=3, stride=2),  # 256x5x5
        )  # fmt: skip
        self.head = nn.Sequential(
            nn.Flatten(),
            nn.Linear(256 * _final_side(height) * _final_side(width), 4096), nn.ReLU(), nn.Dropout(dropout),
            nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout(dropout),
            nn.Linear(4096, classes),
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        x = self.features(x)
        logits: Tensor = self.head(x)
        return logits


def _final_side(side: int) -> int:
    """Side of the last feature maps: an 11x11 convolution of stride 4, then three 3x3 poolings of stride 2."""
    side = (side + 2 - 11) // 4 + 1
    for _ in range(3):
        side = (side - 3) // 2 + 1
    return side
