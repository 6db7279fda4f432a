"""What is remembered between two starts survives damage."""

import json
from dataclasses import replace

import pytest

from explorer import catalogue, paths
from explorer.gui import preferences
from explorer.gui.preferences import WHOLE, Preferences


def test_first_start_follows_the_system() -> None:
    assert preferences.load() == Preferences(theme="system", language="system")


def test_comes_back_as_saved() -> None:
    kept = Preferences("light", "zh", "Z2Vv", "bGF5", "{}", catalogue.find("vgg11").default_choice().to_json())
    kept = replace(kept, labs={"curves": {"settings": {"axis": "time"}}}, tables={"graphTable": {"path": 210}})
    kept = replace(kept, next_run={"dataset": "mnist", "folders": []}, idea=WHOLE)
    preferences.save(kept)
    assert preferences.load() == kept
    assert [file.name for file in paths.home().iterdir()] == ["settings.json"]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        "\x00\x01",
        '{"theme": 3}',
        '{"theme": "pink"}',
        '{"choice": 5}',
        '{"idea": "half"}',
        '{"labs": [], "tables": 3}',
    ],
)
def test_damaged_file_counts_as_none(content: str) -> None:
    paths.home().mkdir(parents=True)
    paths.settings_file().write_text(content)
    assert preferences.load() == Preferences()


def test_what_is_not_damaged_is_kept() -> None:
    paths.home().mkdir(parents=True)
    paths.settings_file().write_text(json.dumps({"theme": "light", "language": "fr", "later": 1}))
    assert preferences.load() == Preferences(theme="light")


def test_folder_that_cannot_be_written_is_told(tmp_path, monkeypatch) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("CNN_EXPLORER_HOME", str(blocked))
    with pytest.raises(OSError, match="file"):
        preferences.save(Preferences())
