"""Does with runs whatever can be done, in random order, and looks after each thing whether everything still holds.

`python -m tests.runs.storm FOLDER SEQUENCES SEED` prints how much was done. What must hold is checked by `Storm.check`
after each operation, and at the end every run that came to its end is compared with one that nobody disturbed.
Children are forked, so that torch is imported once.
"""

import argparse
import contextlib
import json
import math
import os
import random
import shutil
import signal
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch

from explorer import catalogue
from explorer.errors import ExplorerError
from explorer.runs.folder import checkpoint, journal, moments, names
from explorer.runs.folder.about import About
from explorer.runs.folder.checkpoint import Checkpoints
from explorer.runs.plan import RunPlan
from explorer.runs.shelf import fork, queue
from explorer.runs.shelf.store import Status, Store
from explorer.runs.work import execute
from explorer.runs.work.execute import Execution
from explorer.runs.work.runner import Runner
from explorer.training import initialise
from explorer.training.events import Failed, Finished, LearningRateChanged, Started, Steps, Stopped
from tests.runs.digest import digest, plan, with_dropout
from tests.runs.kill_loop import AlwaysDue

EPOCHS, LIMIT = 3, 320  # 15 steps
PATIENCE_SECONDS = 60.0
MOST_RUNS = 4
WORDS = ("", "a", "eins/zwei", "..", "行\n列", "\u202egnirts", "🚀 " * 100, "x" * 500, "nul\0", "\ud800"[:0] + "ﬁ")


@dataclass
class Known:
    """What the storm knows of a run: with which factor its learning rates were multiplied, from which step on."""

    factors: dict[int, float] = field(default_factory=dict)
    is_finished: bool = False
    about: About = field(default_factory=About)

    def factor_at(self, step: int) -> float:
        before = [at for at in self.factors if at <= step]
        return self.factors[max(before)] if before else 1.0

    def go_on_from(self, step: int, factor: float) -> None:
        """What was changed later is forgotten: those steps are done again."""
        self.factors = {at: kept for at, kept in self.factors.items() if at < step}
        self.factors[step] = factor


