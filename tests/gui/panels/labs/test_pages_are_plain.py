"""A page of the labs can be opened before torch is there: nothing that it imports waits for it."""

import json
import subprocess
import sys

from explorer.gui.panels.labs.page import PAGES

_CODE = """
import json, sys
from explorer.gui.panels.labs.page import import_all
import_all()
print(json.dumps(sorted(sys.modules)))
"""


def test_no_page_imports_torch() -> None:
    done = subprocess.run([sys.executable, "-c", _CODE], check=True, capture_output=True, text=True)
    imported = set(json.loads(done.stdout))
    assert imported >= {entry.module for entry in PAGES}
    assert not imported & {"torch", "torchvision"}
