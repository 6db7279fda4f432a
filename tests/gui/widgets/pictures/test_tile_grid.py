"""A mosaic on the screen: the right pixels, the right value under the pointer, keys as well as the mouse."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from explorer.gui.widgets.pictures.tile_grid import TileGrid
from explorer.inspection import tiles
from explorer.inspection.colourmaps import ColourMap
from explorer.inspection.tiles import Order
from tests.work import calls

MAPS = np.random.default_rng(0).random((7, 5, 5), dtype=np.float32)


@pytest.fixture
def grid(qtbot: QtBot) -> TileGrid:
    grid = TileGrid()
    qtbot.addWidget(grid)
    grid.resize(200, 50)
    grid.show()
    grid.show_mosaic(tiles.mosaic(MAPS, width=grid.pixel_width(), columns=3, gap=2, order=Order.STRENGTH))
    return grid


def centre(grid: TileGrid, place: int) -> QPoint:
    return grid.tile_rect(place).center()


def test_draws_the_pixels_of_the_mosaic(grid: TileGrid) -> None:
    assert grid.mosaic is not None
    seen = grid.grab().toImage()
    height, width = grid.mosaic.pixels.shape
    assert grid.height() == height
    for x, y in ((20, 20), (width // 2, height // 2), (width - 20, 30)):
        assert seen.pixel(x, y) == int(grid.mosaic.pixels[y, x])


def test_pointer_finds_map_row_and_column(grid: TileGrid, qtbot: QtBot) -> None:
    assert grid.mosaic is not None
    hovered = QSignalSpy(grid.hovered)
    qtbot.mouseMove(grid, centre(grid, 4))
    assert hovered.at(hovered.count() - 1)[0] == (int(grid.mosaic.order[4]), 2, 2)


def test_click_and_enter_choose_a_map(grid: TileGrid, qtbot: QtBot) -> None:
    assert grid.mosaic is not None
    chosen = QSignalSpy(grid.chosen)
    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=centre(grid, 2))
    grid.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Return):
        qtbot.keyClick(grid, key)
    order = grid.mosaic.order.tolist()
    assert [chosen.at(i)[0] for i in range(chosen.count())] == [order[2], order[6]]


def test_keys_do_not_leave_the_mosaic(grid: TileGrid, qtbot: QtBot) -> None:
    chosen, left = QSignalSpy(grid.chosen), QSignalSpy(grid.left)
    grid.setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(10):
        qtbot.keyClick(grid, Qt.Key.Key_Down)
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    qtbot.keyClick(grid, Qt.Key.Key_Escape)
    assert chosen.count() == 1
    assert left.count() == 1


def test_arrows_step_from_one_single_map_to_the_next(grid: TileGrid, qtbot: QtBot) -> None:
    steps = QSignalSpy(grid.stepped)
    grid.show_mosaic(tiles.mosaic(MAPS[:1], width=200), MAPS[0])
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    qtbot.keyClick(grid, Qt.Key.Key_Up)
    assert [steps.at(i)[0] for i in range(2)] == [1, -1]


def test_values_are_written_into_large_cells_only(grid: TileGrid) -> None:
    mosaic = tiles.mosaic(MAPS[:1], width=200, colours=ColourMap.GREY)
    grid.show_mosaic(mosaic)
    without = grid.grab().toImage()
    grid.show_mosaic(mosaic, MAPS[0])
    assert grid.grab().toImage() != without
    wide = np.random.default_rng(0).random((1, 20, 20), dtype=np.float32)
    fine = tiles.mosaic(wide, width=200)
    grid.show_mosaic(fine)
    without = grid.grab().toImage()
    grid.show_mosaic(fine, wide[0])
    assert grid.grab().toImage() == without


def test_dead_maps_are_framed(grid: TileGrid) -> None:
    maps = MAPS.copy()
    maps[3] = 0
    grid.show_mosaic(tiles.mosaic(maps, width=200, columns=3, gap=2))
    seen = grid.grab().toImage()
    dead = grid.tile_rect(3)
    inner = seen.pixel(dead.center())
    border = {seen.pixel(x, dead.top()) for x in range(dead.left() + 8, dead.right() - 8)}
    assert border != {inner}


def test_a_wider_widget_shows_the_old_mosaic_larger_until_the_new_one_comes(grid: TileGrid) -> None:
    before = grid.height()
    grid.resize(400, grid.height())
    assert grid.height() == pytest.approx(2 * before, abs=2)
    grid.show_mosaic(None)
    assert grid.height() == 1
    assert grid.value_at(QPoint(5, 5)) is None


def test_only_what_is_exposed_of_ten_thousand_maps_is_painted(grid: TileGrid, qtbot: QtBot) -> None:
    """The cost on the GUI thread does not grow with the mosaic."""
    maps = np.zeros((10_000, 4, 4), dtype=np.float32)
    maps[:, 1, 1] = 1

    def cost(count: int) -> int:
        grid.show_mosaic(tiles.mosaic(maps[:count], width=200))
        seen = grid.rect().adjusted(0, 0, 0, 400 - grid.height())
        grid.grab(seen)
        return calls(lambda: grid.grab(seen))

    assert cost(10_000) == cost(2_500) < 200
