"""The float and the quantized network side by side, layer by layer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import count
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from quantengine.graph.flow import IntegerNode
from quantengine.graph.model import FloatModel
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import kind_of
from quantengine.graph.sink import kept_whole
from quantengine.graph.weighted import added_constant
from quantengine.monitor import SILENT, Monitor
from quantengine.recover.product import (
    ColumnMeans,
    Matrix,
    Product,
    mean_squares,
    product_of,
    product_of_columns,
)
from quantengine.recover.samples import Samples
from quantengine.recover.sides import Sides
from quantengine.rewrite.encodings import Encodings
from quantengine.sentence import Sentence
from quantengine.verdict.positions import real_positions

_MOST_VALUES = 8_000_000
MOST_POSITIONS = 16384
_LEAST_POSITIONS = 512
_LEAST_SIZE = 0.1


@dataclass(frozen=True, eq=False)
class Columns:
    """Inputs `[G, P, K]` of a layer at the same positions of both networks.

    The means `[G, K]` are those of all positions of a convolution where something is fitted to them
    or asked of them, else of these. `share` float32 `[P]` is what each position counts, 1 on
    average.
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
    """What is done to a layer, how it is called while it runs, and the positions it fits to.

    `by_means`: of a convolution it reads the means alone, which are those of all positions on the
    samples held out too, and no positions are drawn.
    """

    treat: Callable[[Visit, Encodings], Encodings]
    text: str = ""
    drawn: int = MOST_POSITIONS
    by_means: bool = False


def walk(
    model: FloatModel,
    encodings: Encodings,
    samples: Samples,
    treatment: Treatment,
    monitor: Monitor = SILENT,
) -> Encodings:
    """The encodings after `treat` saw every layer, its inputs as the layers before left them.

    Layers are visited in the order they run. What `Sides` holds of both networks is bounded where
    samples are alike. At most `drawn` positions of a convolution are there to fit to; its means
    are those of all.
    """
    return _Walk(model, encodings, samples, treatment, monitor).run()


class _Walk:
    def __init__(
        self,
        model: FloatModel,
        encodings: Encodings,
        samples: Samples,
        treatment: Treatment,
        monitor: Monitor,
    ) -> None:
        self.model = model
        self.treatment = treatment
        self.encodings = encodings
        self.monitor = monitor
        self.fit = len(samples.fit)
        self.chunks = (*samples.fit, *samples.held)
        self.sides = Sides(model, self.chunks, monitor)
        self.coded = {node.output for node in encodings.flow.nodes.values()}

    def run(self) -> Encodings:
        nodes = self.sides.nodes
        whole = kept_whole(nodes)
        layers = [i for i, node in enumerate(nodes) if self._layer(node) is not None]
        for index in self.monitor.track(layers, self.treatment.text):
            self.sides.advance(whole[index], self.encodings)
            visit = self._visit(nodes[index])
            if visit is None:
                continue
            if visit.sound:
                self.encodings = self.treatment.treat(visit, self.encodings)
            else:
                said = Sentence(
                    "{0} is left as it is: its inputs hold values that are no numbers.",
                    visit.layer.node.name,
                )
                self.monitor.say(said)
        return self.encodings

    def _layer(self, node: onnx.NodeProto) -> IntegerNode | None:
        layer = self.encodings.flow.nodes.get(node.name)
        if layer is None or node.name in self.encodings.dynamic or len(node.input) < 2:
            return None
        if kind_of(node) is Kind.CELL:
            return None
        return layer if node.input[1] in self.encodings.weights else None

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
        fit_to, held_to = self._positions(product, rows)
        added = self._added(node)
        name = added or layer.bias
        stored = None if name is None else self.model.constant(name)
        bias = np.zeros(rows.shape[:2], np.float32)
        if stored is not None:
            bias += stored.reshape(bias.shape if stored.size > 1 else (1, 1))
            bias = np.where(np.isfinite(bias) & whole, bias, np.float32(0))
        seen = self._seen(product)
        others = range(self.fit, len(self.chunks))
        fit = seen.columns(rows, bias, range(self.fit), fit_to, of_all=True)
        held = seen.columns(rows, bias, others, held_to, of_all=self.treatment.by_means)
        if fit is None or held is None:
            return None
        return Visit(layer, product, rows, bias, fit, held, added)

    def _positions(self, product: Product, rows: Matrix) -> tuple[int, int]:
        """How many are drawn of the samples fitted to, and of those held out."""
        if product.is_conv and self.treatment.by_means:
            return 0, 0
        most = _MOST_VALUES // (rows.shape[0] * rows.shape[2])
        most = min(max(most, _LEAST_POSITIONS), MOST_POSITIONS)
        return min(most, self.treatment.drawn) if product.is_conv else most, most // 4

    def _added(self, node: onnx.NodeProto) -> str | None:
        """The constant an Add puts onto a MatMul; None where it is codes."""
        name = added_constant(self.model, node)
        if name is None or self.model.consumers[name][0].name in self.encodings.flow.nodes:
            return None
        return name

    def _seen(self, product: Product) -> _Seen:
        name = product.node.input[0]
        read = self.sides.reader(name, self.encodings)

        def pair(place: int) -> tuple[Matrix, Matrix]:
            floats, seen = (real_positions(x, self.chunks[place]) for x in read(place))
            return floats, seen

        looks = self.sides.holds(name) or not self.sides.alike
        return _Seen(product, pair, partial(self._as_codes, name), looks)

    def _as_codes(self, name: str, values: NDArray[Any]) -> NDArray[Any]:
        """Values as the layer reads them: rounded here where the tensor is float for others."""
        encoding = self.encodings.of(name)
        if encoding is None or self.encodings.flow.owners[name] in self.coded:
            return values
        return encoding.fake_quantize(values)


