"""Ranges of the channels of layers before and after recovery moved factors between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quantengine.graph.model import FloatModel
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import kind_of
from quantengine.graph.weighted import blocks, channel_ranges, is_sound
from quantengine.recover.groups import channel_groups

Doubles = NDArray[np.float64]
_SAME = 1e-6


@dataclass(frozen=True, eq=False)
class Widths:
    """Largest size of the weights of each channel, float64 `[C]`, before and after."""

    layer: str
    before: Doubles
    after: Doubles

    @property
    def filled(self) -> tuple[float, float]:
        """The mean share of the widest channel that a channel is as wide as, before and after.

        What is left of the codes of one scale for all (precision of a channel, Nagel 2019).
        """
        return _filled(self.before), _filled(self.after)

    @property
    def changed(self) -> bool:
        return not np.allclose(self.before, self.after, rtol=_SAME, atol=0.0)


@dataclass(frozen=True, eq=False)
class Evened:
    """Output channels of a layer, and the same channels in the layers that read them, if any."""

    own: Widths
    readers: tuple[Widths, ...]


def evened(before: FloatModel, after: FloatModel) -> Mapping[str, Evened]:
    """By layer: those whose weights recovery scaled channel by channel."""
    found = _Pairs(before, after)
    return {name: found.of(name) for name in found.changed()}


class _Pairs:
    def __init__(self, before: FloatModel, after: FloatModel) -> None:
        self.sides = before, after
        self.nodes = [{node.name: node for node in side.graph.node} for side in self.sides]
        self.readers = {
            maker.name: tuple(node.name for node in group.readers)
            for group in channel_groups(before)[0]
            for maker in group.makers
        }

    def changed(self) -> list[str]:
        """Layers with weights of their own in both, whose channels are not as wide as before."""
        return [name for name in self.nodes[0] if self._has_weights(name) and self._differs(name)]

    def of(self, name: str) -> Evened:
        reads = [each for each in self.readers.get(name, ()) if self._has_weights(each)]
        return Evened(
            self._widths(name, read=False), tuple(self._widths(each, read=True) for each in reads)
        )

    def _differs(self, name: str) -> bool:
        reads = self._widths(name, read=True)
        return self._widths(name, read=False).changed or reads.changed

    def _has_weights(self, name: str) -> bool:
        found = [nodes.get(name) for nodes in self.nodes]
        shapes = []
        for node, side in zip(found, self.sides, strict=True):
            if node is None or kind_of(node) is not Kind.CORE or len(node.input) < 2:
                return False
            weight = side.constant(node.input[1])
            if weight is None or not is_sound(node, weight):
                return False
            shapes.append(weight.shape)
        return shapes[0] == shapes[1]

    def _widths(self, name: str, *, read: bool) -> Widths:
        sides = []
        for nodes, side in zip(self.nodes, self.sides, strict=True):
            node = nodes[name]
            weight = side.weight(node.input[1])
            if read:
                largest = np.abs(blocks(node, weight)).max(axis=(1, 3), initial=0.0).reshape(-1)
            else:
                largest = np.abs(channel_ranges(node, weight)).max(axis=1, initial=0.0)
            sides.append(np.asarray(largest, np.float64))
        return Widths(name, *sides)


def _filled(widths: Doubles) -> float:
    living = widths[widths > 0]
    return float(living.mean() / living.max()) if living.size else float("nan")
