"""The float and the quantized network side by side, layer by layer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from quantengine.graph.flow import IntegerNode
from quantengine.graph.model import FloatModel
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import kind_of
from quantengine.graph.part import cut, leading_to
from quantengine.graph.sink import kept_whole
from quantengine.graph.walk import reads
from quantengine.graph.weighted import added_constant
from quantengine.monitor import SILENT, Monitor
from quantengine.recover.product import Matrix, Product, product_of, product_of_columns
from quantengine.recover.samples import Chunk, Samples
from quantengine.recover.segment import ordered_nodes, restricted
from quantengine.rewrite.encodings import Encodings
from quantengine.rewrite.qdq import qdq_model
from quantengine.runtime import Session
from quantengine.sentence import Sentence
from quantengine.verdict.positions import real_positions

_MOST_VALUES = 8_000_000
_MOST_POSITIONS = 16384
_LEAST_POSITIONS = 512
_LEAST_SIZE = 0.1


@dataclass(frozen=True, eq=False)
class Columns:
    """Inputs `[G, P, K]` of a layer at the same positions of both networks.

    The means `[G, K]` are those of all positions. `share` float32 `[P]` is what each position
    counts, 1 on average.
    """

    reference: Matrix
    candidate: Matrix
    reference_mean: Matrix
    candidate_mean: Matrix
    share: NDArray[np.float32]

    @property
    def sound(self) -> bool:
        """Whether every value is a number."""
        found = (self.reference, self.candidate, self.reference_mean, self.candidate_mean)
        return all(bool(np.all(np.isfinite(values))) for values in found)


@dataclass(frozen=True, eq=False)
class Visit:
    """A layer whose inputs are known: weight `[G, R, K]` and bias `[G, R]` of the float network.

    `added` is the constant that an Add puts onto a MatMul: the bias of a layer without a place for
    one. Channels whose weights or bias are no numbers count as zero: nothing can be fitted to them.
    """

    layer: IntegerNode
    product: Product
    rows: Matrix
    bias: Matrix
    fit: Columns
    held: Columns
    added: str | None = None

    @property
    def sound(self) -> bool:
        """Whether all that is known of the inputs are numbers."""
        return self.fit.sound and self.held.sound

    @cached_property
    def expected(self) -> Matrix:
        """`[G, P, R]`: what the float layer makes of the inputs held out."""
        return product_of_columns(self.rows, self.bias, self.held.reference)

    @property
    def weight(self) -> str:
        return str(self.layer.node.input[1])


@dataclass(frozen=True)
class Treatment:
    """What is done to a layer, how it is called while it runs, and the positions it fits to."""

    treat: Callable[[Visit, Encodings], Encodings]
    text: str = ""
    drawn: int = _MOST_POSITIONS


def walk(
    model: FloatModel,
    encodings: Encodings,
    samples: Samples,
    treatment: Treatment,
    monitor: Monitor = SILENT,
) -> Encodings:
    """The encodings after `treat` saw every layer, its inputs as the layers before left them.

    Layers are visited in the order they run. Memory grows with the samples: every tensor that a
    later layer reads is kept for both networks. At most `drawn` positions of a
    convolution are there to fit to; its means are those of all.
    """
    return _Walk(model, encodings, samples, treatment).run(monitor)


class _Side:
    """One of the two networks: values alive, a list with an entry a chunk."""

    def __init__(self, chunks: Sequence[Chunk]) -> None:
        self.values: dict[str, list[NDArray[Any]]] = {
            name: [np.asarray(chunk[name]) for chunk in chunks] for name in chunks[0]
        }

    @property
    def dtypes(self) -> dict[str, np.dtype[Any]]:
        return {name: arrays[0].dtype for name, arrays in self.values.items()}

    def run(self, session: Session, outputs: Sequence[str], monitor: Monitor) -> None:
        fed = [port.name for port in session.inputs]
        chunks = len(next(iter(self.values.values())))
        results: dict[str, list[NDArray[Any]]] = {name: [] for name in outputs}
        for index in range(chunks):
            feeds = {name: self.values[name][index] for name in fed}
            for name, value in session.run(feeds, outputs, monitor=monitor).items():
                results[name].append(value)
        self.values.update(results)

    def keep(self, names: set[str]) -> None:
        self.values = {name: value for name, value in self.values.items() if name in names}


class _Walk:
    def __init__(
        self, model: FloatModel, encodings: Encodings, samples: Samples, treatment: Treatment
    ) -> None:
        self.model = model
        self.treat, self.text, self.drawn = treatment.treat, treatment.text, treatment.drawn
        self.encodings = encodings
        self.fit = len(samples.fit)
        self.chunks = (*samples.fit, *samples.held)
        self.float, self.quantized = _Side(self.chunks), _Side(self.chunks)
        self.nodes = ordered_nodes(model)
        self.whole = kept_whole(self.nodes)
        self.done = 0
        self.coded = {node.output for node in encodings.flow.nodes.values()}

    def run(self, monitor: Monitor) -> Encodings:
        layers = [i for i, node in enumerate(self.nodes) if self._layer(node) is not None]
        for index in monitor.track(layers, self.text):
            self._advance(self.whole[index], monitor)
            if self.whole[index] < index:
                self._run(self.nodes[self.done :], [self.nodes[index].input[0]], monitor)
            visit = self._visit(self.nodes[index])
            if visit is None:
                continue
            if visit.sound:
                self.encodings = self.treat(visit, self.encodings)
            else:
                said = Sentence(
                    "{0} is left as it is: its inputs hold values that are no numbers.",
                    visit.layer.node.name,
                )
                monitor.say(said)
        return self.encodings

    def _layer(self, node: onnx.NodeProto) -> IntegerNode | None:
        layer = self.encodings.flow.nodes.get(node.name)
        if layer is None or node.name in self.encodings.dynamic or len(node.input) < 2:
            return None
        if kind_of(node) is Kind.CELL:
            return None
        return layer if node.input[1] in self.encodings.weights else None

    def _advance(self, stop: int, monitor: Monitor) -> None:
        """Runs both networks up to the node at `stop`."""
        nodes = self.nodes[self.done : stop]
        later = set().union(*(reads(node) for node in self.nodes[stop:]))
        self._run(nodes, sorted(later), monitor)
        self.float.keep(later)
        self.quantized.keep(later)
        self.done = stop

    def _run(
        self, nodes: Sequence[onnx.NodeProto], wanted: Sequence[str], monitor: Monitor
    ) -> None:
        """Runs what leads to those of the tensors wanted that `nodes` make, in both networks."""
        made = {name for node in nodes for name in node.output if name}
        outputs = [name for name in wanted if name in made]
        if not outputs:
            return
        nodes = leading_to(nodes, outputs)
        part = cut(self.model, nodes, outputs, {}, self.float.dtypes)
        self.float.run(Session(part.proto), outputs, monitor)
        part = cut(self.model, nodes, outputs, {}, self.quantized.dtypes)
        proto = qdq_model(part, restricted(self.encodings, part))
        self.quantized.run(Session(proto, optimize=False), outputs, monitor)

    def _visit(self, node: onnx.NodeProto) -> Visit | None:
        layer = self._layer(node)
        weight = self.model.weight(node.input[1])
        assert layer is not None
        product = product_of(node, weight.shape)
        if product is None:
            return None
        rows = product.rows(weight)
        whole = np.all(np.isfinite(rows), axis=2)
        rows = rows if np.all(whole) else np.where(whole[:, :, None], rows, np.float32(0))
        positions = _MOST_VALUES // (rows.shape[0] * rows.shape[2])
        positions = min(max(positions, _LEAST_POSITIONS), _MOST_POSITIONS)
        fit_to = min(positions, self.drawn) if product.is_conv else positions
        added = self._added(node)
        name = added or layer.bias
        stored = None if name is None else self.model.constant(name)
        bias = np.zeros(rows.shape[:2], np.float32)
        if stored is not None:
            bias += stored.reshape(bias.shape if stored.size > 1 else (1, 1))
            bias = np.where(np.isfinite(bias) & whole, bias, np.float32(0))
        fit = self._columns(product, rows, bias, slice(None, self.fit), fit_to)
        held = self._columns(product, rows, bias, slice(self.fit, None), positions // 4)
        if fit is None or held is None:
            return None
        return Visit(layer, product, rows, bias, fit, held, added)

    def _added(self, node: onnx.NodeProto) -> str | None:
        """The constant an Add puts onto a MatMul; None where it is codes."""
        name = added_constant(self.model, node)
        if name is None or self.model.consumers[name][0].name in self.encodings.flow.nodes:
            return None
        return name

    def _columns(
        self, product: Product, rows: Matrix, bias: Matrix, chunks: slice, positions: int
    ) -> Columns | None:
        pairs = self._alike(product, chunks)
        if not pairs:
            return None
        floats, seen = zip(*pairs, strict=True)
        if len({x.shape[1:] for x in floats}) == 1:
            # As many of each chunk: measured on mobilenetv2, better than in proportion.
            counts = [-(-positions // len(floats))] * len(floats)
        else:
            counts = _drawn_of(positions, [product.positions(x) for x in floats])
        sides = [
            np.concatenate(
                [product.columns(*drawn) for drawn in zip(side, counts, count(), strict=False)],
                axis=1,
            )
            for side in (floats, seen)
        ]
        if product.is_conv:
            share = np.ones(sides[0].shape[1], np.float32)
            return Columns(sides[0], sides[1], _mean(product, floats), _mean(product, seen), share)
        share = _share(sides[0], rows, bias)
        means = [np.average(side, axis=1, weights=share).astype(np.float32) for side in sides]
        return Columns(sides[0], sides[1], means[0], means[1], share)

    def _alike(self, product: Product, chunks: slice) -> list[tuple[Matrix, Matrix]]:
        """The layer's input in both networks, where it has positions and as many in both.

        Shapes may depend on values, which differ a little.
        """
        name = product.node.input[0]
        floats = self._real(self.float, name, chunks)
        seen = [self._as_codes(name, x) for x in self._real(self.quantized, name, chunks)]
        return [
            (x, candidate)
            for x, candidate in zip(floats, seen, strict=True)
            if x.shape == candidate.shape and product.positions(x)
        ]

    def _real(self, side: _Side, name: str, chunks: slice) -> list[NDArray[Any]]:
        pairs = zip(side.values[name][chunks], self.chunks[chunks], strict=True)
        return [real_positions(values, chunk) for values, chunk in pairs]

    def _as_codes(self, name: str, values: NDArray[Any]) -> NDArray[Any]:
        """Values as the layer reads them: rounded here where the tensor is float for others."""
        encoding = self.encodings.of(name)
        if encoding is None or self.encodings.flow.owners[name] in self.coded:
            return values
        return encoding.fake_quantize(values)


def _drawn_of(positions: int, sizes: Sequence[int]) -> list[int]:
    """How many positions to draw of each chunk, so that every one is as likely as the others."""
    total = max(sum(sizes), 1)
    return [-(-positions * size // total) for size in sizes]


def _share(columns: Matrix, rows: Matrix, bias: Matrix) -> NDArray[np.float32]:
    """`[P]`: 1 / |W x + b|^2 of each position.

    The normalization that follows a product of tokens makes them alike: without this, the few
    large ones shift the bias and the codes of all others (minilm lost 8 dB to that).
    """
    with np.errstate(over="ignore", invalid="ignore"):
        size = np.mean(np.square(columns @ rows.swapaxes(1, 2) + bias[:, None]), axis=(0, 2))
        share = 1 / np.maximum(size, max(_LEAST_SIZE * float(np.mean(size)), 1e-30))
        return np.asarray(share / np.mean(share), np.float32)


def _mean(product: Product, chunks: Sequence[Matrix]) -> Matrix:
    """`[G, K]`: mean of the columns of all positions."""
    sums = [product.column_sum(x) for x in chunks]
    total = sum(count for _, count in sums)
    return np.asarray(sum(value for value, _ in sums) / total, np.float32)
