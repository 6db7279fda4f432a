"""Training in several processes that torchrun started, through torch's own DistributedDataParallel.

Every process has the whole model and the whole order of images, and learns from its share of each batch; the batch of
a plan is what all of them take together. Gradients are averaged, weighted by the sizes of the shares, so that a step
is the same as in one process, but for the order of the sums. Batch normalisation is the exception: each process
normalises by its own share, and the running statistics are those of the first.

What dropout draws follows from seed, process, epoch and batch, without a state of each process that would have to be
kept. With more than two processes the last digits of a sum depend on how the gradients lie in the memory that is
exchanged; `SharedStepper` sees to it that they always lie alike. So a run goes on to the bit with as many processes,
whichever of them was killed.
"""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

import numpy as np
import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from explorer.bilingual import Text
from explorer.data.batches import Batches
from explorer.errors import ExplorerError
from explorer.training import device as devices
from explorer.training.config import TrainConfig
from explorer.training.failures import PeerLost
from explorer.training.loop import Setup
from explorer.training.metrics import Part
from explorer.training.pace import Pace
from explorer.training.random_state import reseed
from explorer.training.stepper import Stepper
from explorer.training.world import World

TIMEOUT = timedelta(hours=1)  # the first process may save or download for so long while the others wait
_MOST_STEPS = 1 << 20  # between two reports
_STEPS_TO_ARRANGE = 2  # DistributedDataParallel learns in the first what is used, in the second in which order

Value = TypeVar("Value")


