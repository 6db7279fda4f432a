"""Steps on an NVIDIA GPU as one recorded CUDA graph: a small network is bound by the time that kernels take to launch.

The first steps with a batch shape are taken plainly, which also makes what the optimizer keeps; then one is recorded,
without being carried out, and played back for every later batch of that shape. A smaller last batch is taken plainly.
"""

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Protocol, TypeVar

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from explorer.bilingual import Text
from explorer.training import optimizers
from explorer.training.device import recording
from explorer.training.failures import is_out_of_memory
from explorer.training.random_state import cuda_generator
from explorer.training.stepper import Step

WARM_UPS = 3  # libraries choose their ways in the first ones

Result = TypeVar("Result")


class Recorder(Protocol):
    """Records what a piece of work has the device do."""

    def warm_up(self, work: Callable[[], Result]) -> Result:
        """Carries `work` out where it would be recorded."""

    def record(self, work: Callable[[], None]) -> Callable[[], None]:
        """Records `work` without carrying it out; what is returned carries it out.

        Raises:
            RuntimeError: It has something in it that cannot be recorded.
        """


class CudaRecorder:
    """Records CUDA graphs."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._stream = torch.cuda.Stream(device)

    def warm_up(self, work: Callable[[], Result]) -> Result:
        now = torch.cuda.current_stream(self._device)
        self._stream.wait_stream(now)
        with torch.cuda.stream(self._stream):
            result = work()
        now.wait_stream(self._stream)
        return result

    def record(self, work: Callable[[], None]) -> Callable[[], None]:
        # Not by `torch.cuda.graph`, which collects garbage: on this thread it must not be, see gui/collector.
        with recording:
            torch.cuda.synchronize(self._device)
            torch.cuda.empty_cache()  # what is kept for later cannot be given back while it records
            graph, pool = torch.cuda.CUDAGraph(), torch.cuda.graph_pool_handle()
            random = cuda_generator(self._device)
            drawn = random.get_state()
            self._stream.wait_stream(torch.cuda.current_stream(self._device))
            try:
                with torch.cuda.stream(self._stream):
                    # Thread-local: others may compute on the device meanwhile.
                    graph.capture_begin(pool=pool, capture_error_mode="thread_local")
                    _captured(work, graph)
            except RuntimeError:
                self._end_allocations(pool)
                # A generator takes itself to be recorded still, and would draw nothing any more: it begins anew.
                random.graphsafe_set_state(torch.Generator(self._device).graphsafe_get_state())
                random.set_state(drawn)
                raise
        torch.cuda.current_stream(self._device).wait_stream(self._stream)
        return graph.replay

    def _end_allocations(self, pool: Any) -> None:
        """Of a recording that was broken off: before torch 2.12 its memory counts as being recorded into for ever.

        Nothing could be given back to the device then, and trying to would end the run (PyTorch pull request 180395).
        """
        with contextlib.suppress(RuntimeError):  # newer ones have ended it themselves
            torch._C._cuda_endAllocateToPool(self._device.index or 0, pool)


def _captured(work: Callable[[], None], graph: torch.cuda.CUDAGraph) -> None:
    """Does `work`, and ends the capture that has begun; what went wrong first is what is raised."""
    try:
        work()
    except BaseException:
        with contextlib.suppress(RuntimeError):
            graph.capture_end()
        raise
    graph.capture_end()


class GraphStepper:
    """Takes the steps of `plain` by playing back a recorded one.

    Attributes:
        trouble: Why steps are taken plainly after all; None as long as they need not be.
    """

    def __init__(self, plain: Step, model: nn.Module, optimizer: Optimizer, recorder: Recorder) -> None:
        self._plain, self._model, self._optimizer, self._recorder = plain, model, optimizer, recorder
        self._seen: Counter[tuple[int, ...]] = Counter()
        self._replay: Callable[[], None] | None = None
        self._images = self._labels = self._loss = self._logits = torch.empty(0)
        self.trouble: Text | None = None

    def __call__(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        if self._replay is None and self.trouble is None:
            shape = tuple(images.shape)
            if self._seen[shape] < WARM_UPS:
                self._seen[shape] += 1
                return self._recorder.warm_up(lambda: self._plainly(images, labels))
            self._record(images, labels)
        if self._replay is None:
            return self._plain(images, labels)
        if images.shape != self._images.shape:
            return self._beside_the_recording(images, labels)
        self._images.copy_(images)
        self._labels.copy_(labels)
        self._replay()
        return self._loss.clone(), self._logits.clone()

    def _plainly(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """A plain step with the bits of a recorded one, so that a resumed run has those of one that was not stopped."""
        with optimizers.rounded_rates(self._optimizer):
            loss, logits = self._plain(images, labels)
        # What autograd keeps for them belongs to the stream of this step, and is not to be met while recording.
        return loss.detach(), logits.detach()

    def _beside_the_recording(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """A plain step; where the recording has left no memory for it, without a recording from now on."""
        before = [buffer.clone() for buffer in self._model.buffers()]
        try:
            return self._plainly(images, labels)
        except RuntimeError as error:
            if not is_out_of_memory(error):
                raise
            self._give_up(error)
        with torch.no_grad():
            for buffer, value in zip(self._model.buffers(), before, strict=True):
                buffer.copy_(value)
        return self._plain(images, labels)

    def _record(self, images: Tensor, labels: Tensor) -> None:
        self._images, self._labels = images.clone(), labels.clone()
        rates = [optimizers.rate_of(group) for group in self._optimizer.param_groups]
        optimizers.make_recordable(self._optimizer)
        own = _OwnValues(self._model)
        try:
            replay = self._recorder.record(self._step)
            own.check()
            self._replay = replay
        except RuntimeError as error:
            own.put_back()  # those of a step that was not carried out
            self._give_up(error)
            for group, rate in zip(self._optimizer.param_groups, rates, strict=True):
                group["lr"] = rate  # a float32 on the device has rounded it

    def make_room(self, error: RuntimeError) -> bool:
        """Lets the recording go, whose memory is for nothing else, and takes plain steps; False where there is none."""
        if self._replay is None:
            return False
        self._give_up(error)
        return True

    def _give_up(self, error: RuntimeError) -> None:
        optimizers.make_plain(self._optimizer)
        self._replay = None
        for parameter in self._model.parameters():
            parameter.grad = None  # of the recorded step, in its memory
        self._images = self._labels = self._loss = self._logits = torch.empty(0)
        reason = reason_zh = str(error).partition("\n")[0]
        if is_out_of_memory(error):  # of which torch tells a paragraph
            reason, reason_zh = "the memory of the GPU is not enough for it.", "GPU 显存不足。"
        self.trouble = Text(
            f"Steps cannot be recorded as a CUDA graph: {reason}",
            f"无法把训练步骤录制为 CUDA 图：{reason_zh}",
        )

    def _step(self) -> None:
        loss, logits = self._plain(self._images, self._labels)
        self._loss, self._logits = loss.detach(), logits.detach()


class _OwnValues:
    """The tensors and numbers that modules have as attributes, beside their weights.

    A step may change tensors in place. One that puts another in their place, or counts in Python, does so once when it
    is recorded, and never when it is played back.
    """

    def __init__(self, model: nn.Module) -> None:
        self._paths = {module: path for path, module in model.named_modules()}
        self._before = {module: dict(self._of(module)) for module in self._paths}

    def check(self) -> None:
        """Raises RuntimeError where one is not what it was."""
        for module, path in self._paths.items():
            for name, value in self._of(module):
                if not _is_same(value, self._before[module].get(name)):
                    raise RuntimeError(f"every step puts another value in the place of {path or 'model'}.{name}")

    def put_back(self) -> None:
        for module, values in self._before.items():
            for name, value in values.items():
                if not _is_same(getattr(module, name), value):
                    setattr(module, name, value)

    @staticmethod
    def _of(module: nn.Module) -> Iterator[tuple[str, Any]]:
        for name, value in (*vars(module).items(), *module.named_buffers(recurse=False)):
            if isinstance(value, Tensor | int | float):
                yield name, value


def _is_same(one: Any, other: Any) -> bool:
    return one is other or (not isinstance(one, Tensor) and not isinstance(other, Tensor) and bool(one == other))
