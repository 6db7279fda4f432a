"""Finding runs by words and comparisons: `lenet acc>0.9 tag:good`. No torch.

Every part must hold. A word is looked for in the number, the name, the network, the data set, the tags, the note and
the status; `tag:`, `status:`, `name:`, `data:`, `net:` and `note:` look in one of them; `acc>0.9`, `loss <= 0.5` and
the like compare. Quotes keep words together: `note:"small rate"`. A `-` in front means that it must not hold.
"""

import operator
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from explorer.runs.shelf.record import RunRecord

_NUMBER = r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?"
_COMPARISON = re.compile(rf"([a-z]+)\s*(<=|>=|!=|==|<|>|=)\s*({_NUMBER})(%?)")
_PARTS = re.compile(rf'-?{_COMPARISON.pattern}(?!\S)|-?(?:[a-z]+:)?"[^"]*"|\S+')
_RUN = re.compile(r"#0*([0-9]+)")
# As a Chinese keyboard types them: the same signs in full width.
_FULL_WIDTH = {code + 0xFEE0: code for code in range(ord("!"), ord("~") + 1)} | {
    0x3000: ord(" "),
    0x201C: ord('"'),
    0x201D: ord('"'),
}
_OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "==": operator.eq,
    "!=": operator.ne,
}  # fmt: skip
_NUMBERS: dict[str, Callable[[RunRecord], float | None]] = {
    "acc": lambda r: r.test_accuracy,
    "best": lambda r: r.best_test_accuracy,
    "loss": lambda r: r.train_loss,
    "epochs": lambda r: r.epochs_done,
    "steps": lambda r: r.steps,
    "params": lambda r: r.params or None,
    "time": lambda r: r.seconds,
    "speed": lambda r: r.images_per_second,
    "lr": lambda r: r.plan.config.lr,
    "batch": lambda r: r.plan.config.batch_size,
    "seed": lambda r: r.plan.config.seed,
    "number": lambda r: r.number,
}
NUMBERS = tuple(_NUMBERS)

Words = Callable[[RunRecord], Iterable[str]]
Part = Callable[[RunRecord], bool]


@dataclass(frozen=True, slots=True)
class Filter:
    """What runs must be like; make it with `parse`."""

    parts: tuple[Part, ...] = ()

    def matches(self, record: RunRecord) -> bool:
        return all(part(record) for part in self.parts)


def parse(text: str, *, titles: Words = lambda record: ()) -> Filter:
    """What `text` asks for. There is no wrong text: what is no comparison is a word to be found.

    Args:
        titles: Further words by which a run is known, as it is shown to the user.
    """
    parts = []
    for found in _PARTS.finditer(text.translate(_FULL_WIDTH).lower()):
        token = found[0]
        is_negated = token.startswith("-") and len(token) > 1
        part = _part(token[1:] if is_negated else token, titles)
        parts.append(_not(part) if is_negated else part)
    return Filter(tuple(parts))


def unknown_numbers(text: str) -> tuple[str, ...]:
    """What `text` compares that is no number of a run, such as `accuracy` in `accuracy>0.9`: looked for as a word."""
    found = (
        _COMPARISON.fullmatch(part[0].lstrip("-")) for part in _PARTS.finditer(text.translate(_FULL_WIDTH).lower())
    )
    return tuple(comparison[1] for comparison in found if comparison is not None and comparison[1] not in _NUMBERS)


def _part(token: str, titles: Words) -> Part:
    comparison = _COMPARISON.fullmatch(token)
    if comparison is not None and comparison[1] in _NUMBERS:
        bound = float(comparison[3]) / (100 if comparison[4] else 1)
        return _comparing(_NUMBERS[comparison[1]], _OPERATORS[comparison[2]], bound)
    run = _RUN.fullmatch(token)
    if run is not None:
        return lambda record: str(record.number) == run[1]
    field, colon, rest = token.partition(":")
    wanted = rest.strip('"')
    if colon and field in _FIELDS:
        words = _FIELDS[field]
        return lambda record: any(wanted in word.lower() for word in words(record, titles))
    if token.startswith("#") and len(token) > 1:
        return lambda record: any(token[1:] in tag.lower() for tag in record.about.tags)
    word = token.strip('"')  # of which nothing may be left: somebody is still typing
    return lambda record: any(word in text.lower() for words in _FIELDS.values() for text in words(record, titles))


def _comparing(
    number: Callable[[RunRecord], float | None], holds: Callable[[float, float], bool], bound: float
) -> Part:
    def compare(record: RunRecord) -> bool:
        value = number(record)
        return value is not None and holds(value, bound)

    return compare


def _not(part: Part) -> Part:
    return lambda record: not part(record)


_FIELDS: dict[str, Callable[[RunRecord, Words], Iterable[str]]] = {
    "name": lambda r, titles: (r.about.name,),
    "net": lambda r, titles: (r.plan.choice.architecture, r.plan.title),
    "data": lambda r, titles: (r.plan.dataset,),
    "tag": lambda r, titles: r.about.tags,
    "status": lambda r, titles: (str(r.status), *(["paused"] if r.is_paused else [])),
    "note": lambda r, titles: (r.about.note,),
    "any": lambda r, titles: (*titles(r), str(r.number), r.id),
}
