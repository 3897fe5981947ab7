"""An axis whose numbers read as everywhere else in the window."""

from __future__ import annotations

import math

import pyqtgraph as pg
from PySide6.QtGui import QResizeEvent

from ..text import MINUS, number

_UNITS = ((1e9, " G"), (1e6, " M"))
_DIGITS = 12
_SMALL = 1e-4
_PART = 1e-6
_TAILS = 3
_BEYOND = 2
"""By so many pixels a number may stand over the end of an upright axis: more would be cut."""


class Axis(pg.AxisItem):
    """Thousands are grouped, millions are `1.2 M`, the minus is a real one.

    `whole`: of what is counted, so that no number stands between two whole ones.
    """

    whole = False

    def __init__(self, side: str) -> None:
        super().__init__(side)
        if side == "left":
            self.setStyle(hideOverlappingLabels=_BEYOND)

    def resizeEvent(self, event: QResizeEvent | None = None) -> None:  # noqa: N802
        """pyqtgraph sets the title so low that the tails of its letters are cut."""
        super().resizeEvent(event)
        if self.orientation == "bottom" and self.label is not None:
            self.label.moveBy(0, -_TAILS)

    def tickStrings(  # noqa: N802
        self, values: list[float], scale: float, spacing: float
    ) -> list[str]:
        if self.logMode:
            return [
                self._shown(10.0**value, 10.0**value) if _is_round(value) else ""
                for value in values
            ]
        return [self._shown(value * scale, spacing * scale) for value in values]

    def _shown(self, value: float, spacing: float) -> str:
        part = self.whole and abs(value - round(value)) > _PART * max(abs(value), 1.0)
        return "" if part else _text(value, max(spacing, 1.0) if self.whole else spacing)


def _is_round(power: float) -> bool:
    """Whether a number stands at 10 to this power: the others of a decade would crowd it."""
    return round(10.0 ** (power - math.floor(power + _PART))) in (1, 2, 5)


def _text(value: float, spacing: float) -> str:
    """As many digits as tell it from a neighbour `spacing` away."""
    size = max(abs(value), abs(spacing))
    if size and size < _SMALL:
        return number(value, 3)
    for unit, name in _UNITS:
        if size >= unit:
            return _plain(value / unit, spacing / unit) + (name if value else "")
    return _plain(value, spacing)


def _plain(value: float, spacing: float) -> str:
    places = max(0, math.ceil(-math.log10(spacing) - 1e-9)) if spacing > 0 else 0
    text = f"{round(value, _DIGITS) + 0.0:,.{min(places, _DIGITS)}f}"
    return text.replace("-", MINUS)
