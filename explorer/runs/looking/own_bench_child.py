"""`python -m explorer.runs.looking.own_bench_child FOLDER`: looks into a user's model for `own_bench` till input ends.

The first line of the input is the model; each other one a request, which `FOLDER/NUMBER.json` and `.bin` answer.
"""

import json
import os
import sys
from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from explorer import atomic, catalogue
from explorer.bilingual import Text
from explorer.catalogue import Choice, OwnModel
from explorer.graph.user_model import loading
from explorer.graph.user_model.confine import confine
from explorer.runs.plan import RunPlan

LARGEST_FILE = 4 << 30

_to_text, _from_text = json.dumps, json.loads  # kept here: a user's code may put something else in their place


def main(folder: str) -> None:
    root = Path(folder).absolute()
    lines = os.fdopen(confine(LARGEST_FILE), encoding="utf-8")
    own = OwnModel.from_json(_from_text(lines.readline()))
    catalogue.add_own(own)
    catalogue.run_own_code(loading.build_own)
    bench = _Bench(own)
    for line in lines:
        request = _from_text(line)
        number = int(request["number"])
        with (root / f"{number}.bin").open("wb") as arrays:
            answer = bench.answer(request, root / f"{number}.npy", arrays)
        temporary = root / f"{number}.part"
        temporary.write_text(_to_text(answer), encoding="utf-8")
        atomic.replace(temporary, root / f"{number}.json")
    os._exit(0)  # whatever threads the model's code has started


class _Bench:
    """Answers requests with a `Workbench`; what the user's code raises becomes a message."""

    def __init__(self, own: OwnModel) -> None:
        from explorer.inspection import capture  # noqa: F401 - and PyTorch with it, before the first request comes
        from explorer.runs.looking.workbench import Workbench

        self._own = own
        self._bench = Workbench()

    def answer(self, request: Mapping[str, Any], pixels: Path, arrays: BinaryIO) -> dict[str, Any]:
        work: Callable[[Mapping[str, Any], Path, BinaryIO], dict[str, Any]]
        work = {
            "look": self._look,
            "figures": self._figures,
            "attribute": self._attribute,
            "filters": self._filters,
            "check": self._check,
            "signals": self._signals,
            "strongest": self._strongest,
            "onnx": self._onnx,
            "evaluate": self._evaluate,
            "find_rate": self._find_rate,
        }[request["do"]]
        try:
            return work(request, pixels, arrays)
        except BaseException as error:  # noqa: BLE001 - a user's code may raise anything
            doing = loading.WRITING if request["do"] == "onnx" else loading.RUNNING
            told = loading.explained(error, self._own.path, doing)
            return {"message": _pair(told.message), "hint": None if told.hint is None else _pair(told.hint)}

    def _look(self, request: Mapping[str, Any], pixels: Path, arrays: BinaryIO) -> dict[str, Any]:
        from dataclasses import replace

        from explorer.inspection import parcel

        insight = self._bench.look(_choice(request), _weights(request), _image(request, pixels))
        return parcel.pack_insight(insight if request["filters"] else replace(insight, filters={}), arrays)

    def _signals(self, request: Mapping[str, Any], pixels: Path, _arrays: BinaryIO) -> dict[str, Any]:
        from explorer.inspection import parcel

        images = _pixels(pixels)
        return parcel.pack_signals(self._bench.signals(_choice(request), _weights(request), images, request["labels"]))

    def _strongest(self, request: Mapping[str, Any], pixels: Path, arrays: BinaryIO) -> dict[str, Any]:
        from explorer.inspection import parcel

        found = self._bench.strongest(
            _choice(request),
            _weights(request),
            _pixels(pixels),
            request["path"],
            count=request["count"],
            is_cancelled=pixels.with_suffix(".stop").exists,
        )
        return parcel.pack_strongest(found, arrays)

    def _onnx(self, request: Mapping[str, Any], _pixels: Path, arrays: BinaryIO) -> dict[str, Any]:
        from explorer.graph.export import onnx_model

        choice = _choice(request)
        made = onnx_model.checked(self._bench.model(choice, _weights(request)), choice.input_shape)
        arrays.write(made.content)
        return {"notes": [_pair(note) for note in made.notes]}

    def _evaluate(self, request: Mapping[str, Any], pixels: Path, arrays: BinaryIO) -> dict[str, Any]:
        from explorer.runs.folder import checkpoint
        from explorer.runs.looking import evaluate, own_parcel

        plan = _plan(request)
        answering = evaluate.evaluate(plan, checkpoint.read_moment(Path(request["moment"])))
        return own_parcel.pack_evaluation(_followed(answering, pixels), arrays)

    def _find_rate(self, request: Mapping[str, Any], pixels: Path, _arrays: BinaryIO) -> dict[str, Any]:
        from explorer.runs.looking.rate_search import find_rate

        _followed(find_rate(_plan(request)), pixels)
        return {}

    def _figures(self, request: Mapping[str, Any], pixels: Path, arrays: BinaryIO) -> dict[str, Any]:
        from explorer.inspection import figures, parcel

        insight = self._bench.look(_choice(request), _weights(request), _image(request, pixels))
        return parcel.pack_figures(figures.of(insight), arrays)

    def _attribute(self, request: Mapping[str, Any], pixels: Path, arrays: BinaryIO) -> dict[str, Any]:
        from explorer.inspection import parcel

        question = parcel.question_from_json(request["question"])
        image = _image(request, pixels)
        found = self._bench.attribute(_choice(request), _weights(request), image, question, lambda: False)
        return parcel.pack_attribution(found, arrays)

    def _filters(self, request: Mapping[str, Any], _pixels: Path, arrays: BinaryIO) -> dict[str, Any]:
        from explorer.inspection import parcel

        filters, origin = self._bench.filters(_choice(request), _weights(request))
        return {"filters": parcel.pack_arrays(filters, arrays), "origin": _pair(origin)}

    def _check(self, request: Mapping[str, Any], _pixels: Path, _arrays: BinaryIO) -> dict[str, Any]:
        from explorer.runs.looking import weights_file, weights_match

        file = _weights(request).file
        assert file is not None
        fitted = weights_match.check(weights_file.read(file), _choice(request))
        return {"notes": [_pair(note) for note in (*fitted.notes, *fitted.warnings)]}