class Storm:
    """One sequence of operations on the runs of a folder."""

    def __init__(self, folder: Path, seed: str) -> None:
        self.chance = random.Random(seed)
        self.root, self.aside = folder / "runs", folder / "undisturbed"
        self.store = Store(self.root)
        self.known: dict[str, Known] = {}
        self.done: Counter[str] = Counter()

    # -- operations -------------------------------------------------------------------------------------------------

    def step(self) -> str:
        """Does one thing and checks; its name."""
        name = self.chance.choice(OPERATIONS)
        if not self.known:
            name = "create"
        getattr(self, name)()
        self.done[name] += 1
        self.check(name)
        return name

    def any_run(self) -> str:
        return self.chance.choice(sorted(self.known))

    def unfinished(self) -> str | None:
        runs = sorted(run for run, known in self.known.items() if not known.is_finished)
        return self.chance.choice(runs) if runs else None

    def create(self) -> None:
        if len(self.known) >= MOST_RUNS:
            return
        config = {
            "seed": self.chance.randrange(3), "augment": self.chance.random() < 0.5,
            "schedule": self.chance.choice(("constant", "cosine")), "limit": LIMIT, "threads": 1,
            "ema_decay": self.chance.choice((0.0, 0.9)), "clip_norm": self.chance.choice((0.0, 0.5)),
        }  # fmt: skip
        self._add(plan(epochs=EPOCHS, **config), queued=self.chance.random() < 0.5)

    def fork(self) -> None:
        run = self.any_run()
        there = moments.moments(self.store.folder(run))
        if not there or len(self.known) >= MOST_RUNS:
            return
        record = self.store.record(run)
        config = replace(record.plan.config, lr=0.02, seed=self.chance.randrange(3))
        origin = fork.origin_of(record, self.chance.choice(there))
        self._add(replace(record.plan, config=config, origin=origin), queued=self.chance.random() < 0.5)

    def _add(self, what: RunPlan, *, queued: bool) -> None:
        record = self.store.create(what, queued=queued)
        if not queued:
            self.store.let_go(record.id)
        self.known[record.id] = Known()

    def train(self) -> None:
        """On a thread, with pauses, changes of the rate and looks at the weights; stopped at some step, or not."""
        run = self.unfinished()
        if run is None:
            return
        known, events = self.known[run], []
        runner = self._runner(run)
        wishes = self.chance.choices(("pause", "rate", "look", "rename", "wait"), k=self.chance.randrange(5))
        if self.chance.random() < 0.2:
            runner.stop()
        runner.start()
        for wish in wishes:
            self._wish(run, runner, wish)
            events += runner.drain()
        if self.chance.random() < 0.7:
            self._end(run, runner)
        else:
            self._stop(run, runner)
        events += runner.drain()
        self._learn_from(run, known, events)

    def _runner(self, run: str) -> Runner:
        what, folder = self.store.plan(run), self.store.folder(run)
        return Runner(run, lambda: Execution(what, run, folder, resume=True), recorder=self.store.recorder(run))

    def _wish(self, run: str, runner: Runner, wish: str) -> None:
        match wish:
            case "pause":
                runner.pause()
                time.sleep(self.chance.uniform(0, 0.02))
                if self.chance.random() < 0.5:
                    runner.set_lr(self.chance.choice((0.01, 0.03)))
                runner.resume()
            case "rate":
                runner.set_lr(self.chance.choice((0.01, 0.03)))
            case "look":
                runner.request_snapshot(lambda snapshot: None)
            case "rename":
                self._describe(run)
            case _:
                time.sleep(self.chance.uniform(0, 0.1))

    def _stop(self, run: str, runner: Runner) -> None:
        if self.chance.random() < 0.3:
            with contextlib.suppress(ExplorerError), contextlib.closing(Store(self.root)) as other:
                other.ask_to_stop(run)  # it may be over before
        else:
            runner.stop()
        self._end(run, runner)

    def _end(self, run: str, runner: Runner) -> None:
        assert runner.join(PATIENCE_SECONDS), f"{run} does not end"

    def _learn_from(self, run: str, known: Known, events: list[object]) -> None:
        ending = events[-1]
        assert isinstance(ending, Finished | Stopped), ending.details if isinstance(ending, Failed) else ending
        known.is_finished = isinstance(ending, Finished)
        for event in events:
            if isinstance(event, Started):
                known.go_on_from(event.step, known.factor_at(event.step))
            elif isinstance(event, LearningRateChanged):
                known.factors[event.step] = event.factor

    def kill(self) -> None:
        """Trains in a child that is killed at some moment."""
        run = self.unfinished()
        if run is None:
            return
        saved_before = self._saved(run)
        child = os.fork()
        if child == 0:
            with contextlib.suppress(BaseException):
                store = Store(self.root)
                runner = Runner(
                    run,
                    lambda: Execution(store.plan(run), run, store.folder(run), resume=True),
                    recorder=store.recorder(run),
                )
                runner.start()
                runner.join()
            os._exit(0)
        if self.chance.random() < 0.7:  # a busy machine takes long to come so far
            self._wait_for_steps(run, child)
        time.sleep(self.chance.choice((0.0, self.chance.uniform(0, 0.1), self.chance.uniform(0, 0.6))))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        known, saved = self.known[run], self._saved(run)
        assert saved >= saved_before, f"{run} fell back from step {saved_before} to {saved}"
        known.is_finished = self.store.record(run).status == Status.FINISHED

    def _wait_for_steps(self, run: str, child: int) -> None:
        """Until something was written of the training, or it is over."""
        written = self._written(run)
        end = time.monotonic() + PATIENCE_SECONDS
        while self._written(run) == written and time.monotonic() < end:
            if os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
                return
            time.sleep(0.002)

    def _written(self, run: str) -> set[tuple[str, int]]:
        found = set()
        for path in self.store.folder(run).rglob("*"):
            with contextlib.suppress(OSError):  # replaced just now
                if path.name != names.LOCK:
                    found.add((path.name, path.stat().st_mtime_ns))
        return found

    def rename(self) -> None:
        self._describe(self.any_run())

    def _describe(self, run: str) -> None:
        about = About.of(self.chance.choice(WORDS), self.chance.choice(WORDS), self.chance.choices(WORDS, k=3))
        self.store.describe(run, about)
        self.known[run].about = about

    def delete(self) -> None:
        run = self.any_run()
        self.store.delete(run)
        del self.known[run]

    def put_back(self) -> None:
        run = self.unfinished()
        if run is not None:
            queue.put_back(self.store, run)

    def take_out(self) -> None:
        run = self.any_run()
        with contextlib.suppress(ExplorerError):  # it has not begun
            queue.take_out(self.store, run)

    def arrange(self) -> None:
        waiting = [record.id for record in queue.waiting(self.store.records())]
        self.chance.shuffle(waiting)
        self.store.arrange_queue(waiting)
        assert [record.id for record in queue.waiting(self.store.records())] == waiting

    def lose_index(self) -> None:
        self.store.close()
        for path in self.root.glob("index.sqlite*"):
            if self.chance.random() < 0.5:
                path.unlink()
            else:
                content = bytearray(path.read_bytes())
                for _ in range(20):
                    content[self.chance.randrange(len(content) or 1) : 1] = b"?"
                path.write_bytes(content)
        self.store = Store(self.root)

    def open_again(self) -> None:
        self.store.close()
        self.store = Store(self.root)

    # -- what must hold ---------------------------------------------------------------------------------------------

    def check(self, after: str) -> None:
        records = self.store.records()
        assert {record.id for record in records} == set(self.known), after
        assert len({record.number for record in records}) == len(records), after
        for record in records:
            self._check_record(record)
            self._check_events(record.id)
            self._check_files(record.id)
        if self.chance.random() < 0.3:
            self._check_index(records)

    def _check_record(self, record) -> None:
        known = self.known[record.id]
        assert record.about == known.about, record
        assert (record.status == Status.FINISHED) == known.is_finished, record
        assert record.status not in (Status.RUNNING, Status.FAILED), record
        assert 0 <= record.steps <= 15, record
        history = self.store.history(record.id)
        assert len(history.losses) == history.step == record.steps, record
        assert [end.epoch for end in history.epoch_ends] == list(range(len(history.epoch_ends))), record

    def _check_events(self, run: str) -> None:
        """In the file steps follow each other without gaps; only a resume goes back."""
        at = 0
        for event in journal.read(self.store.folder(run) / names.EVENTS, run):
            if isinstance(event, Started):
                assert event.step <= at, (run, at, event)
                at = event.step
            elif isinstance(event, Steps):
                assert event.step - len(event.losses) == at, (run, at, event)
                at = event.step

    def _check_files(self, run: str) -> None:
        folder = self.store.folder(run)
        what = self.store.plan(run)
        saved = Checkpoints(folder).load(initialise.build(what.choice, seed=1))
        assert saved is None or saved[1]["position"]["step"] == self._saved(run)
        for moment in moments.moments(folder):
            assert checkpoint.is_finite(checkpoint.read_moment(moment.path).weights), moment

    def _check_index(self, records) -> None:
        """What the folders say without an index is what was listed."""
        copy = self.aside.with_name("copy")
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.root, copy, ignore=shutil.ignore_patterns("index.sqlite*", ".*"))
        with contextlib.closing(Store(copy)) as other:
            for told, listed in zip(other.records(), records, strict=True):
                for name in told.__slots__:
                    here, there = getattr(told, name), getattr(listed, name)
                    same = here == there or (isinstance(here, float) and math.isclose(here, there, rel_tol=1e-7))
                    assert same, (listed.id, name, here, there)
        shutil.rmtree(copy)

    def _saved(self, run: str) -> int:
        """The step from which the run would go on; a kill may leave a newer state that is not listed yet."""
        resumable = Checkpoints(self.store.folder(run))._resumable()
        return int(resumable[0].removeprefix("step-")) if resumable else 0

    # -- the end ----------------------------------------------------------------------------------------------------

    def finish(self) -> int:
        """Lets every run come to its end, and compares it with an undisturbed one; how many there were."""
        for run, known in self.known.items():
            while not known.is_finished:
                runner = self._runner(run)
                runner.start()
                self._end(run, runner)
                self._learn_from(run, known, runner.drain())
        self.check("the end")
        for run, known in self.known.items():
            self._compare(run, known)
        self.store.close()
        return len(self.known)

    def _compare(self, run: str, known: Known) -> None:
        folder = self.aside / run
        folder.mkdir(parents=True)
        start = self.store.folder(run) / names.START
        if start.exists():
            shutil.copy(start, folder / names.START)
        execution = Execution(self.store.plan(run), run, folder)
        losses, events = [], execution.events()
        for event in events:
            if isinstance(event, Steps):
                losses += event.losses
            execution._position.factor = known.factor_at(execution._position.step)
        alone, disturbed = (digest(checkpoint.weights(each).weights) for each in (folder, self.store.folder(run)))
        assert alone == disturbed, (run, known, self.store.plan(run))
        np.testing.assert_allclose(self.store.history(run).losses, np.float32(losses), rtol=1e-6)


OPERATIONS = (
    "create", "create", "fork", "train", "train", "train", "kill", "kill", "kill", "rename", "delete", "put_back",
    "take_out", "arrange", "lose_index", "open_again",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("sequences", type=int)
    parser.add_argument("seed", type=int)
    args = parser.parse_args()
    torch.set_num_threads(1)
    execute.REPORT_SECONDS = 1e-9
    rare, build = execute.Schedule, catalogue.build
    total: Counter[str] = Counter()
    compared = 0
    for number in range(args.sequences):
        folder = args.folder / str(number)
        storm = Storm(folder, f"{args.seed} {number}")
        execute.Schedule = storm.chance.choice((rare, AlwaysDue))
        catalogue.build = storm.chance.choice((build, with_dropout))
        try:
            for _ in range(storm.chance.randrange(4, 16)):
                storm.step()
            compared += storm.finish()
        except BaseException as error:
            error.add_note(f"sequence {args.seed} {number}: {dict(storm.done)}")
            raise
        total += storm.done
        shutil.rmtree(folder)
    print(json.dumps({"done": total, "compared": compared}))


if __name__ == "__main__":
    main()
