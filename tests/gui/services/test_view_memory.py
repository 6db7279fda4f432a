"""What is remembered of how a graph was looked at."""

from pathlib import Path

import pytest

from explorer.graph import shipped
from explorer.gui.services import view_file
from explorer.gui.services.layouts import visible_boxes
from explorer.gui.services.view_memory import Openness, Place, ViewMemory, paths_of

A, B, C = (Openness(frozenset(paths)) for paths in ({"a"}, {"a", "b"}, {"c"}))


def memory() -> ViewMemory:
    kept = ViewMemory()
    kept.begin("net", A)
    return kept


def test_undo_and_redo_go_back_and_forth() -> None:
    kept = memory()
    kept.change("net", B)
    kept.change("net", C)
    assert kept.undo("net") == B
    assert kept.undo("net") == A
    assert kept.undo("net") is None
    assert kept.redo("net") == B
    assert kept.redo("net") == C
    assert kept.redo("net") is None
    assert kept.openness("net") == C


def test_a_new_change_forgets_what_was_undone() -> None:
    kept = memory()
    kept.change("net", B)
    kept.undo("net")
    kept.change("net", C)
    assert kept.redo("net") is None
    assert kept.undo("net") == A


def test_the_same_again_is_no_change() -> None:
    kept = memory()
    kept.change("net", A)
    assert kept.undo("net") is None


def test_architectures_are_kept_apart() -> None:
    kept = memory()
    kept.begin("other", C)
    kept.set_place("net", Place(0.5, 1, 2))
    assert kept.place("other") is None
    assert kept.place("net") == Place(0.5, 1, 2)
    assert kept.openness("other") == C
    assert kept.undo("unknown") is None


def test_what_was_looked_at_is_kept_over_a_restart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNN_EXPLORER_HOME", str(tmp_path))
    kept = memory()
    kept.begin("other", Openness(frozenset({"x.0", "x"}), "blocks", joins=False, folds=True))
    kept.set_place("other", Place(0.5, 10.0, -3.0))
    view_file.save(kept)
    again = view_file.load()
    assert again.visited() == kept.visited()
    assert not again.can_undo("net")


def test_the_file_of_views_stays_small_and_keeps_the_last_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNN_EXPLORER_HOME", str(tmp_path))
    kept = memory()
    for number in range(200):
        kept.begin(f"net{number}", A)
    kept.visit("net")
    view_file.save(kept)
    names = [name for name, _, _ in view_file.load().visited()]
    assert names[-2:] == ["net199", "net"]
    assert len(names) == 40


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        '{"views": 3}',
        '{"views": [7, {"architecture": "a"}, {"architecture": "a", "open": [1]}]}',
        '{"views": [{"architecture": "a", "open": [], "detail": "nonsense"}]}',
    ],
)
def test_a_damaged_file_of_views_is_as_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    monkeypatch.setenv("CNN_EXPLORER_HOME", str(tmp_path))
    (tmp_path / "views.json").write_text(content, encoding="utf-8")
    assert view_file.load().visited() == []


@pytest.mark.parametrize("place", ["[1, 2]", "[0, 1, 1]", '["a", 1, 1]', "[1e999, 1, 1]", "7"])
def test_a_damaged_place_is_the_beginning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    monkeypatch.setenv("CNN_EXPLORER_HOME", str(tmp_path))
    view = f'{{"architecture": "a", "open": ["b"], "detail": null, "seen": {place}}}'
    (tmp_path / "views.json").write_text(f'{{"views": [{view}]}}', encoding="utf-8")
    assert view_file.load().visited() == [("a", Openness(frozenset({"b"})), None)]


def test_paths_find_their_blocks_again() -> None:
    graph = shipped.load("googlenet")
    assert graph is not None
    chosen = frozenset({1, 3, 4})
    assert Openness(paths_of(graph, chosen)).blocks(graph) == chosen


def test_visible_boxes_counts_what_a_picture_shows() -> None:
    from explorer.graph.layout import layout
    from explorer.graph.views import Detail, open_blocks

    graph = shipped.load("resnet18")
    assert graph is not None
    for detail in Detail:
        opened = open_blocks(graph, detail)
        assert visible_boxes(graph, opened) == len(layout(graph, opened).boxes)
    orphan = graph.child_blocks[graph.child_blocks[0][1]][0]  # open inside of a closed block: not seen
    assert visible_boxes(graph, frozenset({0, orphan})) == len(layout(graph, frozenset({0})).boxes)
