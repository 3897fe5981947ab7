"""What the layer table shows: the engine's table of layers, and what was measured of each."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING

from quantengine.analyze.layer_report import LayerReport

if TYPE_CHECKING:
    from quantengine.analyze.culprits import Gains
    from quantengine.analyze.sensitivity import LayerSensitivity, Sensitivity


@dataclass(frozen=True)
class LayerRow(LayerReport):
    """One layer under one plan; None where there is nothing to say or it is not known yet."""

    accumulated_db: float | None = None
    """The output with all before it quantized too; this and what follows need the network run."""
    drop_db: float | None = None
    """How far that lies below what feeds the layer, None where it does not."""
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
    names = [each.name for each in fields(LayerReport)]
    return tuple(
        LayerRow(**{name: getattr(report, name) for name in names})
        for report in reports
        if not report.minor
    )


@dataclass(frozen=True)
class Runs:
    """What running the network told of layers, by name."""

    errors: Mapping[str, float] = field(default_factory=dict)
    drops: Mapping[str, float] = field(default_factory=dict)
    ranked: Mapping[str, LayerSensitivity] = field(default_factory=dict)
    gains: Gains | None = None
    """What keeping single layers float brings, as far as it was tried."""

    @classmethod
    def of(
        cls,
        errors: Mapping[str, float] | None,
        drops: Mapping[str, float] | None,
        ranking: Sensitivity | None,
        gains: Gains | None = None,
    ) -> Runs:
        ranked = () if ranking is None else (row for row in ranking.layers if row.quantized)
        return cls(errors or {}, drops or {}, {row.name: row for row in ranked}, gains)

    def gain(self, layer: str) -> float | None:
        """What keeping it float brings, in a person's metric where that decides, else in dB."""
        gains = self.gains
        return None if gains is None or gains.figure == "equal" else gains.layers.get(layer)

    def alone(self, layer: str) -> float | None:
        """What only this layer quantized leaves, in the same figure."""
        found = self.ranked.get(layer)
        own = _own(found)
        return own if found is None or own is not None else found.alone.judged_db

    def is_own(self, layer: str) -> bool:
        """Whether those figures are of a person's metric."""
        tried = self.gains is not None and self.gains.figure == "own"
        return tried or _own(self.ranked.get(layer)) is not None

    def fill(self, row: LayerRow) -> LayerRow:
        found = self.ranked.get(row.name)
        return replace(
            row,
            accumulated_db=self.errors.get(row.name),
            drop_db=self.drops.get(row.name),
            sensitivity_db=None if found is None else found.alone.judged_db,
            gain_db=None if self.is_own(row.name) else self.gain(row.name),
            sensitivity_own=_own(found),
            gain_own=self.gain(row.name) if self.is_own(row.name) else None,
        )


def _own(found: LayerSensitivity | None) -> float | None:
    own = None if found is None else found.alone.own
    return None if own is None else own.candidate
