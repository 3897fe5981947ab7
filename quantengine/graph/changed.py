"""A model with other constants: what equalization, absorption and bias shifts hand on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from quantengine.graph.model import FloatModel, Folding
from quantengine.graph.names import unique_name
from quantengine.graph.operators.registry import set_bias
from quantengine.graph.walk import names_in


def with_constants(
    model: FloatModel,
    constants: Mapping[str, NDArray[Any]],
    biases: Mapping[str, NDArray[Any]] | None = None,
    foldings: Sequence[Folding] | None = None,
) -> FloatModel:
    """`model` with `constants` by initializer and `biases` `[C]` by node, in float32.

    A bias other nodes read too, or that is not there yet, becomes an initializer of its own. The
    digest changes, so that statistics of the old model are not taken for those of the new one.
    """
    proto = onnx.ModelProto()
    proto.CopyFrom(model.proto)
    digest = sha256(model.digest.encode())
    tensors = {tensor.name: tensor for tensor in proto.graph.initializer}
    for name, values in sorted(constants.items()):
        stored = np.asarray(values, np.float32)
        tensors[name].CopyFrom(numpy_helper.from_array(stored, name))
        digest.update(name.encode() + stored.tobytes())
    taken = names_in(proto.graph)
    nodes = {node.name: node for node in proto.graph.node}
    for name, values in sorted((biases or {}).items()):
        stored = np.asarray(values, np.float32)
        label = unique_name(f"{name}_bias", taken)
        proto.graph.initializer.append(numpy_helper.from_array(stored, label))
        set_bias(nodes[name], label)
        digest.update(name.encode() + stored.tobytes())
    _drop_unread(proto.graph, model.captured)
    return replace(
        model,
        proto=proto,
        digest=digest.hexdigest(),
        foldings=model.foldings if foldings is None else tuple(foldings),
    )


def _drop_unread(graph: onnx.GraphProto, captured: frozenset[str]) -> None:
    read = {name for node in graph.node for name in node.input} | captured
    read |= {value.name for value in (*graph.output, *graph.input)}
    kept = [tensor for tensor in graph.initializer if tensor.name in read]
    if len(kept) < len(graph.initializer):
        del graph.initializer[:]
        graph.initializer.extend(kept)
