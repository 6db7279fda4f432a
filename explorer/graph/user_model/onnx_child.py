"""`python -m explorer.graph.user_model.onnx_child REQUEST ANSWER`: writes a user's model as ONNX; run by `as_onnx`."""

import json
import os
import sys
from pathlib import Path
from typing import Any

from explorer import catalogue
from explorer.bilingual import Text
from explorer.catalogue import Choice, OwnModel
from explorer.graph.user_model import loading
from explorer.graph.user_model.confine import confine

MODEL = "model.onnx"  # beside the answer
LARGEST_FILE = 3 << 30

_to_text = json.dumps  # kept here: a user's code may put something else in its place


def main(request_file: str, answer_file: str) -> None:
    """Writes the model beside `answer_file`, and there `{"notes"}`, or `{"message", "hint"}`; texts are [en, zh]."""
    confine(LARGEST_FILE)
    request = json.loads(Path(request_file).read_text(encoding="utf-8"))
    target = Path(answer_file).absolute()  # a user's code may change the folder
    own = OwnModel.from_json(request["own"])
    try:
        content, notes = _written(own, Choice.from_json(request["choice"]))
        (target.parent / MODEL).write_bytes(content)
        answer: dict[str, Any] = {"notes": [_pair(note) for note in notes]}
    except BaseException as error:  # noqa: BLE001 - a user's code, and torch's exporter, may raise anything
        told = loading.explained(error, own.path, loading.WRITING)
        answer = {"message": _pair(told.message), "hint": None if told.hint is None else _pair(told.hint)}
    temporary = target.with_suffix(".part")
    temporary.write_text(_to_text(answer), encoding="utf-8")
    os.replace(temporary, target)
    os._exit(0)  # whatever threads the model's code has started


def _written(own: OwnModel, choice: Choice) -> tuple[bytes, tuple[Text, ...]]:
    catalogue.add_own(own)
    model = loading.build_own(own, choice)
    from explorer.graph.export import onnx_model

    made = onnx_model.checked(model, choice.input_shape)
    return made.content, made.notes


def _pair(text: Text) -> list[str]:
    return [text.en, text.zh]


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
