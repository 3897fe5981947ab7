"""What the layer table shows, one row a layer, gathered from plan, flow and resolution."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quantengine.analyze.sensitivity import Sensitivity
    from quantengine.decisions import Decisions
    from quantengine.graph.flow import Flow, IntegerNode
    from quantengine.graph.layers import Layer
    from quantengine.plan import TensorPlan
    from quantengine.resolve import Resolution


@dataclass(frozen=True)
class LayerRow:
    """One layer under one plan; None where there is nothing to say or it is not known yet."""

    name: str
    operator: str
    output: str | None
    """The tensor that owns the layer's output range, None where the output stays float."""
    weight: str | None
    weight_type: str | None
    granularity: str | None
    output_type: str | None
    method: str | None
    low: float | None
    high: float | None
    weight_sqnr_db: float | None
    output_sqnr_db: float | None
    bytes: int
    bytes_after: int
    reason: str | None
    accumulated_db: float | None = None
    """The output with all before it quantized too; this and what follows need the network run."""
    sensitivity_db: float | None = None
    """The network's outputs with only this layer quantized."""
    gain_db: float | None = None
    """What keeping the layer float brings to the outputs."""

    @property
    def sqnr_db(self) -> float | None:
        """The worse of weight and output."""
        both = (self.weight_sqnr_db, self.output_sqnr_db)
        known = [value for value in both if value is not None and not math.isnan(value)]
        return min(known, default=None)


def layer_rows(
    layers: tuple[Layer, ...], flow: Flow, decisions: Decisions, resolution: Resolution | None
) -> tuple[LayerRow, ...]:
    """A row for each layer that is more than bookkeeping, in order of execution."""
    return tuple(_row(layer, flow, decisions, resolution) for layer in layers if not layer.minor)


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
            sensitivity_db=known[row.name].alone.sqnr_db if row.name in known else None,
            gain_db=known[row.name].gain_db if row.name in known else None,
        )
        for row in rows
    )


def _row(layer: Layer, flow: Flow, decisions: Decisions, resolution: Resolution | None) -> LayerRow:
    node = flow.nodes.get(layer.name)
    weight, weight_plan = _weight(layer, node, decisions)
    owner = flow.owners.get(layer.output)
    output = owner if node is not None and owner == node.output else None
    output_plan = None if output is None else decisions.activations(layer.name, output)
    low, high = _range(resolution, output)
    sqnr = {} if resolution is None else resolution.sqnr_db
    return LayerRow(
        name=layer.name,
        operator=layer.operator,
        output=output,
        weight=weight,
        weight_type=None if weight_plan is None else weight_plan.dtype,
        granularity=None if weight_plan is None else weight_plan.granularity,
        output_type=None if output_plan is None else output_plan.dtype,
        method=_method(output_plan or weight_plan),
        low=low,
        high=high,
        weight_sqnr_db=None if weight is None else sqnr.get(weight),
        output_sqnr_db=None if output is None else sqnr.get(output),
        bytes=layer.bytes,
        bytes_after=_bytes_after(layer, node, weight_plan),
        reason=flow.reasons.get(layer.name),
    )


def _range(resolution: Resolution | None, output: str | None) -> tuple[float | None, float | None]:
    """What the codes of the output can stand for, as the exported file has it."""
    if resolution is None or output is None:
        return None, None
    encoding = resolution.encodings.activations.get(output)
    if encoding is None or encoding.scale.ndim:
        return None, None
    return float(encoding.low), float(encoding.high)


def _weight(
    layer: Layer, node: IntegerNode | None, decisions: Decisions
) -> tuple[str | None, TensorPlan | None]:
    if node is None or not node.weights:
        return None, None
    tensor = node.weights[0].tensor
    return tensor, decisions.weights(layer.name, tensor)


def _method(plan: TensorPlan | None) -> str | None:
    if plan is None or plan.integer is None:
        return None
    return "by hand" if plan.low is not None and plan.high is not None else plan.method


def _bytes_after(layer: Layer, node: IntegerNode | None, plan: TensorPlan | None) -> int:
    if node is None or plan is None or plan.integer is None:
        return layer.bytes
    return layer.bytes * plan.integer.stored.bits // 32
