"""Sparse constants written out."""

from __future__ import annotations

import math

import numpy as np
import onnx
from onnx import numpy_helper

from quantengine.graph.origin import Rewrite

_LARGEST_VALUES = 2**27


def dense_initializers(proto: onnx.ModelProto) -> list[Rewrite]:
    """In place: sparse initializers become plain ones, those that are not too large."""
    graph = proto.graph
    rewrites = []
    for index in reversed(range(len(graph.sparse_initializer))):
        dense = dense_tensor(graph.sparse_initializer[index])
        if dense is not None:
            graph.initializer.append(dense)
            rewrites.append(Rewrite("sparse weight made dense", dense.name, ()))
            del graph.sparse_initializer[index]
    return rewrites


def dense_tensor(sparse: onnx.SparseTensorProto) -> onnx.TensorProto | None:
    """All values of a sparse tensor, under its name; None where they are too many."""
    if math.prod(sparse.dims) > _LARGEST_VALUES:
        return None
    values, places = numpy_helper.to_array(sparse.values), numpy_helper.to_array(sparse.indices)
    dense = np.zeros(tuple(sparse.dims), values.dtype)
    if places.ndim == 1:
        dense.reshape(-1)[places] = values
    else:
        dense[tuple(places.T)] = values
    return numpy_helper.from_array(dense, sparse.values.name)
