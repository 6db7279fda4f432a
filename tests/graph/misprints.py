"""Networks with a wrong number in them, as they circulate and as learners write them."""

import torch
from torch import Tensor, nn
from torch.nn import functional

Pair = tuple[int, int]


class Inception(nn.Module):
    def __init__(
        self, in_channels: int, c1: int, c2: Pair, c3: Pair, c4: int, *, pool: int = 3, last_padding: int = 0
    ) -> None:
        super().__init__()
        self.p1_1 = nn.Conv2d(in_channels, c1, 1)
        self.p2_1 = nn.Conv2d(in_channels, c2[0], 1)
        self.p2_2 = nn.Conv2d(c2[0], c2[1], 3, padding=1)
        self.p3_1 = nn.Conv2d(in_channels, c3[0], 1)
        self.p3_2 = nn.Conv2d(c3[0], c3[1], 5, padding=2)
        self.p4_1 = nn.MaxPool2d(pool, stride=1, padding=1)
        self.p4_2 = nn.Conv2d(in_channels, c4, 1, padding=last_padding)

    def forward(self, x: Tensor) -> Tensor:
        p1 = functional.relu(self.p1_1(x))
        p2 = functional.relu(self.p2_2(functional.relu(self.p2_1(x))))
        p3 = functional.relu(self.p3_2(functional.relu(self.p3_1(x))))
        p4 = functional.relu(self.p4_2(self.p4_1(x)))
        return torch.cat((p1, p2, p3, p4), dim=1)


class GoogLeNet(nn.Module):
    """The network of the lecture; the arguments are the numbers that get misprinted."""

    def __init__(
        self, *, pool: int = 3, last_padding: int = 0, second: Pair = (128, 192), fourth: Pair = (24, 64)
    ) -> None:
        super().__init__()
        self.b1 = nn.Sequential(nn.Conv2d(1, 64, 7, 2, 3), nn.ReLU(), nn.MaxPool2d(3, 2, 1))
        self.b2 = nn.Sequential(
            nn.Conv2d(64, 64, 1), nn.ReLU(), nn.Conv2d(64, 192, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2, 1)
        )
        self.b3 = nn.Sequential(
            Inception(192, 64, (96, 128), (16, 32), 32, pool=pool, last_padding=last_padding),
            Inception(256, 128, second, (32, 96), 64),
            nn.MaxPool2d(3, 2, 1),
        )
        self.b4 = nn.Sequential(
            Inception(480, 192, (96, 208), (16, 48), 64),
            Inception(512, 160, (112, 224), fourth, 64),
            Inception(512, 128, (128, 256), (24, 64), 64),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
        )
        self.head = nn.Linear(512, 10)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.b4(self.b3(self.b2(self.b1(x)))))


class AlexNet(nn.Module):
    """The features of AlexNet and one linear layer."""

    def __init__(self, *, in_channels: int = 1, in_features: int = 6400) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, 96, 11, 4, 1)
        self.conv2 = nn.Conv2d(96, 256, 5, padding=2)
        self.pool = nn.MaxPool2d(3, 2)
        self.fc = nn.Linear(in_features, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool(functional.relu(self.conv1(x)))
        x = self.pool(functional.relu(self.conv2(x)))
        x = self.pool(x)
        return self.fc(x.flatten(1))


class Residual(nn.Module):
    def __init__(self, *, channels: int = 8, stride: int = 1, padding: int = 1) -> None:
        super().__init__()
        self.stem = nn.Conv2d(1, 8, 3)
        self.first = nn.Conv2d(8, channels, 3, stride, padding)
        self.norm = nn.BatchNorm2d(channels)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        x = functional.relu(self.stem(x))
        return x + self.second(functional.relu(self.norm(self.first(x))))


class TwoBranches(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.small = nn.Conv2d(1, 8, 3, padding=1)
        self.large = nn.Conv2d(1, 8, 5)

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat((self.small(x), functional.relu(self.large(x))), 1)


class Viewed(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 8, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x).view(-1, 100)


class Refuses(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 8, 3)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        if x.shape[-1] != 4:
            raise ValueError("four, please")
        return x


class Scaled(nn.Module):
    """A layer of its own that multiplies by the wrong number of channels."""

    def __init__(self) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.ones(1, 4, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        return x * self.gain


def of_layers(*layers: nn.Module) -> nn.Module:
    return nn.Sequential(*layers)