def _plan(request: Mapping[str, Any]) -> RunPlan:
    """What is asked about; from now on this process has the threads of its training."""
    import torch

    plan = RunPlan.from_json(request["plan"])
    if plan.config.threads is not None:
        torch.set_num_threads(plan.config.threads)
    return plan


def _followed(work: Generator[Any, None, Any], pixels: Path) -> Any:
    """What `work` returns; what it tells is passed on meanwhile."""
    from explorer.runs.looking import own_parcel

    with pixels.with_suffix(".told").open("w", encoding="utf-8", buffering=1) as file:
        while True:
            try:
                event = next(work)
            except StopIteration as end:
                return end.value
            file.write(_to_text(own_parcel.pack_news(event)) + "\n")


def _choice(request: Mapping[str, Any]) -> Choice:
    return Choice.from_json(request["choice"])


def _weights(request: Mapping[str, Any]) -> Any:
    from explorer.runs.looking.workbench import Weights

    told = dict(request["weights"])
    paths = {name: None if told[name] is None else Path(told[name]) for name in ("folder", "file")}
    return Weights(**{**told, **paths})


def _image(request: Mapping[str, Any], pixels: Path) -> Any:
    from explorer.runs.looking.workbench import Image

    return Image(_pixels(pixels), tuple(request["classes"]))


def _pixels(file: Path) -> Any:
    import numpy as np

    return np.load(file, allow_pickle=False)


def _pair(text: Text) -> list[str]:
    return [text.en, text.zh]


if __name__ == "__main__":
    main(sys.argv[1])
