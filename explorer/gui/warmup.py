"""Loads torch behind the window that is already on the screen."""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from explorer.bilingual import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from importlib.machinery import ModuleSpec

    from explorer.gui.state import AppState

_LOADING = Text("Loading PyTorch…", "正在加载 PyTorch…")
_ARCHITECTURES = Text("Loading the architectures…", "正在加载网络结构…")
_FIRST_STEP = Text("Getting ready to train…", "正在为训练做准备…")
_DONE = Text("", "")


class Warmup(QObject):
    """Imports torch and all architectures and takes a first step on its own thread, then sets the state ready.

    Args:
        prepare: Done on that thread before, since it takes less long.

    Signals:
        done: The state is ready.
    """

    done = Signal()
    _progressed = Signal(object)
    _finished = Signal()

    def __init__(
        self, state: AppState, parent: QObject | None = None, *, prepare: Callable[[], object] | None = None
    ) -> None:
        super().__init__(parent)
        self._state, self._prepare = state, prepare
        self._is_closed = False
        self._thread = threading.Thread(target=self._load, name="warmup", daemon=True)
        self._progressed.connect(state.set_status, Qt.ConnectionType.QueuedConnection)
        self._finished.connect(self._on_finished, Qt.ConnectionType.QueuedConnection)

    def start(self) -> None:
        """Begins; only the first call counts."""
        if self._thread.ident is None and not self._is_closed:
            self._thread.start()

    def close(self) -> None:
        """Waits for the step under way: a thread inside torch must not outlive the interpreter."""
        self._is_closed = True
        if self._thread.ident is not None:
            self._thread.join()

    def _load(self) -> None:  # on the thread
        if self._prepare is not None:
            self._prepare()
        for status, work in ((_LOADING, _import_torch), (_ARCHITECTURES, _load_architectures), (_FIRST_STEP, _step)):
            if self._is_closed:
                return
            self._progressed.emit(status)
            work()
        if not self._is_closed:
            self._finished.emit()

    def _on_finished(self) -> None:
        if not self._is_closed:
            self._state.set_status(_DONE)
            self._state.set_ready()
            self.done.emit()


class _Libraries(MetaPathFinder):
    """Loads torch's libraries a moment before Python does, which would hold its lock meanwhile: the window would stand.

    They are a gigabyte, and take a third of a second and more. A function that is called by ctypes holds no lock. (On
    Windows torch itself loads them like this.) Where it does not succeed, Python finds out why.
    """

    def find_spec(self, name: str, path: Sequence[str] | None, _target: object = None) -> ModuleSpec | None:
        if name == "torch._C" and path and sys.platform != "win32":
            suffix = "dylib" if sys.platform == "darwin" else "so"
            load = ctypes.CDLL(None).dlopen
            load.argtypes, load.restype = (ctypes.c_char_p, ctypes.c_int), ctypes.c_void_p
            load(os.fsencode(Path(path[0], "lib", f"libtorch.{suffix}")), os.RTLD_NOW | os.RTLD_LOCAL)
        return None  # the other finders find it


def _import_torch() -> None:
    ahead = _Libraries()
    sys.meta_path.insert(0, ahead)
    try:
        from explorer.training import preload  # noqa: F401
    finally:
        sys.meta_path.remove(ahead)


def _load_architectures() -> None:
    from explorer import catalogue

    catalogue.load_all()


def _step() -> None:
    from explorer.training import preload

    preload.first_step()
