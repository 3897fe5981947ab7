"""From where it began to where it came, step by step: what each gained, what was undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor

from ..plots.canvas import Canvas
from ..theme import Theme

_WIDE, _UNDONE, _ROOM = 0.62, 0.35, 0.16


@dataclass(frozen=True)
class Fall:
    """A step from one figure to another; `text` is written above it, `kept` False: undone."""

    name: str
    before: float
    after: float
    text: str
    kept: bool = True


class Waterfall:
    """Bars from the figure before to the figure after, the first and the last from the floor."""

    def __init__(self, canvas: Canvas, theme: Theme) -> None:
        self._canvas, self._theme = canvas, theme
        self._steps: tuple[Fall, ...] = ()
        self._ends: tuple[float, float] | None = None
        self._bars = pg.BarGraphItem(x=[], height=[], width=_WIDE)
        self._joins = pg.PlotCurveItem(connect="pairs")
        self._words: list[pg.TextItem] = []
        for item in (self._bars, self._joins):
            canvas.addItem(item, ignoreBounds=True)
        canvas.getViewBox().setMouseEnabled(x=False, y=False)
        canvas.fitted.connect(self._fit)
        theme.changed.connect(self._draw)

    def show(self, steps: Sequence[Fall], names: tuple[str, str], texts: tuple[str, str]) -> None:
        """`names` and `texts`: of the first and of the last bar, which stand on the floor."""
        self._steps = tuple(steps)
        self._names, self._texts = names, texts
        self._draw()
        self._fit()

    def _draw(self) -> None:
        for words in self._words:
            self._canvas.removeItem(words)
        self._words = []
        if not self._steps:
            self._bars.setOpts(x=[], height=[], y0=0)
            return
        floor, (first, last) = self._floor(), self._outer()
        places = range(len(self._steps) + 2)
        lows = [floor, *(min(s.before, s.after) for s in self._steps), floor]
        tops = [first, *(max(s.before, s.after) for s in self._steps), last]
        heights = [top - low for low, top in zip(lows, tops, strict=True)]
        self._bars.setOpts(
            x=list(places), y0=lows, height=heights, brushes=self._brushes(), pens=self._pens()
        )
        texts = [self._texts[0], *(step.text for step in self._steps), self._texts[1]]
        for place, (text, top) in enumerate(zip(texts, tops, strict=True)):
            self._write(text, place, top)
        self._join(first)
        names = [self._names[0], *(step.name for step in self._steps), self._names[1]]
        self._canvas.getAxis("bottom").setTicks([list(enumerate(names))])

    def _write(self, text: str, place: float, top: float) -> None:
        words = pg.TextItem(text, color=self._theme.colours.text, anchor=(0.5, 1.0))
        words.setPos(QPointF(place, top))
        self._canvas.addItem(words, ignoreBounds=True)
        self._words.append(words)

    def _join(self, first: float) -> None:
        """Thin lines from each bar to the next, at the height that was reached."""
        xs, ys, height = [], [], first
        for place, step in enumerate(self._steps):
            xs += [place, place + 1]
            ys += [height, height]
            height = step.after if step.kept else height
        xs += [len(self._steps), len(self._steps) + 1]
        ys += [height, height]
        self._joins.setData(xs, ys)
        self._joins.setPen(pg.mkPen(self._theme.colours.dim, width=1, style=Qt.PenStyle.DotLine))

    def _outer(self) -> tuple[float, float]:
        kept = [step.after for step in self._steps if step.kept]
        return self._steps[0].before, (kept or [self._steps[0].before])[-1]

    def _floor(self) -> float:
        ends = [value for step in self._steps for value in (step.before, step.after)]
        return min(0.0, *ends)

    def _brushes(self) -> list[QColor]:
        colours = self._theme.colours
        brushes = [QColor(colours.float_)]
        for step in self._steps:
            brush = QColor(colours.good if step.after >= step.before else colours.clip)
            brush.setAlphaF(1.0 if step.kept else _UNDONE)
            brushes.append(brush)
        return [*brushes, QColor(colours.quantized)]

    def _pens(self) -> list[object]:
        return [pg.mkPen(None)] * (len(self._steps) + 2)

    def _fit(self) -> None:
        if not self._steps:
            return
        floor = self._floor()
        top = max(value for step in self._steps for value in (step.before, step.after))
        self._canvas.getViewBox().setRange(
            xRange=(-0.6, len(self._steps) + 1.6),
            yRange=(floor, top + _ROOM * ((top - floor) or 1.0)),
            padding=0,
        )
