"""What a benchmark ran on, and what a process uses."""

import os
import platform
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def description() -> str:
    """One line: processor, cores, Python and the packages that matter."""
    packages = ", ".join(filter(None, map(_package, ("torch", "PySide6-Essentials"))))
    return f"{_processor()}, {os.cpu_count()} cores, Python {platform.python_version()}, {packages}"


def _package(name: str) -> str:
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return ""


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def seconds_since_start() -> float:
    """Wall-clock age of this process, counted from its creation by the system."""
    import psutil

    return time.time() - psutil.Process().create_time()


def resident_mb() -> float:
    import psutil

    return float(psutil.Process().memory_info().rss) / 2**20
