"""Whether the samples of calibration tell the ranges: tensor by tensor, the least sure first."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from PySide6.QtGui import QColor

from quantengine.monitor import Monitor
from quantengine.observe.coverage import MUCH, OUTSIDE
from quantengine.observe.table import CalibrationTable

from ..context import Context
from ..outcome import Outcome
from ..panels.view import View
from ..text import NOTHING, share
from ..translation import counted
from ..widgets.figure_table import FigureTable
from ..widgets.label import Label
from ..widgets.row import fill, push_button, row, vertical

_MOST = 200


class Told(NamedTuple):
    """How far the ends of a range move from half to half, and values of judged samples beyond it.

    Both as shares; None where that was not counted.
    """

    tensor: str
    layer: str
    moved: float
    outside: float | None

    @property
    def is_doubtful(self) -> bool:
        return self.moved > MUCH or (self.outside or 0.0) > OUTSIDE


class CoverageView(View):
    shows_statistics = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.told: tuple[Told, ...] = ()
        self.about = Label()
        self.about.setWordWrap(True)
        self.table = FigureTable(
            self.tr("Ranges and the samples"),
            [
                (self.tr("Tensor"), ""),
                (
                    self.tr("Halves differ"),
                    self.tr("How far the range of one half of the samples lies from the other's"),
                ),
                (
                    self.tr("Outside"),
                    self.tr("Share of the values that judge beyond the calibrated range"),
                ),
            ],
        )
        self.table.chosen.connect(self._open)
        self.button = push_button(
            self.tr("Count values outside"),
            context.network.compare,
            self.tr("Runs the network on samples that judge and compares every layer"),
        )
        column = vertical(self.body, 16, 0, 16, 12, spacing=8)
        fill(column, self.about, (self.table, 1), row(self.button))
        self.follow(context.document.outcome_changed, context.network.compared_changed)

    def refresh(self) -> None:
        outcome = self.context.document.outcome
        if outcome is None or outcome.table is None or outcome.resolution is None:
            self.show_missing_statistics(
                self.tr("How far each range depends on the samples will be shown here.")
            )
            return
        table, outside = outcome.table, self._outside

        def call(_monitor: Monitor) -> tuple[Told, ...]:
            return _told(outcome, table, outside)

        job = self.context.steps.start("coverage", self.tr("Comparing halves of the data"), call)
        job.done.connect(self._show)

    @property
    def _outside(self) -> Mapping[str, float]:
        """By tensor, once layers were compared."""
        compared = self.context.network.compared
        if compared is None or self.context.network.comparison_is_stale:
            return {}
        shares = ((each.name, each.outside_share) for each in compared.found.tensors)
        return {name: found for name, found in shares if found is not None}

    def _show(self, told: tuple[Told, ...]) -> None:
        table = self.context.document.table
        if table is None:
            return
        self.show_body()
        self.told = told[:_MOST]
        self.button.setVisible(all(each.outside is None for each in told))
        self.about.setText(self._summary(told, len(table.samples)))
        warning = QColor(self.context.theme.colours.warning)
        rows = [(each.tensor, share(each.moved), _shown(each.outside)) for each in self.told]
        chips = [warning if each.is_doubtful else None for each in self.told]
        self.table.show_rows(rows, tips=[each.layer for each in self.told], colours=chips)

    def _summary(self, told: tuple[Told, ...], samples: int) -> str:
        doubtful = sum(each.is_doubtful for each in told)
        if not doubtful:
            text = self.tr("All {1} ranges can be told from {0}: both halves agree.")
            return text.format(counted(samples, "sample"), len(told))
        text = self.tr("Of {2} ranges {1} cannot be told from {0}; more such data may help.")
        return text.format(counted(samples, "sample"), doubtful, len(told))

    def _open(self, place: int) -> None:
        if 0 <= place < len(self.told):
            chosen = self.told[place]
            self.context.document.select(chosen.layer, tensor=chosen.tensor)
            self.context.show("samples")


def _told(
    outcome: Outcome, table: CalibrationTable, outside: Mapping[str, float]
) -> tuple[Told, ...]:
    resolution = outcome.resolution
    assert resolution is not None
    makers = {node.output: name for name, node in outcome.flow.nodes.items()}
    found = []
    for tensor in resolution.encodings.activations:
        stats = table.tensors.get(tensor)
        moved = math.nan if stats is None else stats.movement
        if not math.isnan(moved):
            found.append(Told(tensor, makers.get(tensor, ""), moved, outside.get(tensor)))
    return tuple(sorted(found, key=lambda each: -max(each.moved, each.outside or 0.0)))


def _shown(value: float | None) -> str:
    return NOTHING if value is None else share(value)
