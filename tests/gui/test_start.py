"""The window is made, with its list and graph, before anything heavy is imported."""

import os
import subprocess
import sys
from pathlib import Path

CODE = """
import sys
from explorer.app import create_window
from explorer.gui.window import import_what_is_seen_later
gui = "explorer.gui."
later = [gui + "dialogs." + name for name in ("about", "export", "first_steps", "own_model", "palette", "shortcuts")]
later += [gui + "panels.inspector." + name + "_page" for name in ("attribution", "filters", "layer", "statistics")]
later += [gui + "panels.compare", gui + "panels.labs.curves_page", gui + "panels.labs.evaluation_page"]
heavy = ("torch", "torchvision", "numpy", "pyqtgraph", "PIL", "safetensors", "tensorboardX", "reportlab")
app, window = create_window([])
print([name for name in heavy if name in sys.modules], window.state.graph is not None)
print([name for name in later if name in sys.modules])
import_what_is_seen_later()
print([name for name in later if name not in sys.modules])
"""


def test_nothing_heavy_is_imported_before_the_window_is_there_and_what_is_seen_later_behind_it(tmp_path: Path) -> None:
    """What is seen later not before it is there, and not by the first click either."""
    assert _run(CODE, tmp_path) == ["[] True", "[]", "[]"]


def _run(code: str, home: Path) -> list[str]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "CNN_EXPLORER_HOME": str(home)}
    line = [sys.executable, "-c", code]
    done = subprocess.run(line, env=environment, check=True, capture_output=True, text=True)
    return done.stdout.split("\n")[:-1]