@dataclass(frozen=True, eq=False)
class _Seen:
    """The inputs of a layer in both networks: `pair` gives those of the chunk at a place.

    `code` gives those of the quantized one as the layer reads them. `looks`: at the shapes of all
    before any is drawn from; else each is computed once, and chunks are alike.
    """

    product: Product
    pair: Callable[[int], tuple[Matrix, Matrix]]
    code: Callable[[Matrix], Matrix]
    looks: bool

    def columns(
        self, rows: Matrix, bias: Matrix, places: Sequence[int], positions: int, *, of_all: bool
    ) -> Columns | None:
        """About `positions` of those of the chunks at `places`; `of_all`: means of a Conv are
        those of all.
        """
        product = self.product
        of_all = of_all and product.is_conv
        counts = self._counts(places, positions)
        drawn, means = [], (ColumnMeans(product), ColumnMeans(product))
        for (x, candidate), draw, seed in zip(self._alike(places), counts, count(), strict=False):
            pair = (x, self.code(candidate))
            drawn.append([product.columns(x, draw, seed) for x in pair])
            if of_all:
                for mean, values in zip(means, pair, strict=True):
                    mean.add(values)
        if not drawn:
            return None
        sides = [np.concatenate(side, axis=1) for side in zip(*drawn, strict=True)]
        if product.is_conv:
            share = np.ones(sides[0].shape[1], np.float32)
        else:
            share = _share(sides[0], rows, bias)
        if of_all:
            return Columns(sides[0], sides[1], means[0].mean, means[1].mean, share)
        drawn_of = [share @ side / np.float32(len(share)) for side in sides]
        return Columns(sides[0], sides[1], drawn_of[0], drawn_of[1], share)

    def _counts(self, places: Sequence[int], positions: int) -> Sequence[int]:
        """How many to draw of each chunk."""
        # As many of each: measured on mobilenetv2, better than in proportion.
        equal = [-(-positions // max(len(places), 1))] * len(places)
        if not positions or not self.looks:
            return equal
        sizes, shapes = [], set()
        for x, _ in self._alike(places):
            sizes.append(self.product.positions(x))
            shapes.add(x.shape[1:])
        if len(shapes) > 1:
            return _drawn_of(positions, sizes)
        return [-(-positions // max(len(sizes), 1))] * len(sizes)

    def _alike(self, places: Sequence[int]) -> Iterator[tuple[Matrix, Matrix]]:
        """Where the input has positions and as many in both.

        Shapes may depend on values, which differ a little.
        """
        for x, candidate in map(self.pair, places):
            if x.shape == candidate.shape and self.product.positions(x):
                yield x, candidate


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
        size = mean_squares(rows, bias, columns)
        share = 1 / np.maximum(size, max(_LEAST_SIZE * float(np.mean(size)), 1e-30))
        return np.asarray(share / np.mean(share), np.float32)
