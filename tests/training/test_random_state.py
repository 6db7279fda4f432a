"""A training's own random state, in turn with those of other threads."""

import threading
import time

import torch

from explorer.training.random_state import RandomState, reseed

CPU = torch.device("cpu")


def draw(state, times, found, *, pause=0.0):
    for _ in range(times):
        with state:
            found.append(torch.rand(3).tolist())
            time.sleep(pause)
            found.append(torch.rand(1).tolist())


def test_two_threads_with_states_of_their_own_do_not_disturb_each_other():
    alone: list = []
    draw(RandomState(7, CPU), 20, alone)
    before = torch.get_rng_state()
    found: list[list] = [[], [], []]
    states = [RandomState(seed, CPU) for seed in (7, 8, 9)]
    threads = [
        threading.Thread(target=draw, args=(state, 20, mine), kwargs={"pause": 0.001})
        for state, mine in zip(states, found, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert found[0] == alone
    assert found[1] != alone
    assert torch.equal(torch.get_rng_state(), before)


def test_one_that_takes_its_turn_again_at_once_lets_others_in():
    busy, other = RandomState(1, CPU), RandomState(2, CPU)
    is_over = threading.Event()
    turns = 0

    def hold():
        nonlocal turns
        while not is_over.is_set():
            with busy:
                turns += 1
                time.sleep(0.005)

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        for _ in range(20):
            with other:
                pass
        assert turns < 100  # one in between each time, but for what the system's own scheduling adds
    finally:
        is_over.set()
        thread.join(60)


def test_an_error_within_gives_the_turn_back():
    state = RandomState(1, CPU)
    for _ in range(2):
        try:
            with state:
                raise KeyError
        except KeyError:
            pass


def test_the_generator_of_the_gpu_that_is_used_is_seeded(monkeypatch):
    first, second = torch.Generator().manual_seed(1), torch.Generator().manual_seed(1)
    monkeypatch.setattr(torch.cuda, "default_generators", (first, second))
    before = torch.get_rng_state()
    try:
        reseed(7, torch.device("cuda", 1))
    finally:
        torch.set_rng_state(before)
    assert first.initial_seed() == 1
    assert second.initial_seed() == 7
