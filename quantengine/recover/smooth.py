"""Outlier channels made smaller where a constant factor lies before a product."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from quantengine.counted import counted
from quantengine.graph.affine import Floats
from quantengine.graph.attributes import attribute
from quantengine.graph.changed import with_constants
from quantengine.graph.model import FloatModel
from quantengine.graph.operators.registry import operator_of
from quantengine.graph.weighted import weight_axes
from quantengine.monitor import SILENT, Monitor
from quantengine.observe.table import CalibrationTable
from quantengine.recover.groups import reads_it_too
from quantengine.sentence import Sentence, because

_WIDEST = 256.0


@dataclass(frozen=True, eq=False)
class Smoothed:
    """The model after smoothing; `refused` says which tensors were left out and why."""

    model: FloatModel
    tensors: int
    refused: tuple[str, ...]

    @property
    def text(self) -> Sentence:
        if self.tensors:
            inputs = counted(self.tensors, "input")
            return Sentence("The channels of {0} of products were made alike.", inputs)
        return because(Sentence("No input of a product could be smoothed"), self.refused)


def smooth(
    model: FloatModel,
    table: CalibrationTable,
    *,
    strength: float = 0.5,
    monitor: Monitor = SILENT,
) -> Smoothed:
    """x_j / s_j and W_j s_j, s_j = max|x_j|^a / max|W_j|^(1 - a), channels j along the last axis.

    Exact: 1 / s goes into the constant of the Mul (or of the LayerNormalization) that writes x,
    s into the weights of the MatMul and Gemm nodes that read it (Xiao 2022, without new nodes).
    Left out where anything else reads x.
    """
    constants: dict[str, NDArray[Any]] = {}
    refused, count = [], 0
    for node in monitor.track(model.graph.node, "Smoothing outlier channels"):
        places = _factor_places(model, node)
        if not places:
            continue
        tensor = str(node.output[0])
        readers = model.consumers.get(tensor, ())
        seen = _largest(tensor, table)
        obstacle = _obstacle(model, tensor, readers, seen)
        if obstacle is not None:
            if any(_multiplies(model, reader, tensor) for reader in readers):
                refused.append(Sentence("'{0}' is not smoothed: {1}.", tensor, obstacle))
            continue
        assert seen is not None
        factor = _factor(model, readers, seen, strength)
        for name in places:
            constants[name] = _constant(model, name) / factor
        for reader in readers:
            weight = _constant(model, reader.input[1])
            constants[reader.input[1]] = weight * _along_inputs(reader, factor)
        count += 1
    if not count:
        return Smoothed(model, 0, tuple(refused))
    changed = with_constants(model, constants)
    types = {
        name: replace(kind, shape=constants[name].shape) if name in constants else kind
        for name, kind in changed.types.items()
    }
    return Smoothed(replace(changed, types=types), count, tuple(refused))


def _factor_places(model: FloatModel, node: onnx.NodeProto) -> list[str]:
    """Constants that scale the channels of the node's output and that nobody else reads."""
    if node.op_type == "LayerNormalization" and attribute(node, "axis", -1) == -1:
        names = [name for name in node.input[1:] if name]
    elif node.op_type == "Mul":
        names = [name for name in node.input if name in model.initializers]
    else:
        return []
    alone = all(
        name in model.initializers
        and len(model.consumers[name]) == 1
        and name not in model.captured
        and _constant(model, name).ndim <= 1
        for name in names
    )
    return names if names and alone else []


def _obstacle(
    model: FloatModel,
    tensor: str,
    readers: tuple[onnx.NodeProto, ...],
    seen: Floats | None,
) -> Sentence | None:
    others = [node for node in readers if not _multiplies(model, node, tensor)]
    if others or not readers or tensor in model.outputs or tensor in model.captured:
        return reads_it_too(others[0]) if others else Sentence("the network's output reads it too")
    if seen is None:
        return Sentence("the statistics know nothing of its channels")
    depths = {int(_along_inputs(node, seen).size) for node in readers}
    sizes = {_constant(model, n.input[1]).shape[_input_axis(n)] for n in readers}
    return None if sizes == depths else Sentence("its channels do not match the weights")


def _multiplies(model: FloatModel, node: onnx.NodeProto, tensor: str) -> bool:
    if not operator_of(node).is_product or list(node.input).count(tensor) != 1:
        return False
    weight = model.initializers.get(node.input[1])
    alone = weight is not None and len(model.consumers[node.input[1]]) == 1
    return alone and weight is not None and len(weight.dims) == 2


def _input_axis(node: onnx.NodeProto) -> int:
    return weight_axes(node, 2).reduction or 0


def _along_inputs(node: onnx.NodeProto, factor: Floats) -> Floats:
    return factor[None, :] if _input_axis(node) else factor[:, None]


def _largest(tensor: str, table: CalibrationTable) -> Floats | None:
    """max |x| `[C]` along the last axis."""
    stats = table.tensors.get(tensor)
    channels = None if stats is None else stats.channels
    if stats is None or channels is None or stats.channel_axis not in (-1, len(stats.shape) - 1):
        return None
    return np.nan_to_num(np.maximum(np.abs(channels.low), np.abs(channels.high)))


def _factor(
    model: FloatModel, readers: tuple[onnx.NodeProto, ...], seen: Floats, strength: float
) -> Floats:
    """s `[C]`, its median 1."""
    weights = [np.abs(_constant(model, n.input[1])).max(axis=1 - _input_axis(n)) for n in readers]
    largest = np.max(weights, axis=0)
    usable = (seen > 0) & (largest > 0) & np.isfinite(largest)
    if not np.any(usable):
        return np.ones_like(seen)
    factor = np.ones_like(seen)
    factor[usable] = seen[usable] ** strength / largest[usable] ** (1 - strength)
    factor[usable] /= np.median(factor[usable])
    return np.clip(factor, 1 / _WIDEST, _WIDEST)


def _constant(model: FloatModel, name: str) -> NDArray[np.float64]:
    return np.asarray(model.weight(name), np.float64)
