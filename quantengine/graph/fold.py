"""Batch norms and per-channel arithmetic put into the weights of the layer beside them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, numpy_helper

from quantengine.graph.affine import Affine, Floats, batch_norm, elementwise
from quantengine.graph.attributes import attribute
from quantengine.graph.constants import drop_unused
from quantengine.graph.model import Folding, TensorType
from quantengine.graph.names import name_nodes, unique_name
from quantengine.graph.operators.operator import DOMAINS, Kind
from quantengine.graph.operators.registry import bias_input, kind_of, operator_of, set_bias
from quantengine.graph.operators.window import is_padded
from quantengine.graph.shapes import tensor_types
from quantengine.graph.walk import names_in, uses
from quantengine.graph.weighted import (
    channel_ranges,
    input_channels,
    input_factor,
    is_sound,
    output_channels,
    output_factor,
    sum_over_inputs,
    takes_shift,
)

_FOLDED = ("BatchNormalization", "Add", "Sub", "Mul", "Div")


def fold_affine(
    proto: onnx.ModelProto, types: Mapping[str, TensorType] | None = None
) -> list[Folding]:
    """In place: folds what follows a weighted layer, and a batch norm before one, into it.

    The folded layer's output takes the name of the last node it took in; a weight that other
    nodes read too is copied first. Arithmetic in float64 (methods.md, section 4).
    """
    name_nodes(proto.graph)
    folder = _Folder(proto, tensor_types(proto)[0] if types is None else types)
    with np.errstate(all="ignore"):  # what overflows is found in the result and not stored
        for node in list(proto.graph.node):
            if kind_of(node) is Kind.CORE:
                folder.fold_into(node)
    folder.finish()
    return folder.foldings


class _Folder:
    def __init__(self, proto: onnx.ModelProto, types: Mapping[str, TensorType]) -> None:
        graph = proto.graph
        self.foldings: list[Folding] = []
        self._proto = proto
        self._types = types
        self._tensors = {tensor.name: tensor for tensor in graph.initializer}
        self._taken = names_in(graph)
        self._uses = uses(graph)
        self._reader = {name: node for node in graph.node for name in node.input}
        self._maker = {name: node for node in graph.node for name in node.output}
        self._gone: set[str] = set()
        self._read: dict[str, NDArray[np.float32]] = {}
        """Constants of the layer at hand, which are looked at again and again."""

    def fold_into(self, layer: onnx.NodeProto) -> None:
        self._read.clear()
        after, before = self._reader.get(layer.output[0]), self._maker.get(layer.input[0])
        if not any(node is not None and node.op_type in _FOLDED for node in (after, before)):
            return
        weight = self._constant(layer.input[1]) if len(layer.input) > 1 else None
        if weight is None or not is_sound(layer, weight) or self._bias(layer, weight) is None:
            return
        self._fold_before(layer, weight)
        while self._fold_after(layer):
            pass

    def finish(self) -> None:
        graph = self._proto.graph
        kept = onnx.GraphProto(node=[node for node in graph.node if node.name not in self._gone])
        if len(kept.node) < len(graph.node):
            del graph.node[:]
            graph.node.extend(kept.node)
        drop_unused(self._proto)

    def _constant(self, name: str) -> NDArray[np.float32] | None:
        tensor = self._tensors.get(name)
        if tensor is None or tensor.data_type != TensorProto.FLOAT:
            return None
        if name not in self._read:
            self._read[name] = numpy_helper.to_array(tensor)
        return self._read[name]

    def _bias(self, layer: onnx.NodeProto, weight: NDArray[np.float32]) -> Floats | None:
        """[C], zeros if the layer has none; None where it cannot be written as [C]."""
        channels = output_channels(layer, weight)
        name = bias_input(layer)
        if name is None:
            return np.zeros(channels)
        bias = self._constant(name)
        if bias is None or bias.size not in (1, channels):
            return None
        if bias.size > 1 and bias.shape[-1] != channels:
            return None
        beta = attribute(layer, "beta", 1.0)
        return np.broadcast_to(bias.astype(np.float64).ravel() * beta, (channels,)).copy()

    def _fold_after(self, layer: onnx.NodeProto) -> bool:
        output = layer.output[0]
        node = self._reader.get(output)
        if node is None or self._uses[output] != 1:
            return False
        weight = self._constant(layer.input[1])
        bias = None if weight is None else self._bias(layer, weight)
        affine = None if weight is None else self._affine(node, layer, weight)
        if weight is None or bias is None or affine is None:
            return False
        factor = output_factor(layer, weight, affine.scale)
        if not self._store(
            layer, node, weight * factor, affine.scale * bias + affine.shift, affine
        ):
            return False
        self._uses[output] -= 1
        layer.output[0] = node.output[0]
        return True

    def _affine(
        self, node: onnx.NodeProto, layer: onnx.NodeProto, weight: NDArray[np.float32]
    ) -> Affine | None:
        """What `node` does to each channel of the layer's output, if that is all it does."""
        if node.domain not in DOMAINS or node.name in self._gone:
            return None
        rank = self._output_rank(layer, weight)
        channels = output_channels(layer, weight)
        if rank is None:
            return None
        found = batch_norm(node, channels, self._constant)
        found = found or elementwise(node, layer.output[0], rank, channels, self._constant)
        if found is None or not np.all(np.isfinite(found.scale) & np.isfinite(found.shift)):
            return None
        return found

    def _output_rank(self, layer: onnx.NodeProto, weight: NDArray[np.float32]) -> int | None:
        """Only a MatMul of two matrices can take a bias, as a Gemm; others are left alone."""
        if operator_of(layer).bias is not None:
            return weight.ndim
        kind = self._types.get(layer.input[0])
        return 2 if kind and kind.shape is not None and len(kind.shape) == 2 else None

    def _fold_before(self, layer: onnx.NodeProto, weight: NDArray[np.float32]) -> None:
        data = layer.input[0]
        node = self._maker.get(data)
        single = self._uses[data] == 1
        if node is None or not single or node.name in self._gone or not takes_shift(layer):
            return
        affine = batch_norm(node, input_channels(layer, weight), self._constant)
        if node.domain not in DOMAINS or affine is None:
            return
        if not np.all(np.isfinite(affine.scale) & np.isfinite(affine.shift)):
            return
        if is_padded(layer) and np.any(affine.shift):
            return  # padding adds zeros after the batch norm: its shift is missing at the border
        bias = self._bias(layer, weight)
        if bias is None:
            return
        alpha = attribute(layer, "alpha", 1.0)
        shift = alpha * sum_over_inputs(layer, weight * input_factor(layer, weight, affine.shift))
        scaled = weight * input_factor(layer, weight, affine.scale)
        if self._store(layer, node, scaled, bias + shift, None):
            self._uses[data] -= 1
            layer.input[0] = node.input[0]
            self._reader[node.input[0]] = layer

    def _store(
        self,
        layer: onnx.NodeProto,
        node: onnx.NodeProto,
        weight: Floats,
        bias: Floats,
        made: Affine | None,
    ) -> bool:
        """Writes the layer's new weight and bias; False where float32 cannot hold them."""
        before = self._constant(layer.input[1])
        after, new_bias = weight.astype(np.float32), bias.astype(np.float32)
        if before is None or _overflowed(before, after) or not np.all(np.isfinite(new_bias)):
            return False
        ranges = channel_ranges(layer, before)
        self._write(layer, 1, after, layer.input[1])
        if np.any(new_bias) or bias_input(layer) is not None:
            self._write_bias(layer, new_bias)
        self._gone.add(node.name)
        output = node.output[0] if made else layer.output[0]
        gamma, beta = self._statistics(layer.output[0], made)
        self.foldings.append(
            Folding(
                node.name,
                node.op_type,
                layer.name,
                layer.input[1],
                output,
                gamma,
                beta,
                ranges,
                channel_ranges(layer, after),
            )
        )
        return True

    def _statistics(self, tensor: str, made: Affine | None) -> tuple[Floats | None, Floats | None]:
        """Deviation and mean of the output: a batch norm's own, or an earlier one's carried on."""
        if made is None:
            return None, None
        if made.deviation is not None:
            return made.deviation, made.mean
        for folding in reversed(self.foldings):
            if folding.output == tensor and folding.gamma is not None and folding.beta is not None:
                return made.scale * folding.gamma, made.scale * folding.beta + made.shift
        return None, None

    def _write_bias(self, layer: onnx.NodeProto, bias: NDArray[np.float32]) -> None:
        layer.op_type = operator_of(layer).biased or layer.op_type
        for index in reversed(range(len(layer.attribute))):
            if layer.attribute[index].name == "beta":
                del layer.attribute[index]
        before = bias_input(layer) or ""
        place = set_bias(layer, before)
        self._write(layer, place, bias, before or f"{layer.name}_bias")

    def _write(
        self, layer: onnx.NodeProto, index: int, values: NDArray[np.float32], wanted: str
    ) -> None:
        """Under the old name if nobody else reads it, else as a new initializer."""
        name = layer.input[index]
        tensor = self._tensors.get(name) if name and self._uses[name] == 1 else None
        if tensor is None:
            self._uses[name] -= 1
            name = unique_name(wanted, self._taken)
            self._uses[name] = 1
            tensor = self._proto.graph.initializer.add()
            self._tensors[name] = tensor
            layer.input[index] = name
        tensor.CopyFrom(numpy_helper.from_array(values, name))
        self._read.pop(name, None)


def _overflowed(before: NDArray[np.float32], after: NDArray[np.float32]) -> bool:
    return bool(np.all(np.isfinite(before)) and not np.all(np.isfinite(after)))
