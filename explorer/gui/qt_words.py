"""Qt's own words, in its file dialogs, message boxes and the menus of fields, in the language of the window."""

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QTranslator

from explorer.gui.text import table

_FILE = "qtbase_zh_CN"
_OURS = (  # in the file dialog; Qt 6.11 has them in English alone, or wrong
    "window.qt_look_in",
    "window.qt_file_type",
    "window.qt_folder",
    "window.qt_size",
)
_CONTEXTS = ("QFileDialog", "QFileSystemModel", "QAbstractFileIconProvider")

_installed: list[QTranslator] = []  # Qt does not keep them alive


class _Rest(QTranslator):
    """What is missing in Qt's own translation."""

    def __init__(self) -> None:
        super().__init__()
        self._words = {table()[key].en: table()[key].zh for key in _OURS}

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str | None:
        return self._words.get(source) if context in _CONTEXTS else None  # None has Qt ask the next one

    def isEmpty(self) -> bool:
        return False


def speak(language: str) -> None:
    """Has Qt say its words in `language`, "en" or "zh", from now on; what is open already keeps its own."""
    while _installed:
        QCoreApplication.removeTranslator(_installed.pop())
    if language == "zh":
        own = QTranslator()
        own.load(_FILE, QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
        for translator in (own, _Rest()):
            QCoreApplication.installTranslator(translator)
            _installed.append(translator)
