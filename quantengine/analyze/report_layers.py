"""What a plan makes of every layer of a model."""

from __future__ import annotations

import math
from collections.abc import Sequence

from quantengine.analyze.layer_report import LayerReport
from quantengine.decisions import Decisions, activation_plans, constant_plans
from quantengine.formats.dtype import IntegerType
from quantengine.formats.encoding import Encoding
from quantengine.formats.granularity import Granularity, parameter_shape, planned
from quantengine.graph.flow import Flow
from quantengine.graph.layers import Layer, model_layers
from quantengine.graph.model import FloatModel
from quantengine.graph.reason import Reason, Why
from quantengine.plan import DYNAMIC, TensorPlan
from quantengine.resolve.resolve import Resolution
from quantengine.resolve.weights import granularity_of

_FLOAT_BYTES = 4


def layer_reports(model: FloatModel, resolution: Resolution) -> tuple[LayerReport, ...]:
    """Every node of the main graph in order of execution."""
    return planned_reports(model, resolution.flow, resolution.decisions, resolution)


def planned_reports(
    model: FloatModel,
    flow: Flow,
    decisions: Decisions,
    resolution: Resolution | None = None,
    layers: Sequence[Layer] | None = None,
) -> tuple[LayerReport, ...]:
    """As `layer_reports`, also while there are no statistics: then without ranges and dB.

    `layers` are those of model and flow, where they are known.
    """
    report = _Reporter(model, flow, decisions, resolution).report
    return tuple(report(x) for x in (model_layers(model, flow) if layers is None else layers))


class _Reporter:
    def __init__(
        self,
        model: FloatModel,
        flow: Flow,
        decisions: Decisions,
        resolution: Resolution | None,
    ) -> None:
        self.model, self.flow, self.decisions = model, flow, decisions
        self.resolution = resolution
        self.encodings = None if resolution is None else resolution.encodings
        self.constants = constant_plans(flow, decisions)
        self.activations = activation_plans(flow, decisions)
        self.readers = flow.readers()
        self._granularities: dict[str, Granularity] = {}
        """By weight: one that thousands of layers share has thousands of readers."""

    def report(self, layer: Layer) -> LayerReport:
        node = self.flow.nodes.get(layer.name)
        constants = [] if node is None else [weight.tensor for weight in node.weights]
        weights = [x for x in constants if self.constants[x].integer is not None]
        plan = self.constants[weights[0]] if weights else None
        owner = self.flow.owners.get(layer.output, "")
        output = owner if layer.quantized and owner == layer.output else None
        grid = self._grid(layer)
        resolution = self.resolution
        sqnr_db = {} if resolution is None else resolution.sqnr_db
        raised = {} if resolution is None else resolution.raised
        clipped = {} if resolution is None else resolution.clipped_bias
        known = [sqnr_db[name] for name in weights if name in sqnr_db]
        return LayerReport(
            name=layer.name,
            operator=layer.operator,
            weights=None if plan is None else plan.dtype,
            activations=self._input_type(layer),
            granularity=planned(self._granularity(weights[0])) if weights else None,
            weight_method=None if plan is None else _method(plan),
            method=None if output is None else self._activation_method(output),
            low=None if grid is None else float(grid.low),
            high=None if grid is None else float(grid.high),
            weight_sqnr_db=min(known, default=None),
            activation_sqnr_db=None if grid is None else sqnr_db.get(owner),
            bytes_before=layer.bytes,
            bytes_after=sum(self._bytes(name, layer, set(weights)) for name in layer.weights),
            raised=sum(raised.get(name, 0) for name in weights),
            clipped_bias=clipped.get(layer.name, 0),
            reason=layer.reason,
            minor=layer.minor,
            float_input=self._float_input(layer) if layer.quantized else None,
            weight=constants[0] if constants else None,
            output=output,
            output_type=None if output is None else self.activations[output].dtype,
        )

    def _grid(self, layer: Layer) -> Encoding | None:
        """The encoding of the layer's output, its own or that of what it moves."""
        if self.encodings is None or not layer.quantized:
            return None
        return self.encodings.of(layer.output)

    def _activation_method(self, tensor: str) -> str | None:
        choice = None if self.resolution is None else self.resolution.choices.get(tensor)
        other = None if choice is None else choice.by
        return other or _method(self.activations[tensor])

    def _granularity(self, weight: str) -> Granularity:
        if self.encodings is not None:
            return self.encodings.weights[weight].granularity
        if weight not in self._granularities:
            found = granularity_of(self.readers[weight], self.constants[weight])
            self._granularities[weight] = found
        return self._granularities[weight]

    def _input_type(self, layer: Layer) -> str | None:
        if not layer.quantized:
            return None
        if self.encodings is not None and layer.name in self.encodings.dynamic:
            return DYNAMIC
        plans = (self.activations.get(self.flow.owners.get(x, "")) for x in layer.inputs)
        return next((plan.dtype for plan in plans if plan and plan.integer is not None), None)

    def _float_input(self, layer: Layer) -> Reason | None:
        for name in layer.inputs:
            owner = self.flow.owners.get(name, "")
            if self.decisions.is_kept_state(owner):
                names = (owner, self.decisions.states[owner])
                return Reason(Why.STATE, "'{0}' is a state, fed back from '{1}'", names)
        return None

    def _bytes(self, constant: str, layer: Layer, coded: set[str]) -> int:
        shape = tuple(self.model.initializers[constant].dims)
        dtype = self.constants[constant].integer if constant in coded else None
        if dtype is None:
            return _FLOAT_BYTES * int(math.prod(shape))
        scales = int(math.prod(parameter_shape(self._granularity(constant), shape)))
        dynamic = self.encodings is not None and layer.name in self.encodings.dynamic
        return _stored_bytes(int(math.prod(shape)), scales, dtype, dynamic)


def _method(plan: TensorPlan) -> str | None:
    if plan.integer is None:
        return None
    return "by hand" if plan.by_hand else plan.method


def _stored_bytes(count: int, scales: int, dtype: IntegerType, dynamic: bool) -> int:
    """Products with inputs quantized while running take no weights of fewer than 8 bits."""
    bits = max(dtype.stored.bits, 8 if dynamic else 0)
    return (count * bits + 7) // 8 + _FLOAT_BYTES * scales + (scales * bits + 7) // 8
