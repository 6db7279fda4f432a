"""What a Python file says of its models, without running a line of it."""

import ast
import io
import re
import tokenize
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.graph.user_model import advice, makers

MAX_BYTES = 4 << 20


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
    """Something in the file that is a model or makes one: a class, a function, or a variable that holds one."""

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
    tree = parse(path)
    found = _models(tree)
    if not found:
        raise ExplorerError(
            Text(f"{path.name} defines no nn.Module.", f"{path.name} 中没有定义 nn.Module。"),
            Text(
                "Define a class that derives from torch.nn.Module, a function that returns one, or a variable such as "
                "net = nn.Sequential(...).",
                "请定义一个继承自 torch.nn.Module 的类、一个返回它的函数，或一个变量，例如 net = nn.Sequential(...)。",
            ),
        )
    return found


def parse(path: Path) -> ast.Module:
    """The syntax of a Python file.

    Raises:
        ExplorerError: The file cannot be read, or is no Python (with the line).
    """
    try:
        return ast.parse(read(path), filename=str(path))
    except (SyntaxError, ValueError, RecursionError) as error:
        raise not_python(path, error) from error


def _models(tree: ast.Module) -> tuple[ModelClass, ...]:
    classes = {part.name: part for part in tree.body if isinstance(part, ast.ClassDef)}
    names = makers.classes(tree)
    functions = makers.functions(tree, names)
    found = [_described(classes[name], classes) for name in names] + [_function(part) for part in functions]
    simple = {model.name for model in found if not model.required}
    for variable in makers.variables(tree, [model.name for model in found]):
        if variable.made_by not in simple:  # else that can be chosen as well, and more can be set in it
            found.append(ModelClass(variable.name, variable.line, (), ""))
    return tuple(sorted(found, key=lambda model: model.line))


def choose(path: Path, name: str | None) -> ModelClass:
    """The model called `name`; without a name the last one that no other is built of.

    Raises:
        ExplorerError: There is none of that name; as `models`.
    """
    found = models(path)
    if name is None:
        return likeliest(path, found)
    for model in found:
        if model.name == name:
            return model
    names = ", ".join(model.name for model in found)
    raise ExplorerError(
        Text(f"{path.name} has no model {name!r}.", f"{path.name} 中没有模型 {name!r}。"),
        Text(f"It has: {names}.", f"其中有：{names}。"),
    )


def likeliest(path: Path, found: Sequence[ModelClass]) -> ModelClass:
    """The one of the models `found` in the file that is the network itself: the last that no other is built of."""
    lines = {model.line for model in found}
    used = frozenset[str]().union(*(makers.used_in(part) for part in parse(path).body if part.lineno in lines))
    return next((model for model in reversed(found) if model.name not in used), found[-1])


def not_python(path: Path, error: Exception) -> ExplorerError:
    """The refusal of a file with a syntax error, with line and text."""
    line = getattr(error, "lineno", None)
    shown = (getattr(error, "text", None) or "").strip()
    reason = getattr(error, "msg", None) or str(error)
    wrong = re.match(r"invalid character '(.)'", reason)
    line_read = Text(f"The line reads: {shown}", f"该行内容：{shown}") if shown else None
    return ExplorerError(
        Text(
            f"{path.name} is not valid Python{f', line {line}' if line else ''}: {reason}.",
            f"{path.name}{f' 第 {line} 行' if line else ''}不是有效的 Python 代码：{reason}。",
        ),
        (None if wrong is None else advice.of_character(wrong[1])) or line_read,
    )


def _described(statement: ast.ClassDef, classes: Mapping[str, ast.ClassDef]) -> ModelClass:
    about = (ast.get_docstring(statement) or "").split("\n\n")[0]
    constructor = _constructor(statement, classes)
    arguments = _arguments(constructor.args, skipped=1) if constructor else ()
    return ModelClass(statement.name, statement.lineno, arguments, about)


def _constructor(
    statement: ast.ClassDef, classes: Mapping[str, ast.ClassDef], depth: int = 0
) -> ast.FunctionDef | None:
    """The class's own, or that of its first base in the file which has one."""
    own = makers.method(statement, "__init__")
    if own is not None or depth > len(classes):
        return own
    bases = [classes[name] for base in statement.bases if (name := makers.last_name(base)) in classes]
    return next((found for base in bases if (found := _constructor(base, classes, depth + 1)) is not None), None)


def _function(function: ast.FunctionDef) -> ModelClass:
    about = (ast.get_docstring(function) or "").split("\n\n")[0]
    return ModelClass(function.name, function.lineno, _arguments(function.args, skipped=0), about)


def _arguments(given: ast.arguments, *, skipped: int) -> tuple[Argument, ...]:
    """What can be given to a function, but for its first `skipped` arguments."""
    positional = [*given.posonlyargs, *given.args][skipped:]
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
