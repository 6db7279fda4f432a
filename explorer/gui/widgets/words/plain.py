"""Words of the user in tool tips, which Qt takes for HTML where they begin like it."""

from PySide6.QtGui import Qt


def plain(words: str) -> str:
    """`words` so that a tool tip shows them letter by letter: the name of a run may be `<b>best</b>`."""
    return Qt.convertFromPlainText(words) if Qt.mightBeRichText(words) else words
