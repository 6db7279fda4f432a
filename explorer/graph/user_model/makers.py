"""What in a Python file is a model or makes one: classes, functions that return one, variables that hold one.

Told from the code alone, which is not run: what is imported from elsewhere is judged by how it is used.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

# Methods that give the model they are called on.
_HANDS_ON = frozenset(
    {"to", "cuda", "cpu", "eval", "train", "half", "float", "double", "bfloat16", "apply", "requires_grad_"}
)
_WRAPPERS = frozenset({"compile", "script", "DataParallel"})  # give what they are given
_MODEL_FOLDERS = frozenset({"models", "timm"})  # of `torchvision.models.resnet18()`
_NO_LAYERS = frozenset({"functional", "init", "utils", "Parameter"})
_NO_MODELS = frozenset({"Function", "Dataset", "IterableDataset", "Enum", "ABC", "Protocol", "NamedTuple", "object"})


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of the file that holds a model.

    Attributes:
        made_by: The class or function that it is a call of, without arguments; "" where it is made in another way.
    """

    name: str
    line: int
    made_by: str


def classes(tree: ast.Module) -> list[str]:
    """The classes that are, or look like, an `nn.Module`, in the order of the file.

    One whose bases all come from elsewhere is, if it has a `forward` or builds layers.
    """
    known: dict[str, None] = {}
    for statement in tree.body:
        if isinstance(statement, ast.ClassDef) and _is_model(statement, known):
            known[statement.name] = None
    return list(known)


def functions(tree: ast.Module, known: Collection[str]) -> list[ast.FunctionDef]:
    """The functions that return a model made of the classes `known`, of torch's or of torchvision's."""
    written = [part for part in tree.body if isinstance(part, ast.FunctionDef) and not part.name.startswith("_")]
    names = {*known, *_imported_models(tree)}
    found: dict[str, ast.FunctionDef] = {}
    while True:
        more = {part.name: part for part in written if part.name not in found and _returns_model(part, names)}
        if not more:
            return [part for part in written if part.name in found]
        found |= more
        names |= more.keys()


def variables(tree: ast.Module, known: Collection[str]) -> list[Variable]:
    """The variables of the file that hold a model; of several of one name the last."""
    names = {*known, *_imported_models(tree)}
    found: dict[str, Variable] = {}
    held: dict[str, ast.expr] = {}
    for statement in tree.body:
        for name, value in _assigned(statement):
            if _makes_model(value, names, held):
                found.pop(name, None)
                found[name] = Variable(name, statement.lineno, _plain_maker(value))
            held[name] = value
    return list(found.values())


def used_in(part: ast.stmt) -> frozenset[str]:
    """The names that a definition or an assignment uses, but its own."""
    names = {node.id for node in ast.walk(part) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    return frozenset(names - {getattr(part, "name", "")})


def last_name(value: ast.expr) -> str:
    """The last part of a dotted name: `nn.Module` is "Module"; "" of anything else."""
    if isinstance(value, ast.Attribute):
        return value.attr
    return value.id if isinstance(value, ast.Name) else ""


def dotted(value: ast.expr) -> tuple[str, ...]:
    """All parts of a dotted name; () of anything else."""
    if isinstance(value, ast.Name):
        return (value.id,)
    if isinstance(value, ast.Attribute) and (before := dotted(value.value)):
        return (*before, value.attr)
    return ()


def method(statement: ast.ClassDef, name: str) -> ast.FunctionDef | None:
    for part in statement.body:
        if isinstance(part, ast.FunctionDef) and part.name == name:
            return part
    return None


def _is_model(statement: ast.ClassDef, known: Mapping[str, None]) -> bool:
    bases = [last_name(base) for base in statement.bases]
    if any(base in known or base in {"Module", "Sequential"} for base in bases):
        return True
    if _NO_MODELS.intersection(bases):
        return False
    return method(statement, "forward") is not None or (bool(bases) and _builds_layers(statement))


def _builds_layers(statement: ast.ClassDef) -> bool:
    """Whether it makes layers of `nn`; a loss is none."""
    for node in ast.walk(statement):
        parts = dotted(node.func) if isinstance(node, ast.Call) else ()
        if "nn" in parts[:-1] and not _NO_LAYERS.intersection(parts) and not parts[-1].endswith("Loss"):
            return True
    return False


def _imported_models(tree: ast.Module) -> set[str]:
    """Names that are imported from where models lie."""
    return {
        alias.asname or alias.name
        for statement in tree.body
        if isinstance(statement, ast.ImportFrom) and "models" in (statement.module or "").split(".")
        for alias in statement.names
    }


def _returns_model(function: ast.FunctionDef, known: Collection[str]) -> bool:
    held = {name: value for node in ast.walk(function) for name, value in _assigned(node)}
    returned = [node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value is not None]
    return any(_makes_model(value, known, held) for value in returned)


def _assigned(statement: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """The names that a statement gives a value, one each."""
    if isinstance(statement, ast.AnnAssign) and statement.value is not None:
        targets, value = list[ast.expr]([statement.target]), statement.value
    elif isinstance(statement, ast.Assign):
        targets, value = statement.targets, statement.value
    else:
        return
    for target in targets:
        if isinstance(target, ast.Name):
            yield target.id, value
        elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
            yield from (
                (one.id, part) for one, part in zip(target.elts, value.elts, strict=True) if isinstance(one, ast.Name)
            )


def _makes_model(value: ast.expr, known: Collection[str], held: Mapping[str, ast.expr], depth: int = 0) -> bool:
    if isinstance(value, ast.Name):
        made = held.get(value.id)
        return made is not None and made is not value and depth < 8 and _makes_model(made, known, held, depth + 1)
    if not isinstance(value, ast.Call):
        return False
    function = value.func
    if isinstance(function, ast.Attribute) and function.attr in _HANDS_ON:
        return _makes_model(function.value, known, held, depth)
    name = last_name(function)
    if name in _WRAPPERS and value.args:
        return _makes_model(value.args[0], known, held, depth)
    parts = dotted(function)
    return name == "Sequential" or name in known or bool(_MODEL_FOLDERS.intersection(parts[:-1]))


def _plain_maker(value: ast.expr) -> str:
    """The name that is called without arguments, whatever is called on what it gives."""
    if not isinstance(value, ast.Call):
        return ""
    if isinstance(value.func, ast.Attribute) and value.func.attr in _HANDS_ON:
        return _plain_maker(value.func.value)
    return "" if value.args or value.keywords else last_name(value.func)
