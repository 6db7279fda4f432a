"""What is said where a file that the user wants cannot be written."""

from pathlib import Path

from explorer.errors import ExplorerError, unwritable
from explorer.gui.state import AppState


def refuse(state: AppState, path: Path, error: BaseException) -> None:
    """Tells the user why `path` was not written; what is no refusal is a defect, and raised."""
    if isinstance(error, OSError):
        error = unwritable(path.name, error)
    if not isinstance(error, ExplorerError):
        raise error
    state.refuse(error)
