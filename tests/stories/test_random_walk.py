"""Whatever is clicked, typed, dropped or closed, in any order: the program does not fail, and ends by itself.

A longer search: `python -m tests.walk --seeds 1-50 --steps 300`.
"""

import json
from pathlib import Path

import pytest

from tests.stories.screen import virtual_screen
from tests.walk.run import Outcome, walk

SHORT, LONG = 50, 250
HANG = 20.0  # seconds; beside other work a window may stand for some


def assert_clean(outcome: Outcome) -> None:
    assert outcome.is_clean, outcome.report()
    assert outcome.steps > 10


def test_walk_from_the_first_moment_on(tmp_path: Path) -> None:
    """The window is used while torch is being loaded behind it, and is closed in the middle of whatever goes on."""
    assert_clean(walk(tmp_path / "walk", seed=7, steps=SHORT, hang=HANG))


def test_defect_ends_the_walk_and_is_told_with_its_steps(tmp_path: Path) -> None:
    steps = tmp_path / "steps.jsonl"
    steps.write_text(json.dumps({"name": "network", "target": "no such network", "how": {}}) + "\n", encoding="utf-8")
    outcome = walk(tmp_path / "walk", seed=1, steps=SHORT, replay=steps)
    assert not outcome.is_clean
    assert outcome.steps < 10
    assert "no such network" in outcome.defects
    assert "--seeds 1 --replay" in outcome.report()


@pytest.mark.slow
@pytest.mark.timeout(700)
@pytest.mark.parametrize("seed", range(2, 8))
def test_long_walk(tmp_path: Path, seed: int) -> None:
    assert_clean(walk(tmp_path / "walk", seed=seed, steps=LONG, hang=HANG))


@pytest.mark.slow
@pytest.mark.timeout(700)
def test_long_walk_on_a_screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with virtual_screen() as screen:
        monkeypatch.setenv("DISPLAY", screen.display)
        assert_clean(walk(tmp_path / "walk", seed=8, steps=LONG, hang=HANG, platform="xcb"))
