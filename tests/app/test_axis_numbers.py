from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.plots.canvas import Canvas
from app.plots.curve import Curve
from app.theme import Theme
from quantengine.ranges.choice import SearchCurve


def test_small_numbers_are_shown_as_they_are(qtbot: QtBot, qapp: QApplication) -> None:
    theme = Theme(qapp)
    canvas = Canvas(theme, x="threshold", y="", name="curve")
    qtbot.addWidget(canvas)
    canvas.show()
    Curve(canvas, theme).show(
        SearchCurve(np.array([1.0, 2.0]), np.array([1e-1, 1e-4]), "mean squared error")
    )
    theme.changed.emit()
    assert canvas.getAxis("left").autoSIPrefixScale == 1.0
