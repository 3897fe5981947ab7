"""How much of what a quantized file meets its ranges do not hold, told by the file itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from quantengine.analyze.simulate import tapped
from quantengine.errors import QuantError
from quantengine.graph.lift import lift_bodies
from quantengine.graph.load import open_model
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.observe.coverage import OUTSIDE
from quantengine.resolve.flat import flat_ends
from quantengine.runtime import Session, Tensors

MOST_SAMPLES = 2
"""Samples looked at: every tensor of them is fetched, which takes longer than running the file."""


def clamped_shares(
    path: Path, feeds: Sequence[Tensors], *, monitor: Monitor = SILENT
) -> Mapping[str, float]:
    """By tensor that a QuantizeLinear rounds with one scale: the share beyond its ends.

    Of the first samples alone; none beyond an end where nothing tells values there apart. Empty
    for a file without such, or one that cannot be tapped.
    """
    proto = onnx.load(path, load_external_data=False)
    lift_bodies(proto, every=True)
    ranges = _ranges(proto.graph)
    outside = (t.data_location == onnx.TensorProto.EXTERNAL for t in proto.graph.initializer)
    if not ranges or any(outside):
        return {}
    inputs = {value.name for value in proto.graph.input}
    taps = [name for name in ranges if name not in inputs]
    try:
        session = Session(tapped(proto, taps), optimize=False)
    except QuantError:
        return {}
    counts = {name: np.zeros(3) for name in ranges}
    for fed in feeds[:MOST_SAMPLES]:
        found = {**fed, **session.run(fed, taps, monitor=monitor)}
        for name, (low, high, _) in ranges.items():
            value = found[name]
            beyond = np.count_nonzero(value < low), np.count_nonzero(value > high)
            counts[name] += np.array([*beyond, value.size])
    return _shares(path, ranges, counts)


def _shares(
    path: Path,
    ranges: Mapping[str, tuple[float, float, float]],
    counts: Mapping[str, NDArray[np.float64]],
) -> dict[str, float]:
    """Of what lies below, above and in all; a file is opened only where much lies beyond."""
    model: FloatModel | None = None
    shares: dict[str, float] = {}
    for name, (below, above, seen) in counts.items():
        beyond = below + above
        if beyond > OUTSIDE * seen:
            model = model or open_model(path, fold=False)
            low, high, step = ranges[name]
            ends = flat_ends(model, name, (low, high), step)
            beyond = below * np.isinf(ends[0]) + above * np.isinf(ends[1])
        if seen:
            shares[name] = float(beyond / seen)
    return shares


def _ranges(graph: onnx.GraphProto) -> dict[str, tuple[float, float, float]]:
    """By tensor: the reals that its first and last code stand for, half a step wider; a step."""
    constants = {tensor.name: tensor for tensor in graph.initializer}
    found: dict[str, tuple[float, float, float]] = {}
    for node in graph.node:
        names = list(node.input[1:3])
        if node.op_type != "QuantizeLinear" or len(names) < 2:
            continue
        if node.input[0] in constants or not all(name in constants for name in names):
            continue
        scale, zero = (numpy_helper.to_array(constants[name]) for name in names)
        if scale.size == 1 and zero.dtype.kind in "iu":
            limits = np.iinfo(zero.dtype)
            step, middle = float(scale.item()), int(zero.item())
            ends = (limits.min - middle - 0.5) * step, (limits.max - middle + 0.5) * step, step
            found[node.input[0]] = ends
    return found
