"""What a network must change to learn from a data set: as many input channels and classes as the data have."""

from dataclasses import replace

from explorer import catalogue
from explorer.bilingual import Text
from explorer.catalogue import Choice
from explorer.data.cards import DatasetCard
from explorer.graph.user_model import own
from explorer.gui.text import table


def fitted(choice: Choice, data: DatasetCard) -> Choice:
    """`choice` with the channels and classes of `data`, as far as they are known; the image size stays.

    A model of the user takes the images that it takes; its classes are fitted where its constructor lets them be.
    """
    if catalogue.own(choice.architecture) is not None:
        return own.fitted(choice, len(data.classes)) if data.classes else choice
    channels, height, width = choice.input_shape
    classes = len(data.classes) or choice.classes
    return replace(choice, input_shape=(data.channels or channels, height, width), classes=classes)


def explain(before: Choice, after: Choice, title: Text, data: Text) -> Text:
    """One sentence on what changes from `before` to `after`, which are not the same."""
    return Text(*(_sentence(code, before, after, title.language(code), data.language(code)) for code in ("en", "zh")))


def _sentence(code: str, before: Choice, after: Choice, title: str, data: str) -> str:
    channels, changes = after.input_shape[0], []
    if channels != before.input_shape[0]:
        changes.append(_words(code, "channels_1" if channels == 1 else "channels", count=channels))
    if after.classes != before.classes:
        changes.append(_words(code, "classes", count=after.classes))
    changes += [f"{name}={value}" for name, value in after.settings.items() if value != before.settings.get(name)]
    said = changes[0] if len(changes) == 1 else _words(code, "and", first=changes[0], second=changes[-1])
    return _words(code, "will_adapt", title=title, changes=said, data=data)


def _words(code: str, key: str, **values: object) -> str:
    return table()[f"training.{key}"].language(code).format(**values)
