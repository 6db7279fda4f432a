"""A user's own Python file: read without running, traced in a process with limits; every bad case in one message."""

import os
import re
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psutil
import pytest

from explorer.errors import ExplorerError
from explorer.graph.layout import layout
from explorer.graph.mismatch.error import ShapeError
from explorer.graph.model import LayerGraph
from explorer.graph.user_model import file, marked, source
from explorer.graph.user_model.sandbox import Limits
from explorer.graph.views import Detail, open_blocks

GOOD = """
import torch
from torch import nn
import torch.nn.functional as F

class Net(nn.Module):
    '''Two layers.'''
    def __init__(self, classes=10):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3)
        self.fc = nn.Linear(4 * 26 * 26, classes)

    def forward(self, x):
        return self.fc(F.relu(self.conv(x)).flatten(1))
"""


def write(folder: Path, text: str, name: str = "net.py") -> Path:
    path = folder / name
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return path


def trace(path: Path, class_name: str | None = None, seconds: float = 60, **arguments: object) -> LayerGraph:
    return file.trace(path, class_name, (1, 28, 28), arguments=arguments, limits=Limits(seconds, 2 << 30))


def case(name: str, *, is_slow: bool = True) -> object:
    """A case of a parametrised test; most start a process that imports torch, and are left out of the daily run."""
    return pytest.param(name, marks=[pytest.mark.slow] if is_slow else [])


def body(line: str) -> str:
    """A model whose forward has `line` in it."""
    return GOOD.replace("        return self.fc", f"        {line}\n        return self.fc")


def test_classes_are_read_without_running_the_file(tmp_path: Path) -> None:
    path = write(
        tmp_path, "raise SystemExit\n" + GOOD + "\nclass Deep(Net):\n    def __init__(self, depth, *, width=2): ..."
    )
    models = source.models(path)
    assert [model.name for model in models] == ["Net", "Deep"]
    assert models[0].about == "Two layers."
    assert models[0].required == ()
    assert models[1].required == ("depth",)
    assert models[1].arguments[1] == source.Argument("width", "2")


