"""Name, note and tags of a run."""

import json

import pytest

from explorer.runs import about
from explorer.runs.about import About


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
