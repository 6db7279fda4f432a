"""Training a model of the user, in a process that is there for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from explorer import catalogue
from explorer.bilingual import Text
from explorer.graph.user_model import loading
from explorer.runs.folder import own_source
from explorer.runs.work.execute import Execution
from explorer.training.events import Warned

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from explorer.runs.plan import RunPlan
    from explorer.training.events import Event


class OwnExecution(Execution):
    """As `Execution`; runs the user's code in this process from now on, the run's copy where the file has changed.

    What that code raises ends the run with one message that names the line.
    """

    def __init__(self, plan: RunPlan, run: str, folder: Path, **options: Any) -> None:
        assert plan.own is not None
        self._model = own_source.of_run(plan.own, folder)
        self._change = own_source.change(plan.own, folder)
        catalogue.add_own(self._model)
        catalogue.run_own_code(loading.build_own)
        super().__init__(plan, run, folder, **options)

    def events(self) -> Generator[Event, None, None]:
        if self._change is not None:
            hint = Text("Start a new run to train the file as it is now.", "若要训练现在的文件，请开始新的运行。")
            yield Warned(self._run, self._change, hint)
        try:
            yield from super().events()
        except Exception as error:
            if loading.line_of(error.__traceback__, self._model.path) is None:
                raise
            raise loading.explained(error, self._model.path, loading.TRAINING) from error