def test_a_model_is_traced(tmp_path: Path) -> None:
    graph = trace(write(tmp_path, GOOD), classes=7)
    assert graph.params == 4 * 9 + 4 + 4 * 26 * 26 * 7 + 7
    assert [node.kind for node in graph.nodes][1:-1] == ["Conv2d", "relu", "flatten", "Linear"]
    assert graph.nodes[-1].output_shape == (7,)


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk"])
def test_other_encodings_line_ends_and_names(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "random.py"  # the name of a module that torch itself imports
    path.write_bytes(("# 卷积网络\n" + GOOD.strip()).replace("\n", "\r\n").encode(encoding))
    assert trace(path).params > 0


BAD = {
    "syntax error": ("class Net(nn.Module:\n    pass\n", "line 1"),
    "no model": ("x = 1\n", "no nn.Module"),
    "import error": ("import not_a_module_at_all\n" + GOOD, "not_a_module_at_all"),
    "exit at import": ("import sys\nsys.exit(3)\n" + GOOD, "SystemExit"),
    "hard exit": ("import os\nos._exit(0)\n" + GOOD, "ended the program"),
    "input": ("name = input()\n" + GOOD, "line 1"),
    "segmentation fault": ("import ctypes\nctypes.string_at(0)\n" + GOOD, "crashed Python"),
    "needs arguments": (GOOD.replace("classes=10", "classes"), "classes"),
    "shape error": (GOOD.replace("26 * 26", "25 * 25"), "cannot take"),
    "raises in forward": (body("raise KeyError('nothing')"), "nothing"),
    "constructor raises": (GOOD.replace("super().__init__()", "super().__init__(); 1 / 0"), "ZeroDivisionError"),
    "hook raises": (
        GOOD.replace("self.fc =", "self.conv.register_forward_hook(lambda *_: 1 / 0); self.fc ="),
        "ZeroDivisionError: division by zero. It happened at net.py, line",
    ),
    "returns nothing": (GOOD.replace("return self.fc", "self.fc"), "a return is missing"),
    "returns no tensor": (GOOD.replace("return self.fc(", "return str("), "returns a str without a tensor"),
    "unreadable exception": (body("raise type('E', (Exception,), {'__str__': lambda e: 1 / 0})"), "raised E"),
    "control characters": (body("raise ValueError('\\x1b[31m\\udc80' + 'x' * 10_000_000)"), "?[31m?xxx"),
    "needs a GPU": (GOOD.replace("26, classes)", "26, classes).cuda()"), "Leave out .cuda()"),
    "calls itself": (body("self.forward(x)"), "recursion depth"),
    "changes a module that is ours": (
        "import json; json.dumps = json.loads = None\n" + body("1 / 0"),
        "division by zero",
    ),
    "needs three channels": (GOOD.replace("Conv2d(1", "Conv2d(3"), "1x28x28"),
}


QUICK = {"syntax error", "no model", "import error", "hard exit", "input", "needs arguments"}
DANGEROUS = {"exit at import", "segmentation fault", "control characters", "changes a module that is ours"}


@pytest.mark.parametrize("name", [case(name, is_slow=name in DANGEROUS) for name in BAD])
def test_bad_files_end_in_one_message(tmp_path: Path, name: str, request: pytest.FixtureRequest) -> None:
    text, words = BAD[name]
    if name not in QUICK | DANGEROUS:
        request.getfixturevalue("traced_here")
    with pytest.raises(ExplorerError) as caught:
        trace(write(tmp_path, text))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.message.zh


def test_a_shape_error_brings_the_graph_and_the_line_of_the_file(tmp_path: Path, traced_here: None) -> None:
    text = ("# 卷积网络\n" + GOOD).replace("26 * 26", "25 * 25")
    path = tmp_path / "net.py"
    path.write_bytes(text.encode("gbk"))
    number = next(number for number, line in enumerate(text.split("\n"), 1) if "return" in line)
    with pytest.raises(ShapeError, match=r"4·26·26 = 2704, but .* 2500. Set in_features of fc to 2704") as caught:
        trace(path)
    graph = caught.value.graph
    assert [node.kind for node in graph.nodes] == ["Input", "Conv2d", "relu", "flatten", "Linear"]
    assert graph.mismatch is not None
    assert graph.mismatch.line == "return self.fc(F.relu(self.conv(x)).flatten(1))"
    assert graph.mismatch.source == f"net.py:{number}"
    assert re.search(rf"line {number}\b", str(caught.value))


ESCAPES = {
    "to another session": "import subprocess; subprocess.Popen(['sleep', '98'], start_new_session=True)",
    "from its parent": (
        "import os, time\nif os.fork() == 0:\n    os.setsid()\n    os.fork() or time.sleep(98)\n    os._exit(0)"
    ),
    "by several": "import os, time\nfor _ in range(20):\n    os.fork() or time.sleep(98)",
}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("name", ESCAPES)
@pytest.mark.parametrize("end", ["os._exit(1)", "raise KeyError"])
def test_what_a_file_starts_does_not_outlive_it(tmp_path: Path, name: str, end: str) -> None:
    path = write(tmp_path, f"{ESCAPES[name]}\nimport os\n{end}\n{GOOD}")
    with pytest.raises(ExplorerError):
        trace(path)
    assert not [process for process in psutil.process_iter() if _is_left(process)]


HOPS = """
import os, time
for _ in range(300):  # each is there for a moment only
    if os.fork():
        os._exit(0)
    time.sleep(0.001)
time.sleep(98)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_process_does_not_get_away_by_starting_another(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {**os.environ, marked.VARIABLE: f"hops {os.getpid()}"}
    subprocess.run([sys.executable, "-S", "-c", HOPS], env=environment, start_new_session=True, check=True)
    marked.kill(f"hops {os.getpid()}")
    time.sleep(0.5)
    assert not [process for process in psutil.process_iter() if _is_left(process)]


def _is_left(process: psutil.Process) -> bool:
    try:
        return marked.VARIABLE in process.environ() and os.getpid() == int(process.environ()["TEST_OF"])
    except (psutil.Error, KeyError, OSError):
        return False


@pytest.fixture(autouse=True)
def _marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test starts knows that it was this one: others may run at the same time."""
    monkeypatch.setenv("TEST_OF", str(os.getpid()))


IN_FORWARD = "\n        while True: pass"
FORK = "import os; os.fork() or __import__('time').sleep(99)"


@pytest.mark.parametrize(
    "line",
    [
        case(FORK, is_slow=False),
        case("while True: pass"),
        case("import time; time.sleep(99)"),
        case("import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: pass"),
        case(IN_FORWARD),
    ],
)
def test_endless_code_is_ended_with_all_it_started(tmp_path: Path, line: str) -> None:
    path = write(tmp_path, f"{line}\n{GOOD}" if "fork" not in line else f"{line}\nwhile True: pass\n{GOOD}")
    if line == IN_FORWARD:
        path = write(tmp_path, body(line))
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    seconds = 12 if line == IN_FORWARD else 2  # torch is imported before
    with pytest.raises(ExplorerError, match="come to an end"):
        trace(path, seconds=seconds)
    left = [child for child in psutil.Process().children(recursive=True) if child.pid not in before]
    assert not psutil.wait_procs(left, timeout=60)[1]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows limits no files")
def test_a_limit_that_is_there_is_not_raised(tmp_path: Path) -> None:
    """Raising one is for root alone; anybody else gets an error."""
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 8192));"
        "from explorer.graph.user_model.confine import confine; confine(1 << 20);"
        "print(*resource.getrlimit(resource.RLIMIT_FSIZE))"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["4096", "8192"]


