"""Collects nodes and initializers of the graph being written, with names that are still free."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from quantengine.formats.dtype import IntegerType
from quantengine.formats.encoding import Encoding
from quantengine.formats.granularity import PerAxis, PerBlock

ELEMENT_TYPES = {
    "int4": TensorProto.INT4,
    "uint4": TensorProto.UINT4,
    "int8": TensorProto.INT8,
    "uint8": TensorProto.UINT8,
    "int16": TensorProto.INT16,
    "uint16": TensorProto.UINT16,
    "int32": TensorProto.INT32,
}

_NONE: Mapping[str, Any] = {}


class GraphWriter:
    """The nodes and initializers written so far; names given out never clash with `taken`."""

    def __init__(self, taken: Iterable[str]) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: dict[str, TensorProto] = {}
        self._taken = set(taken)

    def free_name(self, wanted: str) -> str:
        name, count = wanted, 1
        while name in self._taken:
            count += 1
            name = f"{wanted}_{count}"
        self._taken.add(name)
        return name

    def node(
        self, op_type: str, inputs: list[str], output: str, attributes: Mapping[str, Any] = _NONE
    ) -> str:
        """Adds a node named after its output, which it returns."""
        name = self.free_name(f"{output}_{op_type}")
        self.nodes.append(helper.make_node(op_type, inputs, [output], name=name, **attributes))
        return output

    def constant(self, wanted: str, values: NDArray[Any]) -> str:
        """Adds an initializer and returns its name."""
        name = self.free_name(wanted)
        self.initializers[name] = numpy_helper.from_array(np.asarray(values, order="C"), name)
        return name

    def codes(self, wanted: str, values: NDArray[Any], dtype: IntegerType) -> str:
        """Adds an initializer of any stored integer type and returns its name."""
        name = self.free_name(wanted)
        self.initializers[name] = integer_tensor(name, values, dtype)
        return name

    def parameters(self, tensor: str, encoding: Encoding, dtype: IntegerType) -> tuple[str, str]:
        """Adds scale and zero point of codes stored as `dtype` and returns their names."""
        scale = self.constant(f"{tensor}_scale", encoding.scale)
        return scale, self.codes(f"{tensor}_zero_point", encoding.zero_point, dtype)


def integer_tensor(name: str, values: NDArray[Any], dtype: IntegerType) -> TensorProto:
    """Codes as a constant of one of `ELEMENT_TYPES`, two in a byte where they have 4 bits."""
    element = ELEMENT_TYPES[dtype.name]
    if dtype.bits != 4:
        tensor = numpy_helper.from_array(np.asarray(values, dtype.numpy, order="C"), name)
    else:
        nibbles = values.reshape(-1).astype(np.int8).view(np.uint8) & 0xF
        padded = np.append(nibbles, np.zeros(nibbles.size % 2, np.uint8))
        packed = padded[0::2] | (padded[1::2] << 4)
        tensor = TensorProto(name=name, data_type=element, dims=values.shape)
        tensor.raw_data = packed.astype(np.uint8).tobytes()
    return tensor


def axis_attributes(encoding: Encoding) -> dict[str, int]:
    """The attributes that tell QuantizeLinear and DequantizeLinear the granularity."""
    match encoding.granularity:
        case PerAxis(axis):
            return {"axis": axis}
        case PerBlock(axis, size):
            return {"axis": axis, "block_size": size}
        case _:
            return {}
