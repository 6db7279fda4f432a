"""JSON that people can read, and that any path fits into. No torch."""

import json
from typing import Any


def dumps(value: Any, **options: Any) -> str:
    """`value` as JSON in which letters are themselves, as `json.dumps` with `options` makes it.

    Names of files may have bytes that are no text, which Python keeps as lone surrogates: with one of these everything
    beyond ASCII is escaped, since no file in UTF-8 can hold it otherwise.
    """
    text = json.dumps(value, ensure_ascii=False, **options)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(value, **options)
    return text
