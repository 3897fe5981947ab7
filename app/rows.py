"""What the layer table shows: the engine's table of layers, and what was measured of each."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from quantengine.analyze.layer_report import LayerReport

if TYPE_CHECKING:
    from quantengine.analyze.sensitivity import LayerSensitivity, Sensitivity


@dataclass(frozen=True)
class LayerRow(LayerReport):
    """One layer under one plan; None where there is nothing to say or it is not known yet."""

    accumulated_db: float | None = None
    """The output with all before it quantized too; this and what follows need the network run."""
    sensitivity_db: float | None = None
    """The network's outputs with only this layer quantized."""
    gain_db: float | None = None
    """What keeping the layer float brings to the outputs."""
    sensitivity_own: float | None = None
    gain_own: float | None = None
    """Both in a person's metric, where that decides."""

    @property
    def sqnr_db(self) -> float | None:
        """The worse of weight and output."""
        both = (self.weight_sqnr_db, self.activation_sqnr_db)
        known = [value for value in both if value is not None and not math.isnan(value)]
        return min(known, default=None)


def layer_rows(reports: Iterable[LayerReport]) -> tuple[LayerRow, ...]:
    """A row for each layer that is more than bookkeeping, in order of execution."""
    names = [field.name for field in fields(LayerReport)]
    return tuple(
        LayerRow(**{name: getattr(report, name) for name in names})
        for report in reports
        if not report.minor
    )


def measured_rows(
    rows: tuple[LayerRow, ...],
    errors: Mapping[str, float] | None,
    ranking: Sensitivity | None,
) -> tuple[LayerRow, ...]:
    """The rows with what running the network told of them, by layer."""
    if errors is None and ranking is None:
        return rows
    errors = errors or {}
    known = {} if ranking is None else {r.name: r for r in ranking.layers if r.quantized}
    return tuple(
        replace(
            row,
            accumulated_db=errors.get(row.name),
            sensitivity_db=known[row.name].alone.judged_db if row.name in known else None,
            gain_db=known[row.name].gain_db if row.name in known else None,
            sensitivity_own=_own(known.get(row.name)),
            gain_own=known[row.name].gain_own if row.name in known else None,
        )
        for row in rows
    )


def _own(found: LayerSensitivity | None) -> float | None:
    own = None if found is None else found.alone.own
    return None if own is None else own.candidate
