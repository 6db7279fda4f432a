"""What the next batches need, made ahead on a thread, for images that do not fit on the device."""

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import torch
from torch import Tensor

AHEAD = 2  # batches

Given = TypeVar("Given")
Made = TypeVar("Made")


def ahead(make: Callable[[Given], Made], given: Iterable[Given]) -> Generator[Made, None, None]:
    """`make` of each of `given`, in their order, on one thread that is up to `AHEAD` of them ahead.

    Closing it ends the thread. An error in `make` is raised where its result would come.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="batches") as pool:
        pending: deque[Future[Made]] = deque()
        try:
            for one in given:
                pending.append(pool.submit(make, one))
                if len(pending) > AHEAD:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            for future in pending:
                future.cancel()


def send(values: Tensor, device: torch.device) -> Tensor:
    """`values` on `device`, without waiting for what that has to do before."""
    if device.type != "cuda":
        return values.to(device)
    return values.pin_memory().to(device, non_blocking=True)  # what is pinned stays as it is
