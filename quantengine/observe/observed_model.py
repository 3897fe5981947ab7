"""The network of a stage, as it is observed."""

from __future__ import annotations

from collections.abc import Iterable

import onnx
from onnx import helper

from quantengine.graph.model import FloatModel
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import activation_inputs, kind_of
from quantengine.observe.stages import Stage


def observed_model(
    model: FloatModel, stage: Stage, *, quantized_inputs: bool = False
) -> onnx.ModelProto:
    """A model that computes what is observed or carried on in a stage, and nothing else.

    With `quantized_inputs` every operator sees its inputs through their own 8-bit min/max
    quantizer.
    """
    part = stage.part(model)
    if quantized_inputs:
        _quantize_inputs(part, part.graph)
    return part.proto


def _quantize_inputs(model: FloatModel, graph: onnx.GraphProto) -> None:
    """Puts the quantizer of the current sample in front of every input of quantizable operators.

    DynamicQuantizeLinear is the 8-bit min/max quantizer of its own input.
    """
    wanted = _quantizable(model)
    names = {tensor: f"{tensor}/own_quantizer" for tensor in wanted}
    nodes: list[onnx.NodeProto] = []
    for tensor in wanted:
        if tensor in model.inputs:
            nodes += _quantizer(tensor, names[tensor])
    for node in graph.node:
        if kind_of(node) in (Kind.CORE, Kind.FLOW):
            for place, name in enumerate(node.input):
                if name in names and name in activation_inputs(node):
                    node.input[place] = names[name]
        nodes.append(node)
        for name in node.output:
            if name in names:
                nodes += _quantizer(name, names[name])
    copies = [onnx.NodeProto.FromString(node.SerializeToString()) for node in nodes]
    del graph.node[:]
    graph.node.extend(copies)


def _quantizable(model: FloatModel) -> tuple[str, ...]:
    """Computed float tensors that an operator with an integer form reads."""
    found: dict[str, None] = {}
    for node in model.graph.node:
        if kind_of(node) in (Kind.CORE, Kind.FLOW):
            found.update(dict.fromkeys(_floats(model, activation_inputs(node))))
    return tuple(found)


def _floats(model: FloatModel, names: Iterable[str]) -> Iterable[str]:
    for name in names:
        kind = model.types.get(name)
        is_float = kind is not None and kind.element == onnx.TensorProto.FLOAT
        if is_float and name not in model.initializers:
            yield name


def _quantizer(tensor: str, output: str) -> list[onnx.NodeProto]:
    codes = [f"{output}/{part}" for part in ("codes", "scale", "zero_point")]
    return [
        helper.make_node("DynamicQuantizeLinear", [tensor], codes, name=f"{output}/quantize"),
        helper.make_node("DequantizeLinear", codes, [output], name=f"{output}/dequantize"),
    ]
