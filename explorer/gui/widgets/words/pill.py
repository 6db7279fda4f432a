"""A figure with its word, in a rounded frame; where there is little room the word is shorter."""

import html

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from explorer.gui import theme


class Pill(QLabel):
    """Shows "**5.98 M** parameters"."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._figure, self._step = "", 0
        self._words: tuple[str, ...] = ("",)
        self._is_word_first = False
        self.setProperty("role", "pill")
        self.setTextFormat(Qt.TextFormat.RichText)

    def show_figure(self, figure: str, *words: str, word_first: bool = False) -> None:
        """Shows `figure` with the first of `words`; the others are shorter and shorter ones."""
        self._figure, self._words, self._is_word_first = figure, words, word_first
        self.setAccessibleName(f"{words[0]} {figure}" if word_first else f"{figure} {words[0]}")
        self._write()

    def shorten(self, step: int) -> None:
        """Takes the word that is shorter by so many steps, or the shortest."""
        if step != self._step:
            self._step = step
            self._write()

    def _write(self) -> None:
        word = self._words[min(self._step, len(self._words) - 1)]
        strong = f'<span style="color: {theme.colours().text}; font-weight: 600">{html.escape(self._figure)}</span>'
        plain = html.escape(word)
        self.setText((f"{plain} {strong}" if self._is_word_first else f"{strong} {plain}").strip())
