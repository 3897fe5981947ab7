from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.panels.channels import BY_SQNR, BY_WIDTH, ChannelsView
from tests.app.conftest import WAIT_MS

pytestmark = pytest.mark.usefixtures("plan_alone")

LAYER = "block2.depthwise.conv"
WEIGHT = f"{LAYER}.weight"


@pytest.fixture
def channels(qtbot: QtBot, demo: MainWindow) -> ChannelsView:
    demo.document.select(LAYER, tensor=WEIGHT)
    view = demo.views.show_view("channels")
    assert isinstance(view, ChannelsView)
    qtbot.waitUntil(lambda: view.shown is not None and view.shown.tensor == WEIGHT, timeout=WAIT_MS)
    return view


def sort_by(view: ChannelsView, order: str) -> None:
    view.order.setCurrentIndex(view.order.findData(order))
    view.order.activated.emit(view.order.currentIndex())


def test_a_click_chooses_the_channel_under_it(
    qtbot: QtBot, demo: MainWindow, channels: ChannelsView
) -> None:
    box = channels.canvas.getViewBox()
    at = channels.canvas.mapFromScene(box.sceneBoundingRect().center())
    QTest.mouseClick(channels.canvas.viewport(), Qt.MouseButton.LeftButton, pos=at)
    expected = round(box.mapSceneToView(channels.canvas.mapToScene(at)).x())
    assert demo.document.selection.channel == expected
    told = f"channel {expected}:"
    qtbot.waitUntil(lambda: channels.hover.text().startswith(told), timeout=WAIT_MS)


def test_the_values_of_a_chosen_channel_are_drawn(
    qtbot: QtBot, demo: MainWindow, channels: ChannelsView
) -> None:
    assert channels.values_canvas.isHidden()
    channels.select_at(12)
    qtbot.waitUntil(lambda: channels.values.counts.sum() == 9, timeout=WAIT_MS)
    assert not channels.values_canvas.isHidden()
    assert channels.shown is not None
    assert channels.values.edges[-1] == pytest.approx(channels.shown.high[12])
    channels.step(1)
    assert demo.document.selection.channel == 13


def test_the_order_moves_the_channels_and_keeps_the_choice(
    demo: MainWindow, channels: ChannelsView
) -> None:
    found = channels.shown
    assert found is not None and found.tensor_db is not None
    sort_by(channels, BY_WIDTH)
    channels.select_at(0)
    assert demo.document.selection.channel == int(found.width.argmax())
    sort_by(channels, BY_SQNR)
    assert demo.document.selection.channel == int(found.width.argmax())
    channels.select_at(0)
    assert demo.document.selection.channel == int(found.tensor_db.argmin())


def test_dead_and_outlier_channels_are_counted(
    qtbot: QtBot, demo: MainWindow, channels: ChannelsView
) -> None:
    assert "64 channels, 0 dead, 6 outliers" in channels.about.text()
    demo.document.select(LAYER)
    qtbot.waitUntil(lambda: "3 dead" in channels.about.text(), timeout=WAIT_MS)
    assert channels.quality_canvas.isHidden()
    assert not channels.order.model().item(channels.order.findData(BY_SQNR)).isEnabled()


def test_new_bits_bring_new_figures(qtbot: QtBot, demo: MainWindow, channels: ChannelsView) -> None:
    before = channels.shown
    assert before is not None and before.channel_db is not None
    demo.tune.set_bits(4)

    def lost_db() -> float:
        shown = channels.shown  # read anew too where the plan before it was settled meanwhile
        db = None if shown is None else shown.channel_db
        return 0.0 if db is None else float((before.channel_db - db).mean())

    qtbot.waitUntil(lambda: lost_db() > 12, timeout=WAIT_MS)
