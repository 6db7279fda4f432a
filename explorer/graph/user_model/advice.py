"""What helps against what a user's code raised."""

from __future__ import annotations

import math
import re
import sys
import unicodedata

from explorer.bilingual import Text

_DIVIDES = re.compile(r"(\w+)(?: \((\d+)\))? must be divisible by (\w+)(?: \((\d+)\))?")
_MANY = 6
_MARKS = {"\u3002": ".", "\u3001": ",", "\u201c": '"', "\u201d": '"', "\u2018": "'", "\u2019": "'"}
_NO_MODULES = ("NoneType", "Parameter", "Size", "Tensor")
_IMPORTS = {
    "F": "import torch.nn.functional as F",
    "nn": "from torch import nn",
    "torch": "import torch",
    "torchvision": "import torchvision",
}


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
    return _of_slip(reason)


def _of_slip(reason: str) -> Text | None:
    """What helps against the slips of who writes a first module."""
    if "before Module.__init__() call" in reason:
        return Text(
            "Begin __init__ with super().__init__(), before any layer is assigned.",
            "请在 __init__ 的第一行写 super().__init__()，再给各层赋值。",
        )
    if 'missing the required "forward" function' in reason:
        return Text(
            "It has no forward. Define def forward(self, x) inside the class: spelled so, and indented as __init__ is.",
            "它没有 forward 方法。请在类中定义 def forward(self, x)：拼写要一致，缩进与 __init__ 相同。",
        )
    if re.search(r"\.forward\(\) takes 1 positional argument but 2 were given", reason):
        return Text("Write self first: def forward(self, x).", "第一个参数要写 self：def forward(self, x)。")
    unknown = re.search(r"name '(\w+)' is not defined", reason)
    if unknown is not None and unknown[1] in _IMPORTS:
        line = _IMPORTS[unknown[1]]
        return Text(
            f"{unknown[1]} is not defined. Write at the top of the file: {line}.",
            f"{unknown[1]} 未定义。请在文件开头写：{line}。",
        )
    absent = re.search(r"'([A-Z]\w*)' object has no attribute '(\w+)'", reason)
    if absent is not None and absent[1] not in _NO_MODULES:
        owner, name = absent.groups()
        return Text(
            f"{owner} has no {name}: assign self.{name} in __init__; that has two underscores at each side.",
            f"{owner} 没有 {name}：请在 __init__ 中给 self.{name} 赋值；注意 __init__ 两侧各有两个下划线。",
        )
    return _of_batch(reason)


def _of_batch(reason: str) -> Text | None:
    """Of a flatten that takes the images of a batch together, which for one image alone does no harm."""
    sizes = re.search(r"shapes cannot be multiplied \(1x(\d+) and (\d+)x\d+\)", reason)
    if sizes is None or int(sizes[1]) == int(sizes[2]) or int(sizes[1]) % int(sizes[2]):
        return None
    return Text(
        "A view or flatten takes the batch with it: write x.flatten(1), or x.view(x.size(0), -1).",
        "某个 view 或 flatten 把批量维也展开了：请写 x.flatten(1) 或 x.view(x.size(0), -1)。",
    )


def of_character(character: str) -> Text | None:
    """What helps against a character of Chinese writing in the code, where an ASCII one was meant."""
    meant = _MARKS.get(character) or unicodedata.normalize("NFKC", character)
    if not meant.isascii() or meant == character:
        return None
    return Text(
        f"{character} is a full-width mark: type {meant} instead, with the input method set to English.",
        f"{character} 是全角符号：请切换到英文输入法，改为 {meant}",
    )
