"""Cross-layer equalization: channels of neighbouring layers get ranges alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from quantengine.counted import counted
from quantengine.graph.affine import Floats
from quantengine.graph.changed import with_constants
from quantengine.graph.model import FloatModel, Folding
from quantengine.graph.operators.registry import bias_input
from quantengine.graph.weighted import (
    blocks,
    channel_ranges,
    input_factor,
    output_factor,
)
from quantengine.monitor import SILENT, Monitor
from quantengine.observe.table import CalibrationTable
from quantengine.recover.groups import HEADROOM, ChannelGroup, channel_groups
from quantengine.sentence import Sentence, because

_SETTLED = 0.001
_WIDEST = 1024.0


@dataclass(frozen=True, eq=False)
class Equalized:
    """The model after equalization.

    `scaled` counts channels that got a factor, `left_alone` those that reach the bound of a Clip
    (or lack the statistics to rule that out), `refused` says which layers were left out and why.
    """

    model: FloatModel
    scaled: int
    left_alone: int
    refused: tuple[str, ...]

    @property
    def text(self) -> Sentence:
        if not self.scaled:
            return because(Sentence("No channel could be scaled"), self.refused)
        scaled = counted(self.scaled, "channel")
        if not self.left_alone:
            return Sentence("{0} scaled.", scaled)
        return Sentence("{0} scaled; {1} that reach a Clip left alone.", scaled, self.left_alone)


def equalize(
    model: FloatModel,
    table: CalibrationTable | None = None,
    *,
    headroom: float = HEADROOM,
    sweeps: int = 20,
    monitor: Monitor = SILENT,
) -> Equalized:
    """Scales channels between layers until their weights have ranges alike (methods.md, 5).

    Exact across Relu, LeakyRelu, pooling, residual sums and linear links. Across a Clip it is
    exact for channels that stay inside its bounds before and after scaling, judged by the
    per-channel extremes in `table`, `headroom` times which must fit; values beyond may clip
    otherwise. Without a table
    layers around a Clip are left alone.
    """
    groups, refused = channel_groups(model)
    bench = _Bench(model, groups, table, headroom)
    for _ in monitor.track(range(sweeps), "Equalizing layers"):
        if max((bench.sweep(group) for group in groups), default=0.0) < _SETTLED:
            break
    return Equalized(bench.finished(), bench.scaled, bench.left_alone, refused)


class _Bench:
    """Weights in work; `factors` [C] of each group so far."""

    def __init__(
        self,
        model: FloatModel,
        groups: Sequence[ChannelGroup],
        table: CalibrationTable | None,
        headroom: float,
    ) -> None:
        self.model = model
        self.groups = groups
        self.weights: dict[str, NDArray[np.float32]] = {}
        for group in groups:
            for node in (*group.makers, *group.readers):
                weight = model.weight(node.input[1])
                self.weights[node.input[1]] = weight
        self.factors = {id(group): np.ones(group.channels) for group in groups}
        self.free = {id(group): group.free(table, headroom) for group in groups}
        self.least = {id(group): group.least_factor(table, headroom) for group in groups}

    @property
    def scaled(self) -> int:
        return sum(int(np.count_nonzero(factor != 1)) for factor in self.factors.values())

    @property
    def left_alone(self) -> int:
        return sum(int(np.count_nonzero(~free)) for free in self.free.values())

    def sweep(self, group: ChannelGroup) -> float:
        """Scales one group once; returns the largest relative change."""
        out = np.max([_largest(node, self._weight(node)) for node in group.makers], axis=0)
        into = np.max([_largest_read(node, self._weight(node)) for node in group.readers], axis=0)
        usable = (out > 0) & (into > 0) & self.free[id(group)]
        wanted = np.sqrt(np.where(usable, out, 1.0) / np.where(usable, into, 1.0))
        total = self.factors[id(group)]
        bounded = np.clip(total * wanted, 1 / _WIDEST, _WIDEST)
        bounded = np.where(usable, np.maximum(bounded, self.least[id(group)]), total)
        step = bounded / total
        self.factors[id(group)] = bounded
        for node in group.makers:
            self._scale(node, output_factor(node, self._weight(node), 1 / step))
        for node in group.readers:
            self._scale(node, input_factor(node, self._weight(node), step))
        return float(np.max(np.abs(np.log(step)), initial=0.0))

    def finished(self) -> FloatModel:
        if not self.scaled:
            return self.model
        biases, by_tensor = {}, {}
        shifts = dict[str, NDArray[Any]]()
        for group in self.groups:
            factor = self.factors[id(group)]
            by_tensor.update(dict.fromkeys(group.tensors, factor))
            shifts |= {name: self.model.weight(name) / factor for name in group.shifts}
            for node in group.makers:
                bias = bias_input(node)
                values = None if bias is None else self.model.constant(bias)
                if values is not None:
                    biases[node.name] = values.reshape(-1) / factor
        foldings = [_scaled_folding(f, by_tensor.get(f.output)) for f in self.model.foldings]
        return with_constants(self.model, {**self.weights, **shifts}, biases, foldings)

    def _weight(self, node: onnx.NodeProto) -> NDArray[np.float32]:
        return self.weights[node.input[1]]

    def _scale(self, node: onnx.NodeProto, factor: Floats) -> None:
        self.weights[node.input[1]] = (self._weight(node) * factor).astype(np.float32)


def _largest(node: onnx.NodeProto, weight: NDArray[np.float32]) -> Floats:
    """[C out]: max |W| of each output channel."""
    return np.asarray(np.abs(channel_ranges(node, weight)).max(axis=1), np.float64)


def _largest_read(node: onnx.NodeProto, weight: NDArray[np.float32]) -> Floats:
    """[C in]: max |W| that each input channel meets."""
    return np.asarray(np.abs(blocks(node, weight)).max(axis=(1, 3)).reshape(-1), np.float64)


def _scaled_folding(folding: Folding, factor: Floats | None) -> Folding:
    if factor is None or folding.gamma is None or folding.beta is None:
        return folding
    return replace(folding, gamma=folding.gamma / factor, beta=folding.beta / factor)
