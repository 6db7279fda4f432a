"""Which model files were opened, and which the user has agreed to run: one JSON file, written atomically."""

import json
import logging
from dataclasses import dataclass, replace
from pathlib import Path

from explorer import atomic, paths
from explorer.catalogue import OwnModel

SCHEMA = 1
MOST = 12

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recent:
    """What is remembered of models.

    Attributes:
        models: The newest first.
        trusted: Files that the user has agreed to run.
    """

    models: tuple[OwnModel, ...] = ()
    trusted: frozenset[str] = frozenset()

    def with_model(self, model: OwnModel) -> "Recent":
        """With `model`, as the newest where it was not there before, in its place where it was."""
        names = [known.card.name for known in self.models]
        if model.card.name in names:
            models = tuple(model if known.card.name == model.card.name else known for known in self.models)
        else:
            models = (model, *self.models)[:MOST]
        return replace(self, models=models, trusted=self.trusted | {str(model.path)})

    def with_trust(self, path: Path) -> "Recent":
        """With a file that the user has run."""
        return replace(self, trusted=self.trusted | {str(path)})

    def without(self, name: str) -> "Recent":
        return replace(self, models=tuple(model for model in self.models if model.card.name != name))


def load() -> Recent:
    """What is remembered; what is missing or damaged is forgotten. Touches no model file."""
    try:
        content = json.loads(paths.models_file().read_text(encoding="utf-8"))
        if content["schema"] != SCHEMA:
            return Recent()
        models = tuple(OwnModel.from_json(data) for data in content["models"][:MOST])
        return Recent(models, frozenset(str(path) for path in content["trusted"]))
    except FileNotFoundError:
        return Recent()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        _logger.warning("the list of own models cannot be read: %s", error)
        return Recent()


def save(recent: Recent) -> None:
    """Replaces what is remembered.

    Raises:
        OSError: The folder cannot be written; what was there stays.
    """
    written = {
        "schema": SCHEMA,
        "models": [model.to_json() for model in recent.models],
        "trusted": sorted(recent.trusted),
    }
    atomic.write_text(paths.models_file(), json.dumps(written, ensure_ascii=False, indent=1) + "\n")
