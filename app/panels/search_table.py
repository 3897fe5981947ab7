"""The plans of a front, from small to good."""

from __future__ import annotations

from collections.abc import Sequence

from quantengine.search.front import FrontPoint

from ..text import NOTHING, decibel, number, share
from ..widgets.figure_table import FigureTable

_METRIC = 6
"""The column that is there where a person's metric decides."""


class PlanTable(FigureTable):
    def __init__(self) -> None:
        super().__init__(
            self.tr("Plans"),
            [
                (self.tr("Weights"), self.tr("Bytes of all weights")),
                (self.tr("Of float"), self.tr("Share of what the float weights take")),
                (self.tr("Output dB"), self.tr("SQNR of the outputs, measured, by the plan alone")),
                (self.tr("Predicted dB"), self.tr("From what each width does alone")),
                (self.tr("Agreement"), self.tr("Share of samples with the same best class")),
                (self.tr("Drop"), self.tr("Points of top-1 lost, of agreement without labels")),
                (self.tr("Metric"), self.tr("Your own, where that decides; Drop is what it loses")),
            ],
        )

    def show_points(
        self,
        points: Sequence[FrontPoint],
        unit: tuple[float, str],
        whole: int,
        chosen: int | None,
    ) -> None:
        """`unit`: bytes in the unit of sizes, and its name; `whole`: bytes of the float weights."""
        self.name_column(0, self.tr("Weights, {0}").format(unit[1]))
        self.setColumnHidden(_METRIC, all(point.own is None for point in points))
        self.show_rows([_row(point, unit[0], whole) for point in points], strong=chosen)


def _row(point: FrontPoint, unit: float, whole: int) -> tuple[str, ...]:
    return (
        number(point.bytes / unit, 3),
        share(point.bytes / whole),
        decibel(point.measured_db),
        decibel(point.predicted_db),
        NOTHING if point.agreement is None else share(point.agreement),
        NOTHING if point.drop is None else number(point.drop, 3),
        NOTHING if point.own is None else number(point.own.candidate),
    )
