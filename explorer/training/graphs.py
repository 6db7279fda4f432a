"""Steps on an NVIDIA GPU as one recorded CUDA graph: a small network is bound by the time that kernels take to launch.

The first steps with a batch shape are taken plainly, which also makes what the optimizer keeps; then one is recorded,
without being carried out, and played back for every later batch of that shape. A smaller last batch is taken plainly.
"""

import contextlib
from collections import Counter
from collections.abc import Callable
from typing import Protocol, TypeVar

import torch
from torch import Tensor
from torch.optim import Optimizer

from explorer.bilingual import Text
from explorer.training import optimizers
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
        torch.cuda.synchronize(self._device)
        torch.cuda.empty_cache()  # what is kept for later cannot be given back while it records
        graph = torch.cuda.CUDAGraph()
        random = cuda_generator(self._device)
        drawn = random.get_state()
        self._stream.wait_stream(torch.cuda.current_stream(self._device))
        try:
            with torch.cuda.stream(self._stream):
                graph.capture_begin(capture_error_mode="thread_local")  # others may look into the network meanwhile
                _captured(work, graph)
        except RuntimeError:
            # A generator takes itself to be recorded still, and would draw nothing any more: it begins anew.
            random.graphsafe_set_state(torch.Generator(self._device).graphsafe_get_state())
            random.set_state(drawn)
            raise
        torch.cuda.current_stream(self._device).wait_stream(self._stream)
        return graph.replay


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

    def __init__(self, plain: Step, optimizer: Optimizer, recorder: Recorder) -> None:
        self._plain, self._optimizer, self._recorder = plain, optimizer, recorder
        self._seen: Counter[tuple[int, ...]] = Counter()
        self._replay: Callable[[], None] | None = None
        self._images = self._labels = self._loss = self._logits = torch.empty(0)
        self.trouble: Text | None = None

    def __call__(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        if self._replay is None and self.trouble is None:
            shape = tuple(images.shape)
            if self._seen[shape] < WARM_UPS:
                self._seen[shape] += 1
                return self._recorder.warm_up(lambda: self._plain(images, labels))
            self._record(images, labels)
        if self._replay is None or images.shape != self._images.shape:
            return self._plain(images, labels)
        self._images.copy_(images)
        self._labels.copy_(labels)
        self._replay()
        return self._loss.clone(), self._logits.clone()

    def _record(self, images: Tensor, labels: Tensor) -> None:
        self._images, self._labels = images.clone(), labels.clone()
        rates = [float(group["lr"]) for group in self._optimizer.param_groups]
        optimizers.make_recordable(self._optimizer)
        try:
            self._replay = self._recorder.record(self._step)
        except RuntimeError as error:
            optimizers.make_plain(self._optimizer)
            for group, rate in zip(self._optimizer.param_groups, rates, strict=True):
                group["lr"] = rate  # a float32 on the device has rounded it
            self._images = self._labels = torch.empty(0)
            reason = str(error).partition("\n")[0]
            self.trouble = Text(
                f"Steps cannot be recorded as a CUDA graph: {reason}",
                f"无法把训练步骤录制为 CUDA 图：{reason}",
            )

    def _step(self) -> None:
        loss, logits = self._plain(self._images, self._labels)
        self._loss, self._logits = loss.detach(), logits.detach()
