"""Chinese sentences have Chinese punctuation."""

import re
from pathlib import Path

from explorer import paths

HAN = "\u4e00-\u9fff"
WESTERN = re.compile(f"[{HAN}][,:;?!](?! )|,[{HAN}]")


def test_no_western_punctuation_in_chinese() -> None:
    files = [*(paths.program_folder() / "explorer").rglob("*.py"), *(paths.resources() / "text").glob("*.json")]
    assert len(files) > 100
    found = {str(file): WESTERN.findall(Path(file).read_text(encoding="utf-8")) for file in files}
    assert {file: marks for file, marks in found.items() if marks} == {}


LITERAL = re.compile(r'"(?:[^"\\]|\\.)*"')
BESIDE_VALUES = re.compile(r"\}[:;?!(]|\}, ?(?=[\u4e00-\u9fff])")  # beside what is put in, where no character tells


def test_none_beside_values_either() -> None:
    files = [*(paths.program_folder() / "explorer").rglob("*.py"), *(paths.resources() / "text").glob("*.json")]
    found = [
        f"{file.name}: {literal}"
        for file in files
        for literal in LITERAL.findall(file.read_text(encoding="utf-8"))
        if re.search(f"[{HAN}]", literal) and BESIDE_VALUES.search(literal)
    ]
    assert found == []
