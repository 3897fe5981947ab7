"""What a file makes of its constants alone: known from shapes, before anything runs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path

import onnx

from quantengine.errors import ModelError
from quantengine.graph.bodies import is_entrance
from quantengine.graph.model import TensorType
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import kind_of
from quantengine.graph.propagation import counted_up
from quantengine.graph.walk import reads

_EACH_BYTES, _ALL_BYTES, _TIMES_THE_FILE = 2**28, 2**30, 2
"""A mask of 8192 x 8192 is as much; what a file stores it may make again."""
_FACTOR_BYTES = 2**25
"""What a layer multiplies by is looked at channel by channel, which takes more than it does."""
_STRING_BYTES = 8


def refuse_growth(
    proto: onnx.ModelProto, types: Mapping[str, TensorType], path: Path, file_bytes: int
) -> None:
    """Raises ModelError where constants grow into far more than the file holds.

    Over 256 MB in one tensor (32 MB where a layer reads it) or 1 GB in all, beyond what the file
    stores (twice for all). What is stored in fewer bits and as many values has not grown; what
    inputs reach is for those who feed them to know.
    """
    layers = (node for node in proto.graph.node if kind_of(node) in (Kind.CORE, Kind.CELL))
    factors = {name for node in layers for name in node.input}
    left: float = _ALL_BYTES + _TIMES_THE_FILE * file_bytes
    for node, name, size in _grown(proto.graph, types):
        left -= size
        if left >= 0 and size <= file_bytes + (_FACTOR_BYTES if name in factors else _EACH_BYTES):
            continue
        raise ModelError(
            "{0}: constants grow to {1} MB at node '{2}' ({3}), though the file holds {4} MB and "
            "no input changes them: export it again with its constants folded.",
            *(path, f"{size / 1e6:,.0f}", node.name, node.op_type, f"{file_bytes / 1e6:.3g}"),
        )


def _grown(
    graph: onnx.GraphProto, types: Mapping[str, TensorType]
) -> Iterator[tuple[onnx.NodeProto, str, float]]:
    """What nodes that no input reaches make of less, and all that is made of that; in bytes."""
    stored = {tensor.name: tensor for tensor in graph.initializer}
    held: dict[str, float] = {name: math.prod(tensor.dims) for name, tensor in stored.items()}
    for sparse in graph.sparse_initializer:
        held[sparse.values.name] = math.prod(sparse.values.dims)
    reached = {value.name for value in graph.input} - held.keys()
    grown: set[str] = set()
    for node in graph.node:
        read = reads(node)
        if is_entrance(node) or not read.isdisjoint(reached):
            reached.update(node.output)
            continue
        given = sum(held.get(name, 0) for name in read)
        for name in filter(None, node.output):
            held[name] = _made(node, types.get(name), stored, given)
            if held[name] > given or not read.isdisjoint(grown):
                grown.add(name)
                yield node, name, held[name] * _item_bytes(types.get(name))


def _made(
    node: onnx.NodeProto,
    kind: TensorType | None,
    stored: Mapping[str, onnx.TensorProto],
    given: float,
) -> float:
    """How many values; as many as it reads where no shape is known."""
    if kind is not None and kind.shape is not None:
        return math.prod(side for side in kind.shape if isinstance(side, int))
    counted = counted_up([stored.get(name) for name in node.input[:3]])
    return counted if node.op_type == "Range" and counted is not None else given


def _item_bytes(kind: TensorType | None) -> int:
    if kind is None or kind.element in (onnx.TensorProto.UNDEFINED, onnx.TensorProto.STRING):
        return _STRING_BYTES
    return int(onnx.helper.tensor_dtype_to_np_dtype(kind.element).itemsize)
