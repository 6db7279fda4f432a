"""What of a run can be evaluated: the stored answers of its tests, and weights that can be tested again. No torch."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.runs.folder.answers import answers_of
from explorer.runs.folder.kept import BEST, LAST
from explorer.runs.folder.moments import moments

if TYPE_CHECKING:
    from pathlib import Path


class Kind(StrEnum):
    """Where the answers come from."""

    EPOCH = "epoch"  # stored by the test after an epoch
    BEST = "best"  # the weights of the best test
    LAST = "last"  # the weights that were saved last
    SNAPSHOT = "snapshot"  # other weights, most of them kept for looking back


@dataclass(frozen=True, slots=True)
class Candidate:
    """A moment of a run whose answers can be had.

    Attributes:
        number: Epochs done, for stored answers; else steps done.
        stamp: Another one where the file is another.
    """

    kind: Kind
    number: int
    path: Path
    stamp: int = 0

    @property
    def has_answers(self) -> bool:
        """Its answers are stored; else the network has to be run."""
        return self.kind is Kind.EPOCH

    @property
    def step(self) -> int | None:
        """The step of its weights; None where there are answers alone."""
        return None if self.has_answers else self.number

    @property
    def place(self) -> tuple[Kind, int]:
        """What it is, whatever the file holds."""
        return self.kind, self.number


def candidates(run_folder: Path) -> tuple[Candidate, ...]:
    """Stored tests first to last, then the best and the last weights, then the snapshots. Reads names only."""
    found = [_candidate(Kind.EPOCH, answers.epoch, answers.path) for answers in answers_of(run_folder)]
    found += _weights(run_folder)
    return tuple(candidate for candidate in found if candidate is not None)


def find(text: str, run_folder: Path) -> Candidate:
    """The one that `text` means: `last`, `best`, `epoch:N`, or a number of steps.

    Raises:
        ExplorerError: The run has none like that.
    """
    known = candidates(run_folder)
    wanted = text.strip().lower()
    for candidate in known:
        names = {str(candidate.kind)} if candidate.kind in (Kind.LAST, Kind.BEST) else set()
        names.add(f"epoch:{candidate.number}" if candidate.has_answers else str(candidate.number))
        if wanted in names:
            return candidate
    raise _unknown(text, known)


def _weights(run_folder: Path) -> list[Candidate | None]:
    stored = moments(run_folder)
    roles = ((Kind.BEST, BEST), (Kind.LAST, LAST))
    named = [(kind, moment) for kind, role in roles for moment in stored if role in moment.roles]
    others = [(Kind.SNAPSHOT, moment) for moment in stored if not {BEST, LAST} & set(moment.roles)]
    return [_candidate(kind, moment.step, moment.path) for kind, moment in (*named, *others)]


def _candidate(kind: Kind, number: int, path: Path) -> Candidate | None:
    try:
        return Candidate(kind, number, path, path.stat().st_mtime_ns)
    except OSError:
        return None  # it went in between


def _unknown(text: str, known: tuple[Candidate, ...]) -> ExplorerError:
    if not known:
        return ExplorerError(
            Text("Nothing of this run can be evaluated.", "这次运行还没有可以评估的内容。"),
            Text("Train it for an epoch at least.", "请至少训练一轮。"),
        )
    epochs = [candidate.number for candidate in known if candidate.has_answers]
    steps = sorted({candidate.number for candidate in known if not candidate.has_answers})
    kinds = {candidate.kind for candidate in known}
    named = [str(kind) for kind in (Kind.LAST, Kind.BEST) if kind in kinds]
    ends = " … ".join(f"epoch:{number}" for number in dict.fromkeys((*epochs[:1], *epochs[-1:])))
    offered = ", ".join([*named, *([ends] if ends else []), *map(str, steps)])
    return ExplorerError(
        Text(f"The run has no moment {text!r}.", f"该运行没有时刻 {text!r}。"),
        Text(f"There are: {offered}.", f"可选：{offered}。"),
    )
