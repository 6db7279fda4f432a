"""The keys that work where the focus is, beside the shortcuts that work everywhere."""

from PySide6.QtGui import QKeySequence

from explorer.gui.text import tr

# For each place its name and what its keys do: `resources/text/keys.json` has the words as `PLACE` and `PLACE_NAME`.
# A key is a standard one of Qt, the name of one that has words of its own there, or what is written on it.
_ARROWS = "← ↑ ↓ →"
PLACES: tuple[tuple[str, tuple[tuple[str, QKeySequence.StandardKey | str], ...]], ...] = (
    ("graph", (
        ("walk", _ARROWS),
        ("toggle", "enter"),
        ("find", "/"),
        ("copy", QKeySequence.StandardKey.Copy),
        ("undo", QKeySequence.StandardKey.Undo),
        ("redo", QKeySequence.StandardKey.Redo),
    )),
    ("maps", (("walk", _ARROWS), ("enlarge", "enter"), ("back", "Esc"))),
    ("image", (("step", "← →"), ("menu", "space"))),
    ("time", (("step", "← →"), ("ends", "Home End"))),
    ("runs", (("name", "F2"), ("compare", "space"), ("filter", "/"), ("delete", "Del"))),
)  # fmt: skip


def places() -> list[tuple[str, list[tuple[str, str]]]]:
    """For each place its title, and what its keys do with the keys themselves."""
    return [
        (tr(f"keys.{place}"), [(tr(f"keys.{place}_{name}"), _written(key)) for name, key in rows])
        for place, rows in PLACES
    ]


def _written(key: QKeySequence.StandardKey | str) -> str:
    if isinstance(key, QKeySequence.StandardKey):
        return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
    return tr(f"keys.{key}") if key in ("enter", "space") else key
