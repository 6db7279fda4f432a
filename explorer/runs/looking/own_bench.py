"""Looking into a user's model: as `Workbench`, but the model runs in a process of its own. No torch here."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from explorer import catalogue
from explorer.bilingual import Text
from explorer.runs.folder import own_source
from explorer.runs.looking.own_process import OwnProcess, long

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import BinaryIO

    import numpy as np
    from numpy.typing import NDArray

    from explorer.catalogue import Choice, OwnModel
    from explorer.graph.export import Written
    from explorer.graph.user_model.sandbox import Limits
    from explorer.inspection.figures import Figures
    from explorer.inspection.insight import Array, Attribution, Insight, Question
    from explorer.inspection.signals import Signals
    from explorer.inspection.strongest import Strongest
    from explorer.runs.looking.workbench import Image, Weights


@dataclass(frozen=True, slots=True)
class _Seen:
    """The last look: into what, by which process, and what came of it."""

    start: int
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
        self._process = OwnProcess(limits)
        self._lock = threading.Lock()
        self._seen: _Seen | None = None

    def look(self, choice: Choice, weights: Weights, image: Image) -> Insight:
        """What the model makes of `image`.

        Raises:
            ExplorerError: Whatever is wrong with the file or the weights, in one message; or it was abandoned.
        """
        from explorer.inspection import parcel  # with numpy, for which the window does not wait

        with self._lock:
            own, seen, process = _own(choice, weights), self._seen, self._process
            asked = (process.starts, choice, weights)
            is_known = seen is not None and (seen.start, seen.choice, seen.weights) == asked and process.is_warm(own)
            if seen is not None and is_known and seen.image is image:
                return seen.insight
            request = _request("look", choice, weights) | {"classes": image.classes, "filters": not is_known}
            insight = process.ask(request, own, parcel.unpack_insight, image.pixels)
            if seen is not None and is_known:
                insight = replace(insight, filters=seen.insight.filters)
            self._seen = _Seen(process.starts, choice, weights, image, insight)
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
            return self._process.ask(request, _own(choice, weights), parcel.unpack_attribution, image.pixels)

    def figures(self, choice: Choice, weights: Weights, image: Image) -> Figures:
        """The figures of a look at `image` with these weights, without its maps; for the moments of a run.

        Raises:
            ExplorerError: As `look`.
        """
        from explorer.inspection import parcel

        with self._lock:
            request = _request("figures", choice, weights) | {"classes": image.classes}
            return self._process.ask(request, _own(choice, weights), parcel.unpack_figures, image.pixels)

    def filters(self, choice: Choice, weights: Weights) -> tuple[dict[str, Array], Text]:
        """As `Workbench.filters`."""
        from explorer.inspection import parcel

        def unpack(data: Mapping[str, Any], file: BinaryIO) -> tuple[dict[str, Array], Text]:
            return parcel.unpack_arrays(data["filters"], file), Text(*data["origin"])

        with self._lock:
            return self._process.ask(_request("filters", choice, weights), _own(choice, weights), unpack)

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
            return self._process.ask(
                request, own, parcel.unpack_signals, images, limits=long(), is_cancelled=is_cancelled
            )

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
            return self._process.ask(request, own, unpack, images, limits=long(), is_cancelled=is_cancelled)

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
            return self._process.ask(request, own, unpack, limits=long(), is_cancelled=is_cancelled)

    def check(self, choice: Choice, weights: Weights) -> tuple[Text, ...]:
        """Notes on a file of weights that fits the model.

        Raises:
            ExplorerError: It does not fit; or as `look`.
        """

        def unpack(data: Mapping[str, Any], _file: BinaryIO) -> tuple[Text, ...]:
            return tuple(Text(*note) for note in data["notes"])

        with self._lock:
            return self._process.ask(_request("check", choice, weights), _own(choice, weights), unpack)

    def warm(self, choice: Choice) -> None:
        """Starts the process for the model, for a look that is to come; it loads PyTorch meanwhile."""
        with self._lock:
            own = catalogue.own(choice.architecture)
            if own is not None and not self._process.is_warm(own):
                self._process.start(own)

    def abandon(self) -> None:
        """Has what is under way end at once, with an error."""
        self._process.abandon()

    def end(self) -> None:
        """Ends the process, after what is under way; a later look starts another."""
        with self._lock:
            self._process.end()
            self._seen = None

    def close(self) -> None:
        """Ends the process at once."""
        self.abandon()
        self.end()


def _own(choice: Choice, weights: Weights) -> OwnModel:
    """The model with the code that belongs to the weights."""
    own = weights.own or catalogue.own(choice.architecture)
    assert own is not None
    return own if weights.folder is None else own_source.of_run(own, weights.folder)


def _request(kind: str, choice: Choice, weights: Weights) -> dict[str, Any]:
    plain = {name: getattr(weights, name) for name in ("seed", "run", "number", "is_live", "stamp", "moment")}
    folder, file = (None if path is None else str(path.absolute()) for path in (weights.folder, weights.file))
    return {"do": kind, "choice": choice.to_json(), "weights": {**plain, "folder": folder, "file": file}}
