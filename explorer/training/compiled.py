"""Steps with a compiled network: `torch.compile` takes half a minute or more before the first one."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from explorer.bilingual import Text
from explorer.training.failures import is_out_of_memory
from explorer.training.stepper import Stepper


class CompiledStepper:
    """As the plain step, through `torch.compile`; plainly after all where the first one cannot be compiled.

    Attributes:
        trouble: Why steps are not compiled; None as long as they are.
    """

    def __init__(
        self,
        model: nn.Module,
        optimizer: Optimizer,
        device: torch.device,
        precision: str,
        *,
        label_smoothing: float = 0.0,
        clip_norm: float = 0.0,
    ) -> None:
        options = {"label_smoothing": label_smoothing, "clip_norm": clip_norm}
        self._model = model
        self._plain = Stepper(model, optimizer, device, precision, **options)
        # Its wrapper shares the weights and follows the mode of the model.
        compiled: Any = torch.compile(model)
        self._step = Stepper(compiled, optimizer, device, precision, **options)
        self._is_proven = False
        self.trouble: Text | None = None

    def __call__(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        if self._is_proven:
            return self._step(images, labels)
        if self.trouble is not None:
            return self._plain(images, labels)
        before = [buffer.clone() for buffer in self._model.buffers()]
        try:
            result = self._step(images, labels)
        except RuntimeError as error:  # what the compiler raises is one
            if is_out_of_memory(error):
                raise
            for buffer, value in zip(self._model.buffers(), before, strict=True):
                buffer.copy_(value)
            reason = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
            self.trouble = Text(f"The network cannot be compiled: {reason}", f"无法编译该网络：{reason}")
            return self._plain(images, labels)
        self._is_proven = True
        return result
