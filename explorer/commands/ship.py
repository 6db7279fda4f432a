"""`python -m explorer.commands.ship`: renews the list and the graphs that are shipped, from the architectures."""

import sys

from explorer import atomic, paths


def main() -> None:
    from explorer.architectures.shipped import cards_json
    from explorer.graph import shipped_build

    atomic.write_text(paths.resources() / "catalogue" / "cards.json", cards_json())
    print("resources/catalogue/cards.json", file=sys.stderr)
    shipped_build.build(paths.resources() / "graphs")
    print("resources/graphs", file=sys.stderr)


if __name__ == "__main__":
    main()
