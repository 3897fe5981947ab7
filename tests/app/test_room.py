"""What is drawn small or stacked uses the room there is, and nothing of it is cut off."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.page import _cards
from app.pages import Lies, Part
from app.part_box import PartBox
from app.widgets.range_strip import Scale
from quantengine.observe.distribution import Distribution


def test_a_card_lies_under_the_column_that_is_least_high(qtbot: QtBot) -> None:
    heights = {"tall": 500, "less": 400, "low": 100, "last": 200}
    parts = [
        Part(name, "", name, Lies.CARD, height=height, width=600)
        for name, height in heights.items()
    ]
    boxes = [PartBox(part, folded=False) for part in parts]
    for box in boxes:
        qtbot.addWidget(box)
    tall, less, low, last = (place for _, place in _cards(boxes, 1900))
    assert tall.y() == less.y() == low.y() == 0 and tall.x() < less.x() < low.x()
    assert last.x() == low.x() and last.y() > low.bottom()
    assert tall.height() == boxes[0].least_height(tall.width()), "no card is stretched"
    narrow = [place for _, place in _cards(boxes, 700)]
    assert [place.x() for place in narrow] == [tall.x()] * 4
    assert narrow[3].y() > narrow[2].y() > narrow[1].y() > 0


def test_ranges_of_all_methods_have_one_scale() -> None:
    values = Distribution.of_values(np.linspace(-1, 3, 1000, dtype=np.float32))
    scale = Scale.of(values, [(-2.0, 1.0), (-0.5, 4.0)])
    assert (scale.low, scale.high) == pytest.approx((-2.0, 4.0))
    assert scale.share(-2.0) == 0 and scale.share(1.0) == pytest.approx(0.5)
    assert max(scale.heights) == 1 and scale.heights[0] == scale.heights[-1] == 0