class Team(Pace):
    """This process among those that train together: who it is, what its share is, and what they agree on.

    All processes call `agree`, `hand_out`, `collect`, `gather` and `align` in the same order. Only the first decides,
    saves and reports. A report is due after a number of batches that the first process has set by its clock.

    Raises:
        PeerLost: From any method that talks to the others, when one of them is gone.
    """

    def __init__(self, world: World, report_seconds: float) -> None:
        super().__init__(report_seconds)
        self._world = world
        self.device = torch.device("cpu")
        self._every = self._done = 0
        self._is_over = False  # for everybody
        self._releases: list[Callable[[], None]] = []
        self._sizes: list[tuple[int, float]] = []  # of the batches since the last report: images here, weight

    @property
    def is_first(self) -> bool:
        return self._world.rank == 0

    @property
    def rank(self) -> int:
        return self._world.rank

    def take_device(self, name: str) -> torch.device:
        """The device called `name`; on a machine with GPUs each process takes the one of its local rank.

        Raises:
            ExplorerError: There are not enough of them, or one is named that all would share.
        """
        self.device = devices.pick(name)
        if self.device.type == "cuda":
            if ":" in name or self._world.local_size > torch.cuda.device_count():
                raise _too_few(self._world.local_size, torch.cuda.device_count())
            self.device = torch.device("cuda", self._world.local_rank)
            torch.cuda.set_device(self.device)
        return self.device

    # -- shares -----------------------------------------------------------------------------------------------------

    def share_of(self, count: int) -> tuple[int, int]:
        """Which of the `count` images of a batch this process takes: from, to.

        Of a batch with less than two images for each process everybody takes all, and the first one's counts.
        """
        rank, size = self._world.rank, self._world.size
        if count < 2 * size:
            return 0, count
        return rank * count // size, (rank + 1) * count // size

    def note(self, count: int) -> None:
        """A share of a batch of `count` images is about to be used."""
        first, end = self.share_of(count)
        here = end - first
        if count < 2 * self._world.size:
            here = count if self.is_first else 0
        self._sizes.append((here, here * self._world.size / count))

    @property
    def weight(self) -> float:
        """What the loss of the newest share is multiplied by, so that the mean gradient is that of the batch."""
        return self._sizes[-1][1]

    @property
    def newest_count(self) -> int:
        """Images of the newest share that are counted here: none of a batch that everybody takes, but at the first."""
        return self._sizes[-1][0]

    def reseed(self, seed: int, epoch: int, batch: int) -> None:
        """Has torch's random numbers of a step follow from these and from the rank."""
        mixed = np.random.SeedSequence((seed, self._world.rank, epoch, batch)).generate_state(1, np.uint32)
        reseed(int(mixed[0]), self.device)

    # -- pace -------------------------------------------------------------------------------------------------------

    def is_due(self) -> bool:
        self._done += 1
        return self._done >= self._every

    def agree(self, *, goes_on: bool = True, factor: float = 1.0) -> tuple[bool, float]:
        """Tells the others whether to go on and with which factor of the learning rate; they are told."""
        if self._done:
            fitting = self._done * self.report_seconds / max(self.seconds, 1e-6)
            self._every = max(1, min(int(fitting), 2 * self._done, _MOST_STEPS))
        said = torch.tensor([float(goes_on), float(self._every), factor], dtype=torch.float64)
        _or_lost(lambda: dist.broadcast(said, 0))
        self._every, self._done = max(int(said[1]), 1), 0
        self._is_over = not said[0]
        return bool(said[0]), float(said[2])

    def gather(self, part: Part) -> Part:
        sizes, self._sizes = self._sizes, []
        if not part.counts:
            return part
        here = [count for count, _ in sizes]
        sums = torch.tensor(
            [
                [loss * count if count else 0.0 for loss, count in zip(part.losses, here, strict=True)],
                [correct if count else 0 for correct, count in zip(part.corrects, here, strict=True)],
                here,
            ],
            dtype=torch.float64,
        )
        sums = self._sum(sums)
        losses, corrects, counts = sums[0] / sums[2], sums[1], sums[2]
        return Part(
            tuple(losses.tolist()), tuple(int(x) for x in corrects.tolist()), tuple(int(x) for x in counts.tolist())
        )

    def _sum(self, here: Tensor) -> Tensor:
        """The sum over all processes, by rank; the engine's own depends in its last digits on how much is summed."""
        each = [torch.empty_like(here) for _ in range(self._world.size)]
        _or_lost(lambda: dist.all_gather(each, here))
        total = each[0]
        for other in each[1:]:
            total = total + other
        return total

    def align(self, model: nn.Module) -> None:
        for value in model.state_dict(keep_vars=True).values():
            here = value.detach().contiguous()
            _or_lost(lambda here=here: dist.broadcast(here, 0))  # type: ignore[misc]
            value.detach().copy_(here)

    def hand_out(self, value: Value) -> Value:
        """Gives `value` of the first process to everybody."""
        box = [value]
        _or_lost(lambda: dist.broadcast_object_list(box, 0))
        return box[0]

    def collect(self, value: Value) -> list[Value]:
        """The `value` of everybody, by rank, at the first process; the others get an empty list."""
        box: list[Any] | None = [None] * self._world.size if self.is_first else None
        _or_lost(lambda: dist.gather_object(value, box, 0))
        return box or []

    def conclude(self) -> None:
        """The training has come to its end, for everybody."""
        self._is_over = True

    def at_the_end(self, release: Callable[[], None]) -> None:
        """Has `release` called before the connections are closed: what uses them is to be gone by then."""
        self._releases.append(release)

    def leave(self) -> None:
        """The end: nothing more is said to the others. Where all have come to it, they part at the same time."""
        if not dist.is_initialized():
            return
        if self._is_over:  # who closes a connection that another still uses ends that one by an error
            with contextlib.suppress(RuntimeError):
                dist.all_reduce(torch.zeros(1))  # on the CPU, where `barrier` would begin NCCL
        for release in self._releases:
            release()
        self._releases.clear()
        dist.destroy_process_group()


class Shares:
    """The shares that one process takes of `batches`; with a `seed` the random numbers begin anew before each."""

    def __init__(self, batches: Batches, team: Team, seed: int | None = None) -> None:
        self._batches, self._team, self._seed = batches, team, seed
        self.image_count = batches.image_count

    def __len__(self) -> int:
        return len(self._batches)

    def epoch(self, epoch: int, start: int = 0) -> Iterator[tuple[Tensor, Tensor]]:
        """As `Batches.epoch`, of each batch the share."""
        shares = self._batches.epoch(epoch, start, share=self._team.share_of)
        both = zip(self._batches.bounds[start:], shares, strict=True)
        for number, ((first, end), share) in enumerate(both, start):
            self._team.note(end - first)
            if self._seed is not None:
                self._team.reseed(self._seed, epoch, number)
            yield share


