"""Small models written as ONNX text."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper, parser

from quantengine.graph.load import open_model
from quantengine.graph.model import FloatModel


def text_model(
    path: Path, graph: str, weights: Mapping[str, NDArray[Any]], opset: int = 17
) -> FloatModel:
    """Opens the graph written in `graph` with `weights` as initializers, saved under `path`."""
    header = f'<ir_version: 8, opset_import: ["" : {opset}]>\n'
    proto = parser.parse_model(header + graph)
    for name, values in weights.items():
        proto.graph.initializer.append(numpy_helper.from_array(np.asarray(values), name))
    onnx.save(proto, path)
    return open_model(path)
