from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from app.main_window import MainWindow
from app.settings import Settings
from app.theme import LIMITS_DB, Theme
from app.widgets.legend import Legend
from app.widgets.limits import Limits


def test_limits_move_the_colours_everywhere_and_are_kept(
    window: MainWindow, theme: Theme, settings: Settings
) -> None:
    legend = window.layers.findChild(Legend)
    limits = legend.findChild(Limits)
    assert theme.sqnr_colour(22) == QColor(theme.colours.sqnr[2])
    QTest.mouseClick(legend, Qt.MouseButton.LeftButton)
    assert limits.isVisible()
    limits.fields[1].selectAll()
    QTest.keyClicks(limits.fields[1], "25")
    QTest.keyClick(limits.fields[1], Qt.Key.Key_Return)
    assert theme.limits_db == (10.0, 25.0, 30.0)
    assert theme.sqnr_colour(22) == QColor(theme.colours.sqnr[1])
    assert settings.limits_db == (10.0, 25.0, 30.0)
    limits.default.click()
    assert settings.limits_db == LIMITS_DB
    limits.close()


@pytest.mark.parametrize("limits", [(30.0, 20.0, 10.0), (10.0, 10.0, 30.0)])
def test_limits_that_do_not_rise_are_refused(theme: Theme, limits: tuple[float, ...]) -> None:
    theme.set_limits(limits)
    assert theme.limits_db == LIMITS_DB


def test_stored_nonsense_is_ignored(settings: Settings) -> None:
    settings.limits_db = (1.0, 2.0, 3.0)
    assert settings.limits_db == (1.0, 2.0, 3.0)
    settings._store.setValue("limits_db", "a b")
    assert settings.limits_db == LIMITS_DB
