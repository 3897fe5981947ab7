"""Some nodes of a network as a network that runs by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from quantengine.graph.model import FloatModel, TensorType
from quantengine.graph.sink import owners_of
from quantengine.graph.walk import reads


def leading_to(nodes: Sequence[onnx.NodeProto], tensors: Iterable[str]) -> list[onnx.NodeProto]:
    """Those of `nodes` that `tensors` are computed from, in the same order.

    With what is made in a branch comes its If, which decides whether it is.
    """
    tensors = set(tensors)
    wanted, found = tensors | owners_of(nodes, tensors), []
    for node in reversed(nodes):
        if not wanted.isdisjoint(node.output):
            found.append(node)
            wanted |= reads(node)
    return found[::-1]


def cut(
    model: FloatModel,
    nodes: Sequence[onnx.NodeProto],
    outputs: Sequence[str],
    constants: Mapping[str, NDArray[Any]],
    dtypes: Mapping[str, np.dtype[Any]],
) -> FloatModel:
    """`nodes` of `model` as a network that gives `outputs`.

    `constants` stands for initializers of the same name, `dtypes` tells what is fed.
    """
    made = {name for node in nodes for name in node.output}
    read = sorted(set().union(*(reads(node) for node in nodes)) - made)
    types = dict(model.types)
    for name in read:
        if name in dtypes:
            element = helper.np_dtype_to_tensor_dtype(dtypes[name])
            types[name] = types.get(name) or TensorType(element, None)
    fed = [_value(name, types) for name in read if name in dtypes]
    stored = [
        numpy_helper.from_array(constants[name], name)
        if name in constants
        else model.initializers[name]
        for name in read
        if name not in dtypes and name in model.initializers
    ]
    graph = helper.make_graph(nodes, "part", fed, [_value(name, types) for name in outputs], stored)
    proto = helper.make_model(
        graph, opset_imports=model.proto.opset_import, ir_version=model.proto.ir_version
    )
    proto.functions.extend(model.proto.functions)
    return replace(model, proto=proto, types=types)


def _value(name: str, types: Mapping[str, TensorType]) -> onnx.ValueInfoProto:
    known = types.get(name)
    if known is None:
        return onnx.ValueInfoProto(name=name)
    return helper.make_tensor_value_info(name, known.element, known.shape)
