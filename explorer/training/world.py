"""Whether torchrun started this process together with others. No torch."""

import os
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class World:
    """The place of this process among those that train together.

    Attributes:
        rank: From 0; the first one reports and saves.
        size: How many there are, on all machines.
        local_rank, local_size: The same, on this machine.
    """

    rank: int
    size: int
    local_rank: int
    local_size: int


def launched(environment: Mapping[str, str] | None = None) -> World | None:
    """What torchrun says in the environment; None without it."""
    said = os.environ if environment is None else environment
    if "TORCHELASTIC_RUN_ID" not in said:
        return None
    names = ("RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE")
    return World(*(int(said[name]) for name in names))