class SharedStepper(Stepper):
    """The plain step over a share, with the gradient of the whole batch.

    DistributedDataParallel exchanges the gradients during the backward pass, and before each forward pass gives the
    buffers of the first process to all. A step that is not taken because a process is gone leaves the model as it was.
    """

    def __init__(self, model: nn.Module, *args: Any, team: Team, **options: Any) -> None:
        places = [team.device] if team.device.type == "cuda" else None
        # Static: of a network with parts that learn nothing the unused gradients are found in the first step.
        wrapped = DistributedDataParallel(model, device_ids=places, static_graph=True)
        super().__init__(wrapped, *args, **options)
        self._own, self._team = model, team
        team.at_the_end(self._release)
        self._is_arranged = False
        self._buffers = list(model.buffers())
        self._before = [buffer.clone() for buffer in self._buffers]

    def backward(self, loss: Tensor) -> None:
        (loss * self._team.weight).backward()

    def __call__(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        if self._buffers:
            torch._foreach_copy_(self._before, self._buffers)
        try:
            if not self._is_arranged:
                self._arrange(images, labels)
            return super().__call__(images, labels)
        except RuntimeError as error:
            if is_lost(error):
                self._put_back()
                raise PeerLost from error
            raise

    def _arrange(self, images: Tensor, labels: Tensor) -> None:
        """Has the engine lay the gradients in the order in which they become ready, as it does after two steps.

        Else the first two steps of a run, and those after each resume, would add them up in another order than the
        others. Two images tell the order; nothing is learned from them.
        """
        device = self._team.device
        for _ in range(_STEPS_TO_ARRANGE):
            with torch.random.fork_rng([device] if device.type == "cuda" else []):
                self.backward(self._forward(images[:2], labels[:2])[0])
            self._put_back()
        self._is_arranged = True

    def _release(self) -> None:
        """Lets go of the engine: of torch 2.8 it does not come back when it is forgotten after the others are gone."""
        self._model = self._own

    def _put_back(self) -> None:
        if self._buffers:
            torch._foreach_copy_(self._buffers, self._before)


def shared(setup: Setup, team: Team, config: TrainConfig) -> Setup:
    """`setup` for one process of `team`: its shares of the batches, and steps that exchange the gradients."""
    assert isinstance(setup.train, Batches)
    assert isinstance(setup.test, Batches)
    stepper = SharedStepper(
        setup.model,
        setup.optimizer,
        setup.device,
        setup.precision,
        label_smoothing=config.label_smoothing,
        clip_norm=config.clip_norm,
        team=team,
    )
    train, test = Shares(setup.train, team, config.seed), Shares(setup.test, team)
    return replace(setup, train=train, test=test, stepper=stepper, pace=team)


def join(world: World, report_seconds: float) -> Team:
    """Waits until all processes are there."""
    # NCCL is not begun before the first gradient on a GPU; what the processes say to each other goes through gloo.
    backend = "cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo"
    with _chatter_aside():
        dist.init_process_group(backend, timeout=TIMEOUT)
    return Team(world, report_seconds)


@contextlib.contextmanager
def _chatter_aside() -> Iterator[None]:
    """What native code prints within goes to standard error: gloo of torch 2.8 tells there who is connected."""
    sys.stdout.flush()
    try:
        kept = os.dup(1)
    except OSError:  # there is no standard output
        yield
        return
    try:
        os.dup2(2, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def _too_few(processes: int, count: int) -> ExplorerError:
    return ExplorerError(
        Text(f"{processes} processes cannot share {count} GPUs.", f"{processes} 个进程不能共用 {count} 块 GPU。"),
        Text(
            f"Start at most {count} with --nproc-per-node, and name no single GPU.",
            f"请用 --nproc-per-node 最多启动 {count} 个，并且不要指定单块 GPU。",
        ),
    )


def is_lost(error: BaseException) -> bool:
    """`error` says that another process is gone."""
    words = ("gloo", "Connection closed by peer", "Connection reset by peer", "Broken pipe", "NCCL communicator")
    return isinstance(error, dist.DistError) or any(word in str(error) for word in words)


def _or_lost(talk: Callable[[], object]) -> None:
    try:
        talk()
    except RuntimeError as error:
        if is_lost(error):
            raise PeerLost from error
        raise
