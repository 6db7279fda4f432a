"""Shares of a batch and figures of several processes."""

import os

import pytest
import torch

from explorer.errors import ExplorerError
from explorer.training import failures, parallel, world
from explorer.training.metrics import Part
from explorer.training.parallel import Team
from explorer.training.world import World


def team(rank, size):
    return Team(World(rank, size, rank, size), report_seconds=0.05)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 7])
@pytest.mark.parametrize("count", [1, 2, 5, 13, 14, 64, 65])
def test_shares_cover_a_batch_once_and_their_weights_make_the_mean(size, count):
    everybody = [team(rank, size) for rank in range(size)]
    shares = [member.share_of(count) for member in everybody]
    for member in everybody:
        member.note(count)
    values = torch.arange(1.0, count + 1)
    means = [member.weight * values[first:end].mean() for member, (first, end) in zip(everybody, shares, strict=True)]
    assert sum(means) / size == pytest.approx(values.mean())
    if count >= 2 * size:
        assert [image for first, end in shares for image in range(first, end)] == list(range(count))
        assert min(end - first for first, end in shares) >= 2  # batch normalisation cannot learn from one
    else:
        assert shares == [(0, count)] * size


def test_random_numbers_follow_from_process_epoch_and_batch():
    def drawn(rank, *place):
        with torch.random.fork_rng():
            team(rank, 2).reseed(*place)
            return torch.rand(4).tolist()

    everything = [drawn(rank, *place) for rank in range(2) for place in ((0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1))]
    assert len({tuple(numbers) for numbers in everything}) == 8
    assert drawn(1, 3, 4, 5) == drawn(1, 3, 4, 5)


def test_figures_are_summed_over_all_and_small_batches_counted_once(monkeypatch):
    everybody = [team(rank, 2) for rank in range(2)]
    for member in everybody:
        member.note(8)
        member.note(3)
    parts = [Part((1.0, 5.0), (4, 2), (4, 3)), Part((3.0, 5.0), (2, 2), (4, 3))]
    said = []
    monkeypatch.setattr(parallel.dist, "all_gather", lambda each, here: said.append(here))
    for member, part in zip(everybody, parts, strict=True):
        member.gather(part)
    monkeypatch.setattr(parallel.dist, "all_gather", lambda each, here: each.__setitem__(slice(None), said))
    everybody[0].note(8)
    everybody[0].note(3)
    assert everybody[0].gather(parts[0]) == Part((2.0, 5.0), (6, 2), (8, 3))


def test_the_first_paces_the_reports_by_its_clock(monkeypatch):
    monkeypatch.setattr(parallel.dist, "broadcast", lambda tensor, source: None)
    first = team(0, 2)
    assert first.agree(factor=0.5) == (True, 0.5)
    assert first.is_due()  # nothing is known yet: after one
    first.begin()
    first.agree()
    assert [first.is_due() for _ in range(3)] == [False, True, True]  # too quick: twice as many at most
    first._began -= 10  # three steps took ten seconds
    first.agree(goes_on=False)
    assert first.is_due()


@pytest.mark.parametrize(
    "message",
    [
        "[../third_party/gloo/gloo/transport/tcp/pair.cc:547] Connection closed by peer [127.0.0.1]:4242",
        "Connection reset by peer",
        "Application timeout caused pair closure gloo",
    ],
)
def test_a_lost_process_is_told_from_a_defect(monkeypatch, message):
    def fail(tensor, source):
        raise RuntimeError(message)

    monkeypatch.setattr(parallel.dist, "broadcast", fail)
    with pytest.raises(failures.PeerLost):
        team(1, 2).agree()
    assert not parallel.is_lost(RuntimeError("mat1 and mat2 shapes cannot be multiplied"))


def test_what_native_code_prints_when_all_meet_is_not_taken_for_an_answer(monkeypatch, capfd):
    def meet(backend, timeout):
        os.write(1, b"[Gloo] Rank 0 is connected to 1 peer ranks.\n")

    monkeypatch.setattr(parallel.dist, "init_process_group", meet)
    parallel.join(World(0, 2, 0, 2), 0.05)
    os.write(1, b"answer\n")
    said = capfd.readouterr()
    assert said.out == "answer\n"
    assert "connected" in said.err


def test_what_uses_the_connections_is_gone_before_they_are_closed(monkeypatch):
    told = []
    monkeypatch.setattr(parallel.dist, "is_initialized", lambda: True)
    monkeypatch.setattr(parallel.dist, "destroy_process_group", lambda: told.append("closed"))
    member = team(0, 2)
    member.at_the_end(lambda: told.append("released"))
    member.leave()
    assert told == ["released", "closed"]


def test_more_processes_than_gpus_are_refused(monkeypatch):
    monkeypatch.setattr(parallel.devices, "pick", lambda name: torch.device("cuda", 0))
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    taken = []
    monkeypatch.setattr(torch.cuda, "set_device", taken.append)
    assert team(1, 2).take_device("auto") == torch.device("cuda", 1)
    assert taken == [torch.device("cuda", 1)]
    for size, name in ((3, "cuda"), (2, "cuda:1")):
        with pytest.raises(ExplorerError, match="cannot share 2 GPUs"):
            team(0, size).take_device(name)


def test_what_torchrun_says():
    said = {"RANK": "5", "WORLD_SIZE": "8", "LOCAL_RANK": "1", "LOCAL_WORLD_SIZE": "4"}
    assert world.launched({"TORCHELASTIC_RUN_ID": "x", **said}) == World(5, 8, 1, 4)
    assert world.launched(said) is None  # other launchers set these too
