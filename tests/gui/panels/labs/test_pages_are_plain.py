"""A page of the labs can be opened before torch is there: nothing that it imports waits for it."""

import subprocess
import sys

from explorer.gui.panels.labs.page import PAGES


def test_no_page_imports_torch() -> None:
    modules = ", ".join(entry.module for entry in PAGES)
    code = f"import sys, {modules}; print([name for name in ('torch', 'torchvision') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "[]"
