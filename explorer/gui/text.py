"""The words of the interface, in the language chosen: looked up when shown, never at import.

`resources/text/AREA.json` holds `{"name": {"en": "...", "zh": "..."}}`; the key is `AREA.name`.
"""

import json
from collections.abc import Iterable
from functools import cache

from PySide6.QtCore import QLocale

from explorer import paths
from explorer.bilingual import Text

LANGUAGES = {"en": "English", "zh": "简体中文"}

_language = "en"


def language() -> str:
    return _language


def system() -> str:
    """The language of the desktop: "zh" for Chinese, else "en"."""
    return "zh" if QLocale.system().language() == QLocale.Language.Chinese else "en"


def set_language(code: str) -> None:
    """Chooses "en" or "zh" for all words looked up from now on; `AppState` tells the window."""
    global _language
    if code not in LANGUAGES:
        raise ValueError(f"no language {code!r}")
    _language = code


@cache
def table() -> dict[str, Text]:
    """All strings of the interface by key."""
    strings = {}
    for file in sorted((paths.resources() / "text").glob("*.json")):
        for name, words in json.loads(file.read_text(encoding="utf-8")).items():
            strings[f"{file.stem}.{name}"] = Text(**words)
    return strings


def tr(key: str, **values: object) -> str:
    """The words for `key` in the chosen language, with `{name}` replaced by `values`."""
    words = table()[key].language(_language)
    return words.format(**values) if values else words


def sentences(said: Iterable[str]) -> str:
    """One after the other; in Chinese without a space between them."""
    return ("" if _language == "zh" else " ").join(said)


def say_all(*texts: Text | None) -> str:
    """The same of bilingual texts; None says nothing."""
    return sentences(say(text) for text in texts if text is not None)


def say(text: Text) -> str:
    """A bilingual text of the core in the chosen language."""
    return text.language(_language)
