"""Every test gets its own data folder; Qt draws offscreen unless `--headed`, and without Qt its tests are left out."""

import gc
import importlib.util
import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import hypothesis
import pytest

from tests.graph.traced_here import traced_here  # noqa: F401
from tests.windows_files import as_wanted, windows_files  # noqa: F401

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
hypothesis.settings.register_profile("any machine", deadline=None)  # how long an example takes is no matter
hypothesis.settings.load_profile("any machine")

_tests, _homes = count(), count()

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"

HAS_QT = importlib.util.find_spec("PySide6") is not None
collect_ignore = [] if HAS_QT else ["gui", "stories"]


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    parser.addoption("--headed", action="store_true", help="show the windows instead of drawing offscreen")
    parser.addoption("--as-windows", action="store_true", help="files can be refused as they are on Windows")
    if not pluginmanager.hasplugin("pytest-qt"):  # which knows what pyproject.toml sets for it
        parser.addini("qt_api", "of pytest-qt, which is not there")
        parser.addini("qt_log_level_fail", "of pytest-qt, which is not there")
        parser.addini("qt_log_ignore", "of pytest-qt, which is not there", type="linelist")
    if not pluginmanager.hasplugin("timeout"):
        parser.addini("timeout", "of pytest-timeout, which is not there")


def pytest_report_header() -> list[str]:
    return [] if HAS_QT else ["PySide6 is not installed: the tests of the window are left out"]


def pytest_configure(config: pytest.Config) -> None:
    gc.disable()
    if not config.pluginmanager.hasplugin("timeout"):
        config.addinivalue_line("markers", "timeout: of pytest-timeout, which is not there")
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
    if is_whole and len(gc.get_objects()) > 50_000:
        gc.freeze()  # all tests and what libraries they have imported: to look at these each time takes long


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings, data sets and runs of a test lie in a temporary folder of its own, made by what writes there first."""
    home = tmp_path_factory.getbasetemp() / f"home-{next(_homes)}"
    monkeypatch.setenv("CNN_EXPLORER_HOME", str(home))
    return home


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real data sets beside the checkout; skips where there are none."""
    if not SHARED.is_dir():
        pytest.skip("needs the real data sets in ../shared/data")
    return SHARED
