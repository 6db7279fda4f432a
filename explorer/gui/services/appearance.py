"""Theme and language: as the user chose them, or as the desktop has them, also when it changes."""

from dataclasses import replace

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from explorer.gui import qt_words, text, theme
from explorer.gui.preferences import Preferences
from explorer.gui.state import AppState


def begin(preferences: Preferences) -> None:
    """Gives the application theme and language before its first widget is made."""
    text.set_language(_language(preferences.language))
    qt_words.speak(text.language())
    theme.apply(_theme(preferences.theme))


class Appearance(QObject):
    """Applies "system", "dark" or "light", and "system", "en" or "zh"."""

    def __init__(self, state: AppState, preferences: Preferences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._preferences = preferences
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_system_changed)

    @property
    def theme(self) -> str:
        """What was chosen."""
        return self._preferences.theme

    @property
    def language(self) -> str:
        """What was chosen."""
        return self._preferences.language

    def choose_theme(self, choice: str) -> None:
        self._preferences = replace(self._preferences, theme=choice)
        self._state.set_theme(_theme(choice))

    def choose_language(self, choice: str) -> None:
        self._preferences = replace(self._preferences, language=choice)
        qt_words.speak(_language(choice))
        self._state.set_language(_language(choice))

    def _on_system_changed(self) -> None:
        if self.theme == "system":
            self._state.set_theme(theme.system())


def _theme(choice: str) -> str:
    return theme.system() if choice == "system" else choice


def _language(choice: str) -> str:
    return text.system() if choice == "system" else choice
