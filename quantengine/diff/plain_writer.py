"""The network that is written for a file: constants that were codes, nodes under free names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from quantengine.diff.coded import Coded, array_of, coded, plain_name
from quantengine.formats.granularity import Granularity
from quantengine.graph.names import unique_name
from quantengine.graph.walk import names_in


class PlainWriter:
    """Nodes and constants in the order they are written; `coded` as in `PlainForm`."""

    def __init__(self, proto: onnx.ModelProto) -> None:
        self.constants = {tensor.name: tensor for tensor in proto.graph.initializer}
        self.outputs = frozenset(value.name for value in proto.graph.output)
        self.taken = names_in(proto.graph)
        self.nodes: list[onnx.NodeProto] = []
        self.made: list[onnx.TensorProto] = []
        self.coded: dict[str, Coded] = {}
        self.names: dict[str, str] = {}
        """Of tensors that are called otherwise now."""
        self._read: dict[tuple[str, ...], str] = {}
        """Codes with scale and zero point -> what they stand for."""

    def array(self, name: str) -> NDArray[Any] | None:
        """The numbers of a constant; None of what is computed."""
        tensor = self.constants.get(name)
        return None if tensor is None else array_of(tensor)

    def name(self, wanted: str) -> str:
        """A free name."""
        return unique_name(wanted, self.taken)

    def add(self, op_type: str, inputs: Sequence[str], output: str, **words: Any) -> str:
        """Writes a node with one result and gives that."""
        name = self.name(f"{output}_{op_type}")
        self.nodes.append(helper.make_node(op_type, inputs, [output], name, **words))
        return output

    def constant(self, found: Coded, wanted: str = "") -> str:
        """A float constant for codes, once however many read it."""
        name = self.name(wanted or plain_name(found.tensor))
        values = found.values
        self.made.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        self.constants[name] = self.made[-1]
        self.coded[name] = found
        return name

    def codes(self, source: str, scale: str, zero: str, granularity: Granularity) -> str | None:
        """The float constant of a constant of codes, where all of it is known."""
        key = (source, scale, zero)
        if key not in self._read:
            factor, points = self.array(scale), self.array(zero) if zero else None
            if source not in self.constants or factor is None or (zero and points is None):
                return None
            found = coded(self.constants[source], factor, points, granularity)
            if found is None:
                return None
            self._read[key] = self.constant(found)
        return self._read[key]

    def real(self, source: str, scale: str, zero: str, granularity: Granularity) -> str:
        """What codes stand for: a constant, or the result of a DequantizeLinear."""
        found = self.codes(source, scale, zero, granularity)
        if found is not None:
            return found
        key = (source, scale, zero)
        if key not in self._read:
            inputs = [source, scale, zero] if zero else [source, scale]
            self._read[key] = self.add(
                "DequantizeLinear", inputs, self.name(f"{plain_name(source)}_read")
            )
        return self._read[key]

    def rank(self, name: str) -> int | None:
        """How many axes a constant has; None of what is computed."""
        return len(self.constants[name].dims) if name in self.constants else None
