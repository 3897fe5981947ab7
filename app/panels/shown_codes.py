"""Weights as their codes are: where channels have scales of their own, where codes were chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..context import Context
from ..place import WEIGHT
from ..plots.value_plot import ValuePlot
from ..subject import Subject
from ..translation import tr
from ..widgets.range_readout import RangeReadout

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from quantengine.analyze.chosen_levels import ChosenLevels

    from ..outcome import Outcome

_LANE = "rounded"


class ShownCodes:
    """Reads them on a worker; `is_shown` tells whether a subject is still looked at."""

    def __init__(
        self,
        context: Context,
        canvas: ValuePlot,
        foot: RangeReadout,
        is_shown: Callable[[Subject], bool],
    ) -> None:
        self._context, self._canvas, self._foot = context, canvas, foot
        self._is_shown = is_shown

    def fetch(self, shown: Subject) -> None:
        """Of a weight; all others are where their encoding says."""
        outcome, ready = self._context.peek.outcome, self._context.network.ready
        if outcome is None or shown.place.role != WEIGHT:
            return
        channel = self._context.document.selection.channel
        text, tensor = tr("Reading the weight"), shown.place.tensor
        if shown.is_scalar:
            job = self._context.steps.start(
                _LANE, text, lambda _monitor: _chosen(outcome, tensor, channel)
            )
            job.done.connect(lambda found: self._show_levels(shown, found))
            return
        job = self._context.steps.start(
            _LANE, text, lambda _monitor: ready.rounded(outcome, tensor)
        )
        job.done.connect(lambda found: self._show_rounded(shown, found))

    def _show_levels(self, shown: Subject, found: ChosenLevels | None) -> None:
        if found is not None and self._is_shown(shown):
            self._canvas.show_levels(found)
            self._foot.show_levels(found)

    def _show_rounded(self, shown: Subject, found: NDArray[np.float32] | None) -> None:
        if found is not None and self._is_shown(shown):
            self._canvas.show_rounded(found)


def _chosen(outcome: Outcome, tensor: str, channel: int | None) -> ChosenLevels | None:
    from quantengine.analyze.chosen_levels import chosen_levels

    if outcome.resolution is None:
        return None
    return chosen_levels(outcome.model, outcome.resolution, tensor, channel)
