from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import onnx
import pytest
from hypothesis import settings
from onnx import helper, numpy_helper

from quantengine.runtime import Session

settings.register_profile("engine", deadline=None, derandomize=True)
settings.load_profile("engine")

RunNode = Callable[..., np.ndarray]


@pytest.fixture(scope="session")
def run_node() -> RunNode:
    """Runs one operator in onnxruntime, as written: the oracle of the integer reference.

    Inputs are arrays (fed), TensorProto (constants) or None (left out).
    """
    return _run_node


def _run_node(
    op: str,
    inputs: Sequence[np.ndarray | onnx.TensorProto | None],
    *,
    domain: str = "",
    cast: int | None = None,
    **attributes: Any,
) -> np.ndarray:
    names = ["" if value is None else f"x{place}" for place, value in enumerate(inputs)]
    nodes = [helper.make_node(op, names, ["y"], domain=domain, **attributes)]
    if cast is not None:
        nodes.append(helper.make_node("Cast", ["y"], ["z"], to=cast))
    constants, ports, feeds = [], [], {}
    for name, value in zip(names, inputs, strict=True):
        if isinstance(value, onnx.TensorProto):
            constant = onnx.TensorProto()
            constant.CopyFrom(value)
            constant.name = name
            constants.append(constant)
        elif value is not None:
            feeds[name] = np.asarray(value)
            kind = helper.np_dtype_to_tensor_dtype(feeds[name].dtype)
            ports.append(helper.make_tensor_value_info(name, kind, feeds[name].shape))
    output = onnx.ValueInfoProto(name=nodes[-1].output[0])
    graph = helper.make_graph(nodes, "one_node", ports, [output], constants)
    opsets = [helper.make_opsetid("", 21), helper.make_opsetid("com.microsoft", 1)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=10)
    (result,) = Session(model, optimize=False, threads=1).run(feeds).values()
    return result


@pytest.fixture(scope="session")
def constant() -> Callable[..., onnx.TensorProto]:
    """An array as a constant of the graph, stored as `kind` where numpy has no such type."""

    def make(values: Any, kind: int | None = None) -> onnx.TensorProto:
        array = np.asarray(values)
        if kind is None:
            return numpy_helper.from_array(array, "constant")
        return helper.make_tensor("constant", kind, array.shape, array.reshape(-1).tolist())

    return make
