"""What a user's file may import from around it: the folder it lies in, the package it belongs to, its project."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_ABOVE = 4  # folders above that of the file that are looked at
_PROJECT = (".git", "pyproject.toml", "setup.py", "setup.cfg", "requirements.txt")  # lie in its uppermost folder


def package_of(home: Path, text: str) -> str:
    """The package, as `a.b`, that relative imports in `text` start from; "" where it has none.

    Args:
        home: Where the file lies; for a copy of it, where the original lay.
    """
    level = max(_levels(text), default=0)
    if not level:
        return ""
    names: list[str] = []
    for folder in [home.parent, *home.parent.parents]:
        if not folder.name or "." in folder.name or (len(names) >= level and not (folder / "__init__.py").is_file()):
            break
        names.insert(0, folder.name)
    return ".".join(names)


def search_folders(home: Path, text: str) -> list[Path]:
    """Folders to look for imported modules in, after those of Python itself: the file's own first.

    Of those above it, the one that its package lies in, those that hold something it imports, and the project's.
    """
    above = list(home.parent.parents)[:_ABOVE]
    package = package_of(home, text)
    depth = package.count(".")
    wanted = _imported(text)
    found = [
        folder
        for k, folder in enumerate(above)
        if (package and k == depth)
        or any((folder / name).is_dir() or (folder / f"{name}.py").is_file() for name in wanted)
        or any((folder / mark).exists() for mark in _PROJECT)
    ]
    return [home.parent, *found]


def _imported(text: str) -> set[str]:
    """The first part of the name of each module that `text` imports by its full name."""
    names = set()
    for statement in _imports(text):
        if isinstance(statement, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in statement.names}
        elif not statement.level and statement.module:
            names.add(statement.module.partition(".")[0])
    return names


def _levels(text: str) -> list[int]:
    """The dots of each relative import."""
    return [statement.level for statement in _imports(text) if isinstance(statement, ast.ImportFrom)]


def _imports(text: str) -> list[ast.Import | ast.ImportFrom]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return []  # it is told when the file is run
    return [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
