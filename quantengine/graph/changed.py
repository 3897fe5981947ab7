"""A model with other constants: what equalization, absorption and bias shifts hand on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from quantengine.graph.lift import branch_of, put_in_branch
from quantengine.graph.model import FloatModel, Folding, TensorType
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


@dataclass(frozen=True, eq=False)
class Product:
    """`factor` `[C]` that `readers`, by name, get a tensor multiplied by along its last axis."""

    tensor: str
    factor: NDArray[np.float64]
    readers: tuple[str, ...]


def with_products(model: FloatModel, products: Sequence[Product], word: str) -> FloatModel:
    """`model` with a Mul behind each tensor, named after it and `word`, and a digest of its own."""
    if not products:
        return model
    proto, types = onnx.ModelProto(), dict(model.types)
    proto.CopyFrom(model.proto)
    graph, digest = proto.graph, sha256(model.digest.encode())
    taken = {*names_in(graph), *(node.name for node in graph.node)}
    for product in products:
        tensor, stored = product.tensor, product.factor.astype(np.float32)
        made, constant = (unique_name(f"{tensor}_{end}", taken) for end in (word, "factor"))
        types[made] = types[tensor]
        types[constant] = TensorType(TensorProto.FLOAT, stored.shape)
        graph.initializer.append(numpy_helper.from_array(stored, constant))
        multiply = helper.make_node("Mul", [tensor, constant], [made], name=made)
        place = next((k for k, n in enumerate(graph.node) if tensor in n.output), None)
        if place is not None:
            put_in_branch(multiply, branch_of(graph.node[place]))
        for node in graph.node:
            if node.name in product.readers:
                node.input[:] = [made if name == tensor else name for name in node.input]
        graph.node.insert(0 if place is None else place + 1, multiply)
        digest.update(made.encode() + stored.tobytes())
    return replace(model, proto=proto, types=types, digest=digest.hexdigest())


def _drop_unread(graph: onnx.GraphProto, captured: frozenset[str]) -> None:
    read = {name for node in graph.node for name in node.input} | captured
    read |= {value.name for value in (*graph.output, *graph.input)}
    kept = [tensor for tensor in graph.initializer if tensor.name in read]
    if len(kept) < len(graph.initializer):
        del graph.initializer[:]
        graph.initializer.extend(kept)
