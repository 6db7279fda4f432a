"""What decides a training: frozen, checks itself. No torch."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from explorer.bilingual import Text
from explorer.errors import ExplorerError

OPTIMIZERS = ("sgd", "adam", "adamw")
INITIALISATIONS = ("default", "xavier")  # torch's own; Xavier-uniform as in the lectures
PRECISIONS = ("auto", "fp32", "bf16")


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """All numbers of a training.

    Attributes:
        momentum: For SGD only.
        limit: Use so many training images (and as many test images at most); None for all.
        device: "auto", "cpu", "cuda", "cuda:1", "mps".
    """

    epochs: int = 10
    batch_size: int = 64
    optimizer: str = "sgd"
    lr: float = 0.1
    momentum: float = 0.9
    weight_decay: float = 0.0
    initialisation: str = "default"
    seed: int = 0
    limit: int | None = None
    device: str = "auto"
    precision: str = "auto"

    def __post_init__(self) -> None:
        _require(self.epochs >= 1, "epochs", "轮数", self.epochs, "1 or more", "1 或更大")
        _require(self.batch_size >= 1, "batch size", "批量大小", self.batch_size, "1 or more", "1 或更大")
        _require(self.lr > 0, "learning rate", "学习率", self.lr, "more than 0", "大于 0")
        _require(0 <= self.momentum < 1, "momentum", "动量", self.momentum, "from 0 to below 1", "0 到 1 之间")
        _require(self.weight_decay >= 0, "weight decay", "权重衰减", self.weight_decay, "0 or more", "0 或更大")
        _require(self.limit is None or self.limit >= 1, "limit", "数量上限", self.limit, "1 or more", "1 或更大")
        _require_one("optimizer", "优化器", self.optimizer, OPTIMIZERS)
        _require_one("initialisation", "初始化", self.initialisation, INITIALISATIONS)
        _require_one("precision", "精度", self.precision, PRECISIONS)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "TrainConfig":
        return cls(**data)


def _require(holds: bool, name: str, name_zh: str, value: object, allowed: str, allowed_zh: str) -> None:
    if not holds:
        raise ExplorerError(
            Text(f"The {name} cannot be {value}.", f"{name_zh}不能为 {value}。"),
            Text(f"It must be {allowed}.", f"应为{allowed_zh}。"),
        )


def _require_one(name: str, name_zh: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ExplorerError(
            Text(f"The {name} cannot be {value!r}.", f"{name_zh}不能为 {value!r}。"),
            Text(f"Choose one of: {', '.join(allowed)}.", f"可选：{', '.join(allowed)}。"),
        )
