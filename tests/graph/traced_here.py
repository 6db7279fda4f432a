"""Files of the user traced without a process of their own, which would import torch anew for each test."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


@pytest.fixture
def traced_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """What the process would run and answer is run here; of the files in `tmp_path` nothing stays imported."""
    from explorer.graph.user_model import child, file, sandbox

    def run(module: str, request: dict[str, Any], *_: object, **__: object) -> Any:
        assert module == file.CHILD
        return json.loads(json.dumps(child.answer(json.loads(json.dumps(request)))))

    monkeypatch.setattr(sandbox, "run", run)
    monkeypatch.setattr(sys, "path", [*sys.path])
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if any(place.startswith(str(tmp_path)) for place in _places(sys.modules[name])):
            del sys.modules[name]


def _places(module: ModuleType) -> list[str]:
    """Where it lies, or the folders of a package."""
    spec = module.__spec__
    return [] if spec is None else [str(spec.origin), *(spec.submodule_search_locations or ())]
