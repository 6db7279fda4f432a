"""The tour takes all its steps in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from explorer.gui import theme
from explorer.gui.tour import STEPS
from explorer.launch import ROOT


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_tour_takes_all_steps_and_shows_both_themes(tmp_path: Path, own_home: Path) -> None:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "CNN_EXPLORER_HOME": str(own_home)}
    done = subprocess.run(
        [sys.executable, "-m", "explorer", "tour", "--out", str(tmp_path / "tour")],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert [line.split("/")[0] for line in done.stderr.splitlines() if f"/{len(STEPS)} " in line] == [
        str(number) for number in range(1, len(STEPS) + 1)
    ]
    pictures = sorted((tmp_path / "tour").glob("*.png"))
    assert len(pictures) >= len(STEPS)
    corners = {QImage(str(picture)).pixelColor(4, 4).name() for picture in pictures}
    assert corners == {theme.DARK.panel, theme.LIGHT.panel}
    assert not own_home.exists()  # the tour keeps its runs to itself
