"""Inputs of products scaled channel by channel, which their weights undo."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import onnx

from quantengine.counted import counted
from quantengine.decisions import activation_plans, weight_plans
from quantengine.graph.affine import Floats
from quantengine.graph.attributes import attribute
from quantengine.graph.changed import Product, with_constants, with_products
from quantengine.graph.model import FloatModel
from quantengine.graph.operators.registry import operator_of
from quantengine.graph.weighted import weight_axes
from quantengine.monitor import Monitor
from quantengine.observe.table import CalibrationTable
from quantengine.plan import FLOAT, QuantPlan
from quantengine.recover.outliers import Channels, Factor
from quantengine.resolve.resolve import plan_decisions
from quantengine.sentence import Sentence, because


@dataclass(frozen=True)
class Wanted:
    """Which `factor` channels shall have, and how many times less noise makes it worth it.

    `worth` where a constant before the products takes it, `worth_apart` where that takes a Mul of
    its own, which is named by `word`. What is told: of how many inputs and Muls of their own, and
    `none` where there are none.
    """

    factor: Callable[[Channels], Factor]
    word: str
    worth: float
    worth_apart: float
    none: Sentence
    said: Callable[[Sentence, int], Sentence]


@dataclass(frozen=True, eq=False)
class Place:
    """A tensor, the products that read it, and the constants before it that take 1 / s."""

    tensor: str
    readers: tuple[onnx.NodeProto, ...]
    constants: tuple[str, ...]
    factor: Factor


@dataclass(frozen=True, eq=False)
class Scaled:
    """The model after it; `added` counts the tensors that took a Mul of their own, `changed` names
    those that hold other values: all others hold what they did.
    """

    model: FloatModel
    tensors: int
    added: int
    text: Sentence
    changed: frozenset[str] = frozenset()


class Search:
    """Tensors that products read, with the factor that is wanted of each."""

    def __init__(
        self,
        model: FloatModel,
        table: CalibrationTable,
        plan: QuantPlan,
        wanted: Wanted,
    ) -> None:
        self.model, self.table, self.wanted = model, table, wanted
        self.usual = plan.activations
        decisions = plan_decisions(model, plan)
        self.flow = decisions.flow(model)
        self.activations = activation_plans(self.flow, decisions)
        self.weights = weight_plans(self.flow, decisions)
        self.refused: list[str] = []

    def run(self) -> Iterator[Place]:
        """Every tensor where it is worth it; `refused` tells of the others."""
        for tensor in self.activations:
            known = self.model.consumers.get(tensor, ())
            readers = [node for node in known if self._multiplies(node, tensor)]
            if not readers:
                continue
            others = [node for node in known if not self._multiplies(node, tensor)]
            alone = not others and tensor not in {*self.model.outputs, *self.model.captured}
            constants = _factor_places(self.model, tensor) if alone else []
            obstacle = None if constants else self._obstacle(tensor, others)
            channels = None if obstacle is not None else self._channels(tensor, readers)
            if channels is None:
                unknown = Sentence("the statistics know nothing of its channels")
                why = unknown if obstacle is None else obstacle
                self.refused.append(Sentence("'{0}' is not scaled: {1}.", tensor, why))
                continue
            factor = self.wanted.factor(channels)
            if factor.gain > (self.wanted.worth if constants else self.wanted.worth_apart):
                yield Place(tensor, tuple(readers), tuple(constants), factor)

    def _obstacle(self, tensor: str, others: Sequence[onnx.NodeProto]) -> Sentence | None:
        """Why there cannot be a Mul between a tensor and its products: codes would go there."""
        if self.activations[tensor].dtype == FLOAT:
            return None
        maker = self.model.producers.get(tensor)
        for node in (*others, *([] if maker is None else [maker])):
            if node.name in self.flow.nodes:
                return Sentence("{0} ({1}) is an integer operator", node.name, node.op_type)
        if self.activations[tensor] != self.usual:
            return Sentence("the plan decides for it by name")
        return None

    def _multiplies(self, node: onnx.NodeProto, tensor: str) -> bool:
        if not operator_of(node).is_product or list(node.input).count(tensor) != 1:
            return False
        weight = self.model.initializers.get(node.input[1])
        if weight is None or len(weight.dims) != 2:
            return False
        integer = node.name in self.flow.nodes and node.input[1] in self.weights
        return integer and len(self.model.consumers[node.input[1]]) == 1

    def _channels(self, tensor: str, readers: Sequence[onnx.NodeProto]) -> Channels | None:
        stats = self.table.tensors.get(tensor)
        if stats is None or stats.channels is None:
            return None
        if stats.channel_axis not in (-1, len(stats.shape) - 1):
            return None
        names = [node.input[1] for node in readers]
        weights = [self.model.weight(name) for name in names]
        weights = [w.T if _input_axis(n) else w for w, n in zip(weights, readers, strict=True)]
        if {len(weight) for weight in weights} != {len(stats.channels.low)}:
            return None
        plans = [self.weights[name] for name in names]
        return Channels.of(stats.channels, self.activations[tensor], weights, plans)


def scaled(search: Search, text: str, monitor: Monitor) -> Scaled:
    """The model with what the search finds, progress told as `text`."""
    found, wanted = list(monitor.track(search.run(), text)), search.wanted
    if not found:
        return Scaled(search.model, 0, 0, because(wanted.none, search.refused))
    added = sum(not place.constants for place in found)
    said = wanted.said(counted(len(found), "input"), added)
    model = with_factors(search.model, found, wanted.word)
    changed = frozenset(
        name
        for place in found
        for constant in place.constants
        for node in search.model.consumers[constant]
        for name in node.output
    )
    return Scaled(model, len(found), added, said, changed)


def with_factors(model: FloatModel, places: Sequence[Place], word: str) -> FloatModel:
    """x_j / s_j and W_j s_j at each of the places: the same function."""
    constants: dict[str, Floats] = {}
    for place in places:
        for name in place.constants:
            constants[name] = _constant(model, name) / place.factor.values
        for reader in place.readers:
            weight = _constant(model, reader.input[1])
            constants[reader.input[1]] = weight * _along_inputs(reader, place.factor.values)
    changed = with_constants(model, constants)
    types = {
        name: replace(kind, shape=constants[name].shape) if name in constants else kind
        for name, kind in changed.types.items()
    }
    products = [
        Product(place.tensor, 1 / place.factor.values, tuple(node.name for node in place.readers))
        for place in places
        if not place.constants
    ]
    return with_products(replace(changed, types=types), products, word)


def _factor_places(model: FloatModel, tensor: str) -> list[str]:
    """Constants that scale the channels of what a node writes and that nobody else reads."""
    node = model.producers.get(tensor)
    if node is None:
        return []
    constants = [name for name in node.input if name in model.initializers]
    if node.op_type == "LayerNormalization" and attribute(node, "axis", -1) == -1:
        names = [name for name in node.input[1:] if name]
    elif node.op_type == "Mul":
        names = constants
    elif node.op_type == "Add" and len(constants) == 1:
        names = _scaled_before(model, node, constants[0])
    else:
        return []
    alone = all(
        name in model.initializers
        and len(model.consumers[name]) == 1
        and name not in model.captured
        and _constant(model, name).ndim <= 1
        for name in names
    )
    return names if names and alone else []


def _scaled_before(model: FloatModel, add: onnx.NodeProto, shift: str) -> list[str]:
    """The constants of x * scale + shift, as a normalization in parts ends."""
    (product,) = [str(name) for name in add.input if name != shift][:1] or [""]
    maker = model.producers.get(product)
    if maker is None or maker.op_type != "Mul" or len(model.consumers[product]) != 1:
        return []
    if product in model.outputs or product in model.captured:
        return []
    scales = [str(name) for name in maker.input if name in model.initializers]
    return [*scales, shift] if len(scales) == 1 else []


def _input_axis(node: onnx.NodeProto) -> int:
    return weight_axes(node, 2).reduction or 0


def _along_inputs(node: onnx.NodeProto, factor: Floats) -> Floats:
    return factor[None, :] if _input_axis(node) else factor[:, None]


def _constant(model: FloatModel, name: str) -> Floats:
    return np.asarray(model.weight(name), np.float64)
