"""The model as a list of layers: what each is, what it weighs, and whether it will be quantized."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import onnx
from onnx import TensorProto

from quantengine.graph.clamps import clamped_output
from quantengine.graph.flow import Flow
from quantengine.graph.model import Dimension, FloatModel
from quantengine.graph.reason import Reason, Why
from quantengine.graph.walk import first_made

Shape = tuple[Dimension, ...] | None


PARAMETER_BYTES: Mapping[int, int] = {
    TensorProto.FLOAT: 4,
    TensorProto.DOUBLE: 8,
    TensorProto.FLOAT16: 2,
    TensorProto.BFLOAT16: 2,
}
"""What counts as a parameter, and how many bytes each takes."""


@dataclass(frozen=True)
class Layer:
    """One node of the graph.

    `output` is the tensor behind a Relu or Clip that belongs to the layer. `parameters` counts the
    float constants the node reads, `bytes` their size. `reason` says why the layer stays float,
    None where it is quantized. `minor` marks nodes that work on shapes or belong to another layer.
    """

    name: str
    operator: str
    inputs: tuple[str, ...]
    output: str
    weights: tuple[str, ...]
    input_shape: Shape
    output_shape: Shape
    parameters: int
    bytes: int
    reason: Reason | None
    minor: bool

    @property
    def quantized(self) -> bool:
        return self.reason is None


def model_layers(model: FloatModel, flow: Flow) -> tuple[Layer, ...]:
    """Every node of the main graph in order of execution; none of a quantized model is left out."""
    layers = tuple(_layer(model, flow, node) for node in model.graph.node)
    if model.quantized is None:
        return layers
    reason = Reason(Why.QUANTIZED, "quantized already")
    return tuple(replace(layer, reason=reason, minor=False) for layer in layers)


def _layer(model: FloatModel, flow: Flow, node: onnx.NodeProto) -> Layer:
    constants = [model.initializers[name] for name in node.input if name in model.initializers]
    numbers = [t for t in constants if t.data_type in PARAMETER_BYTES]
    sizes = [(math.prod(t.dims), PARAMETER_BYTES[t.data_type]) for t in numbers]
    data = tuple(name for name in node.input if name and name not in model.initializers)
    reason = flow.reasons.get(node.name)
    return Layer(
        name=node.name,
        operator=node.op_type,
        inputs=data,
        output=clamped_output(model, node),
        weights=tuple(t.name for t in numbers if t.data_type == TensorProto.FLOAT),
        input_shape=_shape(model, data[0]) if data else None,
        output_shape=_shape(model, first_made(node)),
        parameters=sum(count for count, _ in sizes),
        bytes=sum(count * each for count, each in sizes),
        reason=reason,
        minor=reason is not None and reason.kind in (Why.PART, Why.OF_SHAPES),
    )


def _shape(model: FloatModel, tensor: str) -> Shape:
    known = model.types.get(tensor)
    return None if known is None else known.shape
