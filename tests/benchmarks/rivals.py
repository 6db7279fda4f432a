"""Ways to train one network, each as an endless generator of pieces of work that can be interrupted and timed.

What a generator yields is the number of images it has just learned from; None says that the time since its last value
was spent on something else (a test, saving at the end of an epoch) and does not count.
"""

from __future__ import annotations

import contextlib
import logging
import tempfile
import threading
import warnings
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader
from torch.utils.data import Dataset as TorchDataset

from explorer import catalogue
from explorer.data.batches import Batches
from explorer.data.split import Dataset, Split
from explorer.runs.plan import RunPlan
from explorer.runs.shelf.store import Store
from explorer.runs.work.execute import Execution
from explorer.training import device as devices
from explorer.training import initialise, optimizers
from explorer.training.config import TrainConfig
from explorer.training.events import Started, Steps

if TYPE_CHECKING:
    from pathlib import Path

    from explorer.catalogue import Choice

Work = Iterator[int | None]
LR = 0.01


@dataclass(frozen=True)
class Case:
    """One network on images of a size: what is the same for all ways.

    Attributes:
        side: To which images of `source` pixels are resized.
        every: Steps between two values of a generator: about 50 ms.
    """

    title: str
    architecture: str
    side: int
    batch_size: int
    channels: int = 1
    source: int = 28
    settings: tuple[tuple[str, Any], ...] = ()
    every: int = 1

    @property
    def choice(self) -> Choice:
        shape = (self.channels, self.side, self.side)
        return catalogue.find(self.architecture).choose(input_shape=shape, settings=dict(self.settings))

    def model(self) -> nn.Module:
        return initialise.build(self.choice, seed=0, initialisation="xavier")

    def config(self, device: torch.device, precision: str, speed: str) -> TrainConfig:
        return TrainConfig(
            epochs=100_000,
            batch_size=self.batch_size,
            lr=LR,
            device=str(device),
            precision=precision,
            speed=speed,
            threads=torch.get_num_threads(),
        )


def images(case: Case, count: int) -> Dataset:
    """Noise: what is learned does not matter to the time that it takes."""
    generator = torch.Generator().manual_seed(0)
    shape = (case.channels, case.source, case.source)

    def split(many: int) -> Split:
        pixels = torch.randint(0, 256, (many, *shape), dtype=torch.uint8, generator=generator)
        return Split(pixels, torch.arange(many) % 10)

    return Dataset("noise", tuple("0123456789"), split(count), split(16))


class PerImage(TorchDataset[tuple[Tensor, int]]):
    """Images as torchvision's data sets give them: each one through Pillow, resized and made a tensor."""

    def __init__(self, split: Split, side: int) -> None:
        from torchvision import transforms

        self._pixels = [image.permute(1, 2, 0).squeeze(-1).numpy() for image in split.images]
        self._labels = split.labels.tolist()
        self._transform = transforms.Compose([transforms.Resize(side), transforms.ToTensor()])

    def __len__(self) -> int:
        return len(self._labels)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        return self._transform(Image.fromarray(self._pixels[index])), self._labels[index]


def loader(case: Case, data: Dataset, workers: int) -> DataLoader[tuple[Tensor, int]]:
    """As the lecture loads its data: resize and to-tensor of each image."""
    return DataLoader(PerImage(data.train, case.side), case.batch_size, shuffle=True, num_workers=workers)


def lecture(case: Case, data: Dataset, device: torch.device, workers: int) -> Work:
    """The loop of the lectures: loss and accuracy of each batch are read from the device and summed up."""
    batches = loader(case, data, workers)
    model = case.model().to(device).train()
    optimizer = torch.optim.SGD(model.parameters(), lr=LR, momentum=0.9)
    loss_of = nn.CrossEntropyLoss()
    sums, pending = [0.0, 0.0, 0.0], 0
    while True:
        for step, (x, y) in enumerate(batches):
            optimizer.zero_grad()
            x, y = x.to(device), y.to(device)
            answer = model(x)
            loss = loss_of(answer, y)
            loss.backward()
            optimizer.step()
            with torch.no_grad():
                right = (answer.argmax(dim=1).type(y.dtype) == y).type(y.dtype).sum()
                for place, value in enumerate((loss * len(x), right, len(x))):
                    sums[place] += float(value)
            pending += len(x)
            if (step + 1) % case.every == 0:
                yield pending
                pending = 0


