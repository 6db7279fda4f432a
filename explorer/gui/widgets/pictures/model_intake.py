"""Which dropped files are models or weights: by their names alone, no file is touched."""

from pathlib import Path

from PySide6.QtCore import QMimeData

MODELS = (".py", ".pt2")
WEIGHTS = (".safetensors", ".pt", ".pth")


def model_file(mime: QMimeData) -> Path | None:
    """The first file on this computer that looks like a model or weights, or None."""
    for url in mime.urls() if mime.hasUrls() else ():
        path = Path(url.toLocalFile())
        if url.isLocalFile() and url.host() in ("", "localhost") and path.suffix.lower() in (*MODELS, *WEIGHTS):
            return path
    return None
