"""How the network of a report did on its test images: matrix, classes, the hardest images."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from explorer.data import class_words
from explorer.evaluation import confusion_picture
from explorer.evaluation.heat import heat
from explorer.report import pictures, words
from explorer.report.markup import cells, paragraph, section

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.evaluation.summary import Summary
    from explorer.report.gathering import Content, HardImage

_MOST_CELLS = 20  # classes up to which the matrix is a table, in which numbers can be read
_RIGHT, _WRONG = (43, 102, 217), (191, 43, 53)
_PALE = 140  # from this level on words are white


def section_of(content: Content, language: str) -> str:
    """Empty where nothing was tested."""
    summary = content.summary
    if summary is None:
        return ""
    names = class_words.chinese(summary.names) if language == "zh" else summary.names
    matrix = _matrix(summary, names) if len(names) <= _MOST_CELLS else _picture(summary)
    title = words.TEST.language(language).format(epoch=content.epoch)
    return section(
        title,
        f"<h3>{escape(words.CONFUSION.language(language))}</h3>",
        paragraph(words.CONFUSION_ABOUT.language(language)),
        matrix,
        f"<h3>{escape(words.CLASSES.language(language))}</h3>",
        _classes(summary, names, language),
        _hardest(content.hardest, names, language),
    )


def _matrix(summary: Summary, names: Sequence[str]) -> str:
    levels = heat(summary.confusion, is_share=True, is_log=True, mutes_diagonal=True)
    assert levels.diagonal is not None
    head = "".join(f"<th>{escape(name)}</th>" for name in ("", *names))
    lines = [f"<tr>{head}</tr>"]
    for row, name in enumerate(names):
        line = [f"<th>{escape(name)}</th>"]
        for column, count in enumerate(summary.confusion[row].tolist()):
            is_right = row == column
            level = int(levels.diagonal[row] if is_right else levels.levels[row, column])
            line.append(_cell(count, level, _RIGHT if is_right else _WRONG))
        lines.append(f"<tr>{''.join(line)}</tr>")
    return f'<div class="wide"><table class="matrix">{"".join(lines)}</table></div>'


def _cell(count: int, level: int, full: tuple[int, int, int]) -> str:
    red, green, blue = (round(255 + (part - 255) * level / 255) for part in full)
    ink = "#fff" if level > _PALE else "inherit"
    return f'<td style="background:rgb({red},{green},{blue});color:{ink}">{count or ""}</td>'


def _picture(summary: Summary) -> str:
    return f'<img class="picture" alt="" src="{pictures.address(confusion_picture.draw(summary))}">'


def _classes(summary: Summary, names: Sequence[str], language: str) -> str:
    told = dict(zip(summary.names, names, strict=True))
    heads = [
        text.language(language)
        for text in (words.CLASS, words.IMAGES, words.PRECISION, words.RECALL, words.F1, words.TAKEN_FOR)
    ]
    rows = []
    for row in summary.classes:
        score = row.score
        shares = ("–" if share is None else f"{share:.2%}" for share in (score.precision, score.recall, score.f1))
        taken = "" if row.taken_for is None else f"{told[row.taken_for]} ({row.taken:,})"
        rows.append((told[score.name], f"{score.images:,}", *shares, taken))
    return cells(heads, rows, "classes", frozenset(range(1, 5)))


def _hardest(images: Sequence[HardImage], names: Sequence[str], language: str) -> str:
    if not images:
        return ""
    shown = (
        f'<figure><img alt="{image.number}" src="{pictures.thumbnail(image.pixels)}"><figcaption>'
        f"{escape(names[image.label])} → {escape(names[image.answer])} · {image.probability:.0%}</figcaption></figure>"
        for image in images
    )
    head = f"<h3>{escape(words.HARDEST.language(language))}</h3>{paragraph(words.HARDEST_ABOUT.language(language))}"
    return f'{head}<div class="images">{"".join(shown)}</div>'
