"""The store of runs: what is listed, kept, made again and deleted, whatever other programs do."""

import contextlib
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from explorer import catalogue
from explorer.catalogue import OwnModel
from explorer.errors import ExplorerError
from explorer.runs.folder import journal
from explorer.runs.folder.about import About
from explorer.runs.shelf.store import RunRecord, Status, Store
from explorer.training.events import Failed, Finished, Stopped
from tests.runs.recorded import PLAN, epoch_ended, started, steps, whole_run
from tests.work import calls


def record_run(store: Store, ending=Finished) -> str:
    run = store.create(PLAN).id
    recorder = store.recorder(run)
    for event in whole_run(run):
        recorder.append(event)
    recorder.append(ending(run))
    recorder.close()
    return run


def test_a_new_run_is_running_and_has_a_number(store):
    first, second = store.create(PLAN), store.create(PLAN)
    assert (first.number, second.number) == (1, 2)
    assert first.status == Status.RUNNING
    assert store.records() == (second, first)
    assert store.plan(first.id) == first.plan == PLAN.decided()
    assert store.folder(first.id).name.split("-")[1] == "lenet"


def test_names_with_slashes_make_one_folder(store):
    plan = replace(PLAN, choice=replace(PLAN.choice, architecture="torchvision/resnet18"))
    record = store.create(plan)
    assert store.folder(record.id).parent == store.root
    assert store.plan(record.id).choice.architecture == "torchvision/resnet18"


@pytest.mark.usefixtures("windows_files")
def test_a_model_of_the_user_is_named_by_its_title_and_never_by_its_path(store, tmp_path):
    file = tmp_path / "a long name of a folder of the user" / "net.py"
    file.parent.mkdir()
    file.write_text("")
    card = replace(catalogue.find("lenet"), name=f"my:{file}:Net", title="网络 Net" + 60 * "x")
    choice = replace(PLAN.choice, architecture=card.name)
    record = store.create(replace(PLAN, choice=choice, own=OwnModel(card, file, "Net")))
    assert "-Netxxx" in record.id
    assert len(record.id) < 70


@pytest.mark.parametrize("path", ["C:\\Users\\me\\net.py", "\\\\server\\share\\net.py", "/home/me/net.py"])
def test_a_model_that_was_trained_on_another_system_is_found_by_the_name_of_its_file(path):
    card = replace(catalogue.find("lenet"), name=f"my:{path}:Net")
    told = {**OwnModel(card, Path("x"), "Net").to_json(), "path": path}
    model = OwnModel.from_json(told)
    assert model.path.name == "net.py"
    assert OwnModel.from_json(model.to_json()) == model


def test_a_finished_run_is_there_after_a_restart(store):
    run = record_run(store)
    store.close()
    again = Store(store.root)
    (record,) = again.records()
    assert record.status == Status.FINISHED
    assert (record.epochs_done, record.steps, record.params) == (3, 30, 61_706)
    assert record.test_accuracy == pytest.approx(0.7)
    assert record.best_test_accuracy == pytest.approx(0.7)
    assert record.images_per_second == pytest.approx(640)
    history = again.history(run)
    assert history.step == 30
    assert history.ending == Finished(run)
    again.close()


@pytest.mark.parametrize("damage", ["missing", "garbage", "truncated"])
def test_the_index_is_made_again_from_the_folders(store, damage):
    record_run(store)
    record_run(store, Stopped)
    before = store.records()
    store.close()
    path = store.root / "index.sqlite"
    content = path.read_bytes()
    for name in ("index.sqlite-wal", "index.sqlite-shm"):
        (store.root / name).unlink(missing_ok=True)
    {
        "missing": path.unlink,
        "garbage": lambda: path.write_bytes(b"no database at all" * 1000),
        "truncated": lambda: path.write_bytes(content[:1500]),
    }[damage]()
    again = Store(store.root)
    after = again.records()
    assert [(r.id, r.number, r.status, r.steps) for r in after] == [(r.id, r.number, r.status, r.steps) for r in before]
    assert again.create(PLAN).number == 3
    again.close()


def test_a_failed_run_says_why(store):
    from explorer.bilingual import Text

    record_run(
        store, lambda run: Failed(run, Text("The loss is not a number.", "损失不是数。"), Text("Less.", "小些。"))
    )
    (record,) = store.records()
    assert record.status == Status.FAILED
    assert record.message.zh == "损失不是数。"
    assert RunRecord.from_json(json.loads(json.dumps(record.to_json()))) == record


