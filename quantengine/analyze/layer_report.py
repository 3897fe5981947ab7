"""What a plan makes of each layer: types, range, error and bytes, or why it stays float."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

from quantengine.formats.encoding import Encoding
from quantengine.formats.granularity import Granularity, PerAxis, PerBlock, PerTensor
from quantengine.graph.layers import Layer, model_layers
from quantengine.graph.model import FloatModel
from quantengine.graph.operators import Kind, kind_of
from quantengine.plan import DYNAMIC
from quantengine.resolve import Resolution

_FLOAT_BYTES = 4


@dataclass(frozen=True)
class LayerReport:
    """One layer under a plan.

    `weights` and `activations` name the types the layer computes on, None is float. `low`, `high`
    and `activation_sqnr_db` are those of its output. `raised` counts channels whose weight scale
    grew so that the bias fits int32, `clipped_bias` the bias values that do not fit all the same.
    `float_input` says why an input of a quantized layer is float where the plan did not ask for it.
    `minor` marks nodes that work on shapes or belong to another layer.
    """

    name: str
    operator: str
    weights: str | None
    activations: str | None
    granularity: str | None
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
    reason: str | None
    minor: bool
    float_input: str | None = None

    def to_json(self) -> dict[str, Any]:
        """A JSON object with the fields above; null where no finite number says it."""
        return {
            key: None if isinstance(value, float) and not math.isfinite(value) else value
            for key, value in asdict(self).items()
        }


def layer_reports(model: FloatModel, resolution: Resolution) -> tuple[LayerReport, ...]:
    """Every node of the main graph in order of execution."""
    return tuple(_report(model, resolution, x) for x in model_layers(model, resolution.flow))


def _report(model: FloatModel, resolution: Resolution, layer: Layer) -> LayerReport:
    encodings = resolution.encodings
    weights = (
        [name for name in layer.weights if name in encodings.weights] if layer.quantized else []
    )
    weight = encodings.weights[weights[0]] if weights else None
    output = encodings.of(layer.output) if layer.quantized else None
    owner = resolution.flow.owners.get(layer.output, "")
    shared = owner != layer.output
    return LayerReport(
        name=layer.name,
        operator=layer.operator,
        weights=None if weight is None else weight.dtype.name,
        activations=_activations(resolution, layer),
        granularity=None if weight is None else _granularity_word(weight.granularity),
        weight_method=_weight_method(resolution, layer, weights[0]) if weights else None,
        method=None if output is None or shared else _method(resolution, layer),
        low=None if output is None else float(output.low),
        high=None if output is None else float(output.high),
        weight_sqnr_db=min((resolution.sqnr_db[name] for name in weights), default=None),
        activation_sqnr_db=None if output is None else resolution.sqnr_db.get(owner),
        bytes_before=layer.bytes,
        bytes_after=_bytes_after(model, resolution, layer, set(weights)),
        raised=sum(resolution.raised.get(name, 0) for name in weights),
        clipped_bias=resolution.clipped_bias.get(layer.name, 0),
        reason=layer.reason,
        minor=layer.minor,
        float_input=_float_input(resolution, layer) if layer.quantized else None,
    )


def _activations(resolution: Resolution, layer: Layer) -> str | None:
    if not layer.quantized:
        return None
    if layer.name in resolution.encodings.dynamic:
        return DYNAMIC
    found = [resolution.encodings.of(name) for name in layer.inputs]
    return next((encoding.dtype.name for encoding in found if encoding is not None), None)


def _float_input(resolution: Resolution, layer: Layer) -> str | None:
    for name in layer.inputs:
        owner = resolution.flow.owners.get(name, "")
        if resolution.decisions.is_kept_state(owner):
            return f"'{owner}' is a state, fed back from '{resolution.decisions.states[owner]}'"
    return None


def _method(resolution: Resolution, layer: Layer) -> str:
    plan = resolution.decisions.activations(layer.name, layer.output)
    by_hand = plan.low is not None and plan.high is not None
    return "by hand" if by_hand else plan.method


def _weight_method(resolution: Resolution, layer: Layer, weight: str) -> str:
    """Constants that are added or multiplied are held whole, whatever the plan says of weights."""
    if kind_of(resolution.flow.nodes[layer.name].node) is Kind.FLOW:
        return "minmax"
    return resolution.decisions.weights(layer.name, weight).method


def _granularity_word(granularity: Granularity) -> str:
    match granularity:
        case PerTensor():
            return "tensor"
        case PerAxis():
            return "channel"
        case PerBlock(_, size):
            return f"block:{size}"


def _bytes_after(model: FloatModel, resolution: Resolution, layer: Layer, coded: set[str]) -> int:
    """Codes with their scales and zero points; a bias of int32 takes what it took as float."""
    dynamic = layer.name in resolution.encodings.dynamic
    weights = resolution.encodings.weights
    return sum(
        _stored_bytes(math.prod(model.initializers[name].dims), weights[name], dynamic)
        if name in coded
        else _FLOAT_BYTES * math.prod(model.initializers[name].dims)
        for name in layer.weights
    )


def _stored_bytes(count: int, encoding: Encoding, dynamic: bool) -> int:
    """Products with inputs quantized while running take no weights of fewer than 8 bits."""
    bits = max(encoding.dtype.stored.bits, 8 if dynamic else 0)
    scales = int(encoding.scale.size)
    return (count * bits + 7) // 8 + _FLOAT_BYTES * scales + (scales * bits + 7) // 8
