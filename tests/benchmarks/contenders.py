"""Ways to train that take turns on one machine: in this process, or each in a process of its own."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Any, Protocol

import torch

if TYPE_CHECKING:
    from tests.benchmarks.rivals import Work

WARM_UP = 3  # values of each way that are not timed
END_SECONDS = 10.0  # so long a process may take to end


@dataclass(frozen=True)
class Clock:
    """Processor time of the process, or the time on the clock once the device has done what it was given."""

    device: torch.device
    is_wall: bool

    def read(self) -> float:
        if not self.is_wall:
            return time.process_time()
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)
        return time.perf_counter()


class Contender(Protocol):
    """One way, and how fast it was in each of its turns.

    Attributes:
        rates: Images a second of each turn.
        spent: Seconds counted in all turns.
        trouble: Why it takes no more turns; None as long as it does.
    """

    title: str
    rates: list[float]
    spent: float
    trouble: str | None

    def take_turn(self, seconds: float) -> None:
        """Works until so many seconds have been counted; at least one piece of work that counts."""

    def end(self) -> None:
        """It is not wanted any more."""


@dataclass
class Here:
    """A way in this process, which is warm once it is made."""

    title: str
    work: Work
    clock: Clock
    rates: list[float] = field(default_factory=list)
    spent: float = 0.0
    trouble: str | None = None

    def __post_init__(self) -> None:
        counted = 0
        while counted < WARM_UP:
            counted += next(self.work) is not None

    def take_turn(self, seconds: float) -> None:
        images, spent = 0, 0.0
        while not images or spent < seconds:
            began = self.clock.read()
            done = next(self.work)
            if done is not None:
                spent += self.clock.read() - began
                images += done
        self.rates.append(images / spent)
        self.spent += spent

    def end(self) -> None:
        self.work.close()  # type: ignore[attr-defined]


class Elsewhere:
    """A way in a process of its own, which runs `serve`; it is given up where it does not answer in time.

    Args:
        line: What starts the process.
        limit: Seconds within which it is to be warm, and to have taken a turn.
    """

    def __init__(self, title: str, line: list[str], limit: float) -> None:
        self.title, self.spent, self._limit = title, 0.0, limit
        self.rates: list[float] = []
        self.trouble: str | None = None
        self._process = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._answers: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()

    def wait_until_warm(self) -> None:
        self._answer("getting warm")

    def take_turn(self, seconds: float) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(f"{seconds}\n")
            self._process.stdin.flush()
        except OSError:
            self._give_up("its process has ended")
            return
        answer = self._answer("a turn")
        if answer is not None:
            self.rates.append(answer["rate"])
            self.spent += answer["spent"]

    def end(self) -> None:
        try:
            self._process.communicate(timeout=END_SECONDS)
        except (subprocess.TimeoutExpired, OSError, ValueError):
            self._process.kill()
            self._process.wait()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._answers.put(json.loads(line))
        self._answers.put(None)

    def _answer(self, what: str) -> dict[str, Any] | None:
        try:
            answer = self._answers.get(timeout=self._limit)
        except queue.Empty:
            self._give_up(f"{what} took more than {self._limit:.0f} s")
            return None
        if answer is None:
            self._give_up(f"its process ended in {what}, with code {self._process.wait()}")
        elif "trouble" in answer:
            self._give_up(answer["trouble"])
            return None
        return answer

    def _give_up(self, trouble: str) -> None:
        self.trouble = trouble
        self._process.kill()
        print(f"{self.title}: {trouble}", file=sys.stderr, flush=True)


def serve(title: str, work: Work | None, clock: Clock) -> None:
    """Takes a turn for every line that comes in, of so many seconds as it says, and answers with its rate."""
    if work is None:
        _say(trouble="it is not installed")
        return
    contender = Here(title, work, clock)
    _say(warm=True)
    for line in sys.stdin:
        before = contender.spent
        contender.take_turn(float(line))
        _say(rate=contender.rates[-1], spent=contender.spent - before)


def _say(**answer: object) -> None:
    assert sys.__stdout__ is not None
    sys.__stdout__.write(json.dumps(answer) + "\n")  # what others print goes nowhere
    sys.__stdout__.flush()


def compete(contenders: list[Contender], *, turn: float, seconds: float, least: int, most_seconds: float) -> None:
    """Has all take turns, each round beginning with another, until each has had so many seconds.

    Args:
        least: Rounds that there are in any case.
        most_seconds: On the clock; no round begins later.
    """
    end = time.monotonic() + most_seconds
    order, rounds = list(contenders), 0
    while order:
        for contender in order:
            contender.take_turn(turn)
        order = [contender for contender in (*order[1:], order[0]) if contender.trouble is None]
        rounds += 1
        is_enough = all(contender.spent >= seconds for contender in order) or time.monotonic() > end
        if rounds >= least and is_enough:
            return


def typical(contender: Contender) -> float | None:
    """The median rate of its turns; None where it has taken none."""
    return median(contender.rates) if contender.rates else None
