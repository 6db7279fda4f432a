"""What the window imports of the runs loads no torch."""

import subprocess
import sys

MODULES = (
    "explorer.runs.shelf.store, explorer.runs.work.runner, explorer.runs.curves.history, explorer.runs.shelf.recorder"
)
MODULES += ", explorer.training.presets, explorer.training.events, explorer.training.config"
MODULES += ", explorer.runs.looking.candidates, explorer.runs.folder.moments, explorer.evaluation.summary"


def test_what_the_window_imports_at_its_start_does_not_load_torch():
    code = (
        f"import sys, {MODULES}; print([name for name in ('torch', 'PySide6', 'tensorboardX') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
