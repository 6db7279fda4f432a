"""Every string of the interface: in both languages, used, and there where it is asked for."""

import ast
import json
import re
import string
from pathlib import Path

import pytest

from explorer import paths
from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.gui import text

GUI = Path(text.__file__).parent
FILES = sorted(GUI.rglob("*.py"))


def _placeholders(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name is not None}


def _literals(tree: ast.AST) -> set[str]:
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def _patterns(tree: ast.AST) -> set[str]:
    """f-strings as regular expressions: `f"window.header_{name}"` is `window\\.header_.+`."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [re.escape(part.value) if isinstance(part, ast.Constant) else ".+" for part in node.values]
            found.add("".join(str(part) for part in parts))
    return found


def _asked_for(tree: ast.AST) -> list[ast.expr]:
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return [call.args[0] for call in calls if isinstance(call.func, ast.Name) and call.func.id == "tr" and call.args]


@pytest.fixture(scope="module")
def trees() -> dict[str, ast.AST]:
    return {str(file.relative_to(GUI)): ast.parse(file.read_text(encoding="utf-8")) for file in FILES}


def _has_words(key: str, words: Text) -> bool:
    is_narrow = f"{key}_tip" in text.table()  # a heading too narrow for words says it in its tool tip
    return is_narrow or bool(words.en.strip())


def test_strings_are_there_in_both_languages_with_the_same_values() -> None:
    table = text.table().items()
    assert [key for key, words in table if not _has_words(key, words)] == []
    assert [key for key, words in table if bool(words.en.strip()) != bool(words.zh.strip())] == []
    assert [key for key, words in table if _placeholders(words.en) != _placeholders(words.zh)] == []


def test_files_hold_each_name_once() -> None:
    for file in sorted((paths.resources() / "text").glob("*.json")):
        pairs: list[tuple[str, object]] = json.loads(file.read_text(encoding="utf-8"), object_pairs_hook=list)
        names = [name for name, _ in pairs]
        assert len(names) == len(set(names)), file.name


def test_chinese_strings_are_chinese() -> None:
    """A string that is the same in both languages is a name or a symbol, and short."""
    same = {key: words.en for key, words in text.table().items() if words.en == words.zh}
    assert {key: words for key, words in same.items() if len(words) > 24} == {}


def test_every_string_asked_for_exists(trees: dict[str, ast.AST]) -> None:
    missing = []
    for name, tree in trees.items():
        for asked in _asked_for(tree):
            if isinstance(asked, ast.Constant) and asked.value not in text.table():
                missing.append((name, asked.value))
            if isinstance(asked, ast.JoinedStr):
                pattern = _patterns(asked).pop()
                if not any(re.fullmatch(pattern, key) for key in text.table()):
                    missing.append((name, pattern))
    assert missing == []


def test_every_string_is_used(trees: dict[str, ast.AST]) -> None:
    literals = set().union(*map(_literals, trees.values()))
    patterns = [p for p in set().union(*map(_patterns, trees.values())) if re.match(r"[a-z]+\\\.", p)]
    unused = [
        key
        for key in text.table()
        if key not in literals and not any(re.fullmatch(pattern, key) for pattern in patterns)
    ]
    assert unused == []


def test_language_changes_what_is_looked_up() -> None:
    before = text.language()
    try:
        text.set_language("zh")
        assert text.tr("common.close") == "关闭"
        assert text.tr("architectures.search", count=92) == "搜索 92 种网络结构"
        text.set_language("en")
        assert text.tr("common.close") == "Close"
        with pytest.raises(ValueError, match="fr"):
            text.set_language("fr")
    finally:
        text.set_language(before)


def test_sentences_follow_each_other_as_the_language_has_it() -> None:
    first, second = Text("It is not there.", "\u5b83\u4e0d\u5728\u3002"), Text("Look.", "\u8bf7\u67e5\u627e\u3002")
    try:
        assert text.say_all(first, None, second) == "It is not there. Look."
        text.set_language("zh")
        assert text.say_all(first, second) == "\u5b83\u4e0d\u5728\u3002\u8bf7\u67e5\u627e\u3002"
        assert ExplorerError(first, second).language("zh") == text.say_all(first, second)
    finally:
        text.set_language("en")
