"""Leaves parts of a network as they are while the rest learns."""

from collections.abc import Sequence

from torch import nn

from explorer.bilingual import Text
from explorer.errors import ExplorerError


def freeze(model: nn.Module, paths: Sequence[str]) -> tuple[nn.Module, ...]:
    """Takes the weights below `paths` out of the training, and gives the modules there that have buffers.

    These are to stay in evaluation mode: batch normalisations, of torch and others, learn their statistics otherwise.

    Args:
        paths: Of modules or parameters, such as "features" or "features.block1.0.weight".

    Raises:
        ExplorerError: There is nothing at a path, or nothing is left to learn.
    """
    for path in paths:
        if not _exists(model, path):
            raise _unknown(model, path)
    for name, parameter in model.named_parameters():
        if any(_is_below(name, path) for path in paths):
            parameter.requires_grad_(False)
    if paths and not any(parameter.requires_grad for parameter in model.parameters()):
        raise ExplorerError(
            Text("All of the network's weights are frozen.", "网络的所有权重都被冻结了。"),
            Text("Leave some layers free, such as the last.", "请至少留一些层参与训练，例如最后一层。"),
        )
    return tuple(
        module
        for name, module in model.named_modules()
        if any(_is_below(name, path) for path in paths) and any(True for _ in module.buffers(recurse=False))
    )


def _is_below(name: str, path: str) -> bool:
    return name == path or name.startswith(f"{path}.")


def _exists(model: nn.Module, path: str) -> bool:
    modules = (name for name, _ in model.named_modules() if name)
    return path in modules or any(name == path for name, _ in model.named_parameters())


def _unknown(model: nn.Module, path: str) -> ExplorerError:
    parent = path.rpartition(".")[0]
    while parent and not _exists(model, parent):
        parent = parent.rpartition(".")[0]
    prefix = f"{parent}." if parent else ""
    names = ", ".join(f"{prefix}{name}" for name, _ in model.get_submodule(parent).named_children())
    return ExplorerError(
        Text(f"The network has no part {path!r} to freeze.", f"网络中没有可冻结的部分 {path!r}。"),
        Text(f"There are: {names or parent}.", f"现有：{names or parent}。"),
    )
