"""The bias of a Gemm as `[N]`, whatever shape that broadcasts to it the file gives it."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import numpy_helper

from quantengine.graph.names import unique_name
from quantengine.graph.operators.registry import bias_input, operator_of, set_bias
from quantengine.graph.origin import Rewrite, rewritten
from quantengine.graph.walk import names_in


def flatten_biases(proto: onnx.ModelProto) -> list[Rewrite]:
    """In place: constants `[]`, `[1]`, `[1, 1]` or `[1, N]` become `[N]`; gives the nodes."""
    constants = {tensor.name: tensor for tensor in proto.graph.initializer}
    taken = names_in(proto.graph)
    made: dict[tuple[str, int], str] = {}
    rewrites = []
    for node in proto.graph.node:
        bias, operator = bias_input(node), operator_of(node)
        weight = constants.get(node.input[1]) if operator.is_product else None
        if weight is None or bias is None or bias not in constants or len(weight.dims) != 2:
            continue
        columns = int(weight.dims[operator.axes(node, 2).output or 0])
        values = numpy_helper.to_array(constants[bias])
        if values.shape == (columns,) or values.size not in (1, columns) or values.ndim > 2:
            continue
        if values.ndim == 2 and values.shape[0] != 1:
            continue
        name = made.get((bias, columns))
        if name is None:
            name = unique_name(f"{bias}_vector", taken)
            made[bias, columns] = name
            vector = np.broadcast_to(values.reshape(-1), (columns,)).copy()
            proto.graph.initializer.append(numpy_helper.from_array(vector, name))
        set_bias(node, name)
        rewrites.append(rewritten("bias made a vector", node))
    return rewrites
