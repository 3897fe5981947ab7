"""How the range a method chooses settles with the number of samples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from quantengine.observe.convergence import stages
from quantengine.observe.table import CalibrationTable
from quantengine.ranges.choice import Doubles, RangeSpec
from quantengine.ranges.registry import choose


@dataclass(frozen=True, eq=False)
class Settling:
    """low, high float64 `[stages]`: the range chosen from the first `samples` `[stages]`."""

    samples: tuple[int, ...]
    low: Doubles
    high: Doubles

    @property
    def last_change(self) -> float:
        """How far the ends moved with the last samples, as a share of the final width."""
        width = self.high[-1] - self.low[-1]
        if len(self.samples) < 2 or not width:
            return 0.0
        moved = np.abs(np.diff(self.low[-2:])) + np.abs(np.diff(self.high[-2:]))
        return float(moved[0] / width)


def settling(
    table: CalibrationTable,
    tensor: str,
    spec: RangeSpec,
    method: str,
    parameters: Mapping[str, float] = MappingProxyType({}),
) -> Settling:
    """A range for each growing part of the data; raises PlanError as `choose` does."""
    parts = stages(table, tensor)
    found = [choose(stats, spec, method, parameters) for _, stats in parts]
    return Settling(
        tuple(count for count, _ in parts),
        np.array([choice.low for choice in found]),
        np.array([choice.high for choice in found]),
    )
