"""A layer's weights and bias in the file beside those of the float network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from quantengine.diff.difference import WeightFigures
from quantengine.diff.reading import Other
from quantengine.diff.weights import WeightPair, closest, product_weights
from quantengine.formats.encoding import Encoding
from quantengine.formats.granularity import (
    PER_CHANNEL,
    PER_TENSOR,
    Granularity,
    PerAxis,
    PerBlock,
    planned,
    spread,
)
from quantengine.formats.metrics import sqnr_db
from quantengine.graph.flow import integer_flow
from quantengine.graph.load import open_model
from quantengine.graph.model import FloatModel
from quantengine.graph.operators.registry import bias_input
from quantengine.plan import TensorPlan
from quantengine.resolve.weights import encoded_weight

Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class BiasPair:
    """A bias of the float network and the file's, float64 `[C]`; `codes` where it has some."""

    values: Doubles
    theirs: Doubles
    codes: NDArray[Any] | None

    @property
    def db(self) -> float:
        return apart_db(self.values, self.theirs)


class OwnWeights:
    """Finds the weights of the float network that stand behind those of the file."""

    def __init__(self, model: FloatModel, other: Other) -> None:
        self.model, self.other = model, other
        self.nodes = {node.name: node for node in model.graph.node}
        self._pairs: dict[tuple[str | None, ...], tuple[WeightPair, ...]] = {}
        self.axes = {
            weight.tensor: weight.axis
            for node in integer_flow(model, quantize_outputs=True).nodes.values()
            for weight in node.weights
        }

    @cached_property
    def _unfolded(self) -> FloatModel | None:
        """The network with batch norms as the file has them; None where none was folded."""
        return open_model(self.model.path, fold=False) if self.model.foldings else None

    @cached_property
    def _unfolded_nodes(self) -> Mapping[str, onnx.NodeProto]:
        found = self._unfolded
        return {} if found is None else {node.name: node for node in found.graph.node}

    def forms(self, layer: str) -> dict[str, tuple[Doubles, ...]]:
        """By weight of a layer: its values, and those before anything was folded into it."""
        node = self.nodes.get(layer)
        if node is None:
            return {}
        before = self._unfolded_nodes.get(layer)
        lookup = self._unfolded.constant if self._unfolded is not None else _nothing
        older = [] if before is None else [v for _, v in product_weights(before, lookup)]
        found: dict[str, tuple[Doubles, ...]] = {}
        for place, (name, values) in enumerate(product_weights(node, self.model.constant)):
            earlier = older[place : place + 1]
            changed = [v for v in earlier if v.shape == values.shape and not np.allclose(v, values)]
            found[name] = (values, *changed)
        return found

    def pairs(self, layer: str | None, nodes: Sequence[onnx.NodeProto]) -> tuple[WeightPair, ...]:
        """Weights of the nodes that make one value in the file, each with its own."""
        key = (layer, *(node.name for node in nodes))
        if key not in self._pairs:
            forms = {} if layer is None else self.forms(layer)
            found = (self._closest(forms, node) for node in nodes) if forms else ()
            self._pairs[key] = tuple(pair for each in found for pair in each)
        return self._pairs[key]

    def _closest(
        self, forms: Mapping[str, tuple[Doubles, ...]], node: onnx.NodeProto
    ) -> Iterator[WeightPair]:
        for name, values in product_weights(node, self.other.constant):
            pair = closest(forms, name, values, self.other.coded.get(name))
            if pair is not None:
                yield pair

    def bias(self, layer: str | None, nodes: Sequence[onnx.NodeProto]) -> BiasPair | None:
        """The bias of a layer in both; None where either has none, or where it is elsewhere."""
        node = None if layer is None else self.nodes.get(layer)
        name = None if node is None else bias_input(node)
        values = None if name is None else self.model.constant(name)
        if values is None or values.ndim != 1:
            return None
        for theirs in nodes:
            for each in (bias_input(theirs), *(theirs.input if theirs.op_type == "Add" else ())):
                found = None if not each else self.other.constant(each)
                if found is not None and found.size == values.size and found.dtype.kind == "f":
                    coded = self.other.coded.get(str(each))
                    codes = None if coded is None else coded.codes
                    return BiasPair(
                        values.astype(np.float64), found.astype(np.float64).ravel(), codes
                    )
        return None

    def own_encoding(self, pair: WeightPair, dtype: str, *, symmetric: bool) -> Encoding:
        """Ours of the same type: for each channel, or in blocks where the file's is."""
        axis = self.axes.get(pair.name)
        theirs = None if pair.encoding is None else pair.encoding.granularity
        granularity: Granularity = PER_TENSOR if axis is None else PerAxis(axis)
        if isinstance(theirs, PerBlock):
            granularity = theirs
        plan = TensorPlan(dtype, symmetric, PER_CHANNEL, method="minmax")
        return encoded_weight(pair.values.astype(np.float32), plan, granularity)

    def figures(self, pair: WeightPair) -> WeightFigures:
        e = pair.encoding
        db = apart_db(pair.values, pair.theirs)
        if e is None:
            return WeightFigures(pair.name, "float", None, db, np.inf, None, None)
        own = self.own_encoding(pair, e.dtype.name, symmetric=e.symmetric)
        ours_db = apart_db(pair.values, own.fake_quantize(pair.values).astype(np.float64))
        return WeightFigures(
            pair.name,
            e.dtype.name,
            str(planned(e.granularity)),
            db,
            ours_db,
            clipped_share(pair.values, e),
            unused_share(pair),
        )


def _nothing(_: str) -> None:
    return None


def apart_db(reference: Doubles, found: Doubles) -> float:
    """SQNR of an array in dB."""
    error = reference - found
    return sqnr_db(float(np.sum(reference**2)), float(np.sum(error**2)))


def clipped_share(values: Doubles, encoding: Encoding) -> float:
    """Share of values that lie more than half a step beyond what the codes reach."""
    low, high, half = (
        spread(np.asarray(each), encoding.granularity, values.shape)
        for each in (encoding.low, encoding.high, encoding.scale / 2)
    )
    beyond = (values < low - half) | (values > high + half)
    return float(np.mean(beyond)) if values.size else 0.0


def unused_share(pair: WeightPair) -> float:
    """Share of the codes of its type that no value takes."""
    assert pair.coded is not None
    dtype = pair.coded.encoding.dtype
    used = np.unique(pair.coded.codes).size
    return max(0.0, 1 - used / (dtype.qmax - dtype.qmin + 1))