def test_a_run_whose_process_dies_is_interrupted_and_can_be_resumed(tmp_path):
    root = tmp_path / "runs"
    code = f"""
import sys, time
sys.modules["torch"] = None  # the writer for TensorBoard would import it
from pathlib import Path
from explorer.runs.shelf.store import Store
from tests.runs.recorded import PLAN, started, steps
store = Store(Path({str(root)!r}))
run = store.create(PLAN).id
recorder = store.recorder(run)
recorder.append(started(run)); recorder.append(steps(run, 7, 7)); recorder.flush()
print("ready", flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        store = Store(root)
        (record,) = store.records()
        assert record.status == Status.RUNNING
        with pytest.raises(ExplorerError, match="already"):
            store.recorder(record.id)
        with pytest.raises(ExplorerError, match="being trained"):
            store.delete(record.id)
        assert store.mark_interrupted() == ()
        process.kill()
        process.wait()
    (found,) = store.mark_interrupted()
    assert found.status == Status.INTERRUPTED
    assert found.can_resume
    assert found.steps == 7
    assert store.mark_interrupted() == ()
    assert isinstance(store.history(found.id).ending, Stopped)

    recorder = store.recorder(found.id)  # resumes
    assert store.record(found.id).status == Status.RUNNING
    recorder.append(started(found.id, step=5))
    recorder.append(steps(found.id, 10, 5))
    recorder.append(epoch_ended(found.id, 0))
    recorder.append(Finished(found.id))
    recorder.close()
    assert store.record(found.id).status == Status.FINISHED
    assert store.history(found.id).step == 10
    store.close()


def test_stale_temporary_files_go_when_a_run_resumes(store):
    run = record_run(store, Stopped)
    stale = store.folder(run) / "checkpoints" / ".last.safetensors.abc.tmp"
    stale.parent.mkdir()
    stale.write_bytes(b"half")
    store.recorder(run).close()
    assert not stale.exists()


def test_delete_removes_everything(store):
    run = record_run(store)
    kept = record_run(store)
    store.delete(run)
    assert [record.id for record in store.records()] == [kept]
    assert not store.folder(run).exists()
    with pytest.raises(ExplorerError, match="no run"):
        store.delete(run)
    assert store.create(PLAN).number == 3


def test_folders_removed_by_hand_go_from_the_list(store):
    import shutil

    run = record_run(store)
    shutil.rmtree(store.folder(run))
    assert store.records() == ()


def test_finding_by_number_id_end_and_last(store):
    first, second = record_run(store), record_run(store)
    assert store.find("1").id == first
    assert store.find(first).id == first
    assert store.find(second.rsplit("-", 1)[1]).id == second
    assert store.find("last").id == second
    for wrong in ("7", "", "lenet", "../x"):
        with pytest.raises(ExplorerError, match="no run"):
            store.find(wrong)


def test_other_folders_and_damaged_plans_are_left_alone(store):
    run = record_run(store)
    (store.root / "notes").mkdir()
    (store.root / "broken").mkdir()
    (store.root / "broken" / "plan.json").write_text("{")
    assert [record.id for record in store.records()] == [run]
    with pytest.raises(ExplorerError, match="damaged"):
        store.plan("broken")
    with pytest.raises(ExplorerError, match="no run"):
        store.record("notes")


def test_a_plan_of_a_newer_version_is_refused(store):
    run = record_run(store)
    path = store.folder(run) / "plan.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "schema": 99}))
    with pytest.raises(ExplorerError, match="newer"):
        store.plan(run)


def test_a_root_that_cannot_be_made_has_no_runs(tmp_path):
    (tmp_path / "file").write_text("")
    store = Store(tmp_path / "file" / "runs")
    assert store.records() == ()
    with pytest.raises(ExplorerError, match="no run"):
        store.record("r")
    for write in (store.make_root, lambda: store.create(PLAN)):
        with pytest.raises(ExplorerError, match="cannot be written"):
            write()
    store.close()


def test_a_root_that_goes_has_no_runs_and_is_made_again_for_the_next(store):
    record_run(store)
    shutil.rmtree(store.root)
    assert store.records() == ()
    record_run(store)
    assert len(store.records()) == len(Store(store.root).records()) == 1


def test_two_stores_number_their_runs_without_clash(store):
    other = Store(store.root)
    numbers = [s.create(PLAN).number for s in (store, other, store, other)]
    assert numbers == [1, 2, 3, 4]
    assert len(other.records()) == 4
    other.close()


def test_tensorboard_files_hold_the_curves(store):
    from tensorboardX.proto.event_pb2 import Event

    run = record_run(store)
    (path,) = store.folder(run).glob("*tfevents*")
    content, values, offset = path.read_bytes(), {}, 0
    while offset < len(content):
        length = int.from_bytes(content[offset : offset + 8], "little")
        event = Event.FromString(content[offset + 12 : offset + 12 + length])
        offset += 16 + length
        values.update({(value.tag, event.step): value.simple_value for value in event.summary.value})
    assert values["test/accuracy", 30] == pytest.approx(0.7)


def test_a_failing_tensorboard_disturbs_nothing(store, monkeypatch, caplog):
    from tensorboardX.record_writer import RecordWriter

    def fail(*args):
        raise OSError("disk full")

    monkeypatch.setattr(RecordWriter, "write", fail)
    run = record_run(store)
    assert "disk full" in caplog.text
    assert store.record(run).status == Status.FINISHED
    assert store.history(run).step == 30


def test_a_failing_journal_warns_once(store, monkeypatch):
    run = store.create(PLAN).id
    recorder = store.recorder(run)

    def fail(self, *, sync=False):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(journal.Journal, "flush", fail)
    monkeypatch.setattr(journal, "FLUSH_SECONDS", 0.0)
    warnings = [recorder.append(event) for event in whole_run(run)]
    assert len([warning for warning in warnings if warning]) == 1
    assert "No space left" in next(warning for warning in warnings if warning).message.en
    monkeypatch.undo()
    assert recorder.append(Finished(run)) is None
    recorder.close()
    assert store.history(run).step == 30


def test_runs_that_are_known_are_listed_from_the_index(store, monkeypatch):
    for number in range(1, 101):
        run = f"20260101T000000Z-lenet-{number:08x}"
        folder = store.folder(run)
        folder.mkdir()
        head = {"number": number, "created": "2026-01-01T00:00:00+00:00"}
        (folder / "plan.json").write_text(json.dumps({**PLAN.to_json(), **head}))
        (folder / "events.jsonl").write_text(
            "".join(journal.encode(e) + "\n" for e in [*whole_run(run), Finished(run)])
        )
    assert len(store.records()) == 100  # indexes them
    again = Store(store.root)
    opened = []
    monkeypatch.setattr(Path, "open", lambda path, *_args, **_kwargs: opened.append(path))
    monkeypatch.setattr(Path, "read_text", lambda path, **_kwargs: opened.append(path))
    monkeypatch.setattr(Path, "read_bytes", opened.append)
    for known in (again, store):
        records = known.records()
        assert len(records) == 100
        assert records[0].number == 100
    assert not opened
    assert calls(store.records) < 100 * 60


def test_reading_the_list_while_another_process_writes(store):
    other = Store(store.root)
    run = other.create(PLAN).id
    recorder = other.recorder(run)
    for event in whole_run(run):
        recorder.append(event)
        with contextlib.suppress(ExplorerError):
            assert store.record(run).status == Status.RUNNING
    recorder.append(Finished(run))
    recorder.close()
    assert store.record(run).status == Status.FINISHED
    other.close()


def test_what_the_user_says_of_a_run(store):
    run = record_run(store)
    assert store.record(run).title == "#1 lenet · digits"
    described = store.describe(run, About.of("first", "a note", ("good",)))
    assert described.title == "#1 first"
    assert store.records() == (described,)
    assert json.loads((store.folder(run) / "about.json").read_text())["tags"] == ["good"]
    store.close()
    (store.root / "index.sqlite").unlink()
    again = Store(store.root)
    assert again.record(run).about == described.about
    again.close()


def test_naming_a_run_while_another_process_trains_it(store):
    other = Store(store.root)
    run = other.create(PLAN).id
    recorder = other.recorder(run)
    store.describe(run, About.of("named"))
    for event in [*whole_run(run), Finished(run)]:
        recorder.append(event)
    recorder.close()
    for one in (store, other):
        assert one.record(run).about.name == "named"
        assert one.record(run).status == Status.FINISHED
    other.close()


def test_an_index_of_an_older_version_is_made_again(store):
    run = record_run(store)
    store.close()
    import sqlite3

    path = store.root / "index.sqlite"
    path.unlink()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE runs (id TEXT PRIMARY KEY, number INTEGER NOT NULL, record TEXT)")
        connection.execute("INSERT INTO runs VALUES (?, 1, '{}')", (run,))
        connection.execute("PRAGMA user_version=1")
        connection.commit()
    again = Store(store.root)
    assert again.record(run).status == Status.FINISHED
    assert again.describe(run, About.of("a")).about.name == "a"
    again.close()


def test_a_run_that_is_taken_up_while_it_is_found_dead_is_listed_as_running(store, monkeypatch):
    other = Store(store.root)
    run = other.create(PLAN).id
    other.recorder(run).close()  # without an ending: its process was killed
    put, recorders = store._index.put, []

    def late(record):
        if not recorders:  # another process goes on with it, between the look and the entry
            recorders.append(other.recorder(run))
        put(record)

    monkeypatch.setattr(store._index, "put", late)
    assert store.record(run).status == Status.RUNNING
    assert store.records()[0].status == Status.RUNNING
    recorders[0].close()
    other.close()
