"""An architecture with its settings as a PyTorch file that runs by itself.

The code is that of the architecture's own file, without the declaration for the catalogue; what is added builds the
model as chosen, and prints the output shape of each part and the number of parameters.
"""

from __future__ import annotations

import ast
import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from explorer import catalogue
from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.graph.export import Written

if TYPE_CHECKING:
    from explorer.catalogue import Choice, Factory
    from explorer.graph.export import Request

_OWN_PACKAGE = "explorer"
_SHAPE = "Shape = tuple[int, int, int]  # channels, height, width"

_SHOW = '''

def show(name):
    """A hook that prints the output shape of the part called `name`."""

    def hook(part, inputs, output):
        print(f"{name:<12} {type(part).__name__:<20} {tuple(output.shape)}")

    return hook


def main():
    model = build().eval()
    for name, part in model.named_children():
        part.register_forward_hook(show(name))
    with torch.no_grad():
        logits = model(torch.randn(1, *INPUT_SHAPE))
    params = sum(parameter.numel() for parameter in model.parameters())
    print(f"{params:,} parameters, logits {tuple(logits.shape)}")


if __name__ == "__main__":
    main()
'''


@runtime_checkable
class WritesItself(Protocol):
    """A factory whose source is not in one file of ours, such as a model of torchvision."""

    def code(self, choice: Choice) -> tuple[str, str]:
        """Import lines, and the expression that builds the model."""


def render(request: Request) -> Written:
    """The file with the source of the architecture.

    Raises:
        ExplorerError: The graph is of a model of the user.
    """
    if request.choice is None or catalogue.own(request.choice.architecture) is not None:
        raise ExplorerError(
            Text("This model comes from a file of your own.", "这个模型来自您自己的文件。"),
            Text("Its code is in that file.", "代码就在那个文件里。"),
        )
    return Written(source(request.choice).encode("utf-8"))


def source(choice: Choice) -> str:
    """The whole text of the file.

    Raises:
        ExplorerError: There is no such architecture.
    """
    catalogue.find(choice.architecture)
    card, factory = catalogue.load_all()[choice.architecture]
    maker: object = factory
    if isinstance(maker, WritesItself):
        imports, expression = maker.code(choice)
        head = f'"""{card.title} ({card.source}), as built by torchvision."""\n\nimport torch\n{imports}\n'
    else:
        head = _without_declarations(Path(inspect.getfile(factory)).read_text(encoding="utf-8"))
        expression = _call(factory, choice)
    return f"{head}\n\n{_main(choice, expression)}"


def _call(factory: Factory, choice: Choice) -> str:
    settings = "".join(f", {name}={value!r}" for name, value in choice.settings.items())
    return f"{factory.__name__}(INPUT_SHAPE, CLASSES{settings})"


def _without_declarations(text: str) -> str:
    """The source of an architecture without the catalogue: its imports and decorators left out."""
    tree = ast.parse(text)
    lines: list[str | None] = list(text.splitlines())
    for node in tree.body:
        for part in _declarations(node):
            lines[part.lineno - 1 : part.end_lineno] = [None] * ((part.end_lineno or part.lineno) - part.lineno + 1)
    imports = [node.lineno for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    last_import = max(imports)
    if "import torch" not in lines:
        lines[min(imports) - 1] = f"import torch\n{lines[min(imports) - 1]}"
    head = [line for line in lines[:last_import] if line is not None]
    body = "\n".join(line for line in lines[last_import:] if line is not None)
    shape = f"\n\n{_SHAPE}" if "Shape" in body else ""
    return "\n".join(head).rstrip() + shape + "\n" + body.rstrip() + "\n"


def _declarations(node: ast.stmt) -> list[ast.stmt | ast.expr]:
    """The parts of a statement that only our catalogue needs."""
    if _imports_own(node):
        return [node]
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        return [
            decorator
            for decorator in node.decorator_list
            if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "architecture"
        ]
    return []


def _imports_own(node: ast.stmt) -> bool:
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").split(".")[0] == _OWN_PACKAGE
    return isinstance(node, ast.Import) and any(alias.name.split(".")[0] == _OWN_PACKAGE for alias in node.names)


def _main(choice: Choice, expression: str) -> str:
    """What builds the model as chosen, and shows it."""
    built = expression if len(expression) < 100 else _folded(expression)
    constants = f"INPUT_SHAPE = {choice.input_shape!r}\nCLASSES = {choice.classes}\n"
    return f'{constants}\n\ndef build():\n    """The model, with random weights."""\n    return {built}\n{_SHOW}'


def _folded(expression: str) -> str:
    """A long call with one argument a line."""
    call = ast.parse(expression, mode="eval").body
    assert isinstance(call, ast.Call)
    arguments = [ast.unparse(argument) for argument in call.args]
    arguments += [f"{keyword.arg}={ast.unparse(keyword.value)}" for keyword in call.keywords]
    inside = "".join(f"        {argument},\n" for argument in arguments)
    return f"{ast.unparse(call.func)}(\n{inside}    )"
