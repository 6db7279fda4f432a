"""Runs that cannot be written, and runs whose plan somebody has written by hand."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from explorer.bilingual import Text
from explorer.errors import ExplorerError
from explorer.runs.folder.about import About
from explorer.runs.shelf.store import Store
from explorer.training.events import Failed
from tests.runs.recorded import PLAN
from tests.runs.shelf.test_store import record_run


@pytest.fixture
def read_only(tmp_path):
    """Has nobody write to a folder, not even root."""
    mounted = []

    def protect(folder):
        if os.geteuid() == 0:
            for options in (["--bind"], ["-o", "remount,ro,bind"]):
                done = subprocess.run(["mount", *options, str(folder), str(folder)], capture_output=True)
                if done.returncode:
                    pytest.skip("nothing can be mounted here")
                if folder not in mounted:
                    mounted.append(folder)
        else:
            folder.chmod(0o555)
        return folder

    yield protect
    for folder in mounted:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("has_index", [True, False])
def test_runs_in_a_folder_that_cannot_be_written_are_listed_and_read(store, read_only, has_index):
    run = record_run(store)
    before = store.records()
    store.close()
    if not has_index:
        (store.root / "index.sqlite").unlink()
    other = Store(read_only(store.root))
    assert other.records() == before
    assert other.find("last").id == other.find("1").id == run
    assert other.history(run).step == 30
    for write in (lambda: other.create(PLAN), lambda: other.delete(run), lambda: other.describe(run, About.of("a"))):
        with pytest.raises(ExplorerError, match="cannot be written"):
            write()
    other.close()


WRONG = {
    "choice.input_shape": ([1, 28], "three whole numbers above 0"),
    "choice.classes": ("ten", "cannot be 'ten'. It must be a whole number above 0"),
    "choice.settings": ([], "an object in braces"),
    "dataset": (5, "a text in quotes"),
    "data_dir": (5, "a folder in quotes"),
    "created": ("yesterday", "a time with its zone"),
    "number": (1.5, "a whole number"),
    "config": ([], "an object in braces"),
    "config.epochs": ("4", "cannot be '4'. It must be a whole number"),
    "config.batch_size": (2.5, "a whole number"),
    "config.lr": ("fast", "a number"),
    "config.nesterov": ("yes", "true or false"),
    "config.freeze": ("abc", "a list of texts"),
    "config.limit": ("all", "a whole number"),
    "origin": ("20260101", "an object in braces"),
}


@pytest.mark.parametrize(("field", "value", "words"), [(name, *rest) for name, rest in WRONG.items()])
def test_a_wrong_value_in_a_plan_is_named(store, field, value, words):
    run = record_run(store)
    path = store.folder(run) / "plan.json"
    data = json.loads(path.read_text())
    *above, last = field.split(".")
    (data[above[0]] if above else data)[last] = value
    path.write_text(json.dumps(data))
    store._index.remove(run)
    assert store.records() == ()
    refusal = store.unusable([])[run]
    assert words in str(refusal)
    assert field in str(refusal)
    assert str(path) in refusal.language("zh")
    for ask in (store.find, store.record, store.plan, store.recorder):
        with pytest.raises(ExplorerError, match=words.split(".")[0]):
            ask(run)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"epochs": -3}, "The epochs cannot be -3"),
        ({"optimizer": "sdg"}, "optimizer cannot be 'sdg'"),
        ({"eopchs": 3}, "no setting eopchs"),
    ],
)
def test_a_setting_in_a_plan_that_is_not_allowed_is_named(store, settings, words):
    run = record_run(store)
    path = store.folder(run) / "plan.json"
    data = json.loads(path.read_text())
    path.write_text(json.dumps({**data, "config": {**data["config"], **settings}}))
    with pytest.raises(ExplorerError, match=f"The plan of run {run} cannot be used: .*{words}"):
        store.plan(run)


def test_a_plan_that_is_no_json_says_where_it_breaks(store):
    run = record_run(store)
    path = store.folder(run) / "plan.json"
    path.write_text(path.read_text().replace('"dataset":', '"dataset"'))
    with pytest.raises(ExplorerError, match=r"damaged \(Expecting ':' delimiter: line \d+ column \d+"):
        store.plan(run)


def test_what_is_missing_in_a_plan_is_named(store):
    run = record_run(store)
    path = store.folder(run) / "plan.json"
    data = json.loads(path.read_text())
    del data["choice"]["architecture"]
    path.write_text(json.dumps(data))
    with pytest.raises(ExplorerError, match=r"choice\.architecture is missing"):
        store.plan(run)


def test_a_plan_that_was_corrected_by_hand_counts(store):
    run = record_run(store)
    assert store.records()[0].plan.data_dir is None
    path = store.folder(run) / "plan.json"
    path.write_text(path.read_text().replace('"data_dir": null', '"data_dir": "/elsewhere"'))
    for record in (store.find("last"), store.find("1"), store.record(run), *store.records()):
        assert record.plan.data_dir == "/elsewhere"
        assert record.status == "finished"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names of files are text")
def test_a_folder_whose_name_is_no_text_is_kept_in_a_plan(store):
    path = os.fsdecode(b"/data/\xff\xe4")
    with_letters = replace(PLAN, dataset=f"folder:{path}", data_dir="/\u6570\u636e")
    run = store.create(with_letters).id
    recorder = store.recorder(run)
    recorder.append(Failed(run, Text(f"{path} is not there.", f"{path} \u4e0d\u5b58\u5728\u3002"), None))
    recorder.close()
    store.close()
    other = Store(store.root)
    assert os.fsencode(other.record(run).plan.dataset) == b"folder:/data/\xff\xe4"
    assert other.record(run).plan.data_dir == "/\u6570\u636e"
    assert path in other.history(run).ending.message.en
    other.close()
