"""What decides a training: frozen, checks itself. No torch."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from explorer.bilingual import Text
from explorer.errors import ExplorerError

OPTIMIZERS = ("sgd", "adam", "adamw")
INITIALISATIONS = ("default", "xavier")  # torch's own; Xavier-uniform as in the lectures
PRECISIONS = ("auto", "fp32", "bf16")
SCHEDULES = ("constant", "step", "cosine", "one-cycle")
SPEEDS = ("auto", "plain", "compile", "graphs")


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """All numbers of a training.

    Attributes:
        lr: Learning rate; with a schedule, the highest.
        momentum: For SGD only, as is `nesterov`.
        limit: Use so many training images (and as many test images at most); None for all.
        device: "auto", "cpu", "cuda", "cuda:1", "mps".
        schedule: How the learning rate goes on from `lr`; see `training.schedules`.
        warmup_epochs: So long the learning rate rises linearly from near 0, with any schedule.
        step_epochs: With schedule "step", the learning rate is multiplied by `step_factor` after each so many epochs.
        label_smoothing: Share of the target that goes to all classes alike; in the training loss only.
        clip_norm: Largest norm of all gradients together; 0 leaves them as they are.
        ema_decay: Decay of the running average of the weights, which is then what is tested and kept; 0 for none.
        patience: Ends the run after so many epochs without a better test loss or test accuracy; 0 for never.
        freeze: Paths of modules whose weights are not trained.
        augment: Shift the training images at random, and mirror those in colour.
        exact: On a GPU, use only operations that give the same bits each time.
        threads: CPU threads for torch; None until the run is created, which decides it.
        speed: How steps are sped up; "plain" for not at all.
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
    schedule: str = "constant"
    warmup_epochs: float = 0.0
    step_epochs: int = 30
    step_factor: float = 0.1
    nesterov: bool = False
    label_smoothing: float = 0.0
    clip_norm: float = 0.0
    ema_decay: float = 0.0
    patience: int = 0
    freeze: tuple[str, ...] = ()
    augment: bool = False
    exact: bool = False
    threads: int | None = None
    speed: str = "auto"

    def __post_init__(self) -> None:
        self._check_basics()
        self._check_options()

    def _check_basics(self) -> None:
        _require(self.epochs >= 1, "epochs", "轮数", self.epochs, "1 or more", "1 或更大")
        _require(self.batch_size >= 1, "batch size", "批量大小", self.batch_size, "1 or more", "1 或更大")
        check_lr(self.lr)
        _require(0 <= self.momentum < 1, "momentum", "动量", self.momentum, "from 0 to below 1", "0 到 1 之间")
        _require(self.weight_decay >= 0, "weight decay", "权重衰减", self.weight_decay, "0 or more", "0 或更大")
        _require(self.limit is None or self.limit >= 1, "limit", "数量上限", self.limit, "1 or more", "1 或更大")
        _require(
            0 <= self.seed < 2**63, "seed", "随机种子", self.seed, "from 0 to 2^63 - 1", " 0 到 2^63 - 1 之间的整数"
        )
        _require_one("optimizer", "优化器", self.optimizer, OPTIMIZERS)
        _require_one("initialisation", "初始化", self.initialisation, INITIALISATIONS)
        _require_one("precision", "精度", self.precision, PRECISIONS)

    def _check_options(self) -> None:
        zero_up, zero_up_zh, below_one, below_one_zh = "0 or more", "0 或更大", "from 0 to below 1", "从 0 到小于 1"
        warmup, clip = self.warmup_epochs, self.clip_norm
        smoothing, decay = self.label_smoothing, self.ema_decay
        _require(0 <= warmup < math.inf, "warm-up", "预热轮数", warmup, zero_up, zero_up_zh)
        _require(self.step_epochs >= 1, "epochs between steps", "每级轮数", self.step_epochs, "1 or more", "1 或更大")
        _require(
            0 < self.step_factor <= 1, "step factor", "下降系数", self.step_factor, "above 0, to 1", "大于 0 且不超过 1"
        )
        _require(0 <= smoothing < 1, "label smoothing", "标签平滑", smoothing, below_one, below_one_zh)
        _require(0 <= clip < math.inf, "gradient norm", "梯度范数上限", clip, zero_up, zero_up_zh)
        _require(0 <= decay < 1, "decay of the average", "滑动平均的衰减率", decay, below_one, below_one_zh)
        _require(self.patience >= 0, "patience", "早停的耐心", self.patience, zero_up, zero_up_zh)
        _require(self.threads is None or self.threads >= 1, "threads", "线程数", self.threads, "1 or more", "1 或更大")
        _require_one("schedule", "学习率调度", self.schedule, SCHEDULES)
        _require_one("speed", "加速方式", self.speed, SPEEDS)
        if self.nesterov and self.optimizer == "sgd" and self.momentum == 0:
            raise ExplorerError(
                Text("Nesterov's momentum needs a momentum above 0.", "Nesterov 动量要求动量大于 0。"),
                Text("Set the momentum to 0.9, or switch Nesterov off.", "请把动量设为 0.9，或关闭 Nesterov。"),
            )

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "freeze": list(self.freeze)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "TrainConfig":
        """The settings in `data`; those that are missing have their default, as in plans of older versions.

        Raises:
            ExplorerError: A value is not allowed, or a setting is not known.
        """
        unknown = sorted(set(data) - {field.name for field in fields(cls)})
        if unknown:
            raise ExplorerError(
                Text(f"There is no setting {', '.join(unknown)}.", f"没有名为 {', '.join(unknown)} 的设置。"),
                Text("The plan may be of a newer version of the program.", "该计划可能由较新版本的程序创建。"),
            )
        return cls(**{**data, "freeze": tuple(data.get("freeze", ()))})


def check_lr(lr: float) -> None:
    """Refuses what is no learning rate.

    Raises:
        ExplorerError: It is not a finite number above 0.
    """
    _require(0 < lr < math.inf, "learning rate", "学习率", lr, "more than 0", "大于 0")


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
