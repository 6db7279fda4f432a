"""Every test gets its own data folder; Qt draws offscreen unless `--headed`."""

import gc
import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

_tests = count()

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--headed", action="store_true", help="show the windows instead of drawing offscreen")


def pytest_configure(config: pytest.Config) -> None:
    gc.disable()
    if not config.getoption("--headed"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"


def pytest_unconfigure() -> None:
    gc.unfreeze()  # else libraries report what stays frozen as leaked when Python ends


@pytest.fixture(autouse=True)
def collected_here() -> Iterator[None]:
    """Garbage is collected between tests on this thread alone, as in the program: elsewhere Qt objects would crash."""
    gc.disable()
    yield
    is_whole = next(_tests) % 50 == 0
    gc.collect(2 if is_whole else 1)
    if is_whole and not gc.get_freeze_count():
        gc.freeze()  # the libraries and all tests: to look at them each time took a fifth of the whole time


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings, data sets and runs of a test lie in its own temporary folder."""
    home = tmp_path / "home"
    monkeypatch.setenv("CNN_EXPLORER_HOME", str(home))
    return home


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real data sets beside the checkout; skips where there are none."""
    if not SHARED.is_dir():
        pytest.skip("needs the real data sets in ../shared/data")
    return SHARED
