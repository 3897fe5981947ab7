"""A network cut into stages, so that what one stage made is observed while it is still in cache."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Any

import numpy as np
import onnx
from onnx import helper

from quantengine.graph.model import FloatModel
from quantengine.graph.part import cut, leading_to
from quantengine.graph.sink import kept_whole
from quantengine.graph.walk import reads
from quantengine.observe.tap import Tap

STAGE_BYTES = 4 << 20
"""Observed tensors of a stage: about a core's share of cache. Measured on mobilenetv2, whose 28 MB
then take 5 MB a worker: the scan is a fifth faster, running the stages costs 3 % more."""

_FLOAT_BYTES = 4
_LIKELY = 128
"""Size taken for a dimension that only the data tells."""


@dataclass(frozen=True, eq=False)
class Stage:
    """Some nodes of the network; `carried` are the tensors they make that later stages read.

    `fed` is what they read of earlier stages and of the person. Both by element type. `outputs`
    are those of the stage as a network, whichever of its `taps` are watched: which operators the
    runtime fuses depends on them, and so do the last bits.
    """

    nodes: tuple[onnx.NodeProto, ...]
    outputs: tuple[str, ...]
    taps: tuple[Tap, ...]
    carried: Mapping[str, np.dtype[Any]]
    fed: Mapping[str, np.dtype[Any]]

    @property
    def beside(self) -> Mapping[str, np.dtype[Any]]:
        """What is carried on and is not among the observed values as it is."""
        observed = {tap.tensor for tap in self.taps}
        return {
            name: dtype
            for name, dtype in self.carried.items()
            if name not in observed or dtype != np.float32
        }

    def part(self, model: FloatModel) -> FloatModel:
        """The stage as a network of its own, whose outputs are the taps and what is carried."""
        return cut(model, self.nodes, self.outputs, {}, self.fed)


def stages(
    model: FloatModel, taps: Sequence[Tap], stage_bytes: int = STAGE_BYTES
) -> tuple[Stage, ...]:
    """Stages in order of execution, with every tap in one of them.

    The same for any data, so that shards of it see the same arithmetic. A network goes uncut
    where little is observed or where the type of a tensor on the way is unknown.
    """
    plan = _Plan(model, taps)
    ends = [end + 1 for end in plan.ends(stage_bytes)]
    return tuple(map(plan.stage, (0, *ends), (*ends, len(plan.nodes))))


def watching(cut: Sequence[Stage], taps: Iterable[Tap]) -> list[Stage]:
    """The stages up to the last that holds one of `taps`, with no other taps."""
    chosen = set(taps)
    found = [
        replace(stage, taps=tuple(tap for tap in stage.taps if tap in chosen)) for stage in cut
    ]
    last = max(place for place, stage in enumerate(found) if stage.taps)
    return found[: last + 1]


def read_later(cut: Sequence[Stage]) -> tuple[frozenset[str], ...]:
    """By stage: what those after it are fed."""
    found = [frozenset[str]()]
    for stage in reversed(cut[1:]):
        found.append(found[-1].union(stage.fed))
    return tuple(reversed(found))


class _Plan:
    """The nodes that lead to the taps, and how long each tensor is needed."""

    def __init__(self, model: FloatModel, taps: Sequence[Tap]) -> None:
        self.model = model
        self.taps = {tap.tensor: tap for tap in taps}
        self.nodes = leading_to(model.graph.node, self.taps)
        self._reads = [reads(node) for node in self.nodes]
        self._made = {name: i for i, node in enumerate(self.nodes) for name in node.output if name}
        self._last = {name: i for i, found in enumerate(self._reads) for name in found}

    def ends(self, stage_bytes: int) -> Iterator[int]:
        """The last node of each stage but the last: where least is carried on, once half full."""
        if self.model.graph.sparse_initializer:
            return
        weights = [sum(self._size(t) for t in node.output if t in self.taps) for node in self.nodes]
        filled, rest = 0, sum(weights)
        alive: set[str] = set()
        best, least = None, 0
        whole = kept_whole(self.nodes)
        for place, (node, weight) in enumerate(zip(self.nodes, weights, strict=True)):
            filled, rest = filled + weight, rest - weight
            if 2 * rest < stage_bytes:
                return
            alive = {name for name in alive.union(node.output) if self._last.get(name, 0) > place}
            if 2 * filled >= stage_bytes and whole[place + 1] > place and self._can_be_fed(alive):
                carried = sum(map(self._size, alive))
                if best is None or carried <= least:
                    best, least = place, carried
            if best is not None and filled >= stage_bytes:
                yield best
                filled, best = sum(weights[best + 1 : place + 1]), None

    def stage(self, start: int, end: int) -> Stage:
        nodes = self.nodes[start:end]
        made = {name for node in nodes for name in node.output if name}
        read = set[str]().union(*self._reads[start:end])
        carried = sorted(name for name in made if self._last.get(name, 0) >= end)
        taps = tuple(
            tap
            for name, tap in self.taps.items()
            if name in made or (start == 0 and name in self.model.inputs)
        )
        fed = sorted(
            name for name in read - made if name in self._made or name in self.model.inputs
        )
        outputs = dict.fromkeys((*(tap.tensor for tap in taps if tap.tensor in made), *carried))
        return Stage(tuple(nodes), tuple(outputs), taps, self._dtypes(carried), self._dtypes(fed))

    def _size(self, name: str) -> int:
        """About how many bytes a tensor of one sample takes."""
        kind = self.model.types.get(name)
        shape = kind.shape if kind is not None and kind.shape is not None else ()
        unknown = (1, *[_LIKELY] * len(shape))
        sizes = (d if isinstance(d, int) else u for d, u in zip(shape, unknown, strict=False))
        return _FLOAT_BYTES * prod(sizes)

    def _can_be_fed(self, names: Iterable[str]) -> bool:
        types = self.model.types
        return all(name in types and types[name].element in _NUMPY_TYPES for name in names)

    def _dtypes(self, names: Iterable[str]) -> dict[str, np.dtype[Any]]:
        types = self.model.types
        return {name: helper.tensor_dtype_to_np_dtype(types[name].element) for name in names}


_NUMPY_TYPES = frozenset(
    {
        onnx.TensorProto.FLOAT,
        onnx.TensorProto.FLOAT16,
        onnx.TensorProto.DOUBLE,
        onnx.TensorProto.BOOL,
        onnx.TensorProto.INT8,
        onnx.TensorProto.UINT8,
        onnx.TensorProto.INT32,
        onnx.TensorProto.INT64,
    }
)
