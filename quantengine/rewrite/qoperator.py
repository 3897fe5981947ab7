"""QDQ form to QOperator form: integer operators instead of pairs around float ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, numpy_helper

from quantengine.graph.lift import branch_of, put_in_branch
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import kind_of, operator_of
from quantengine.graph.walk import protected_names, without_dead
from quantengine.rewrite.integer_moves import move_obstacle, moved
from quantengine.rewrite.integer_operators import (
    BYTES,
    WRITERS,
    Inputs,
    Operands,
    Quantized,
    operator_obstacle,
)
from quantengine.rewrite.microsoft import MICROSOFT, import_domain


@dataclass(frozen=True, eq=False)
class QOperatorForm:
    """A model of integer operators; `kept_pairs` says by node why a group is none."""

    proto: onnx.ModelProto
    kept_pairs: Mapping[str, str]


def qoperator_form(qdq: onnx.ModelProto) -> QOperatorForm:
    """A copy in which every group with an integer operator of its own has become that operator.

    Groups without one (odd types, operators onnxruntime has no integer kernel for) keep their
    pairs.
    """
    model = onnx.ModelProto()
    model.CopyFrom(qdq)
    return QOperatorForm(model, Fuser(model).run())


def qoperator_model(qdq: onnx.ModelProto) -> onnx.ModelProto:
    """The model of `qoperator_form`."""
    return qoperator_form(qdq).proto


class Fuser:
    """Puts integer operators in the place of groups, in `model` itself."""

    def __init__(self, model: onnx.ModelProto) -> None:
        self.model = model
        self.graph = model.graph
        self.initializers = {t.name: t for t in self.graph.initializer}
        self.outputs = protected_names(self.graph)
        self.dequantized: dict[str, Quantized] = {}
        self.consumers: dict[str, list[onnx.NodeProto]] = {}
        for node in self.graph.node:
            if node.op_type == "DequantizeLinear":
                self.dequantized[node.output[0]] = Quantized(*node.input[:3])
            for name in node.input:
                self.consumers.setdefault(name, []).append(node)
        self.operands = Operands(self.initializers)
        self.dropped: set[str] = set()
        """Names of nodes that became part of an integer operator."""
        self.kept: dict[str, str] = {}

    def run(self) -> Mapping[str, str]:
        """Why groups kept their pairs, by node."""
        written = []
        for node in self.graph.node:
            if node.name not in self.dropped:
                written.append(self._fused(node) or node)
        kept = [node for node in written if node.name not in self.dropped]
        kept = without_dead(kept, self.outputs)
        domains = {node.domain for node in kept}
        used = {name for node in kept for name in node.input} | self.outputs
        initializers = [t for t in self.graph.initializer if t.name in used]
        del self.graph.node[:], self.graph.initializer[:]
        self.graph.node.extend(kept)
        self.graph.initializer.extend(initializers)
        if MICROSOFT in domains:
            import_domain(self.model)
        return self.kept

    def _fused(self, node: onnx.NodeProto) -> onnx.NodeProto | None:
        inputs = [self.dequantized.get(name) for name in node.input]
        if node.op_type == "DequantizeLinear" or not any(inputs):
            return None
        target = self._quantizer(node)
        output = None if target is None else self._target(target)
        fused = self._move(node, inputs, output) or self._operator(node, inputs, output)
        if fused is not None:
            put_in_branch(fused, branch_of(node))
        if fused is not None and output is not None:
            self._drop_between(node, target)
        elif fused is None and output is not None:
            self.kept[node.name] = move_obstacle(node) or operator_obstacle(node)
        return fused

    def _operator(
        self, node: onnx.NodeProto, inputs: Inputs, output: Quantized | None
    ) -> onnx.NodeProto | None:
        write = WRITERS.get(node.op_type)
        return None if write is None else write(self.operands, node, inputs, output)

    def _move(
        self, node: onnx.NodeProto, inputs: Inputs, y: Quantized | None
    ) -> onnx.NodeProto | None:
        x = inputs[0] if inputs else None
        if kind_of(node) is not Kind.MOVE or move_obstacle(node) is not None:
            return None
        if x is None or y is None or x.parameters != y.parameters or not self.operands.is_byte(x):
            return None
        return moved(node, x, y)

    def _quantizer(self, node: onnx.NodeProto) -> onnx.NodeProto | None:
        """The only QuantizeLinear behind a node, past clamps that its range makes redundant."""
        reader = self._only_reader(node.output[0]) if len(node.output) == 1 else None
        while reader is not None and kind_of(reader) is Kind.CLAMP:
            reader = self._only_reader(reader.output[0])
        if reader is None or reader.op_type != "QuantizeLinear":
            return None
        clamp = self._only_reader(node.output[0])
        while clamp is not None and clamp is not reader:
            if not self._redundant(clamp, reader):
                return None
            clamp = self._only_reader(clamp.output[0])
        return reader

    def _only_reader(self, tensor: str) -> onnx.NodeProto | None:
        readers = self.consumers.get(tensor, [])
        return readers[0] if len(readers) == 1 and tensor not in self.outputs else None

    def _redundant(self, clamp: onnx.NodeProto, quantize: onnx.NodeProto) -> bool:
        """Whether the bounds of a clamp already quantize to the outermost codes."""
        scale = numpy_helper.to_array(self.initializers[quantize.input[1]])
        zero_tensor = self.initializers[quantize.input[2]]
        if scale.ndim or zero_tensor.data_type not in BYTES:
            return False
        zero = int(numpy_helper.to_array(zero_tensor))
        limits = np.iinfo(np.int8 if zero_tensor.data_type == TensorProto.INT8 else np.uint8)
        bounds = operator_of(clamp).bounds(clamp, self._constant)
        if bounds is None:
            return False
        low, high = bounds
        step = float(scale)
        reaches_low = bool(np.rint(low / step) + zero <= limits.min)
        return reaches_low and bool(np.rint(high / step) + zero >= limits.max)

    def _constant(self, name: str) -> NDArray[Any] | None:
        tensor = self.initializers.get(name)
        return None if tensor is None else numpy_helper.to_array(tensor)

    def _target(self, quantize: onnx.NodeProto) -> Quantized | None:
        zero = self.initializers[quantize.input[2]]
        if zero.data_type not in BYTES or len(zero.dims):
            return None
        return Quantized(quantize.output[0], quantize.input[1], quantize.input[2])

    def _drop_between(self, node: onnx.NodeProto, quantize: onnx.NodeProto | None) -> None:
        if quantize is None:
            return
        reader = self._only_reader(node.output[0])
        while reader is not None:
            self.dropped.add(reader.name)
            if reader is quantize:
                return
            reader = self._only_reader(reader.output[0])
