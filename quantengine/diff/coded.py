"""Grids as any file holds them: from constants that nobody has checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, numpy_helper

from quantengine.formats.dtype import INT32, IntegerType
from quantengine.formats.encoding import Codes, Encoding, Floats
from quantengine.formats.granularity import PER_TENSOR, Granularity, PerAxis, PerBlock
from quantengine.formats.granularity import parameter_shape as shape_for
from quantengine.graph.attributes import attribute
from quantengine.rewrite.graph_writer import ELEMENT_TYPES, integer_tensor

_TYPES = {
    getattr(TensorProto, name): IntegerType.parse(name.lower())
    for name in ("INT4", "UINT4", "INT8", "UINT8", "INT16", "UINT16", "INT32", "INT2", "UINT2")
    if hasattr(TensorProto, name)
}
_SUFFIXES = (
    *("_QuantizeLinear_Output", "_DequantizeLinear_Output", "_quantized", "_dequantized"),
    *("_Q4", "_Q8", "_q", "_i8", "_int8"),
)


@dataclass(frozen=True, eq=False)
class Coded:
    """A constant that a file stores as codes; `tensor` is their name in it."""

    tensor: str
    encoding: Encoding
    codes: Codes

    @property
    def values(self) -> Floats:
        """What the codes stand for."""
        return self.encoding.dequantize(self.codes)


def integer_type(element: int) -> IntegerType | None:
    """The type of codes that an onnx element type holds; None for floats and all else."""
    return _TYPES.get(element)


def array_of(tensor: TensorProto) -> NDArray[Any]:
    """The numbers of a constant, types that numpy does not know as int32 or float32."""
    values = numpy_helper.to_array(tensor)
    if tensor.data_type in _TYPES:
        return np.asarray(values.astype(np.int32))
    return np.asarray(values)


def grid(
    dtype: IntegerType,
    scale: NDArray[Any],
    zero: NDArray[Any] | None,
    granularity: Granularity = PER_TENSOR,
) -> Encoding | None:
    """The encoding of numbers in a file; None where they are none (a scale of 0, NaN, no size).

    A scale of one number is one for the whole tensor, whatever axis is told.
    """
    scale = np.asarray(scale, np.float32)
    if not scale.size or not np.all(np.isfinite(scale)) or not np.all(scale > 0):
        return None
    zero = np.zeros(scale.shape, np.int32) if zero is None or not zero.size else zero
    if zero.size not in (1, scale.size):
        return None
    if scale.size == 1:
        scale, zero, granularity = scale.reshape(()), zero.ravel()[0], PER_TENSOR
    points = np.asarray(zero, np.int32)
    points = np.broadcast_to(points.reshape(scale.shape if zero.size > 1 else ()), scale.shape)
    return Encoding(dtype, scale, np.array(points), granularity)


def granularity_of_node(node: onnx.NodeProto, rank: int | None) -> Granularity:
    """What QuantizeLinear and DequantizeLinear say of a scale with axes."""
    axis, block = int(attribute(node, "axis", 1)), int(attribute(node, "block_size", 0))
    axis = axis % rank if rank else axis
    return PerBlock(axis, block) if block > 0 else PerAxis(axis)


def coded(
    tensor: TensorProto, scale: NDArray[Any], zero: NDArray[Any] | None, granularity: Granularity
) -> Coded | None:
    """A constant with its grid; None where the two do not fit each other."""
    dtype = integer_type(tensor.data_type)
    made = None if dtype is None else grid(dtype, scale, zero, granularity)
    if dtype is None or made is None:
        return None
    codes = array_of(tensor).astype(dtype.numpy)
    if not _fits(made, codes.shape):
        return None
    return Coded(tensor.name, made, codes)


def rounded(node: onnx.NodeProto, constants: Mapping[str, TensorProto]) -> TensorProto | None:
    """The codes that a QuantizeLinear makes of a constant, as it does whenever the file is run.

    Training tools leave weights as floats, a pair behind each. None where any of it is computed.
    """
    source, scale, zero = [*node.input, ""][:3]
    if source not in constants or scale not in constants or (zero and zero not in constants):
        return None
    told = int(attribute(node, "output_dtype", TensorProto.UINT8))
    dtype = integer_type(constants[zero].data_type if zero else told)
    values = array_of(constants[source])
    if dtype is None or dtype.name not in ELEMENT_TYPES or values.dtype.kind != "f":
        return None
    points = array_of(constants[zero]) if zero else None
    made = grid(dtype, array_of(constants[scale]), points, granularity_of_node(node, values.ndim))
    if made is None or not _fits(made, values.shape):
        return None
    return integer_tensor(node.output[0], made.quantize(values), dtype)


def _fits(made: Encoding, shape: tuple[int, ...]) -> bool:
    axis = getattr(made.granularity, "axis", 0)
    if axis and not -len(shape) <= axis < len(shape):
        return False
    if made.granularity is not PER_TENSOR and not shape:
        return False
    return made.scale.shape == shape_for(made.granularity, shape)


def plain_name(name: str) -> str:
    """What a tensor was called before a tool made codes of it."""
    for suffix in _SUFFIXES:
        if name.endswith(suffix) and len(name) > len(suffix):
            return name.removesuffix(suffix)
    return name


def encoding_of(node: onnx.NodeProto, constants: Mapping[str, TensorProto]) -> Encoding | None:
    """The grid of a Q or DQ of an activation whose scale and zero point are constants."""
    names = [*node.input, ""][1:3]
    if names[0] not in constants or (names[1] and names[1] not in constants):
        return None
    told = int(attribute(node, "output_dtype", TensorProto.UINT8))
    dtype = integer_type(constants[names[1]].data_type if names[1] else told)
    if dtype is None or dtype == INT32:
        return None
    zero = array_of(constants[names[1]]) if names[1] else None
    return grid(dtype, array_of(constants[names[0]]), zero, granularity_of_node(node, None))
