"""What helps against what a user's code raised."""

from __future__ import annotations

import math
import re
import sys

from explorer.bilingual import Text

_DIVIDES = re.compile(r"(\w+)(?: \((\d+)\))? must be divisible by (\w+)(?: \((\d+)\))?")
_MANY = 6


def about(error: BaseException, reason: str) -> Text | None:
    """What helps against `error`, whose words are `reason`; None where nothing is known."""
    match = _DIVIDES.search(reason)
    return of_reason(reason) if match is None else _divisible(error, match)


def _divisible(error: BaseException, match: re.Match[str]) -> Text | None:
    """Which numbers would divide, as torch's constructors ask for; the numbers are those that they were called with."""
    whole, _, part, _ = match.groups()
    given = _arguments_of(error)
    counts = [given[name] for name in ("in_channels", "out_channels") if part == "groups" and name in given]
    number = int(match[2] or given.get(whole, 0))
    divisor = int(match[4] or given.get(part, 0))
    if not number or not divisor:
        return None
    common = math.gcd(*counts) if counts else number
    fitting = sorted((n for n in range(1, common + 1) if common % n == 0), key=lambda n: (abs(n - divisor), n))
    told = ", ".join(str(n) for n in sorted(fitting[:_MANY]))
    both = f" ({' and '.join(str(count) for count in counts)} channels)" if len(counts) > 1 else ""
    both_zh = f"（{'、'.join(str(count) for count in counts)} 个通道）" if len(counts) > 1 else ""
    return Text(
        f"{number} / {divisor} = {number / divisor:.4g} is no whole number: set {part} to {told}{both}.",
        f"{number} / {divisor} = {number / divisor:.4g} 不是整数：把 {part} 设为 {told}{both_zh}。",
    )


def _arguments_of(error: BaseException) -> dict[str, int]:
    """The whole numbers among the variables where `error` was raised."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    found = {} if trace is None else trace.tb_frame.f_locals
    return {name: value for name, value in found.items() if type(value) is int}


def of_reason(reason: str) -> Text | None:
    """What helps against errors that have nothing to do with the network itself."""
    missing = re.match(r"No module named '([^']+)'", reason)
    if missing is not None:
        name = missing[1].partition(".")[0]
        return Text(
            f"Install it for the Python that runs this program: {sys.executable} -m pip install {name}",
            f"请为运行本程序的 Python 安装它：{sys.executable} -m pip install {name}",
        )
    lost = re.search(r"No such file or directory: '([^'/\\\\]+)'", reason)
    if lost is not None:
        return Text(
            f"It is run in a folder of its own: name the file by Path(__file__).parent / {lost[1]!r}.",
            f"代码在独立的文件夹中运行：请用 Path(__file__).parent / {lost[1]!r} 指明文件。",
        )
    if "urlopen error" in reason:
        return Text(
            "The file downloads something, such as weights. Ask for none, as in weights=None.",
            "该文件要下载内容，例如权重。请不要下载，例如写 weights=None。",
        )
    if "NVIDIA" in reason or "CUDA" in reason:
        return Text(
            "Leave out .cuda(): the network runs on the CPU here; the program moves it to the GPU to train.",
            "请去掉 .cuda()：这里在 CPU 上运行网络；训练时由程序把它移到 GPU。",
        )
    return None