def bare(case: Case, data: Dataset, device: torch.device, *, precision: str, channels_last: bool) -> Work:
    """Nothing but the steps, over this program's batches, with the flags that this program would set."""
    model = case.model().to(device).train()
    if channels_last:
        model.to(memory_format=torch.channels_last)
    optimizer = optimizers.make(case.config(device, precision, "plain"), model, device)
    batches = batches_of(case, data, device, channels_last=channels_last)
    is_mixed = precision == "bf16"
    epoch = pending = 0
    while True:
        for step, (x, y) in enumerate(batches.epoch(epoch)):
            if is_mixed:
                with torch.autocast(device.type, torch.bfloat16):
                    loss = cross_entropy(model(x).float(), y)
            else:
                loss = cross_entropy(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            pending += len(y)
            if (step + 1) % case.every == 0:
                yield pending
                pending = 0
        epoch += 1


def batches_of(case: Case, data: Dataset, device: torch.device, *, channels_last: bool) -> Batches:
    mean, std = data.normalisation(case.channels)
    return Batches(
        data.train,
        batch_size=case.batch_size,
        input_shape=case.choice.input_shape,
        mean=mean,
        std=std,
        device=device,
        seed=0,
        shuffle=True,
        channels_last=channels_last,
    )


def ours(case: Case, data: Dataset, device: torch.device, *, precision: str, speed: str, root: Path) -> Ours:
    """A run of this program as its window and its command line train it, with everything recorded."""
    return Ours(case, data, case.config(device, precision, speed), root)


class Ours:
    """`precision` and `speed` are what the run has chosen, once it has begun."""

    def __init__(self, case: Case, data: Dataset, config: TrainConfig, root: Path) -> None:
        self.precision = self.speed = ""
        self._work = self._events(RunPlan(case.choice, "digits", None, config).decided(), data, root)

    def __iter__(self) -> Work:
        return self

    def __next__(self) -> int | None:
        return next(self._work)

    def close(self) -> None:
        self._work.close()

    def _events(self, plan: RunPlan, data: Dataset, root: Path) -> Generator[int | None, None, None]:
        store = Store(root)
        record = store.create(plan)
        recorder = store.recorder(record.id)
        execution = Execution(plan, record.id, store.folder(record.id))
        execution._dataset = data  # instead of what `digits` would load
        is_learning = False
        events = execution.events()
        with contextlib.closing(recorder), contextlib.closing(events):
            for event in events:
                recorder.append(event)
                if isinstance(event, Started):
                    self.precision = event.precision
                    self.speed = event.speed.en if event.speed else "by rule"
                # The time to an epoch's first report begins before its first step, with what the last left to do.
                counts = isinstance(event, Steps) and is_learning
                is_learning = isinstance(event, Steps)
                yield event.images if counts and isinstance(event, Steps) else None


class Turns:
    """Has a loop that cannot be interrupted run on a thread of its own, for a piece at a time."""

    def __init__(self, work: Callable[[Callable[[int], None]], object]) -> None:
        self._mine, self._theirs = threading.Semaphore(0), threading.Semaphore(0)
        self._images = 0
        self._error: BaseException | None = None
        self._is_over = False
        self._work = work
        self._thread = threading.Thread(target=self._main, daemon=True)

    def __iter__(self) -> Work:
        self._thread.start()
        try:
            while True:
                self._theirs.release()
                self._mine.acquire()
                if self._error is not None:
                    raise self._error
                yield self._images
        finally:
            self._is_over = True
            self._theirs.release()
            self._thread.join(10)

    def _main(self) -> None:
        self._theirs.acquire()
        try:
            self._work(self._done)
        except _Over:
            return
        except BaseException as error:  # noqa: BLE001 - raised again by whoever waits
            self._error = error
        self._mine.release()

    def _done(self, images: int) -> None:
        self._images = images
        self._mine.release()
        self._theirs.acquire()
        if self._is_over:
            raise _Over


class _Over(BaseException):
    """Nobody wants more of it."""


def lightning(
    case: Case, data: Dataset, device: torch.device, *, workers: int, own_batches: bool = False
) -> Work | None:
    """PyTorch Lightning as it comes, with a logger, checkpoints and a progress bar; None where it is not installed.

    Args:
        own_batches: Learns from this program's batches instead of the lecture's.
    """
    try:
        import lightning as pl
    except ImportError:
        return None
    warnings.filterwarnings("ignore", module="lightning.*")
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)

    class Module(pl.LightningModule):  # type: ignore[name-defined,misc]
        def __init__(self) -> None:
            super().__init__()
            self.model = case.model()

        def training_step(self, batch: tuple[Tensor, Tensor], index: int) -> Tensor:
            x, y = batch
            answer = self.model(x)
            loss = cross_entropy(answer, y)
            self.log("loss", loss, prog_bar=True)
            self.log("accuracy", (answer.argmax(1) == y).float().mean(), prog_bar=True)
            return loss

        def configure_optimizers(self) -> torch.optim.Optimizer:
            return torch.optim.SGD(self.parameters(), lr=LR, momentum=0.9)

    def train(done: Callable[[int], None]) -> None:
        accelerator = "gpu" if device.type == "cuda" else device.type
        with tempfile.TemporaryDirectory() as folder:
            trainer = pl.Trainer(max_epochs=-1, accelerator=accelerator, devices=1, default_root_dir=folder)
            trainer.fit(Module(), _Announced(source, case.every, done))

    source: Any = loader(case, data, workers)
    if own_batches:
        source = _Endless(batches_of(case, data, device, channels_last=False))
    return iter(Turns(train))


class _Endless:
    """The batches of one epoch after the other."""

    def __init__(self, batches: Batches) -> None:
        self._batches, self._epoch = batches, 0

    def __len__(self) -> int:
        return len(self._batches)

    def __iter__(self) -> Iterator[Any]:
        yield from self._batches.epoch(self._epoch)
        self._epoch += 1


class _Announced:
    """Batches of `source`; before every so many of them it is told how many images those before had."""

    def __init__(self, source: Any, every: int, done: Callable[[int], None]) -> None:
        self._source, self._every, self._done = source, every, done

    def __len__(self) -> int:
        return len(self._source)

    def __iter__(self) -> Iterator[Any]:
        pending = 0
        for step, batch in enumerate(self._source):
            if step and step % self._every == 0:
                self._done(pending)
                pending = 0
            pending += len(batch[1])
            yield batch


def is_channels_last(case: Case, device: torch.device) -> bool:
    return devices.prefers_channels_last(case.model(), device)
