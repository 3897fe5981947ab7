"""What recovery or training changed in a network, apart from the network that was opened."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import onnx
from onnx import numpy_helper

from quantengine.graph.model import FloatModel, Folding, TensorType
from quantengine.work.shelf import Shelf

_ARRAYS = ("gamma", "beta", "before", "after")


def put_model(model: FloatModel, reference: FloatModel, shelf: Shelf) -> dict[str, Any] | None:
    """The nodes, and the constants that are not those of `reference`; None where it is the same."""
    if model is reference:
        return None
    bare = onnx.ModelProto()
    bare.CopyFrom(model.proto)
    del bare.graph.initializer[:]
    return {
        "digest": model.digest,
        "nodes": shelf.put_bytes(bare.SerializeToString()),
        "constants": [
            [tensor.name, None if _is_of(reference, tensor) else _put(tensor, shelf)]
            for tensor in model.graph.initializer
        ],
        "types": {
            name: [kind.element, None if kind.shape is None else list(kind.shape)]
            for name, kind in model.types.items()
            if name not in reference.types
        },
        "foldings": None
        if model.foldings is reference.foldings
        else [_put_folding(folding, shelf) for folding in model.foldings],
    }


def take_model(told: dict[str, Any] | None, reference: FloatModel, shelf: Shelf) -> FloatModel:
    """The network that `put_model` was given."""
    if told is None:
        return reference
    proto = onnx.ModelProto()
    proto.ParseFromString(shelf.bytes(told["nodes"]))
    types = {**reference.types, **_take_types(told.get("types", {}))}
    for name, key in told["constants"]:
        if key is None:
            proto.graph.initializer.append(reference.initializers[name])
            continue
        tensor = onnx.TensorProto.FromString(shelf.bytes(key))
        numpy_helper.to_array(tensor)  # a shape that its bytes do not fill is refused here
        proto.graph.initializer.append(tensor)
        if name in types:
            types[name] = replace(types[name], shape=tuple(tensor.dims))
    foldings = reference.foldings
    if told["foldings"] is not None:
        foldings = tuple(_take_folding(each, shelf) for each in told["foldings"])
    return replace(
        reference, proto=proto, digest=str(told["digest"]), types=types, foldings=foldings
    )


def _take_types(told: dict[str, Any]) -> dict[str, TensorType]:
    return {
        name: TensorType(int(element), None if shape is None else tuple(shape))
        for name, (element, shape) in told.items()
    }


def _is_of(reference: FloatModel, tensor: onnx.TensorProto) -> bool:
    known = reference.initializers.get(tensor.name)
    return known is not None and known == tensor


def _put(tensor: onnx.TensorProto, shelf: Shelf) -> str:
    return shelf.put_bytes(tensor.SerializeToString())


def _put_folding(folding: Folding, shelf: Shelf) -> dict[str, Any]:
    told = {field.name: getattr(folding, field.name) for field in fields(Folding)}
    return {
        name: shelf.put(np.asarray(value)) if name in _ARRAYS and value is not None else value
        for name, value in told.items()
    }


def _take_folding(told: dict[str, Any], shelf: Shelf) -> Folding:
    arrays = {name: None if told[name] is None else shelf.array(told[name]) for name in _ARRAYS}
    return Folding(**{**told, **arrays})
