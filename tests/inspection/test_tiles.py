"""Mosaics show every map at the place and in the colour that its values ask for."""

import numpy as np
import pytest

from explorer.inspection import colourmaps, tiles
from explorer.inspection.colourmaps import ColourMap
from explorer.inspection.tiles import Order, Scaling
from tests.work import calls


def maps_of(*maps: object) -> np.ndarray:
    return np.array(maps, dtype=np.float32)


def test_tables_are_opaque_and_end_in_the_known_colours() -> None:
    for name in ColourMap:
        table = colourmaps.table(name)
        assert table.shape == (256,)
        assert (table >> 24 == 0xFF).all()
        assert colourmaps.LOUD not in table
    assert colourmaps.table(ColourMap.VIRIDIS)[[0, 255]].tolist() == [0xFF440154, 0xFFFDE725]
    assert colourmaps.table(ColourMap.SIGNED)[[0, 255]].tolist() == [0xFF053061, 0xFF67001F]
    assert len(np.unique(colourmaps.table(ColourMap.VIRIDIS))) > 250


def test_viridis_grows_steadily_brighter() -> None:
    table = colourmaps.table(ColourMap.VIRIDIS)
    light = 0.2126 * (table >> 16 & 255) + 0.7152 * (table >> 8 & 255) + 0.0722 * (table & 255)
    assert (np.diff(light) > -0.6).all()


def test_each_tile_stands_at_its_place() -> None:
    maps = np.arange(5 * 20 * 30, dtype=np.float32).reshape(5, 20, 30)
    mosaic = tiles.mosaic(maps, columns=2, gap=3, colours=ColourMap.GREY)
    assert mosaic.pixels.shape == (3 * 20 + 2 * 3, 2 * 30 + 3)
    expected = np.rint(maps / maps.max() * 255)
    for place, index in enumerate(mosaic.order):
        left, top, width, height = mosaic.tile(place)
        drawn = mosaic.pixels[top : top + height, left : left + width] & 255
        assert np.abs(drawn - expected[index]).max() <= 1
    assert (mosaic.pixels[20:23] == colourmaps.CLEAR).all()
    assert (mosaic.pixels[:, 30:33] == colourmaps.CLEAR).all()
    assert (mosaic.pixels[46:, 33:] == colourmaps.CLEAR).all()  # the sixth tile does not exist


def test_pixel_leads_back_to_the_value() -> None:
    maps = np.random.default_rng(1).random((7, 4, 6), dtype=np.float32)
    mosaic = tiles.mosaic(maps, width=200, columns=3, gap=2, order=Order.STRENGTH, colours=ColourMap.GREY)
    seen = set()
    for y in range(mosaic.pixels.shape[0]):
        for x in range(mosaic.pixels.shape[1]):
            found = mosaic.at(x, y)
            assert (found is None) == (mosaic.pixels[y, x] == colourmaps.CLEAR)
            if found is not None:
                seen.add(found)
                low, high = mosaic.scale.low, mosaic.scale.high
                level = (maps[found] - low) / (high - low) * 255
                assert abs(int(mosaic.pixels[y, x] & 255) - level) <= 1
    assert len(seen) == maps.size
    assert mosaic.at(-1, 0) is None
    assert mosaic.at(0, 10_000) is None


def test_shared_scale_keeps_weak_maps_weak_and_own_scale_does_not() -> None:
    maps = maps_of([[0, 10]], [[0, 1]])
    shared = tiles.mosaic(maps, columns=2, colours=ColourMap.GREY)
    own = tiles.mosaic(maps, columns=2, colours=ColourMap.GREY, scaling=Scaling.MAP)
    assert shared.pixels[0].max() & 255 == 255
    left, _, width, _ = shared.tile(1)
    assert shared.pixels[0, left + width - 1] & 255 == 26  # 1 of 10
    assert own.pixels[0, left + width - 1] & 255 == 255
    assert own.scale.is_per_map
    assert (shared.scale.low, shared.scale.high) == (0, 10)


def test_robust_scale_is_not_ruled_by_one_outlier() -> None:
    maps = np.random.default_rng(0).random((4, 20, 20), dtype=np.float32)
    maps[2, 3, 4] = 1e6
    assert tiles.mosaic(maps).scale.high == 1e6
    robust = tiles.mosaic(maps, scaling=Scaling.ROBUST).scale
    assert 0.9 < robust.high <= 1.0
    assert 0.0 <= robust.low < 0.1


