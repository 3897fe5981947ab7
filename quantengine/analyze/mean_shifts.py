"""How far rounding shifts the mean of each output channel, without and with corrected biases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.analyze.parts import channel_axis
from quantengine.analyze.probes import Probes, probe_samples
from quantengine.analyze.simulate import Simulator, tapped
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.rewrite.encodings import Encodings
from quantengine.runtime import Session, Tensors

Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class MeanShift:
    """Of one layer: float64 `[C]`, mean of the quantized network less that of the float one.

    `before` is without corrected biases, the same codes; `size` is the root mean square of the
    float output, all else in its units.
    """

    layer: str
    size: float
    before: Doubles
    after: Doubles

    @property
    def shares(self) -> tuple[float, float]:
        """Root mean square of the shifts before and after as shares of `size`; nan without one."""
        if not self.size:
            return float("nan"), float("nan")
        both = (np.sqrt(np.mean(np.square(shift))) for shift in (self.before, self.after))
        before, after = (float(each) / self.size for each in both)
        return before, after


def mean_shifts(
    model: FloatModel,
    encodings: Encodings,
    probes: Probes,
    *,
    limit: int | None = 16,
    simulator: Simulator | None = None,
    monitor: Monitor = SILENT,
) -> tuple[MeanShift, ...]:
    """Of every layer whose bias was corrected and whose output has channels, with all before it.

    Raises DataError, Cancelled.
    """
    nodes = {name: encodings.flow.nodes[name] for name in encodings.biases}
    axes = {name: channel_axis(model, node.output) for name, node in nodes.items()}
    layers = {name: (nodes[name].output, axis) for name, axis in axes.items() if axis is not None}
    if not layers:
        return ()
    taps = list(dict.fromkeys(output for output, _ in layers.values()))
    session = Session(tapped(_copied(model), taps), optimize=False)
    runner = simulator or Simulator(model)
    sides = (replace(encodings, biases={}), encodings)
    sums = {name: _Sums(axis) for name, (_, axis) in layers.items()}
    for sample in probe_samples(probes, limit, monitor, "Comparing channel means"):
        for feeds in sample.runs:
            found: list[Tensors] = [session.run(feeds, taps, monitor=monitor)]
            found += [runner.watched(feeds, e, taps, monitor=monitor)[1] for e in sides]
            for name, (output, _) in layers.items():
                sums[name].add([values[output] for values in found])
    return tuple(each.shift(name) for name, each in sums.items())


def by_layer(found: tuple[MeanShift, ...]) -> Mapping[str, MeanShift]:
    """The same by the name of the layer."""
    return {each.layer: each for each in found}


class _Sums:
    """Sums of each channel in the float network, and in both quantized ones."""

    def __init__(self, axis: int) -> None:
        self.axis = axis
        self.sums: Doubles | None = None
        self.count = 0
        self.power, self.values = 0.0, 0

    def add(self, sides: list[NDArray[Any]]) -> None:
        rows = [np.moveaxis(np.asarray(x, np.float64), self.axis, 0) for x in sides]
        flat = [each.reshape(each.shape[0], -1) for each in rows]
        new = np.stack([each.sum(axis=1) for each in flat])
        self.sums = new if self.sums is None else self.sums + new
        self.count += flat[0].shape[1]
        self.power += float(np.sum(np.square(flat[0])))
        self.values += flat[0].size

    def shift(self, layer: str) -> MeanShift:
        assert self.sums is not None
        means = self.sums / max(self.count, 1)
        size = float(np.sqrt(self.power / max(self.values, 1)))
        return MeanShift(layer, size, means[1] - means[0], means[2] - means[0])


def _copied(model: FloatModel) -> Any:
    import onnx

    proto = onnx.ModelProto()
    proto.CopyFrom(model.proto)
    return proto
