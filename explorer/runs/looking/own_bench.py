"""Looking into a user's model: as `Workbench`, but the model runs in a process of its own. No torch here.

The process stays for the next look, as starting one takes seconds; what it makes comes back as data.
"""

from __future__ import annotations

import contextlib
import json
import threading
import time
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from explorer import catalogue
from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.runs.folder import own_source

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path
    from typing import BinaryIO

    import numpy as np
    from numpy.typing import NDArray

    from explorer.catalogue import Choice, OwnModel
    from explorer.graph.export import Written
    from explorer.graph.user_model.sandbox import Limits, Sandbox
    from explorer.inspection.figures import Figures
    from explorer.inspection.insight import Array, Attribution, Insight, Question
    from explorer.inspection.signals import Signals
    from explorer.inspection.strongest import Strongest
    from explorer.runs.looking.workbench import Image, Weights

CHILD = "explorer.runs.looking.own_bench_child"
PATIENCE_SECONDS = 1.0  # for a process that is asked to give up its work; then it is ended
_LONG_SECONDS, _LONG_MEMORY = 300.0, 8 << 30  # of work on many images, or with gradients

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class _Seen:
    """The last look: into what, and what came of it."""

    choice: Choice
    weights: Weights
    image: Image
    insight: Insight


class OwnBench:
    """Used on workers, one request at a time; `abandon` may be called from any thread.

    What is asked for `is_cancelled` gives up when that says so; the process ends only where it does not do so soon.

    Args:
        limits: Of one request, not of all together; by default more for what takes longer.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits
        self._lock = threading.Lock()
        self._sandbox: Sandbox | None = None
        self._model: OwnModel | None = None
        self._number = 0
        self._seen: _Seen | None = None
        self._cancel = threading.Event()

    def look(self, choice: Choice, weights: Weights, image: Image) -> Insight:
        """What the model makes of `image`.

        Raises:
            ExplorerError: Whatever is wrong with the file or the weights, in one message; or it was abandoned.
        """
        from explorer.inspection import parcel  # with numpy, for which the window does not wait

        with self._lock:
            own, seen = _own(choice, weights), self._seen
            is_known = seen is not None and (seen.choice, seen.weights) == (choice, weights) and self._is_warm(own)
            if seen is not None and is_known and seen.image is image:
                return seen.insight
            request = _request("look", choice, weights) | {"classes": image.classes, "filters": not is_known}
            insight = self._ask(request, own, parcel.unpack_insight, image.pixels)
            if seen is not None and is_known:
                insight = replace(insight, filters=seen.insight.filters)
            self._seen = _Seen(choice, weights, image, insight)
            return insight

    def attribute(self, choice: Choice, weights: Weights, image: Image, question: Question) -> Attribution:
        """Answers `question` with these weights.

        Raises:
            ExplorerError: As `look`; or the layer has no maps.
        """
        from explorer.inspection import parcel

        with self._lock:
            asked = {"classes": image.classes, "question": parcel.question_to_json(question)}
            request = _request("attribute", choice, weights) | asked
            return self._ask(request, _own(choice, weights), parcel.unpack_attribution, image.pixels)

    def figures(self, choice: Choice, weights: Weights, image: Image) -> Figures:
        """The figures of a look at `image` with these weights, without its maps; for the moments of a run.

        Raises:
            ExplorerError: As `look`.
        """
        from explorer.inspection import parcel

        with self._lock:
            request = _request("figures", choice, weights) | {"classes": image.classes}
            return self._ask(request, _own(choice, weights), parcel.unpack_figures, image.pixels)

    def filters(self, choice: Choice, weights: Weights) -> tuple[dict[str, Array], Text]:
        """As `Workbench.filters`."""
        from explorer.inspection import parcel

        def unpack(data: Mapping[str, Any], file: BinaryIO) -> tuple[dict[str, Array], Text]:
            return parcel.unpack_arrays(data["filters"], file), Text(*data["origin"])

        with self._lock:
            return self._ask(_request("filters", choice, weights), _own(choice, weights), unpack)

    def signals(
        self,
        choice: Choice,
        weights: Weights,
        images: NDArray[np.uint8],
        labels: Sequence[int],
        *,
        is_cancelled: Callable[[], bool] = lambda: False,
    ) -> Signals:
        """As `Workbench.signals`.

        Raises:
            ExplorerError: As `look`; or on request.
        """
        from explorer.inspection import parcel

        with self._lock:
            request = _request("signals", choice, weights) | {"labels": list(labels)}
            own = _own(choice, weights)
            return self._ask(request, own, parcel.unpack_signals, images, limits=_long(), is_cancelled=is_cancelled)

    def strongest(
        self,
        choice: Choice,
        weights: Weights,
        images: NDArray[np.uint8],
        path: str,
        *,
        count: int,
        is_cancelled: Callable[[], bool],
    ) -> Strongest | None:
        """As `Workbench.strongest`.

        Raises:
            ExplorerError: As `look`; or on request.
        """
        from explorer.inspection import parcel

        with self._lock:
            request = _request("strongest", choice, weights) | {"path": path, "count": count}
            unpack = partial(parcel.unpack_strongest, count=len(images))
            own = _own(choice, weights)
            return self._ask(request, own, unpack, images, limits=_long(), is_cancelled=is_cancelled)

    def onnx(self, choice: Choice, weights: Weights, is_cancelled: Callable[[], bool] = lambda: False) -> Written:
        """The model with these weights as the content of an ONNX file, which was compared with torch.

        Raises:
            ExplorerError: As `look`; or torch cannot write the model so; or on request.
        """
        from explorer.graph.export import Written

        def unpack(data: Mapping[str, Any], file: BinaryIO) -> Written:
            return Written(file.read(), tuple(Text(*note) for note in data["notes"]))

        with self._lock:
            request, own = _request("onnx", choice, weights), _own(choice, weights)
            return self._ask(request, own, unpack, limits=_long(), is_cancelled=is_cancelled)

    def check(self, choice: Choice, weights: Weights) -> tuple[Text, ...]:
        """Notes on a file of weights that fits the model.

        Raises:
            ExplorerError: It does not fit; or as `look`.
        """

        def unpack(data: Mapping[str, Any], _file: BinaryIO) -> tuple[Text, ...]:
            return tuple(Text(*note) for note in data["notes"])

        with self._lock:
            return self._ask(_request("check", choice, weights), _own(choice, weights), unpack)

    def warm(self, choice: Choice) -> None:
        """Starts the process for the model, for a look that is to come; it loads PyTorch meanwhile."""
        with self._lock:
            own = catalogue.own(choice.architecture)
            if own is not None and not self._is_warm(own):
                self._start(own)

    def abandon(self) -> None:
        """Has what is under way end at once, with an error."""
        self._cancel.set()

    def end(self) -> None:
        """Ends the process, after what is under way; a later look starts another."""
        with self._lock:
            self._end()

    def close(self) -> None:
        """Ends the process at once."""
        self.abandon()
        self.end()

    # -- the process ------------------------------------------------------------------------------------------------

    def _is_warm(self, own: OwnModel) -> bool:
        return self._sandbox is not None and self._sandbox.is_alive and self._model == own

    def _ask(
        self,
        request: dict[str, Any],
        own: OwnModel,
        unpack: Callable[[Mapping[str, Any], BinaryIO], Result],
        pixels: NDArray[np.uint8] | None = None,
        *,
        limits: Limits | None = None,
        is_cancelled: Callable[[], bool] = lambda: False,
    ) -> Result:
        """Has the process for `own` do what is requested, and reads the answer."""
        from explorer.graph.user_model import sandbox  # brings psutil: the window is there sooner without it

        self._cancel = cancel = threading.Event()
        if not self._is_warm(own):
            self._start(own)
        process = self._sandbox
        assert process is not None
        self._number += 1
        folder, number = process.folder, self._number
        try:
            if pixels is not None:
                import numpy as np

                np.save(folder / f"{number}.npy", pixels, allow_pickle=False)
            process.send(json.dumps({**request, "number": number}))
            answer = folder / f"{number}.json"
            given_up = _GivenUp(is_cancelled, cancel, folder / f"{number}.stop")
            told = process.answer(answer, self._limits or limits or sandbox.Limits(), is_cancelled=given_up)
            with (folder / f"{number}.bin").open("rb") as file:
                return _result(told, file, unpack)
        except ExplorerError:
            if not process.is_alive or cancel.is_set() or not (folder / f"{number}.json").exists():
                self._end()
            raise
        except (OSError, ValueError) as error:
            self._end()
            raise _disturbed() from error
        finally:
            for path in folder.glob(f"{number}.*"):
                with contextlib.suppress(OSError):
                    path.unlink()

    def _start(self, own: OwnModel) -> None:
        from explorer.graph.user_model import sandbox

        self._end()
        self._sandbox, self._model = sandbox.Sandbox(CHILD, ".."), own
        self._sandbox.send(json.dumps(own.to_json()))

    def _end(self) -> None:
        if self._sandbox is not None:
            self._sandbox.close()
        self._sandbox = self._model = self._seen = None


class _GivenUp:
    """Says that the process has to be ended: at once when `cancel` is set, later when it was asked to stop in vain.

    It is asked by the file `stop`.
    """

    def __init__(self, is_cancelled: Callable[[], bool], cancel: threading.Event, stop: Path) -> None:
        self._is_cancelled, self._cancel, self._stop = is_cancelled, cancel, stop
        self._asked_at: float | None = None

    def __call__(self) -> bool:
        if self._asked_at is None and self._is_cancelled():
            self._stop.touch()
            self._asked_at = time.monotonic()
        is_in_vain = self._asked_at is not None and time.monotonic() > self._asked_at + PATIENCE_SECONDS
        return is_in_vain or self._cancel.is_set()


def _long() -> Limits:
    from explorer.graph.user_model import sandbox

    return sandbox.Limits(_LONG_SECONDS, _LONG_MEMORY)


def _own(choice: Choice, weights: Weights) -> OwnModel:
    """The model with the code that belongs to the weights."""
    own = weights.own or catalogue.own(choice.architecture)
    assert own is not None
    return own if weights.folder is None else own_source.of_run(own, weights.folder)


def _request(kind: str, choice: Choice, weights: Weights) -> dict[str, Any]:
    plain = {name: getattr(weights, name) for name in ("seed", "run", "number", "is_live", "stamp", "moment")}
    folder, file = (None if path is None else str(path.absolute()) for path in (weights.folder, weights.file))
    return {"do": kind, "choice": choice.to_json(), "weights": {**plain, "folder": folder, "file": file}}


def _result(told: Any, file: BinaryIO, unpack: Callable[[Mapping[str, Any], BinaryIO], Result]) -> Result:
    if "message" in told:
        hint = told["hint"]
        raise ExplorerError(Text(*told["message"]), Text(*hint) if hint else None)
    return unpack(told, file)


def _disturbed() -> ExplorerError:
    return ExplorerError(
        Text("What came back from the model's process could not be read.", "无法读取模型进程返回的结果。"),
        Text("Look whether the file changes modules that are not its own.", "请检查该文件是否改动了别的模块。"),
    )
