"""What a plan makes of a layer: types, range, error and bytes, or why it stays float."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

from quantengine.formats.granularity import PlannedGranularity
from quantengine.graph.reason import Reason


@dataclass(frozen=True)
class LayerReport:
    """One layer under a plan.

    `weights` and `activations` name the types the layer computes on, None is float. `weight` names
    the first constant that may have codes, `output` the tensor behind it where that has a range of
    its own, of `output_type`. `low`, `high` and `activation_sqnr_db` are those of its output.
    `bytes_after` counts codes, scales and zero points of weights, and the int32 of a bias: its
    scale is that of input times weight. `raised` counts channels whose weight scale grew so that
    the bias fits int32, `clipped_bias` the bias values that do not fit all the same.
    `float_input` says why an input of a quantized layer is float where the plan did not ask for it.
    `minor` marks nodes that work on shapes or belong to another layer.
    """

    name: str
    operator: str
    weights: str | None
    activations: str | None
    granularity: PlannedGranularity | None
    weight_method: str | None
    method: str | None
    low: float | None
    high: float | None
    weight_sqnr_db: float | None
    activation_sqnr_db: float | None
    bytes_before: int
    bytes_after: int
    raised: int
    clipped_bias: int
    reason: Reason | None
    minor: bool
    float_input: Reason | None = None
    weight: str | None = None
    output: str | None = None
    output_type: str | None = None

    def to_json(self) -> dict[str, Any]:
        """A JSON object with the fields above; null where no finite number says it."""
        return {
            key: None if isinstance(value, float) and not math.isfinite(value) else value
            for key, value in (asdict(self) | self._texts()).items()
        }

    def _texts(self) -> dict[str, str | None]:
        values = {name: getattr(self, name) for name in ("granularity", "reason", "float_input")}
        return {name: None if value is None else str(value) for name, value in values.items()}
