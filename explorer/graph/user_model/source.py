"""What a Python file says of its models, without running a line of it."""

import ast
import io
import tokenize
from dataclasses import dataclass
from pathlib import Path

from explorer.bilingual import Text
from explorer.errors import ExplorerError

MAX_BYTES = 4 << 20
_CHANNELS = ("in_channels", "in_chans", "in_ch", "n_channels", "num_channels", "input_channels", "channels")


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a constructor; `default` and `annotation` are source text.

    Attributes:
        default: None where it must be given.
        annotation: Of its type, "" where there is none.
    """

    name: str
    default: str | None
    annotation: str = ""


@dataclass(frozen=True, slots=True)
class ModelClass:
    """A class of the file that is, or looks like, an `nn.Module`."""

    name: str
    line: int
    arguments: tuple[Argument, ...]
    about: str

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(argument.name for argument in self.arguments if argument.default is None)


def read(path: Path) -> str:
    """The text of a Python file: by its declared encoding, UTF-8 or GB 18030; any line ends.

    Raises:
        ExplorerError: It cannot be read, is too large, or is no text.
    """
    try:
        if not path.is_file():
            raise _cannot_read(path, "it is not a file", "它不是普通文件")
        content = path.read_bytes() if path.stat().st_size <= MAX_BYTES else b""
    except OSError as error:
        reason = error.strerror or str(error)
        raise _cannot_read(path, reason, reason) from error
    if not content.strip():
        raise _cannot_read(path, "it is empty, or larger than 4 MB", "它是空的，或大于 4 MB")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        text = content.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError as error:
            raise _cannot_read(path, "it is not a text file", "它不是文本文件") from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def models(path: Path) -> tuple[ModelClass, ...]:
    """The models that the file defines, in its order.

    Raises:
        ExplorerError: The file cannot be read, is no Python (with the line), or has no model.
    """
    text = read(path)
    try:
        tree = ast.parse(text, filename=str(path))
    except (SyntaxError, ValueError, RecursionError) as error:
        raise not_python(path, error) from error
    classes = [statement for statement in tree.body if isinstance(statement, ast.ClassDef)]
    known: set[str] = set()
    for statement in classes:
        if any(_is_module(base, known) for base in statement.bases) or _method(statement, "forward"):
            known.add(statement.name)
    found = tuple(_described(statement) for statement in classes if statement.name in known)
    if not found:
        raise ExplorerError(
            Text(f"{path.name} defines no nn.Module.", f"{path.name} 中没有定义 nn.Module。"),
            Text("Define a class that derives from torch.nn.Module.", "请定义一个继承自 torch.nn.Module 的类。"),
        )
    return found


def first_channels(path: Path) -> int | None:
    """How many channels the first convolution in the file reads, where its code says it.

    It is said by a number, or by an argument or a constant that has one.

    Raises:
        ExplorerError: As `models`.
    """
    try:
        tree = ast.parse(read(path), filename=str(path))
    except (SyntaxError, ValueError, RecursionError) as error:
        raise not_python(path, error) from error
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    known = _numbers(tree)
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        first = call.args[0]
        channels = known.get(first.id) if isinstance(first, ast.Name) else _number(first)
        if name == "Conv2d" and channels is not None:
            return channels
    return next((known[name] for name in _CHANNELS if name in known), None)


def _numbers(tree: ast.Module) -> dict[str, int]:
    """The numbers that names stand for: defaults of arguments, and constants of the file."""
    found: dict[str, int] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            positional = [*node.args.posonlyargs, *node.args.args]
            pairs = [
                *zip(reversed(positional), reversed(node.args.defaults), strict=False),
                *zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True),
            ]
            found |= {argument.arg: number for argument, value in pairs if (number := _number(value)) is not None}
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and (number := _number(statement.value)) is not None:
            found |= {target.id: number for target in statement.targets if isinstance(target, ast.Name)}
    return found


def _number(value: ast.expr | None) -> int | None:
    if isinstance(value, ast.Constant) and isinstance(value.value, int) and not isinstance(value.value, bool):
        return value.value
    return None


def choose(path: Path, name: str | None) -> ModelClass:
    """The model called `name`; without a name the only one, or else the last, which is built of the others as a rule.

    Raises:
        ExplorerError: There is none of that name; as `models`.
    """
    found = models(path)
    if name is None:
        return found[-1]
    for model in found:
        if model.name == name:
            return model
    names = ", ".join(model.name for model in found)
    raise ExplorerError(
        Text(f"{path.name} has no model {name!r}.", f"{path.name} 中没有模型 {name!r}。"),
        Text(f"It has: {names}.", f"其中有：{names}。"),
    )


def not_python(path: Path, error: Exception) -> ExplorerError:
    """The refusal of a file with a syntax error, with line and text."""
    line = getattr(error, "lineno", None)
    shown = (getattr(error, "text", None) or "").strip()
    reason = getattr(error, "msg", None) or str(error)
    return ExplorerError(
        Text(
            f"{path.name} is not valid Python{f', line {line}' if line else ''}: {reason}.",
            f"{path.name}{f' 第 {line} 行' if line else ''}不是有效的 Python 代码：{reason}。",
        ),
        Text(f"The line reads: {shown}", f"该行内容：{shown}") if shown else None,
    )


def _is_module(base: ast.expr, known: set[str]) -> bool:
    name = base.attr if isinstance(base, ast.Attribute) else base.id if isinstance(base, ast.Name) else ""
    return name in {"Module", "Sequential"} or name in known


def _method(statement: ast.ClassDef, name: str) -> ast.FunctionDef | None:
    for part in statement.body:
        if isinstance(part, ast.FunctionDef) and part.name == name:
            return part
    return None


def _described(statement: ast.ClassDef) -> ModelClass:
    about = (ast.get_docstring(statement) or "").split("\n\n")[0]
    constructor = _method(statement, "__init__")
    arguments = _arguments(constructor.args) if constructor else ()
    return ModelClass(statement.name, statement.lineno, arguments, about)


def _arguments(given: ast.arguments) -> tuple[Argument, ...]:
    positional = [*given.posonlyargs, *given.args][1:]  # without self
    missing = max(0, len(positional) - len(given.defaults))
    defaults = [None] * missing + [
        ast.unparse(default) for default in given.defaults[-len(positional) or len(given.defaults) :]
    ]
    keyword = [None if default is None else ast.unparse(default) for default in given.kw_defaults]
    pairs = [*zip(positional, defaults, strict=False), *zip(given.kwonlyargs, keyword, strict=True)]
    return tuple(Argument(argument.arg, default, _annotation(argument)) for argument, default in pairs)


def _annotation(argument: ast.arg) -> str:
    return "" if argument.annotation is None else ast.unparse(argument.annotation)


def _cannot_read(path: Path, reason: str, reason_zh: str) -> ExplorerError:
    return ExplorerError(
        Text(f"{path.name} cannot be read: {reason}.", f"无法读取 {path.name}：{reason_zh}。"),
        Text("Choose a Python file with an nn.Module in it.", "请选择一个含有 nn.Module 的 Python 文件。"),
    )
