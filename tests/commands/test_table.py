"""Tables for the terminal."""

from explorer.commands.table import table


def test_columns_stand_under_one_another_in_any_script() -> None:
    name = "\u540d\u5b57"  # two characters, four columns of a terminal
    assert table(["a", "n"], [[name, "1"], ["e\u0301t\u00e9", "22"]], frozenset({1})).splitlines() == [
        "a      n",
        "----  --",
        f"{name}   1",
        "e\u0301t\u00e9   22",
    ]
