"""Whether the optional packages for ONNX are there; without importing them, nor torch."""

from __future__ import annotations

import importlib.util

from explorer.bilingual import Text
from explorer.errors import ExplorerError

_NEEDED = ("onnx", "onnxscript")
_CHECKER = "onnxruntime"


def check() -> None:
    """Does nothing where they are.

    Raises:
        ExplorerError: A package is missing; the hint is the command that brings them all.
    """
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        names = ", ".join(missing)
        command = f"pip install {' '.join((*_NEEDED, _CHECKER))}"
        raise ExplorerError(
            Text(
                f"Writing ONNX needs packages that are not installed: {names}.",
                f"导出 ONNX 需要尚未安装的软件包：{names}。",
            ),
            Text(f"Install them with: {command}", f"请运行：{command}"),
        )


def can_compare() -> bool:
    """The package is there that runs a model, so that its output can be compared with torch's."""
    return importlib.util.find_spec(_CHECKER) is not None
