"""Constants that operators without an integer form read, where the whole network is in codes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from onnx import TensorProto

from quantengine.formats.encoding import Encoding
from quantengine.graph.flow import Flow
from quantengine.graph.masks import LEAST
from quantengine.graph.model import FloatModel
from quantengine.graph.operators.registry import bias_input
from quantengine.graph.walk import first_made
from quantengine.plan import TensorPlan
from quantengine.resolve.spec import spec_of

_NO_DATA = ("Resize", "Upsample", "Clip", "Pad", "Dropout", "Range")
"""Operators whose constants say what to do, not with what."""


def constants_beside(
    model: FloatModel, flow: Flow, encodings: Mapping[str, Encoding], plan: TensorPlan
) -> dict[str, Encoding]:
    """By constant: an encoding of all its values; of mask constants the end of what they become.

    `encodings` are those of activations by owner, `plan` is what is usual for these.
    """
    spec, own = spec_of(plan, weight=False), flow.readers()
    found: dict[str, Encoding] = {}
    for node in model.graph.node if spec is not None else ():
        given = flow.owners.get(first_made(node))
        if node.name in flow.nodes or given is None or node.op_type in _NO_DATA:
            continue
        for name in node.input:
            tensor = model.initializers.get(name)
            if tensor is None or name == bias_input(node) or name in own:
                continue
            if tensor.data_type == TensorProto.FLOAT and 0 not in tensor.dims:
                low, high = _ends(model.weight(name), encodings.get(given))
                assert spec is not None
                found[name] = spec.encode(low, high)
    return found


def _ends(values: np.ndarray, given: Encoding | None) -> tuple[float, float]:
    """Of all values but mask constants, which are cut off where the result's range ends."""
    numbers = values[np.isfinite(values)].astype(np.float64)
    large = numbers <= -LEAST
    low = float(numbers[~large].min(initial=0.0))
    high = float(numbers[~large].max(initial=0.0))
    masked = bool(large.any()) or bool(np.isneginf(values).any())
    return (min(low, float(given.low)) if masked and given is not None else low), high
