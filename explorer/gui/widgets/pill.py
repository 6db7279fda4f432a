"""A figure with its word, in a rounded frame."""

import html

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from explorer.gui import theme


class Pill(QLabel):
    """Shows "**5.98 M** parameters"."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._figure = self._word = ""
        self.setProperty("role", "pill")
        self.setTextFormat(Qt.TextFormat.RichText)

    def show_figure(self, figure: str, word: str, *, word_first: bool = False) -> None:
        self._figure, self._word = figure, word
        strong = f'<span style="color: {theme.colours().text}; font-weight: 600">{html.escape(figure)}</span>'
        plain = html.escape(word)
        self.setText(f"{plain} {strong}" if word_first else f"{strong} {plain}")
        self.setAccessibleName(f"{word} {figure}" if word_first else f"{figure} {word}")