def test_zero_is_neutral_on_the_signed_map() -> None:
    mosaic = tiles.mosaic(maps_of([[-1, 0, 4]]), columns=1, colours=ColourMap.SIGNED)
    assert (mosaic.scale.low, mosaic.scale.high) == (-4, 4)
    row = mosaic.pixels[0, :: mosaic.cell[1] // 3]
    assert row[1] & 0xFFFFFF == 0xF7F7F7
    assert row[2] == colourmaps.table(ColourMap.SIGNED)[255]


def test_values_that_are_not_finite_are_loud_and_counted() -> None:
    maps = np.ones((3, 8, 8), dtype=np.float32)
    maps[0, 0, 0], maps[1, 2, 3], maps[2, 7, 7] = np.nan, np.inf, -np.inf
    for scaling in Scaling:
        mosaic = tiles.mosaic(maps, columns=3, scaling=scaling)
        assert mosaic.bad == 3
        assert np.count_nonzero(mosaic.pixels == colourmaps.LOUD) == 3 * (mosaic.cell[0] // 8) ** 2
        assert np.isfinite([mosaic.scale.low, mosaic.scale.high]).all()
    everywhere = tiles.mosaic(np.full((2, 5, 5), np.nan, dtype=np.float32), width=9)
    assert everywhere.bad == 50
    assert (everywhere.pixels[everywhere.pixels != 0] == colourmaps.LOUD).all()


@pytest.mark.parametrize("value", [0.0, 3.0, -2.0, 1e-42, 3e38])
@pytest.mark.parametrize("colours", list(ColourMap))
def test_constant_and_extreme_maps_do_not_divide_by_zero(value: float, colours: ColourMap) -> None:
    maps = np.zeros((2, 3, 3), dtype=np.float32)
    maps[:] = value
    for scaling in Scaling:
        assert tiles.mosaic(maps, scaling=scaling, colours=colours).bad == 0
    maps[1] = -value
    tiles.mosaic(maps, colours=colours)


def test_strongest_map_comes_first_and_dead_ones_are_counted() -> None:
    maps = maps_of([[0, 0]], [[-9, 1]], [[2, 2]], [[0, 0]])
    mosaic = tiles.mosaic(maps, order=Order.STRENGTH)
    assert mosaic.order.tolist() == [1, 2, 0, 3]
    assert mosaic.dead == 2
    assert tiles.mosaic(maps).order.tolist() == [0, 1, 2, 3]


def test_large_maps_are_made_smaller_by_the_mean() -> None:
    maps = np.zeros((1, 64, 64), dtype=np.float32)
    maps[:, ::2] = 1
    mosaic = tiles.mosaic(maps, width=16, columns=1, colours=ColourMap.GREY)
    assert mosaic.cell == (16, 16)
    levels = tiles._resize(maps, (16, 16))
    assert np.allclose(levels, 0.5)


@pytest.mark.parametrize("count", [1, 10, 513, 4096])
def test_vectors_become_a_field_of_squares(count: int) -> None:
    maps = tiles.as_maps(np.arange(count, dtype=np.float32))
    assert maps.shape == (count, 1, 1)
    mosaic = tiles.mosaic(maps, width=288)
    assert mosaic.pixels.shape[1] <= 288
    assert mosaic.cell[0] == mosaic.cell[1] >= 8


def test_other_shapes_become_maps() -> None:
    assert tiles.as_maps(np.zeros((5, 7), dtype=np.float32)).shape == (1, 5, 7)
    assert tiles.as_maps(np.float32(3).reshape(())).shape == (1, 1, 1)
    assert tiles.as_maps(np.zeros((2, 3, 4, 5), dtype=np.float32)).shape == (6, 4, 5)


def test_strength_is_the_mean_size_and_what_is_not_finite_counts_none() -> None:
    maps = maps_of([[1, -3], [0, 0]], [[np.nan, np.inf], [-np.inf, 8]])
    assert tiles.strength(maps).tolist() == [1.0, 2.0]


def test_first_layer_filters_keep_their_colour() -> None:
    filters = np.zeros((2, 3, 2, 2), dtype=np.float32)
    filters[0, 0] = 1.0  # red
    filters[1, 2] = -0.5  # less blue
    mosaic = tiles.rgb_mosaic(filters, columns=2)
    assert mosaic.pixels[0, 0] == 0xFFFF8080
    assert mosaic.pixels[0, -1] == 0xFF808040
    filters[1, 1, 0, 0] = np.nan
    bad = tiles.rgb_mosaic(filters, columns=2)
    assert bad.bad == 1
    assert colourmaps.LOUD in bad.pixels


def test_drawing_all_maps_is_not_a_loop_over_them() -> None:
    maps = np.random.default_rng(0).random((512, 28, 28), dtype=np.float32)
    tiles.mosaic(maps[:2])  # what is made at the first call
    assert calls(lambda: tiles.mosaic(maps)) == calls(lambda: tiles.mosaic(maps[:64])) < 200


@pytest.mark.parametrize(("rows", "columns"), [(10, 84), (10, 1408), (512, 1024), (4, 2), (1, 1), (4096, 9216)])
def test_a_matrix_fits_the_width_and_leaves_its_rows_visible(rows: int, columns: int) -> None:
    mosaic = tiles.matrix(np.ones((rows, columns), dtype=np.float32), width=288)
    height, width = mosaic.pixels.shape
    assert 0.5 * 288 < width <= 288 or width == columns * (288 // columns)
    assert min(rows * 8, 80) <= height <= 1024
    assert mosaic.at(width - 1, height - 1) is not None


def test_one_of_many_maps_keeps_its_colours() -> None:
    maps = maps_of([[0, 10]], [[0, 1]])
    alone = tiles.single(maps, 1, width=100, scaling=Scaling.LAYER, colours=ColourMap.GREY)
    assert alone.order.tolist() == [1]
    assert alone.scale.high == 10
    assert alone.pixels[0, -1] & 255 == 26
    own = tiles.single(maps, 1, width=100, scaling=Scaling.MAP, colours=ColourMap.GREY)
    assert own.pixels[0, -1] & 255 == 255
    dead = tiles.single(maps_of([[1, 2]], [[0, 0]]), 1, width=100, scaling=Scaling.MAP, colours=ColourMap.GREY)
    assert dead.dead_maps == (1,)


def test_kernels_of_one_filter_share_the_scale_of_the_layer() -> None:
    weights = np.zeros((2, 3, 2, 2), dtype=np.float32)
    weights[0, 0, 0, 0], weights[1, 2, 1, 1] = 0.5, -2.0
    drawn = tiles.kernels(weights, 0, width=90, columns=3)
    assert (drawn.scale.low, drawn.scale.high) == (-2, 2)
    assert len(drawn.order) == 3
    assert drawn.pixels[0, 0] == colourmaps.table(ColourMap.SIGNED)[159]


def test_with_given_ends_the_same_value_has_the_same_colour_whatever_stands_beside_it() -> None:
    quiet, loud = maps_of([[0, 0.5]], [[0.1, 0.2]]), maps_of([[0, 0.5]], [[-9, 9]])
    ends = (-10.0, 10.0)
    for colours in (ColourMap.VIRIDIS, ColourMap.SIGNED):
        drawn = [tiles.mosaic(maps, columns=1, gap=0, colours=colours, ends=ends) for maps in (quiet, loud)]
        assert drawn[0].scale == drawn[1].scale == tiles.Scale(colours, *ends)
        assert (drawn[0].pixels[:2] == drawn[1].pixels[:2]).all()
        alone = tiles.single(quiet, 0, width=2, scaling=Scaling.LAYER, colours=colours, ends=ends)
        assert (alone.scale.low, alone.scale.high) == ends
    weights = np.full((2, 3, 2, 2), 0.25, dtype=np.float32)
    for scale in (
        tiles.kernels(weights, 0, width=20, ends=(-0.1, 2.0)).scale,
        tiles.matrix(weights.reshape(2, -1), width=20, ends=(-0.1, 2.0)).scale,
        tiles.rgb_mosaic(weights, width=20, ends=(-0.1, 2.0)).scale,
    ):
        assert (scale.low, scale.high) == (-2.0, 2.0)  # zero stays in the middle


def test_maps_stand_in_a_given_order() -> None:
    maps = maps_of([[1.0]], [[3.0]], [[2.0]])
    given = np.array([2, 0, 1])
    assert tiles.mosaic(maps, order=given).order.tolist() == [2, 0, 1]
    assert tiles.mosaic(maps, order=given, columns=3, gap=0, width=3).at(0, 0) == (2, 0, 0)


def test_heat_lies_over_the_image_where_it_is_hot() -> None:
    image = np.full((10, 10, 3), 80, dtype=np.uint8)
    heat = np.zeros((10, 10), dtype=np.float32)
    heat[5, 5] = 1
    drawn = tiles.overlay(image, heat, width=100)
    assert drawn.pixels[5, 5] == 0xFF505050
    hot = int(drawn.pixels[55, 55])
    assert hot >> 16 & 255 > 200
    assert drawn.at(55, 55) == (0, 5, 5)
