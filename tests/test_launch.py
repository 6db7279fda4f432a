"""The launcher: what it finds missing, and what it says."""

import importlib
import importlib.metadata
import importlib.util
import os
import platform
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from explorer import launch, paths, system_libraries


def test_nothing_is_missing_where_all_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "_install", lambda folder, extras: pytest.fail("it would install"))
    pytest.importorskip("PySide6")
    for requirement in launch.requirements(["test"]):
        assert importlib.util.find_spec(launch._module(requirement)), requirement
    assert launch.ensure_environment(["main.py"], extras=["test"]) is None


def test_commands_run_without_what_the_window_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *more: None if name in launch._WINDOW_ONLY else find_spec(name, *more)
    )
    assert launch._missing([], needs_qt=False) == []
    assert launch._missing([], needs_qt=True) == ["pyqtgraph", "PySide6"]


def test_an_environment_serves_fewer_extras_than_it_was_made_for(tmp_path: Path) -> None:
    (tmp_path / launch._STAMP).write_text("\n".join(launch._stamp(["test"])), encoding="utf-8")
    assert launch._is_installed(tmp_path, [])
    assert launch._is_installed(tmp_path, ["test"])
    assert not launch._is_installed(tmp_path, ["onnx"])
    assert not launch._is_installed(tmp_path / "elsewhere", [])


def test_a_second_start_inside_the_own_environment_never_installs_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(launch._INSIDE, "1")
    monkeypatch.setattr(launch, "_missing", lambda extras, *, needs_qt: ["torch"])
    assert launch.ensure_environment(["main.py"]) == launch.BAD_INPUT
    assert "torch" in capsys.readouterr().err


def test_without_a_screen_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(system_libraries, "missing_packages", lambda libraries: [])
    monkeypatch.setattr(system_libraries, "has_chinese_font", lambda: True)
    monkeypatch.setattr(sys, "platform", "linux")
    said = system_libraries.problem(offscreen=False)
    assert said is not None
    assert "tour" in said
    assert system_libraries.problem(offscreen=True) is None


def test_missing_libraries_are_named_with_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(system_libraries, "_can_install", lambda: False)
    packages = system_libraries.missing_packages({"libnothing.so.9": "libnothing9", "libc.so.6": "libc6"})
    assert packages == ["libnothing9"]
    assert not system_libraries.install(packages, "the window")
    said = capsys.readouterr().err
    assert "sudo apt-get install" in said
    assert "libnothing9" in said


@pytest.mark.parametrize(
    ("line", "status", "words"),
    [
        (["summary", "lenett"], 2, "lenet"),
        (["summary", "lenet", "--input", "1x2x2"], 2, "at least"),
        (["sumary", "lenet"], 2, "Did you mean summary"),
        (["--version"], 0, "CNN Explorer"),
        (["--help"], 0, "train"),
    ],
)
def test_bad_input_ends_with_status_2_and_one_line(line: list[str], status: int, words: str) -> None:
    done = subprocess.run(
        [sys.executable, "main.py", *line], cwd=launch.ROOT, capture_output=True, text=True, env=os.environ
    )
    assert done.returncode == status
    assert words in done.stdout + done.stderr
    if status:
        assert len(done.stderr.strip().splitlines()) == 1
        assert not done.stdout


class Child:
    """A process that Ctrl-C interrupts twice while it is waited for."""

    def __init__(self) -> None:
        self.waits = 0

    def wait(self) -> int:
        self.waits += 1
        if self.waits < 3:
            raise KeyboardInterrupt
        return 7


def test_where_the_program_is_a_child_its_end_is_waited_for_also_after_ctrl_c() -> None:
    assert launch._status_of(Child()) == 7  # type: ignore[arg-type]


def test_a_child_finds_the_program_from_any_folder(tmp_path: Path) -> None:
    line = [sys.executable, "-m", "explorer", "--version"]
    done = subprocess.run(line, cwd=tmp_path, env=paths.child_environment(), capture_output=True, text=True)
    assert done.stdout.startswith("CNN Explorer"), done.stderr


