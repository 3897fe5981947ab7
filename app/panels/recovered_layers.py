"""What a recovery did to every layer, a row each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from quantengine.monitor import Monitor

from ..context import Context
from ..jobs import Job
from ..outcome import Outcome
from ..ready import PROBES
from ..text import share
from ..widgets.figure_table import FigureTable
from ..widgets.row import fill, push_button, row, vertical

if TYPE_CHECKING:
    from quantengine.data.dataset import Dataset
    from quantengine.recover.seen import LayerSeen

LANE = "recovered layers"
_ARROW = "\N{RIGHTWARDS ARROW}"
_MOST_ROWS = 10


class RecoveredLayers(QWidget):
    """Made when it is asked for; a row opens its layer."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.found: tuple[LayerSeen, ...] = ()
        self._of: Outcome | None = None
        self.button = push_button(
            self.tr("What it did to each layer"),
            self.compare,
            self.tr("Channels, their means and codes before and after, on some samples"),
        )
        filled = self.tr("How wide channels are on average, as a share of the widest")
        shift = self.tr("Shift of channel means, as a share of the output")
        self.table = FigureTable(
            self.tr("What recovery did to each layer"),
            [
                (self.tr("Layer"), ""),
                (self.tr("Channels"), filled),
                (self.tr("Mean shift"), shift),
                (self.tr("Up"), self.tr("Share of weights a code above the nearest")),
                (self.tr("Down"), self.tr("Share of weights a code below the nearest")),
            ],
        )
        self.table.cellClicked.connect(lambda place, _column: self._open(place))
        self.table.chosen.connect(self._open)
        fill(vertical(self, 0, 0, 0, 0, spacing=6), row(self.button), self.table)
        self.refresh()

    def refresh(self) -> None:
        """Rows of another outcome go."""
        outcome = self._context.document.outcome
        if outcome is None or self._of is None or not outcome.tells_the_same_as(self._of):
            self._of, self.found = None, ()
        self.table.setVisible(bool(self.found))
        made = None if outcome is None else outcome.candidate
        self.button.setEnabled(not self.found and made is not None and bool(made.reports))

    def compare(self) -> Job | None:
        outcome, dataset = self._context.document.outcome, self._context.document.judged
        if outcome is None or outcome.resolution is None or dataset is None:
            return None
        text = self.tr("Comparing before and after")
        job = self._context.steps.start(
            LANE, text, lambda monitor: _layers(outcome, dataset, monitor)
        )
        job.done.connect(lambda found: self._show(outcome, found))
        return job

    def _show(self, outcome: Outcome, found: tuple[LayerSeen, ...]) -> None:
        self._of, self.found = outcome, found
        short = dict(zip(outcome.tree.names, outcome.tree.short, strict=True))
        self.table.show_rows(
            [
                (
                    short.get(each.layer, each.layer),
                    _pair(each.filled),
                    _pair(each.shift),
                    *("" if each.turned is None else share(each.turned[way]) for way in (0, 1)),
                )
                for each in found
            ],
            tips=[each.layer for each in found],
        )
        self.table.fit_rows(_MOST_ROWS)
        self.refresh()

    def _open(self, place: int) -> None:
        if 0 <= place < len(self.found):
            self._context.document.select(self.found[place].layer)
            self._context.show("recovered")


def _layers(outcome: Outcome, dataset: Dataset, monitor: Monitor) -> tuple[LayerSeen, ...]:
    from quantengine.analyze.mean_shifts import mean_shifts
    from quantengine.recover.seen import layers_seen

    assert outcome.resolution is not None
    encodings = outcome.resolution.encodings
    shifts = mean_shifts(outcome.model, encodings, dataset, limit=PROBES, monitor=monitor)
    return layers_seen(outcome.reference, outcome.model, outcome.resolution, shifts)


def _pair(ends: tuple[float, float] | None) -> str:
    return "" if ends is None else f"{share(ends[0])} {_ARROW} {share(ends[1])}"
