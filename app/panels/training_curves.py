"""Loss and SQNR over the steps of a training, side by side."""

from __future__ import annotations

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

    def show_points(self, points: Sequence[Point]) -> None:
        self._points = points
        steps = [point.step for point in points]
        kept = best_of(points).step if points else None
        last = points[-1].total if points else 0
        scores, losses = [p.score for p in points], [p.loss for p in points]
        self.loss.show(steps, [scores, losses], kept, last)
        self.sqnr.show(steps, [[p.sqnr_db for p in points]], kept, last)

    def _canvas(self, theme: Theme, title: str, tip: str) -> Canvas:
        step = QCoreApplication.translate("TrainingCurves", "step")
        canvas = Canvas(theme, x=step, y=title, name=title)
        canvas.getAxis("left").setWidth(_AXIS_WIDTH)
        canvas.table = self._table
        canvas.setToolTip(plain_tip(tip))
        self.addWidget(canvas)
        return canvas

    def _table(self) -> list[tuple[object, ...]]:
        heading = ("step", "loss", "score", "sqnr_db", "agreement")
        return [heading, *(tuple(getattr(p, key) for key in heading) for p in self._points)]
