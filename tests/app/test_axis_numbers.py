from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.plots.axis import Axis
from app.plots.canvas import Canvas
from app.plots.curve import Curve
from app.plots.value_plot import ValuePlot
from app.text import share
from app.theme import Theme
from quantengine.observe.distribution import Distribution
from quantengine.ranges.choice import RangeChoice, SearchCurve


def test_small_numbers_are_shown_as_they_are(qtbot: QtBot, qapp: QApplication) -> None:
    theme = Theme(qapp)
    canvas = Canvas(theme, x="threshold", y="", name="curve")
    qtbot.addWidget(canvas)
    canvas.show()
    tried = SearchCurve(np.array([1.0, 2.0]), np.array([1e-1, 1e-4]), "mean squared error")
    assert Curve(canvas, theme).show(RangeChoice(0.0, 2.0, tried))
    theme.changed.emit()
    axis = canvas.getAxis("left")
    assert axis.autoSIPrefixScale == 1.0
    assert 0 < axis.boundingRect().height() - axis.geometry().height() < 5  # else numbers are cut


def test_clip_lines_are_seen_and_obey_keys_after_a_resize(qtbot: QtBot, qapp: QApplication) -> None:
    plot = ValuePlot(Theme(qapp))
    qtbot.addWidget(plot)
    plot.show()
    plot.resize(400, 300)  # pyqtgraph then sets names of its own
    plot.clip.show_range(-2.0, 9.0, movable=True, mirrored=False)
    edges = np.array([-1.0, 0.0, 2.0])
    plot.show_values(Distribution(edges[:-1], edges[1:], np.array([5.0, 7.0])))
    low, high = plot.getViewBox().viewRange()[0]
    assert low < -2.0, "a line near the values is seen"
    assert 2.0 < high < 5.0, "one far beyond is not"
    keys = {each.key().toString(): each for each in plot.findChildren(QShortcut)}
    assert plot.clip.active == 1
    keys["Down"].activated.emit()
    assert plot.clip.active == 0


@pytest.mark.parametrize(
    ("values", "spacing", "expected"),
    [
        ([0.0, 5000.0, 15000.0], 5000.0, ["0", "5,000", "15,000"]),
        ([0.0, 200_000.0, 1_200_000.0], 200_000.0, ["0", "200,000", "1.2 M"]),
        ([-0.5, 0.0, 0.5], 0.5, ["\N{MINUS SIGN}0.5", "0.0", "0.5"]),
        ([1e-5], 1e-5, ["1e\N{MINUS SIGN}05"]),
    ],
)
def test_ticks_read_as_other_numbers_do(
    qapp: QApplication, values: list[float], spacing: float, expected: list[str]
) -> None:
    assert Axis("left").tickStrings(values, 1.0, spacing) == expected


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0 %"), (8.14e-7, "< 0.001 %"), (1e-5, "0.001 %"), (0.98257, "98.3 %"), (1.0, "100 %")],
)
def test_shares_are_percent_without_powers_of_ten(value: float, text: str) -> None:
    assert share(value) == text


def test_ticks_of_a_logarithmic_axis_are_the_numbers(qapp: QApplication) -> None:
    axis = Axis("left")
    axis.setLogMode(y=True)
    expected = ["0.01", "1", "1,000", "10 M"]
    assert axis.tickStrings([-2.0, 0.0, 3.0, 7.0], 1.0, 1.0) == expected
    decade = np.log10(np.arange(1.0, 11.0)).tolist()
    assert axis.tickStrings(decade, 1.0, 0.1) == ["1", "2", "", "", "5", "", "", "", "", "10"]
