"""How long the small things take that are done often: the tests count their work, this measures it.

`python -m tests.benchmarks.small_parts [--json FILE]`: processor time, medians.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PIL import Image
from PySide6.QtWidgets import QApplication

from explorer.data import folder, images
from explorer.data.watch import Watch
from explorer.errors import ExplorerError
from explorer.graph import shipped
from explorer.gui import theme
from explorer.gui.widgets.pictures.tile_grid import TileGrid
from explorer.inspection import tiles
from explorer.runs.curves.history import History
from explorer.training.events import Steps
from tests.benchmarks.machine import description
from tests.data import hostile
from tests.runs.recorded import started

REPEATS = 9
FILES = 4000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    application = QApplication([])
    theme.apply("dark")
    parts = {**_mosaics(), **_others()}
    found: dict[str, Any] = {"machine": description(), "ms": {name: _median(work) for name, work in parts.items()}}
    found["ms"][f"a folder of {FILES:,} images of 32 px read"] = _folder()
    for name, value in found["ms"].items():
        sys.stdout.write(f"{name:52} {value:9.2f} ms\n")
    if args.json:
        args.json.write_text(json.dumps(found, indent=1))
    application.quit()


def _mosaics() -> dict[str, Callable[[], object]]:
    maps = np.random.default_rng(0).random((512, 28, 28), dtype=np.float32)
    grid = TileGrid()
    grid.resize(200, 200)
    grid.show_mosaic(tiles.mosaic(np.random.default_rng(0).random((10_000, 4, 4), dtype=np.float32), width=200))
    seen = grid.rect().adjusted(0, 0, 0, 400 - grid.height())
    return {
        "mosaic of 512 maps of 28 px": lambda: tiles.mosaic(maps),
        "one map of as many values": lambda: tiles.mosaic(maps.reshape(1, 512, 784)),
        "400 px of a mosaic of 10,000 maps painted": lambda: grid.grab(seen),
    }


def _others() -> dict[str, Callable[[], object]]:
    hostiles = [make() for make in hostile.REFUSED.values()]
    losses = (0.5,) * 10
    events = [Steps("r", last, 0, losses, losses, 640, 0.05, 0.1) for last in range(10, 100_001, 10)]

    def refuse() -> None:
        for content in hostiles:
            try:
                images.decode(content)
            except ExplorerError:
                continue

    def replay() -> None:
        history = History("r")
        history.apply(started(steps=100_000))
        for event in events:
            history.apply(event)

    return {
        "the shipped graph of EfficientNet-B7 loaded": lambda: shipped.load("torchvision/efficientnet_b7"),
        f"{len(hostiles)} damaged or harmful images refused": refuse,
        "100,000 steps of a run replayed": replay,
    }


def _median(work: Callable[[], object]) -> float:
    work()
    times = []
    for _ in range(REPEATS):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return 1000 * statistics.median(times)


def _folder() -> float:
    """Once: a second time it would come from the cache."""
    with tempfile.TemporaryDirectory() as place:
        os.environ["CNN_EXPLORER_HOME"] = f"{place}/home"
        content = hostile.encoded(Image.effect_noise((32, 32), 60).convert("RGB"), "JPEG")
        for number in range(FILES):
            path = Path(place, "images", "ab"[number % 2], f"{number}.jpg")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        begin = time.process_time()
        folder.load("x", Path(place, "images"), watch=Watch())
        return 1000 * (time.process_time() - begin)


if __name__ == "__main__":
    main()
