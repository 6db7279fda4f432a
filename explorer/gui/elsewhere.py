"""Pages and folders, shown by another program of the desktop."""

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from explorer.bilingual import Text
from explorer.gui.state import AppState, Level


def show_page(state: AppState, address: str) -> None:
    """Opens a page in the browser; where there is none, gives its address."""
    if not QDesktopServices.openUrl(QUrl(address)):
        words = Text("There is no browser to open this page with.", "没有可用来打开此页面的浏览器。")
        state.notice(words, Text(address, address), Level.WARNING)


def show_folder(state: AppState, folder: Path) -> None:
    """Opens a folder in the file manager; where there is none, gives its path."""
    if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
        words = Text("There is no file manager to open this folder with.", "没有可用来打开此文件夹的文件管理器。")
        state.notice(words, Text(str(folder), str(folder)), Level.WARNING)
