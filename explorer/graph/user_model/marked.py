"""Processes that bear the mark of a sandbox in their environment, as does all that they start."""

import contextlib
import time

import psutil

VARIABLE = "CNN_EXPLORER_SANDBOX"
_DEATH_SECONDS = 5.0  # a killed process takes this long at most, unless the system keeps it
_EMPTY_SECONDS = 0.1  # a process that turns into another program has no environment for a moment, shorter than this


def kill(mark: str) -> None:
    """Ends what was started from a sandbox and has left its group and its parent; none of that is left afterwards."""
    killed = []
    seen: set[int] = set()
    patience = time.monotonic() + _EMPTY_SECONDS
    # One may start another and end before its turn comes: over only when nothing is there that has not been looked at.
    while unseen := set(psutil.pids()) - seen:
        seen |= unseen
        for pid in unseen:
            with contextlib.suppress(psutil.Error, OSError):
                process = psutil.Process(pid)
                environment = process.environ()
                if environment.get(VARIABLE) == mark:
                    process.kill()
                    killed.append(process)
                elif not environment and process.exe() and time.monotonic() < patience:
                    seen.remove(pid)  # while it turns into another program it has none for a moment
    end = time.monotonic() + _DEATH_SECONDS
    while any(map(_runs, killed)) and time.monotonic() < end:
        time.sleep(0.001)


def _runs(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False
