"""Proposed names of files are allowed on every system."""

from pathlib import Path

import pytest

from explorer import catalogue, paths
from explorer.gui.file_names import LONGEST, fit, folder


@pytest.mark.parametrize(
    ("name", "fitting"),
    [
        ("ResNet-18", "ResNet-18"),
        ("残差网络 · CIFAR-10", "残差网络 · CIFAR-10"),
        ("ViT-B/16 - ViT-L/16", "ViT-B-16 - ViT-L-16"),
        (r"C:\nets", "C-nets"),
        ("what?*.", "what-"),
        ("Con", "Con_"),
        ("lpt1", "lpt1_"),
        ("Console", "Console"),
        (" ..", "network"),
        ("x" * 300, "x" * LONGEST),
    ],
)
def test_a_name_that_any_system_takes(name: str, fitting: str) -> None:
    assert fit(name) == fitting


def test_the_titles_of_the_catalogue_stay_whole_but_for_slashes() -> None:
    titles = {title for card in catalogue.cards().values() for title in (card.titles.en, card.titles.zh)}
    assert titles
    assert {fit(title) for title in titles} == {title.replace("/", "-") for title in titles}


def test_files_are_asked_for_where_the_program_was_started_but_not_in_its_own_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert folder() == tmp_path
    for own in (paths.program_folder(), paths.program_folder() / "explorer", Path(tmp_path.anchor)):
        monkeypatch.chdir(own)
        assert folder().is_dir()
        assert folder() != own
        assert paths.program_folder() not in folder().parents
