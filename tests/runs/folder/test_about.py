"""Name, note and tags of a run."""

import json

import pytest

from explorer.runs.folder import about
from explorer.runs.folder.about import About


def test_what_is_written_is_read_again(tmp_path):
    said = About.of("my best", "two\nlines", ("baseline", "中文"))
    about.write(tmp_path, said)
    assert about.read(tmp_path) == said
    assert [path.name for path in tmp_path.iterdir()] == ["about.json"]


@pytest.mark.parametrize("content", [None, "{", "[]", '{"tags": "a,b"}', '{"tags": 3}'])
def test_nothing_is_said_where_the_file_is_missing_or_damaged(tmp_path, content):
    if content is not None:
        (tmp_path / "about.json").write_text(content)
    assert about.read(tmp_path) == About()


def test_what_is_typed_is_tidied():
    said = About.of("  a\n name ", " note\n", ("#good", "good", "", " two  words ", "a,b"))
    assert said == About("a name", "note", ("good", "two words", "a b"))
    assert len(About.of("x" * 500).name) == 120


def test_a_file_of_a_later_version_is_read(tmp_path):
    (tmp_path / "about.json").write_text(json.dumps({"name": "a", "colour": "red", "tags": ["b"]}))
    assert about.read(tmp_path) == About("a", "", ("b",))


def test_signs_that_steer_a_terminal_or_turn_the_text_around_them_are_left_out(tmp_path):
    said = About.of("a\x1b[31mb\0\udcff\u202ec", "one\x07\n\ttwo\u2067", ("t\x1bag", "\udcff"))
    assert said == About("a[31mbc", "one\n\ttwo", ("tag",))
    # Joiners belong to words.
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467 \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
    assert About.of(family).name == family
    about.write(tmp_path, said)
    assert about.read(tmp_path) == said
