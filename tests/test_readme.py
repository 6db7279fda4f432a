"""What the README says of commands, packages and the sample is so."""

import re
import tomllib

import pytest

from explorer import catalogue
from explorer.app import COMMANDS, main
from explorer.launch import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
CODE = re.findall(r"`([^`\n]+)`", README)
CALLS = [words for words in CODE if words.startswith("main.py ")]


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[catalogue.Card, catalogue.Factory]]:
    """What is declared meanwhile; nothing of it stays."""
    made: dict[str, tuple[catalogue.Card, catalogue.Factory]] = {}
    monkeypatch.setattr(catalogue, "_registry", made)
    return made


def test_the_sample_architecture_is_one(registry: dict[str, tuple[catalogue.Card, catalogue.Factory]]) -> None:
    import torch

    (sample,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    exec(compile(sample, "README.md", "exec"), {"__name__": "sample"})
    card, factory = registry["tinynet"]
    model = factory(card.input_shape, card.classes)
    assert sum(values.numel() for values in model.parameters()) == card.params
    assert model(torch.zeros(2, *card.input_shape)).shape == (2, card.classes)
    assert card.about.en
    assert card.about.zh


@pytest.mark.parametrize("call", CALLS)
def test_commands_and_their_options_exist(call: str, capsys: pytest.CaptureFixture[str]) -> None:
    name, *words = call.removeprefix("main.py ").split()
    if name == "COMMAND":
        return
    with pytest.raises(SystemExit):
        main([name, "--help"])
    known = capsys.readouterr().out
    for option in (word for word in words if word.startswith("--")):
        assert re.search(rf"{option}\b", known), option


def test_every_command_is_told_of() -> None:
    assert [name for name in COMMANDS if f"main.py {name}" not in README] == []


def test_every_package_is_told_of() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    needed = {re.split(r"[<>=!]", package)[0].lower() for package in wanted}
    table = README.split("## Dependencies")[1].split("\n\n")[1]
    told = {name.lower() for line in table.splitlines()[2:] for name in re.findall(r"[\w-]+", line.split("|")[1])}
    assert told == needed
