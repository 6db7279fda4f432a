"""The system libraries that Qt needs on Linux, and PyTorch on Windows: which are missing, and how to get them.

Standard library alone.
"""

import ctypes
import importlib.metadata
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

# Shared library -> Debian package, in the order in which Qt asks for them.
LIBRARIES = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfreetype.so.6": "libfreetype6",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
}
X11_LIBRARIES = {
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
}
# Of what brings them elsewhere: a package of Fedora, one of Arch.
ELSEWHERE = {
    "libglib2.0-0": ("glib2", "glib2"),
    "libgl1": ("libglvnd-glx", "libglvnd"),
    "libegl1": ("libglvnd-egl", "libglvnd"),
    "libxkbcommon0": ("libxkbcommon", "libxkbcommon"),
    "libfreetype6": ("freetype", "freetype2"),
    "libfontconfig1": ("fontconfig", "fontconfig"),
    "libdbus-1-3": ("dbus-libs", "dbus"),
    "libxkbcommon-x11-0": ("libxkbcommon-x11", "libxkbcommon-x11"),
    "libxcb-cursor0": ("xcb-util-cursor", "xcb-util-cursor"),
    "libxcb-icccm4": ("xcb-util-wm", "xcb-util-wm"),
    "libxcb-image0": ("xcb-util-image", "xcb-util-image"),
    "libxcb-keysyms1": ("xcb-util-keysyms", "xcb-util-keysyms"),
    "libxcb-randr0": ("libxcb", "libxcb"),
    "libxcb-render-util0": ("xcb-util-renderutil", "xcb-util-renderutil"),
    "libxcb-shape0": ("libxcb", "libxcb"),
    "libwayland-client0": ("libwayland-client", "wayland"),
    "libwayland-cursor0": ("libwayland-cursor", "wayland"),
    "libwayland-egl1": ("libwayland-egl", "wayland"),
    "fonts-noto-cjk": ("google-noto-sans-cjk-fonts", "noto-fonts-cjk"),
}
_FAMILIES = (  # by the words of /etc/os-release; how each installs, and where its names stand in `ELSEWHERE`
    ({"fedora", "rhel", "centos"}, "Fedora and Red Hat", "dnf install", 0),
    ({"arch", "manjaro"}, "Arch and Manjaro", "pacman -S --needed", 1),
)
_WINDOWS_RUNTIME = ["msvcp140.dll", "vcruntime140_1.dll"]  # of Visual C++, for PyTorch
_ALSO = ("2.15", "vcruntime140_threads.dll")  # from which release of PyTorch on, as far as was seen
WAYLAND_LIBRARIES = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}
CHINESE_FONT = "fonts-noto-cjk"
_FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
_CHINESE_FONTS = ("NotoSansCJK", "NotoSansSC", "SourceHanSans", "wqy", "uming", "ukai", "DroidSansFallback", "simsun")


def problem(*, offscreen: bool) -> str | None:
    """Why the window cannot open on this machine, in words for the user; None where it can.

    As root on a Debian-like system, what is missing is installed first, saying so.
    """
    if sys.platform == "win32":
        return windows_problem()
    if sys.platform != "linux":
        return None
    libraries = LIBRARIES if offscreen else {**LIBRARIES, **_of_desktop()}
    packages = missing_packages(libraries)
    fonts = [] if has_chinese_font() else [CHINESE_FONT]
    if packages and not install([*packages, *fonts], "the window"):
        return "The window cannot open before these packages are there."
    if fonts and not packages and _can_install():
        install(fonts, "showing Chinese")  # without it the program still works in English
    if not offscreen and not has_display():
        return (
            "There is no screen: neither DISPLAY nor WAYLAND_DISPLAY is set.\n"
            "Start the program from a desktop, or see all of it without one: python3 main.py tour --out DIR"
        )
    return None


def _of_desktop() -> dict[str, str]:
    is_wayland_alone = "WAYLAND_DISPLAY" in os.environ and "DISPLAY" not in os.environ
    return WAYLAND_LIBRARIES if is_wayland_alone else X11_LIBRARIES


def windows_problem() -> str | None:
    """What to say where Windows lacks what PyTorch needs, which its packages do not bring."""
    needed = [*_WINDOWS_RUNTIME, *([_ALSO[1]] if _torch_release() >= _release(_ALSO[0]) else [])]
    if all(_loads(library) for library in needed):
        return None
    kind = "arm64" if platform.machine().lower() == "arm64" else "x64"
    return (
        "PyTorch needs the newest runtime of Microsoft Visual C++, which this Windows does not have.\n"
        f"Install it from https://aka.ms/vs/17/release/vc_redist.{kind}.exe and start again."
    )


def _torch_release() -> tuple[int, ...]:
    try:
        return _release(importlib.metadata.version("torch"))
    except importlib.metadata.PackageNotFoundError:
        return ()


def _release(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2])


def missing_packages(libraries: dict[str, str]) -> list[str]:
    """Debian's packages for those of `libraries` that cannot be loaded, each once."""
    return list(dict.fromkeys(package for library, package in libraries.items() if not _loads(library)))


def has_chinese_font() -> bool:
    folders = [Path(folder).expanduser() for folder in _FONT_FOLDERS]
    names = (font.name.lower() for folder in folders if folder.is_dir() for font in folder.rglob("*.[to]t[fc]"))
    return any(known.lower() in name for name in names for known in _CHINESE_FONTS)


def has_display() -> bool:
    chosen = os.environ.get("QT_QPA_PLATFORM", "")
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")) or chosen not in ("", "xcb", "wayland")


def install(packages: Sequence[str], purpose: str) -> bool:
    """Installs Debian packages if this is root on a Debian-like system; else says which command does. True if done."""
    line = f"apt-get install -y --no-install-recommends {' '.join(packages)}"
    if not _can_install():
        print(f"For {purpose} system packages are needed. {_command(packages)}", file=sys.stderr)
        return False
    print(f"Installing system packages for {purpose}: {' '.join(packages)}", file=sys.stderr, flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = _run(line.split(), environment)
    if not done:  # the package lists may be missing or old
        done = _run(["apt-get", "update"], environment) and _run(line.split(), environment)
    if not done:
        print(f"This did not succeed: {line}", file=sys.stderr)
    return done


def _command(packages: Sequence[str]) -> str:
    """Which line installs Debian's `packages`, or what brings the same on the Linux that this is."""
    known = _words_of_system()
    for words, name, line, column in _FAMILIES:
        if words & known:
            theirs = dict.fromkeys(ELSEWHERE[package][column] for package in packages if package in ELSEWHERE)
            return f"On {name}: sudo {line} {' '.join(theirs)}"
    return f"On Debian and Ubuntu: sudo apt-get install -y --no-install-recommends {' '.join(packages)}"


def _words_of_system() -> set[str]:
    try:
        about = platform.freedesktop_os_release()
    except OSError:
        return set()
    return {about.get("ID", ""), *about.get("ID_LIKE", "").split()}


def _can_install() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def _run(line: Sequence[str], environment: dict[str, str]) -> bool:
    return subprocess.call([*line, "-qq"], env=environment, stdout=subprocess.DEVNULL) == 0


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
