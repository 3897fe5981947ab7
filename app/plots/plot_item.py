"""Plots made ahead, one a turn: each takes a hundredth of a second, and a part may have three."""

from __future__ import annotations

import pyqtgraph as pg

from ..plots.axis import Axis

_MOST = 3
_ready: list[pg.PlotItem] = []


def make_ahead() -> bool:
    """Makes one more; False where enough are ready."""
    if len(_ready) >= _MOST:
        return False
    _ready.append(_made())
    return True


def plot_item() -> pg.PlotItem:
    """One of those that are ready, else a new one."""
    return _ready.pop() if _ready else _made()


def _made() -> pg.PlotItem:
    axes = {side: Axis(side) for side in ("bottom", "left")}
    return pg.PlotItem(axisItems=axes, enableMenu=False)
