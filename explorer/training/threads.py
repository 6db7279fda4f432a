"""How many CPU threads a training takes. No torch.

The number is part of a run's plan: sums are split among the threads, so that another number gives other last bits.
"""

import os


def core_count() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def usual() -> int:
    """One thread less than there are cores, for the window; fewer where `OMP_NUM_THREADS` says so.

    The same for every way to start a run, so that the same settings give the same losses in the window and without.
    """
    count = max(1, core_count() - 1)
    asked = os.environ.get("OMP_NUM_THREADS", "")
    return max(1, min(count, int(asked))) if asked.isdigit() else count
