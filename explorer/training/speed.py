"""How the steps of a run are taken: decided before the first one, kept with the run, and obeyed when it is resumed.

With everything on "auto":

- On the CPU by rule, from the processor and the network alone, so that the same plan gives the same losses each time:
  channels last where that helps, and bfloat16 for large networks where the processor computes with it. Measured on one
  with AVX-512 BF16, a step in float32 over one in bfloat16, both with channels last: LeNet 0.95, AlexNet 1.1, VGG-11
  1.2, CIFAR-10 ResNet 1.4, GoogLeNet and ResNet-18 1.5, DenseNet 1.7, NiN 2.1.
- On a GPU bfloat16 by rule; whether recorded steps (CUDA graphs) are faster is tried for a moment.

A run that says "fp32" (as in the lecture), "plain" or "exact" has no trial. Compiling is never chosen: it takes longer
than a lesson gains by it.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from explorer.bilingual import Text
from explorer.training import device as devices
from explorer.training import trial
from explorer.training.compiled import CompiledStepper
from explorer.training.config import TrainConfig
from explorer.training.exact import tuned
from explorer.training.graphs import CudaRecorder, GraphStepper, Recorder
from explorer.training.random_state import RandomState
from explorer.training.stepper import Step, Stepper

LARGE = 100e6  # multiply-adds an image, from which bfloat16 was measured to pay on a CPU
LEAST_GAIN = 1.05  # of recorded steps


@dataclass(frozen=True, slots=True)
class Way:
    """How steps are taken.

    Attributes:
        precision: "fp32" or "bf16".
        step: "plain", "compile" or "graphs".
        gain: How many times as fast as plain steps they were in the trial; None without one.
    """

    precision: str
    step: str = "plain"
    gain: float | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def words(self) -> Text | None:
        """What was tried and chosen; None without a trial."""
        if self.gain is None:
            return None
        times = f"{self.gain:.1f}"
        if self.step == "graphs":
            return Text(
                f"Steps are recorded as a CUDA graph: {times} times as fast in a trial.",
                f"训练步骤录制为 CUDA 图：试验中速度为 {times} 倍。",
            )
        return Text(
            f"Plain steps: a CUDA graph was {times} times as fast in a trial.",
            f"使用普通步骤：试验中 CUDA 图的速度为 {times} 倍。",
        )


def before_ways(config: TrainConfig, device: torch.device) -> Way:
    """How a run takes its steps that was begun by a version that did not keep it."""
    return Way(devices.precision_for(config.precision, device))


def decide(
    config: TrainConfig,
    model: nn.Module,
    device: torch.device,
    input_shape: Sequence[int],
    *,
    channels_last: bool,
    alone: bool = True,
    own: bool = False,
) -> Way:
    """The way of a run that begins; `model` is on `device` and stays as it is.

    Args:
        alone: Steps are not shared with other processes, which exchange their gradients plainly.
        own: The network is a user's, whose code is not run for a trial.
    """
    precision = devices.precision_for(config.precision, device)
    may_choose = config.speed == "auto" and config.precision == "auto" and not config.exact and not own
    if may_choose and device.type == "cpu" and devices.has_bf16(device):
        precision = "bf16" if _is_large(model, input_shape, config.seed) else precision
    if not alone or config.speed == "plain":
        return Way(precision)
    if config.speed != "auto":
        return Way(precision, config.speed)
    if device.type != "cuda" or not may_choose:
        return Way(precision)
    layout = torch.channels_last if channels_last else torch.contiguous_format
    images = torch.zeros((config.batch_size, *input_shape), device=device).contiguous(memory_format=layout)
    labels = torch.zeros(config.batch_size, dtype=torch.int64, device=device)
    plain, graphs = Way(precision), Way(precision, "graphs")
    with tuned(device):  # as the run will be
        gain = trial.gain(
            lambda twin, optimizer: stepper(plain, twin, optimizer, device, config),
            lambda twin, optimizer: stepper(graphs, twin, optimizer, device, config),
            model,
            config,
            images,
            labels,
        )
    devices.free_cache(device)
    return Way(precision, "graphs" if gain is not None and gain >= LEAST_GAIN else "plain", gain)


def _is_large(model: nn.Module, input_shape: Sequence[int], seed: int) -> bool:
    try:
        with RandomState(seed, torch.device("cpu")):
            return devices.multiply_adds(model, input_shape) >= LARGE
    except (RuntimeError, ValueError, MemoryError):
        return False  # what is wrong with the network, its first step tells


def stepper(way: Way, model: nn.Module, optimizer: Optimizer, device: torch.device, config: TrainConfig) -> Step:
    """What takes the steps of a run in that way."""
    options = {"label_smoothing": config.label_smoothing, "clip_norm": config.clip_norm}
    if way.step == "compile":
        return CompiledStepper(model, optimizer, device, way.precision, **options)
    plain = Stepper(model, optimizer, device, way.precision, **options)
    if way.step == "graphs":
        recorder = recorder_for(device)
        return NoGraphs(plain) if recorder is None else GraphStepper(plain, model, optimizer, recorder)
    return plain


def recorder_for(device: torch.device) -> Recorder | None:
    """What records steps on `device`; None where that is not possible."""
    return CudaRecorder(device) if device.type == "cuda" else None


class NoGraphs:
    """Plain steps, where recorded ones were asked for and the device has none."""

    trouble = Text("CUDA graphs need an NVIDIA GPU; steps are plain.", "CUDA 图需要 NVIDIA GPU；改用普通步骤。")

    def __init__(self, plain: Step) -> None:
        self._plain = plain

    def __call__(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        return self._plain(images, labels)


def trouble_of(step: Step | None) -> Text | None:
    """Why steps are not taken in the way that was asked for; None if they are."""
    found = getattr(step, "trouble", None)
    return found if isinstance(found, Text) else None
