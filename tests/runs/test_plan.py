"""The plan of a run, written and read."""

import json
from dataclasses import replace

from explorer.runs.plan import Origin, RunPlan
from explorer.training import threads
from tests.runs.recorded import PLAN


def test_a_plan_comes_back_from_a_file():
    plan = replace(PLAN, config=replace(PLAN.config, freeze=("features",), schedule="cosine", threads=2))
    assert RunPlan.from_json(json.loads(json.dumps(plan.to_json()))) == plan


def test_a_fork_comes_back_with_its_origin_and_is_nothing_for_older_versions():
    plan = replace(PLAN, origin=Origin("20260101T000000Z-lenet-abcd", 7, 300))
    written = json.loads(json.dumps(plan.to_json()))
    assert RunPlan.from_json(written) == plan
    assert (PLAN.to_json()["schema"], written["schema"]) == (1, 2)
    assert not {"own", "origin"} & set(PLAN.to_json())


def test_the_title_is_the_architecture():
    assert PLAN.title == "lenet"


def test_what_is_left_to_the_machine_is_decided_once(monkeypatch):
    monkeypatch.setattr(threads, "usual", lambda: 5)
    decided = PLAN.decided()
    assert decided.config.threads == 5
    assert replace(decided, config=replace(decided.config, threads=None)) == PLAN
    monkeypatch.setattr(threads, "usual", lambda: 9)
    assert decided.decided() is decided


def test_a_plan_without_the_newer_settings_is_read():
    data = PLAN.to_json()
    old = {"epochs", "batch_size", "optimizer", "lr", "momentum", "weight_decay", "initialisation", "seed", "limit"}
    data["config"] = {name: value for name, value in data["config"].items() if name in old}
    assert RunPlan.from_json(data) == PLAN
