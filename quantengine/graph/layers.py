"""The model as a list of layers: what each is, what it weighs, and whether it will be quantized."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import onnx
from onnx import TensorProto, helper

from quantengine.graph.attributes import attribute
from quantengine.graph.clamps import clamped_output
from quantengine.graph.flow import Flow
from quantengine.graph.model import Dimension, FloatModel
from quantengine.graph.normalise import is_quantized
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
_LEARNED = "ai.onnx.ml"


@dataclass(frozen=True)
class Layer:
    """One node of the graph.

    `output` is the tensor behind a Relu or Clip that belongs to the layer. `parameters` counts the
    float constants the node reads or holds, `bytes` their size. `reason` says why the layer stays
    float, None where it is quantized. `minor` marks nodes that work on shapes or belong to another
    layer.
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
    pairs = zip(model.graph.node, layers, strict=True)
    return tuple(_read_only(model, node, layer) for node, layer in pairs)


def _read_only(model: FloatModel, node: onnx.NodeProto, layer: Layer) -> Layer:
    """A layer of a model that is quantized already; packed weights count as what they stand for."""
    if node.op_type != "MatMulNBits":
        if not (is_quantized(node.op_type) or _reads_codes(model, node)):
            return replace(layer, reason=Reason(Why.QUANTIZED, "float in this file"), minor=False)
        return replace(layer, reason=Reason(Why.QUANTIZED, "quantized already"), minor=False)
    bits, size = attribute(node, "bits", 4), attribute(node, "block_size", 0)
    held = [model.initializers[name] for name in node.input if name in model.initializers]
    return replace(
        layer,
        weights=(),
        parameters=attribute(node, "K", 0) * attribute(node, "N", 0),
        bytes=sum(math.prod(t.dims) * _bytes_of(t.data_type) for t in held),
        reason=Reason(
            Why.QUANTIZED,
            "quantized already: weights of {0} bits in blocks of {1}",
            (str(bits), str(size)),
        ),
        minor=False,
    )


def _reads_codes(model: FloatModel, node: onnx.NodeProto) -> bool:
    """Whether it computes on what codes stand for, as a Conv between pairs of Q and DQ does."""
    makers = (model.producers.get(name) for name in node.input)
    return any(maker is not None and maker.op_type == "DequantizeLinear" for maker in makers)


def _layer(model: FloatModel, flow: Flow, node: onnx.NodeProto) -> Layer:
    constants = [model.initializers[name] for name in node.input if name in model.initializers]
    numbers = [t for t in constants if t.data_type in PARAMETER_BYTES]
    sizes = [(math.prod(t.dims), PARAMETER_BYTES[t.data_type]) for t in numbers]
    if node.domain == _LEARNED:  # trees and scalers hold their numbers in attributes
        sizes += [(len(entry.floats), 4) for entry in node.attribute]
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


def _bytes_of(element: int) -> int:
    return int(helper.tensor_dtype_to_np_dtype(element).itemsize)


def _shape(model: FloatModel, tensor: str) -> Shape:
    known = model.types.get(tensor)
    return None if known is None else known.shape
