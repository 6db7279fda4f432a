"""What went wrong in a training, in words that say what to change."""

import contextlib
import math
import traceback
from collections.abc import Iterator

import torch

from explorer.bilingual import Text
from explorer.errors import BatchTooLarge, ExplorerError
from explorer.training import device as devices

_OUT_OF_MEMORY = (
    "out of memory",
    "can't allocate memory",
    "not enough memory",
    "CUBLAS_STATUS_ALLOC_FAILED",
    "CUDNN_STATUS_ALLOC_FAILED",
    # What cuBLAS and cuDNN say where no memory is left to begin with, or for any way to convolve.
    "CUBLAS_STATUS_NOT_INITIALIZED",
    "CUDNN_STATUS_NOT_INITIALIZED",
    "Unable to find a valid cuDNN algorithm",
)


class PeerLost(ExplorerError):  # noqa: N818 - it says what happened
    """Another process of a training in several processes is gone."""

    def __init__(self) -> None:
        super().__init__(
            Text("Another process of this training ended.", "本次训练的另一个进程已结束。"),
            Text(
                "Its reason is above, if it had one to tell. The run can be resumed, with any number of processes.",
                "如有原因，见上文。该运行可以用任意数量的进程继续。",
            ),
        )


class Diverged(ExplorerError):  # noqa: N818 - it says what happened
    """The loss of `step` is not a finite number; `layer` is the first one whose output is not, where that is known."""

    def __init__(self, step: int, lr: float, layer: str | None = None) -> None:
        where, where_zh = ("", "") if layer is None else (f", first in the layer {layer}", f"，最先出现在层 {layer}")
        super().__init__(
            Text(
                f"The loss stopped being a number at step {step}{where}.",
                f"第 {step} 步的损失不再是有限的数{where_zh}。",
            ),
            Text(
                f"Use a smaller learning rate than {lr:g}, for example {_rounded(lr / 10)}. The weights that were "
                "saved before are kept.",
                f"请把学习率调到 {lr:g} 以下，例如 {_rounded(lr / 10)}。此前保存的权重仍然保留。",
            ),
        )
        self.step, self.lr = step, lr


def _rounded(value: float) -> str:
    return format(float(format(value, ".1g")), "g")


@contextlib.contextmanager
def explained(*, batch_size: int, device: torch.device) -> Iterator[None]:
    """Raises known failures of what is done in it in their words, and gives the memory of `device` back at the end.

    Raises:
        ExplorerError: What torch raised, as `explain` words it; a defect is raised as it is.
    """
    try:
        yield
    except (RuntimeError, MemoryError, ValueError) as error:
        known = explain(error, batch_size=batch_size, device=device)
        if known is None:
            raise
        raise known from None
    finally:
        devices.free_cache(device)


def explain(error: BaseException, *, batch_size: int, device: torch.device) -> ExplorerError | None:
    """The known failure that `error` is; None for a defect. Frees what the failed step held in memory."""
    text = str(error)
    if is_out_of_memory(error):
        traceback.clear_frames(error.__traceback__)
        return _out_of_memory(batch_size, device)
    if isinstance(error, ValueError) and "value per channel" in text and "more than" in text:
        return _batch_of_one(batch_size)
    if isinstance(error, RuntimeError) and "does not have a deterministic implementation" in text:
        return _not_exact(text.partition(" ")[0])
    if device.type != "cpu" and isinstance(error, RuntimeError):
        if "no kernel image" in text:
            return _device_unknown(device)
        if _is_lost(error):
            return _device_lost(device, text.partition("\n")[0])
    return None


def is_out_of_memory(error: BaseException) -> bool:
    """Whether Python, the CPU or the GPU had no memory left."""
    known = isinstance(error, MemoryError | torch.OutOfMemoryError)
    return known or any(words in str(error) for words in _OUT_OF_MEMORY)


def with_fitting_batch(known: ExplorerError, size: int | None) -> ExplorerError:
    """`known`, with the batch size that was found to fit; None where not even one image does."""
    if size is None:
        return ExplorerError(known.message, _SMALLER)
    hint = Text(f"A batch size of {size} fits: it was tried.", f"批量大小 {size} 放得下：已经试过。")
    return BatchTooLarge(known.message, hint, size)


_SMALLER = Text("Choose smaller images or a smaller network.", "请选择更小的图像或更小的网络。")


def _out_of_memory(batch_size: int, device: torch.device) -> ExplorerError:
    place, place_zh = ("the memory", "内存") if device.type == "cpu" else ("the memory of the GPU", "GPU 显存")
    less = 2 ** max(0, math.ceil(math.log2(batch_size)) - 1) if batch_size > 1 else 0
    hint = Text(f"Use a batch size of {less} or less.", f"请把批量大小设为 {less} 或更小。") if less else _SMALLER
    return ExplorerError(
        Text(f"A batch of {batch_size} images does not fit in {place}.", f"一批 {batch_size} 张图像放不进{place_zh}。"),
        hint,
    )


def _batch_of_one(batch_size: int) -> ExplorerError:
    if batch_size > 1:  # the last batch is never one image beside others
        hint = Text("Train with two images or more.", "请至少用两张图像训练。")
    else:
        hint = Text("Use a batch size of 2 or more.", "请把批量大小设为 2 或更大。")
    return ExplorerError(
        Text(
            "Batch normalisation cannot learn from batches of one image.",
            "批量规范化无法用只有一张图像的批量来学习。",
        ),
        hint,
    )


def _not_exact(operation: str) -> ExplorerError:
    return ExplorerError(
        Text(
            f"The network has an operation that a GPU does not repeat exactly: {operation}.",
            f"网络中有 GPU 无法精确重复的运算：{operation}。",
        ),
        Text('Switch off "Exact on a GPU", or train on the CPU.', "请关闭“GPU 上精确重复”，或改用 CPU 训练。"),
    )


def _is_lost(error: RuntimeError) -> bool:
    """An error of the device itself, after which nothing can be computed there any more in this process."""
    text = str(error)
    is_call = any(words in text for words in ("CUBLAS_STATUS", "capturing", "error: invalid"))  # of the one call
    return text.startswith(("CUDA error", "HIP error")) and not is_call


def _device_lost(device: torch.device, reason: str) -> ExplorerError:
    return ExplorerError(
        Text(f"The device {device} stopped working ({reason}).", f"设备 {device} 已停止工作（{reason}）。"),
        Text(
            "Start the program again and resume the run, or train on the CPU.",
            "请重启程序后继续该运行，或改用 CPU 训练。",
        ),
    )


def _device_unknown(device: torch.device) -> ExplorerError:
    return ExplorerError(
        Text(
            f"The installed PyTorch {torch.__version__} cannot compute on the device {device}.",
            f"已安装的 PyTorch {torch.__version__} 无法在设备 {device} 上计算。",
        ),
        Text(
            "Install one for this GPU (see pytorch.org), or train on the CPU.",
            "请安装支持该 GPU 的版本（见 pytorch.org），或改用 CPU 训练。",
        ),
    )
