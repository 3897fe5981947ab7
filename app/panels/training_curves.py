"""Loss and SQNR over the steps of a training, side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QSplitter

from quantengine.finetune.outcome import Point

from ..panels.training_facts import best_of
from ..plots.canvas import Canvas
from ..plots.learning_curves import LearningCurves
from ..theme import Theme
from ..widgets.label import plain_tip

_AXIS_WIDTH = 52
_SHARES = [300, 200, 200]


class TrainingCurves(QSplitter):
    def __init__(self, theme: Theme) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._points: Sequence[Point] = ()
        translate = QCoreApplication.translate
        held, training = (
            translate("TrainingCurves", "held out"),
            translate("TrainingCurves", "training"),
        )
        self.setChildrenCollapsible(False)
        self.loss = LearningCurves(
            self._canvas(
                theme,
                translate("TrainingCurves", "loss"),
                translate(
                    "TrainingCurves",
                    "The lower the better; the state of the lowest loss held out is kept.\n"
                    "Training alone going down: what it learns no longer helps other samples.",
                ),
            ),
            theme,
            [held, training],
        )
        self.sqnr = LearningCurves(
            self._canvas(
                theme,
                translate("TrainingCurves", "output SQNR, dB"),
                translate(
                    "TrainingCurves",
                    "Of samples held out, which judge and teach nothing: the higher the better.\n"
                    "The state of the lowest loss, which is kept, need not have the highest SQNR.",
                ),
            ),
            theme,
            [held],
        )
        self.figure = LearningCurves(
            self._canvas(
                theme,
                translate("TrainingCurves", "agreement, %"),
                translate(
                    "TrainingCurves",
                    "Of samples held out: the share whose class is the float network's, or your\n"
                    "own metric. The higher the better.",
                ),
            ),
            theme,
            [held],
        )
        self.setSizes(_SHARES)

    def show_points(self, points: Sequence[Point]) -> None:
        self._points = points
        steps = [point.step for point in points]
        kept = best_of(points).step if points else None
        last = points[-1].total if points else 0
        scores, losses = [p.score for p in points], [p.loss for p in points]
        frozen = points[-1].freezes if points else None
        self.loss.show(steps, [scores, losses], kept, last, frozen)
        self.sqnr.show(steps, [[p.sqnr_db for p in points]], kept, last)
        title, figures = _figures(points)
        canvas = self.figure.canvas
        canvas.setVisible(bool(title))
        if title:
            canvas.set_title("left", title)
            self.figure.show(steps, [figures], kept, last)

    def _canvas(self, theme: Theme, title: str, tip: str) -> Canvas:
        step = QCoreApplication.translate("TrainingCurves", "step")
        canvas = Canvas(theme, x=step, y=title, name=title)
        canvas.getAxis("left").setWidth(_AXIS_WIDTH)
        canvas.table = self._table
        canvas.setToolTip(plain_tip(tip))
        self.addWidget(canvas)
        return canvas

    def _table(self) -> list[tuple[object, ...]]:
        heading = ("step", "loss", "score", "sqnr_db", "agreement", "own")
        return [heading, *(tuple(getattr(p, key) for key in heading) for p in self._points)]


def _figures(points: Sequence[Point]) -> tuple[str, list[float]]:
    """The figure that people ask for besides the loss, and its name; none without classes."""
    own, agreement = [p.own for p in points], [p.agreement for p in points]
    for values, factor, title in (
        (own, 1.0, QCoreApplication.translate("TrainingCurves", "metric")),
        (agreement, 100.0, QCoreApplication.translate("TrainingCurves", "agreement, %")),
    ):
        if any(value is not None for value in values):
            return title, [math.nan if value is None else factor * value for value in values]
    return "", []
