"""Numbers at an axis are what they say."""

from explorer.gui.widgets.charts.scale import Scale, percent_tick, tick, ticks


def test_percents_at_the_axis_are_what_they_say() -> None:
    assert [percent_tick(value, 0.025) for value in (0.9, 0.925, 0.95)] == ["90.0%", "92.5%", "95.0%"]
    assert percent_tick(0.2, 0.1) == "20%"


def test_numbers_have_the_decimals_that_tell_them_from_the_next() -> None:
    assert [tick(value, 0.025) for value in (0.0, 0.025, 0.05)] == ["0", "0.025", "0.050"]
    assert [tick(value, 0.5) for value in (0.5, 1.0)] == ["0.5", "1.0"]
    assert tick(2.0, 1.0) == "2"
    assert tick(2e-6, 1e-6) == "2e-6"


def test_no_two_numbers_of_an_axis_are_written_alike() -> None:
    for low, high in ((0.9, 1.0), (0.0, 0.08), (0.985, 1.0), (2.29, 2.31)):
        for write in (tick, percent_tick):
            written = ticks(Scale(low, high), 5, write)
            assert len({words for _, words in written}) == len(written) > 1
