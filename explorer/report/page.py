"""The page: one HTML file without anything beside it, fit for print, in one of both languages."""

from __future__ import annotations

import json
import platform
from dataclasses import fields
from functools import partial
from html import escape
from importlib import metadata
from typing import TYPE_CHECKING, Any

from explorer import __version__, catalogue, paths
from explorer.bilingual import Text
from explorer.data import cards
from explorer.report import charts, figures, network, repeat, tested, words
from explorer.report.markup import cells, details, paragraph, section, tag
from explorer.runs.curves.diagnosis import diagnose
from explorer.training.config import TrainConfig

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from explorer.report.gathering import Content
    from explorer.runs.plan import RunPlan

    Say = Callable[[Text], str]

_PACKAGES = ("torch", "torchvision", "numpy")


def render(content: Content, language: str) -> str:
    """The whole file; `language` is "en" or "zh"."""
    say = partial(Text.language, code=language)
    title = heading(content, say)
    body = "\n".join(
        [
            f"<header><h1>{escape(title)}</h1>{paragraph(_line(content, say), role='lead')}</header>",
            _about(content),
            figures.boxes(content, say),
            *_remarks(content, say),
            network.section_of(content, language),
            section(say(words.TRAINING), charts.both(content.history, say), _settings(content, say)),
            tested.section_of(content, language),
            _missing(content, say),
            section(say(words.REPEAT), *_repeat(content, say)),
        ]
    )
    style = (paths.resources() / "report.css").read_text(encoding="utf-8")
    code = "zh-Hans" if language == "zh" else "en"
    return (
        f'<!DOCTYPE html>\n<html lang="{code}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def heading(content: Content, say: Say) -> str:
    """What the user calls the run; else the network and the data."""
    return content.record.about.name or f"{_network(content, say)} · {_data(content, say)}"


def _network(content: Content, say: Say) -> str:
    plan = content.record.plan
    card = catalogue.cards().get(plan.choice.architecture)
    return plan.title if plan.own is not None or card is None else say(card.titles)


def _data(content: Content, say: Say) -> str:
    card = cards.find(content.record.plan.dataset)
    return say(card.title)


def _line(content: Content, say: Say) -> str:
    record = content.record
    parts = [f"{say(words.RUN)} {record.number}", _network(content, say), _data(content, say)]
    status = words.status(record.status)
    return " · ".join([*parts, f"{record.created.astimezone():%Y-%m-%d}", say(status)])


def _about(content: Content) -> str:
    about = content.record.about
    tags = "".join(tag("span", f"#{word}", role="tag") for word in about.tags)
    note = "".join(paragraph(line) for line in about.note.splitlines() if line.strip())
    return (f"<div>{tags}</div>" if tags else "") + (f'<div class="note">{note}</div>' if note else "")


def _remarks(content: Content, say: Say) -> Iterator[str]:
    """What the program says of the run, and what happened in it."""
    record, history = content.record, content.history
    said = diagnose(history, record.plan.choice.classes)
    if said is not None:
        yield paragraph(say(said), role="remark")
    for text in (record.message, record.hint):
        if text is not None:
            yield paragraph(say(text), role="remark")
    if record.plan.origin is not None:
        origin = record.plan.origin
        yield paragraph(say(words.FORKED).format(number=origin.number, step=origin.step))
    for change in history.lr_changes:
        yield paragraph(say(words.RATE_SET).format(lr=f"{change.lr:g}", step=f"{change.step:,}"))
    if history.ended_early is not None:
        yield paragraph(say(history.ended_early.message))


def _settings(content: Content, say: Say) -> str:
    plan, usual = content.record.plan_as_run, TrainConfig()
    always = {"epochs", "batch_size", "optimizer", "lr", "seed"}
    rows = [(say(words.DATA), _data(content, say))]
    for field in fields(TrainConfig):
        value = getattr(plan.config, field.name)
        if field.name in always or value != getattr(usual, field.name):
            rows.append((say(words.setting(field.name)), _value(value, say, partial(words.value, field.name))))
    card = catalogue.cards().get(plan.choice.architecture)
    for setting in () if card is None else card.settings:
        rows.append((say(setting.title), _value(setting.of(plan.choice.settings), say, words.choice)))
    return f"<h3>{escape(say(words.SETTINGS))}</h3>" + cells((), rows, role="settings")


def _value(value: object, say: Say, named: Callable[[str], Text]) -> str:
    if isinstance(value, bool):
        return say(words.YES if value else words.NO)
    if isinstance(value, float):
        return f"{value:g}"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else say(named(str(value)))


def _missing(content: Content, say: Say) -> str:
    if not content.missing:
        return ""
    return paragraph(say(words.NOT_HERE), role="remark") + "".join(paragraph(say(text)) for text in content.missing)


def _repeat(content: Content, say: Say) -> Iterator[str]:
    record = content.record
    line = repeat.command(record.plan)
    if record.plan.own is not None:
        yield paragraph(say(words.OWN_ABOUT).format(file=record.plan.own.path.name))
    elif line is not None:
        yield f"<pre>{escape(line)}</pre>{paragraph(say(words.COMMAND_ABOUT))}"
    rows = [
        (say(words.RUN), record.id),
        (say(words.CREATED), f"{record.created:%Y-%m-%d %H:%M:%S} UTC"),
        (say(words.DEVICE), " · ".join(part for part in (record.device, record.precision) if part)),
        (say(words.VERSIONS), ", ".join(_versions())),
    ]
    yield cells((), rows, role="settings")
    yield details(say(words.PLAN), f"<pre>{escape(json.dumps(_plan(record.plan), indent=1, ensure_ascii=False))}</pre>")


def _plan(plan: RunPlan) -> dict[str, Any]:
    """The plan without where things are on this machine."""
    told = {key: value for key, value in plan.to_json().items() if key not in ("data_dir", "own")}
    return told if plan.own is None else {**told, "choice": {**told["choice"], "architecture": plan.title}}


def _versions() -> Iterator[str]:
    yield f"CNN Explorer {__version__}"
    yield f"Python {platform.python_version()}"
    for name in _PACKAGES:
        yield f"{name} {metadata.version(name)}"
