"""The values of one tensor with everything that lies over them: levels, range, methods."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut

from quantengine.analyze.chosen_levels import ChosenLevels
from quantengine.formats.encoding import Encoding
from quantengine.observe.distribution import Distribution

from ..plots.axis import Axis
from ..plots.canvas import Canvas
from ..plots.clip_range import ClipRange
from ..plots.histogram import Histogram
from ..plots.level_ticks import LevelTicks
from ..plots.markers import Markers
from ..theme import Theme

_DASHED = Qt.PenStyle.DashLine
_BEYOND = 0.5
"""A share of the width of all values."""


class ValuePlot(Canvas):
    """Counts over values; `shared` tells count and share of the bin under the mouse."""

    shared = Signal(object)
    """(value, count, share), or None where there is no bin."""
    stepped = Signal(int)
    """Left and right keys: by how many steps the active end is to move."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, x="", y="", name="")
        self.set_title("left", self.tr("count"))
        self.setAccessibleName(self.tr("Histogram"))
        self.histogram = Histogram(self, theme)
        self.levels = LevelTicks(self, theme)
        self.clip = ClipRange(self, theme)
        self.markers = Markers(self, theme)
        axis = self.getAxis("left")
        assert isinstance(axis, Axis)
        axis.whole = True
        self._cross = pg.InfiniteLine(angle=90, movable=False)
        self._cross.setZValue(20)
        self._cross.hide()
        self.addItem(self._cross, ignoreBounds=True)
        self._distribution: Distribution | None = None
        self._encoding: Encoding | None = None
        self._rounded: NDArray[np.float32] | None = None
        self._chosen: ChosenLevels | None = None
        self.table = self._rows
        self.pointed.connect(self._share)
        self.fitted.connect(self.fit_values)
        self._add_keys()
        self.set_log(True)

    def show_values(self, distribution: Distribution) -> None:
        self._distribution = distribution
        self.histogram.show(distribution)
        self.fit_values()

    def show_encoding(self, encoding: Encoding | None) -> None:
        """Where the values go under an encoding."""
        self._encoding, self._rounded, self._chosen = encoding, None, None
        self._overlay()
        self.levels.show(encoding)

    def show_rounded(self, values: NDArray[np.float32]) -> None:
        """The same where each channel has an encoding of its own: the values themselves."""
        self._rounded = values
        self._overlay()

    def show_levels(self, found: ChosenLevels) -> None:
        """The same where codes were chosen: how many values lie on each level."""
        self._chosen = found
        self._overlay()
        self.levels.show_places(found.level)

    def _overlay(self) -> None:
        if self._chosen is not None:
            self.histogram.show_levels(self._chosen)
        elif self._rounded is not None:
            self.histogram.show_rounded(self._rounded)
        elif self._distribution is not None:
            self.histogram.show_quantized(self._distribution, self._encoding)

    def set_log(self, on: bool) -> None:
        self.histogram.log = on
        self.getAxis("left").setLogMode(y=on)
        self.histogram.redraw()
        self._overlay()
        self._fit_height()

    def set_overlay(self, on: bool) -> None:
        """Whether the quantized values are drawn too."""
        self.histogram.overlay = on
        self._overlay()

    def fit_values(self) -> None:
        """All values, and the clip lines where they are not far beyond."""
        edges = self.histogram.edges
        if not edges.size:
            return
        first, last = float(edges[0]), float(edges[-1])
        beyond = _BEYOND * (last - first)
        if self.clip.is_shown:
            low, high = self.clip.ends
            first, last = min(first, max(low, first - beyond)), max(last, min(high, last + beyond))
        margin = 0.04 * (last - first)
        self.getViewBox().setXRange(first - margin, last + margin, padding=0)
        self._fit_height()

    def _fit_height(self) -> None:
        """Tall bins at zero, as after a Relu, may leave the picture."""
        counts = self.histogram.counts
        if not counts.size:
            return
        if self.histogram.log:
            self.getViewBox().setYRange(-0.4, np.log10(max(counts.max(), 1.0)) * 1.08)
            return
        filled = np.sort(counts[counts > 0])
        top = filled[-1] if filled.size < 3 else min(filled[-1], 2.5 * filled[-3])
        self.getViewBox().setYRange(0.0, 1.12 * float(top), padding=0)

    def _share(self, at: QPointF | None) -> None:
        self._cross.setVisible(at is not None)
        if at is not None:
            self._cross.setPen(pg.mkPen(self._theme.colours.text, width=1, style=_DASHED))
            self._cross.setPos(at.x())
        found = None if at is None else self.histogram.share_at(at.x())
        self.shared.emit(None if at is None or found is None else (at.x(), *found))

    def _rows(self) -> list[tuple[object, ...]]:
        edges, counts = self.histogram.edges, self.histogram.counts
        bins = zip(edges[:-1].tolist(), edges[1:].tolist(), counts.tolist(), strict=True)
        return [("left", "right", "count"), *bins]

    def _add_keys(self) -> None:
        for key, steps in {"Left": -1, "Right": 1}.items():
            self._key(key).activated.connect(lambda steps=steps: self.stepped.emit(steps))
        for key, end in {"Down": 0, "Up": 1}.items():
            self._key(key).activated.connect(lambda end=end: setattr(self.clip, "active", end))

    def _key(self, key: str) -> QShortcut:
        shortcut = QShortcut(QKeySequence(key), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        return shortcut
