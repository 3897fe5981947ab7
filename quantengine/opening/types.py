"""Types of tensors that onnx's own inference does not know, as onnxruntime finds them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import onnx
from onnx import TensorProto

from quantengine.errors import ModelError
from quantengine.graph.model import TensorType
from quantengine.runtime import Session

_WORDS = (
    *("float16", "bfloat16", "bool", "int8", "uint8", "int16", "uint16"),
    *("int32", "uint32", "int64", "uint64", "float", "double"),
)
_ELEMENTS = {f"tensor({word})": getattr(TensorProto, word.upper()) for word in _WORDS}


def asked_types(proto: onnx.ModelProto, tensors: Sequence[str]) -> Mapping[str, TensorType]:
    """Of those that hold numbers; none where onnxruntime cannot load the network."""
    copy = onnx.ModelProto()
    copy.CopyFrom(proto)
    given = {value.name for value in copy.graph.output}
    new = [name for name in tensors if name not in given]
    copy.graph.output.extend(onnx.ValueInfoProto(name=name) for name in new)
    try:
        ports = Session(copy, optimize=False).outputs
    except ModelError:
        return {}
    found = {}
    for port in ports:
        element = _ELEMENTS.get(port.dtype)
        if port.name in new and element is not None:
            # onnxruntime gives no sides for a shape that it does not know
            found[port.name] = TensorType(element, port.shape or None)
    return found