def test_a_mistake_is_found_before_torch_is_imported(tmp_path: Path) -> None:
    text = "import sys\nraise KeyError('torch' if 'torch' in sys.modules else 'nothing yet')\n"
    with pytest.raises(ExplorerError, match="nothing yet"):
        trace(write(tmp_path, text + GOOD))


def test_a_thousand_layers_are_laid_out(tmp_path: Path, traced_here: None) -> None:
    graph = trace(write(tmp_path, ODD["a thousand layers"]))
    assert len(graph.nodes) > 1000
    for detail in Detail:
        assert layout(graph, open_blocks(graph, detail)).boxes


def test_memory_has_a_limit(tmp_path: Path) -> None:
    path = write(tmp_path, "hoard = [bytearray(1 << 26) for _ in range(10_000)]\n" + GOOD)
    with pytest.raises(ExplorerError, match="more than 1 GB of memory"):
        file.trace(path, None, (1, 28, 28), limits=Limits(60, 1 << 30))


@pytest.mark.slow
@pytest.mark.parametrize(
    "line",
    [
        "torch.set_default_dtype(torch.float64)",
        "torch.set_num_threads(1); torch.manual_seed(1)",
        "[print('x' * (1 << 20)) for _ in range(1 << 10)]",
        "torch.use_deterministic_algorithms(True); torch.backends.cudnn.benchmark = True",
        "import os; os.closerange(0, 100); os.chdir('/')",
        "open('litter.txt', 'w').write('x')",
        "big = torch.empty(1 << 40)",
    ],
)
def test_what_a_file_does_to_its_process_stays_there(
    tmp_path: Path, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = write(tmp_path, GOOD.replace("class Net", f"{line}\n\nclass Net") if "big" not in line else body(line))
    if "big" in line:  # on the meta device even this allocates nothing
        path = write(tmp_path, GOOD.replace("super().__init__()", f"super().__init__(); self.{line}"))
    assert trace(path).params > 0
    assert os.listdir(tmp_path) == ["net.py"]


RETURN = "return self.fc(F.relu(self.conv(x)).flatten(1))"
MANY = "self.many = nn.Sequential(*[nn.ReLU() for _ in range(1000)]); self.fc ="
DEEP = """self.deep = nn.ReLU()
        for _ in range(500): self.deep = nn.Sequential(self.deep)
        self.fc ="""
ODD = {
    "data-dependent branch": body("x = x * 2 if x.mean() > 0 else x"),
    "dictionary": GOOD.replace(RETURN, "return {'out': self.fc(F.relu(self.conv(x)).flatten(1))}"),
    "in place on a view": body("x = x.clone(); x[:, :1].relu_()"),
    "tuple": GOOD.replace(RETURN, "x = self.conv(x); return self.fc(F.relu(x).flatten(1)), x"),
    "list": GOOD.replace(RETURN, "return [self.fc(F.relu(self.conv(x)).flatten(1))]"),
    "shared": body("x = F.pad(self.conv(x), (1, 1, 1, 1)).mean(1, keepdim=True)"),
    "lazy layers": GOOD.replace("nn.Conv2d(1, 4, 3)", "nn.LazyConv2d(4, 3)").replace(
        "nn.Linear(4 * 26 * 26,", "nn.LazyLinear("
    ),
    "Chinese names": GOOD.replace("self.conv", "self.卷积").replace("class Net", "class 网络"),
    "dotted names": GOOD.replace("self.conv =", "self._modules['a.b'] =").replace(
        "self.conv(", "self._modules['a.b']("
    ),
    "no parameters": (
        "from torch import nn\nclass Net(nn.Module):\n    def forward(self, x): return x.flatten(1)[:, :10]"
    ),
    "in inference mode": GOOD.replace("    def forward", "    @torch.inference_mode()\n    def forward"),
    "blocks in blocks": GOOD.replace("self.fc =", DEEP).replace("self.conv(x)", "self.deep(self.conv(x))"),
    "a thousand layers": GOOD.replace("self.fc =", MANY).replace("F.relu(", "self.many("),
}


@pytest.mark.parametrize("name", [case(name, is_slow=name == "blocks in blocks") for name in ODD])
def test_odd_models_are_traced(tmp_path: Path, name: str, request: pytest.FixtureRequest) -> None:
    if name != "blocks in blocks":  # which takes the whole stack
        request.getfixturevalue("traced_here")
    assert trace(write(tmp_path, ODD[name])).nodes[-1].output_shape == (10,)


@pytest.mark.parametrize("make", ["folder", "missing", "binary", "empty"])
def test_what_is_no_python_file(tmp_path: Path, make: str) -> None:
    path = tmp_path / "thing.py"
    match make:
        case "folder":
            path.mkdir()
        case "binary":
            path.write_bytes(bytes(range(128, 256)) * 9)
        case "empty":
            path.touch()
    with pytest.raises(ExplorerError, match="cannot be read"):
        trace(path)
