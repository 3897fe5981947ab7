"""NaN in networks: as a value that is missing, and as constants that are broken."""

from __future__ import annotations

import numpy as np
import onnx

from quantengine.graph.model import FloatModel
from quantengine.graph.walk import all_nodes

_MOST_NAMED = 8
_ASKING = ("IsNaN", "Imputer", "TreeEnsemble", "TreeEnsembleClassifier", "TreeEnsembleRegressor")


def asks_for_nan(proto: onnx.ModelProto) -> bool:
    """Whether some operator treats NaN as a value of its own."""
    return any(node.op_type in _ASKING for node in all_nodes(proto))


def broken_constants(model: FloatModel) -> tuple[str, ...]:
    """A sentence for each constant that holds NaN, with the places along its first axis."""
    found = []
    for name in model.initializers:
        values = model.constant(name)
        if values is None or values.dtype.kind != "f":
            continue
        nan = np.isnan(values)
        if np.any(nan):
            rows = np.unique(np.argwhere(nan)[:, 0]) if values.ndim else np.zeros(1, np.intp)
            places = ", ".join(map(str, rows[:_MOST_NAMED])) + (
                ", ..." if len(rows) > _MOST_NAMED else ""
            )
            found.append(
                f"The constant '{name}' {list(values.shape)} holds {np.count_nonzero(nan)} NaN, in "
                f"{places} along its first axis: mend the model."
            )
    return tuple(found)
