"""A written file held to the rules of its target, by what the file itself says."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, numpy_helper

from quantengine.counted import counted
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import bias_input, kind_of
from quantengine.graph.shapes import tensor_types
from quantengine.graph.walk import first_made
from quantengine.sentence import Sentence
from quantengine.targets import TARGETS, Target

_LEAST_DIGITS = 1e-6


@dataclass(frozen=True)
class Pair:
    """Scale and zero point that a quantizer of the file has; `bits` and sign of its type."""

    scale: NDArray[np.float32]
    zero: NDArray[Any]

    @property
    def type(self) -> str:
        return str(self.zero.dtype)

    def same(self, other: Pair | None) -> bool:
        return (
            other is not None
            and self.type == other.type
            and np.array_equal(self.scale, other.scale)
            and np.array_equal(self.zero, other.zero)
        )


def broken_rules(proto: onnx.ModelProto, name: str) -> tuple[Sentence, ...]:
    """What of a file its target does not take, a sentence each."""
    target = TARGETS.get(name)
    if target is None or not target.is_asking:
        return ()
    return tuple(_Checking(proto, target, name).run())


class _Checking:
    def __init__(self, proto: onnx.ModelProto, target: Target, name: str) -> None:
        self.proto, self.graph, self.target, self.name = proto, proto.graph, target, name
        self.constants = {tensor.name: tensor for tensor in proto.graph.initializer}
        self.makers = {name: node for node in self.graph.node for name in node.output}
        self.readers: dict[str, list[onnx.NodeProto]] = {}
        for node in self.graph.node:
            for each in node.input:
                self.readers.setdefault(each, []).append(node)

    def run(self) -> Iterator[Sentence]:
        rules = (
            self._zeros,
            self._powers,
            self._scales_of_weights,
            self._biases,
            self._joined,
            self._fixed,
            self._floats,
            self._open,
        )
        for rule in rules:
            yield from rule()

    @cached_property
    def types(self) -> dict[str, Any]:
        return dict(tensor_types(self.proto)[0])

    def _pair(self, node: onnx.NodeProto | None) -> Pair | None:
        kinds = ("QuantizeLinear", "DequantizeLinear")
        if node is None or node.op_type not in kinds or len(node.input) < 3:
            return None
        scale, zero = (self.constants.get(name) for name in node.input[1:3])
        if scale is None or zero is None:
            return None
        return Pair(numpy_helper.to_array(scale), numpy_helper.to_array(zero))

    def _activations(self) -> Iterator[tuple[str, Pair]]:
        for node in self.graph.node:
            found = self._pair(node) if node.op_type == "QuantizeLinear" else None
            if found is not None:
                yield str(node.input[0]), found
        for value in self.graph.input:
            for node in self.readers.get(value.name, ()):
                found = self._pair(node) if node.op_type == "DequantizeLinear" else None
                if found is not None:
                    yield value.name, found

    def _weights(self) -> Iterator[tuple[str, Pair]]:
        for node in self.graph.node:
            readers = self.readers.get(node.output[0], ())
            multiplied = any(kind_of(reader) is Kind.CORE for reader in readers)
            if multiplied and node.input[0] in self.constants:
                found = self._pair(node)
                if found is not None and found.zero.dtype != np.int32:
                    yield str(node.input[0]), found

    def _about(self, names: list[str], noun: str = "tensor") -> tuple[str, str, Sentence]:
        """The target, the first of these, and how many they are."""
        return self.name, names[0], counted(len(names), noun)

    def _zeros(self) -> Iterator[Sentence]:
        zeros = []
        if self.target.symmetric:
            zeros += [name for name, pair in self._activations() if np.any(pair.zero)]
        if self.target.symmetric_weights:
            zeros += [name for name, pair in self._weights() if np.any(pair.zero)]
        if zeros:
            yield Sentence(
                "{0} takes no zero points: '{1}' has one ({2}).",
                *self._about(zeros),
            )
        if self.target.signed is not None:
            sign = "i" if self.target.signed else "u"
            wrong = [name for name, pair in self._activations() if pair.zero.dtype.kind != sign]
            if wrong:
                yield Sentence(
                    "{0} takes codes with a sign: '{1}' has none ({2}).",
                    *self._about(wrong),
                )
        bits = {*self.target.widths.activations}
        wide = [n for n, pair in self._activations() if pair.zero.dtype.itemsize * 8 not in bits]
        if wide:
            yield Sentence(
                "{0} takes activations of {3} bits: '{1}' has others ({2}).",
                *(*self._about(wide), " or ".join(map(str, sorted(bits)))),
            )

    def _powers(self) -> Iterator[Sentence]:
        if not self.target.power_of_two:
            return
        both = (*self._activations(), *self._weights())
        wrong = [name for name, pair in both if not np.all(np.log2(pair.scale) % 1 == 0)]
        if wrong:
            yield Sentence(
                "{0} takes scales that are powers of two: '{1}' has another ({2}).",
                *self._about(wrong),
            )

    def _scales_of_weights(self) -> Iterator[Sentence]:
        wrong = []
        for node in self.graph.node:
            if node.op_type in self.target.per_tensor:
                pairs = [self._pair(self.makers.get(name)) for name in node.input[:2]]
                wrong += [node.name for pair in pairs if pair is not None and pair.scale.size > 1]
        if wrong:
            yield Sentence(
                "{0} takes one scale for a weight: '{1}' has several ({2}).",
                *self._about(wrong, "layer"),
            )

    def _biases(self) -> Iterator[Sentence]:
        if not self.target.float_bias:
            return
        wrong = []
        for node in self.graph.node:
            bias = bias_input(node)
            if bias and self._pair(self.makers.get(bias)) is not None:
                wrong.append(node.name)
        if wrong:
            yield Sentence(
                "{0} takes float biases: '{1}' has codes ({2}).",
                *self._about(wrong, "layer"),
            )

    def _joined(self) -> Iterator[Sentence]:
        wrong = []
        for node in self.graph.node:
            if node.op_type not in self.target.joined:
                continue
            after = [self._pair(each) for each in self.readers.get(node.output[0], ())]
            known = [pair for pair in after if pair is not None]
            before = [self._pair(self.makers.get(name)) for name in node.input if name]
            if known and not all(known[0].same(pair) for pair in before):
                wrong.append(node.name)
        if wrong:
            yield Sentence(
                "{0} asks for one encoding around '{1}': there are several ({2}).",
                *self._about(wrong, "layer"),
            )

    def _fixed(self) -> Iterator[Sentence]:
        wrong = []
        for node in self.graph.node:
            asked = self.target.fixed.get(node.op_type, {})
            for reader in self.readers.get(first_made(node), ()):
                pair = self._pair(reader)
                if pair is not None and pair.type in asked:
                    scale, zero = asked[pair.type]
                    near = math.isclose(float(pair.scale), scale, rel_tol=_LEAST_DIGITS)
                    wrong += [] if near and int(pair.zero) == zero else [node.name]
        if wrong:
            yield Sentence(
                "{0} fixes the scale of what '{1}' gives: it is another ({2}).",
                *self._about(wrong, "layer"),
            )

    def _floats(self) -> Iterator[Sentence]:
        """Nodes that read or give floats which are no codes beside them."""
        if not self.target.whole:
            return
        kinds = ("QuantizeLinear", "DequantizeLinear")
        wrong = [
            node.name
            for node in self.graph.node
            if node.op_type not in kinds and self.float_edge(node) is not None
        ]
        if wrong:
            yield Sentence(
                "{0} asks for codes around nodes: '{1}' has floats ({2}), which {3} runs.",
                *(*self._about(wrong, "node"), self.target.falls or self.name),
            )

    def float_edge(self, node: onnx.NodeProto) -> str | None:
        """A tensor at a node that is float and no codes; None where there is none."""
        bias = bias_input(node)
        for name in node.input:
            maker = self.makers.get(name)
            coded = maker is not None and maker.op_type == "DequantizeLinear"
            plain = bool(name) and name != bias and self._is_float(name) and not coded
            if plain and not self._is_part(name, maker):
                return str(name)
        for name in node.output:
            readers = self.readers.get(name, [])
            coded = bool(readers) and all(r.op_type == "QuantizeLinear" for r in readers)
            part = len(readers) == 1 and kind_of(readers[0]) is Kind.CLAMP
            if name and self._is_float(name) and not coded and not part:
                return str(name)
        return None

    def _is_part(self, name: str, maker: onnx.NodeProto | None) -> bool:
        """Whether it goes from a layer into the Relu or Clip behind it, or is the end of a Clip."""
        readers = self.readers.get(name, [])
        clamps = bool(readers) and all(kind_of(reader) is Kind.CLAMP for reader in readers)
        return clamps and (maker is not None or name in self.constants)

    def _is_float(self, name: str) -> bool:
        tensor = self.constants.get(name)
        if tensor is not None:
            return bool(tensor.data_type == TensorProto.FLOAT)
        known = self.types.get(name)
        return known is not None and known.element == TensorProto.FLOAT

    def _open(self) -> Iterator[Sentence]:
        if not self.target.static:
            return
        wrong = [
            value.name
            for value in self.graph.input
            if not all(side.dim_value for side in value.type.tensor_type.shape.dim)
        ]
        if wrong:
            yield Sentence(
                "{0} takes no open shapes: '{1}' has one; --shape {1}=.. fixes it.",
                *self._about(wrong),
            )
