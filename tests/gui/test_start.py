"""The window is made, with its list and graph, before anything heavy is imported."""

import os
import subprocess
import sys
from pathlib import Path

CODE = """
import sys
from explorer.app import create_window
app, window = create_window([])
heavy = ("torch", "torchvision", "numpy", "pyqtgraph", "PIL", "safetensors", "tensorboardX", "reportlab")
print([name for name in heavy if name in sys.modules], window.state.graph is not None)
"""


def test_nothing_heavy_is_imported_before_the_window_is_there(tmp_path: Path) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "CNN_EXPLORER_HOME": str(tmp_path)}
    line = [sys.executable, "-c", CODE]
    done = subprocess.run(line, env=environment, check=True, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "[] True"