@pytest.mark.skipif(os.name == "nt", reason="needs a shell")
def test_closed_streams_are_not_taken_by_files(tmp_path: Path) -> None:
    code = (
        "import sys; from explorer import app; app._fill_closed_streams(); sys.stderr.write('to nobody');"
        f"print(open({str(tmp_path / 'file')!r}, 'w').fileno())"
    )
    line = ["/bin/sh", "-c", '"$0" -c "$1" <&- 2>&-', sys.executable, code]
    done = subprocess.run(line, cwd=launch.ROOT, stdout=subprocess.PIPE, text=True)
    assert done.returncode == 0
    assert int(done.stdout) > 2


def test_ctrl_c_while_the_program_is_loaded_ends_it_without_a_word(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(argv: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.syspath_prepend(str(launch.ROOT))
    monkeypatch.setattr(launch, "main", interrupted)
    assert importlib.import_module("main").main() == 128 + signal.SIGINT
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    "module",
    [
        "explorer.app",
        "explorer.commands.train",
        "explorer.catalogue",
        "explorer.runs.shelf.store",
        "explorer.graph.shipped",
    ],
)
def test_plain_modules_load_neither_torch_nor_qt(module: str) -> None:
    code = f"import sys, {module}; print([name for name in ('torch', 'PySide6') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=launch.ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


def release(text: str) -> dict[str, str]:
    return dict(line.split("=") for line in text.split())


@pytest.mark.parametrize(
    ("about", "line"),
    [
        ("ID=fedora", "On Fedora and Red Hat: sudo dnf install xcb-util-cursor libxcb google-noto-sans-cjk-fonts"),
        (
            "ID=rocky ID_LIKE=rhel",
            "On Fedora and Red Hat: sudo dnf install xcb-util-cursor libxcb google-noto-sans-cjk-fonts",
        ),
        (
            "ID=endeavouros ID_LIKE=arch",
            "On Arch and Manjaro: sudo pacman -S --needed xcb-util-cursor libxcb noto-fonts-cjk",
        ),
        ("ID=ubuntu ID_LIKE=debian", "libxcb-cursor0 libxcb-randr0 libxcb-shape0 fonts-noto-cjk"),
    ],
)
def test_each_linux_is_told_its_own_packages(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], about: str, line: str
) -> None:
    monkeypatch.setattr(platform, "freedesktop_os_release", lambda: release(about))
    monkeypatch.setattr(system_libraries, "_can_install", lambda: False)
    packages = ["libxcb-cursor0", "libxcb-randr0", "libxcb-shape0", "fonts-noto-cjk"]
    assert not system_libraries.install(packages, "the window")
    assert capsys.readouterr().err.strip().endswith(line)


def test_each_library_has_a_package_on_every_linux() -> None:
    desktops = {**system_libraries.X11_LIBRARIES, **system_libraries.WAYLAND_LIBRARIES}
    libraries = {**system_libraries.LIBRARIES, **desktops}
    assert {*libraries.values(), system_libraries.CHINESE_FONT} == set(system_libraries.ELSEWHERE)


def test_where_there_is_wayland_alone_nothing_of_x11_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(system_libraries, "has_chinese_font", lambda: True)
    monkeypatch.setattr(system_libraries, "_loads", lambda library: library not in system_libraries.X11_LIBRARIES)
    monkeypatch.setattr(system_libraries, "install", lambda packages, purpose: False)
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.setenv("DISPLAY", ":0")
    assert system_libraries.problem(offscreen=False) is not None
    monkeypatch.delenv("DISPLAY")
    assert system_libraries.problem(offscreen=False) is None


@pytest.mark.parametrize(("torch", "is_enough"), [("2.9.1", True), ("2.15.0+cpu", False)])
def test_windows_without_the_runtime_of_pytorch_is_told_where_to_get_it(
    monkeypatch: pytest.MonkeyPatch, torch: str, is_enough: bool
) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(importlib.metadata, "version", lambda name: torch)
    monkeypatch.setattr(system_libraries, "_loads", lambda library: "threads" not in library)
    said = system_libraries.problem(offscreen=False)
    assert said is None if is_enough else said is not None and "vc_redist" in said
    monkeypatch.setattr(system_libraries, "_loads", lambda library: False)
    assert system_libraries.problem(offscreen=True) is not None
