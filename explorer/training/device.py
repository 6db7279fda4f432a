"""On which device a training runs, in which precision and memory layout, with how many threads."""

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass

import torch
from torch import nn

from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.training import memory
from explorer.training.threads import core_count

recording = threading.Lock()  # held while a CUDA graph is recorded: memory cannot be given back meanwhile
_GB = 1 << 30


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    """A device that can be chosen: `name` as `TrainConfig.device` takes it, `title` for people."""

    name: str
    title: Text


def devices() -> tuple[DeviceInfo, ...]:
    """What this machine has, with "auto" first."""
    found = []
    for index in range(_gpu_count()):
        title = torch.cuda.get_device_name(index)
        found.append(DeviceInfo("cuda" if index == 0 else f"cuda:{index}", Text(title, title)))
    if torch.backends.mps.is_available():
        found.append(DeviceInfo("mps", Text("Apple GPU", "Apple GPU")))
    found.append(DeviceInfo("cpu", Text("CPU", "CPU")))
    best = found[0].title
    return (DeviceInfo("auto", Text(f"Automatic ({best.en})", f"自动（{best.zh}）")), *found)


def pick(name: str = "auto") -> torch.device:
    """The device called `name`; "auto" takes the first GPU, or the CPU where there is none.

    Raises:
        ExplorerError: The machine has no such device.
    """
    # Asked one by one: `torch.accelerator` names the GPU that torch was compiled for, also where there is none.
    if name == "auto":
        if _gpu_count():
            return torch.device("cuda", 0)
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError:
        raise _missing(name) from None
    if not _exists(device):
        raise _missing(name)
    return torch.device("cuda", device.index or 0) if device.type == "cuda" else device


def _exists(device: torch.device) -> bool:
    match device.type:
        case "cpu":
            return device.index in (None, 0)
        case "cuda":
            return (device.index or 0) < _gpu_count()
        case "mps":
            return torch.backends.mps.is_available()
        case _:
            return False


def _gpu_count() -> int:
    """NVIDIA GPUs that can be used; none where the driver fails, whatever it says there is."""
    if not torch.cuda.is_available():
        return 0
    try:
        torch.cuda.init()
    except (RuntimeError, torch.cuda.DeferredCudaCallError):
        return 0
    return torch.cuda.device_count()


def _missing(name: str) -> ExplorerError:
    names = ", ".join(info.name for info in devices())
    return ExplorerError(
        Text(f"This machine has no device {name!r}.", f"本机没有名为 {name!r} 的设备。"),
        Text(f"Choose one of: {names}.", f"可选：{names}。"),
    )


def precision_for(name: str, device: torch.device) -> str:
    """The precision to compute in: as asked, or for "auto" bfloat16 on a GPU that has it.

    On the CPU "auto" is float32 here: bfloat16 pays only on some, and only for large networks; see `training.speed`.
    """
    if name != "auto":
        return name
    return "bf16" if device.type == "cuda" and has_bf16(device) else "fp32"


def has_bf16(device: torch.device) -> bool:
    """The device computes with bfloat16 itself, instead of by way of float32."""
    if device.type == "cuda":
        with torch.cuda.device(device):
            return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    asked = [getattr(torch.cpu, name, None) for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported")]
    return device.type == "cpu" and any(ask() for ask in asked if ask is not None)


def multiply_adds(model: nn.Module, input_shape: Sequence[int]) -> float:
    """Of a forward pass of one image (C, H, W), by the convolutions and matrix products in it."""
    from torch.utils.flop_counter import FlopCounterMode

    was_training = [module.training for module in model.modules()]
    image = torch.zeros((1, *input_shape), device=next(model.parameters()).device)
    model.eval()
    try:
        with torch.no_grad(), FlopCounterMode(display=False) as counter:
            model(image)
    finally:
        for module, was in zip(model.modules(), was_training, strict=True):
            module.training = was
    return float(counter.get_total_flops()) / 2


def autocast(device: torch.device, precision: str) -> AbstractContextManager[object]:
    """Computes in `precision` what can be; enter it anew for each step."""
    if precision == "bf16":
        return torch.autocast(device.type, torch.bfloat16)
    return nullcontext()


def prefers_channels_last(model: nn.Module, device: torch.device) -> bool:
    """Images are better laid out with the channels innermost.

    Measured on one CPU thread, a step of batch 64 or less, share of the time with channels first: LeNet 0.85 (0.43 with
    ReLU), MNIST Inception 0.75, GoogLeNet 0.68, DenseNet 0.83, AlexNet 0.95, ResNet-18 1.06; but 1.33 for the
    batch normalisation written by hand, whose views do not follow the layout.
    """
    if device.type == "mps":
        return False
    leaves = (module for module in model.modules() if not any(module.children()))
    is_torchs_own = all(type(m).__module__.startswith("torch.") for m in leaves if any(True for _ in m.parameters()))
    return is_torchs_own and any(isinstance(module, nn.Conv2d) for module in model.modules())


def describe(name: str = "auto") -> Text:
    """The device in a few words: "CPU · 2 cores", "NVIDIA H200 · 2.1 / 139 GB" (used, all).

    Raises:
        ExplorerError: The machine has no such device.
    """
    device = pick(name)
    if device.type == "cuda":
        try:
            free, total = torch.cuda.mem_get_info(device)
        except RuntimeError:  # lost, or another program has all of its memory
            return Text(f"{device}: no answer", f"{device}：没有响应")
        words = f"{torch.cuda.get_device_name(device)} · {(total - free) / _GB:.1f} / {total / _GB:.0f} GB"
        return Text(words, words)
    if device.type == "mps":
        used = f"{torch.mps.driver_allocated_memory() / _GB:.1f} GB"
        return Text(f"Apple GPU · {used}", f"Apple GPU · {used}")
    cores = core_count()
    return Text(f"CPU · {cores} {'core' if cores == 1 else 'cores'}", f"CPU · {cores} 核")


def leave_a_core() -> None:
    """Has torch leave one core to the window; holds for the calling thread and those made later."""
    torch.set_num_threads(max(1, min(torch.get_num_threads(), core_count() - 1)))


def waiter(device: torch.device) -> Callable[[], object] | None:
    """What waits until `device` has done all that this thread gave it; None for one that is never behind."""
    if device.type == "cuda":
        return lambda: torch.cuda.current_stream(device).synchronize()
    return torch.mps.synchronize if device.type == "mps" else None


def free_cache(device: torch.device) -> None:
    """Gives memory back that is kept on the device for later; one that has failed has none to give."""
    if device.type == "cpu":
        memory.give_back()
        return
    with suppress(RuntimeError):
        if device.type == "cuda":
            with recording:
                torch.cuda.empty_cache()
        elif device.type == "mps":
            torch.mps.empty_cache()
