"""One value of a layer as integer hardware computes it, with all numbers on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.analyze.integer_view import IntegerLayer
from quantengine.analyze.metrics import as_json
from quantengine.analyze.probes import Probes, probe_samples
from quantengine.analyze.simulate import Simulator
from quantengine.errors import PlanError
from quantengine.formats.encoding import Encoding
from quantengine.formats.integer_add import add, add_fixed_point
from quantengine.formats.integer_conv import conv_columns, weight_matrix
from quantengine.formats.integer_pool import (
    global_pool_accumulate,
    global_pool_multiplier,
    max_pool,
)
from quantengine.formats.requantize import FixedPoint, output_multiplier, requantize, to_float
from quantengine.formats.windows import Window
from quantengine.graph.flow import IntegerNode
from quantengine.graph.model import FloatModel
from quantengine.graph.operators.window import window_of
from quantengine.monitor import SILENT, Monitor
from quantengine.resolve.resolve import Resolution
from quantengine.sentence import Sentence

Codes = NDArray[Any]


@dataclass(frozen=True)
class Link:
    """One number on the way: what it is, the formula it comes of, and its value."""

    said: Sentence
    formula: str
    value: float | int

    def to_json(self) -> dict[str, Any]:
        return {"what": str(self.said), "formula": self.formula, "value": as_json(self.value)}


@dataclass(frozen=True)
class IntegerChain:
    """Of the layer's value at `place` of its output, on one sample.

    `codes` are the first few pairs that are multiplied, or the values that are added.
    """

    layer: str
    operator: str
    sample: str
    place: tuple[int, ...]
    codes: tuple[tuple[int, ...], ...]
    links: tuple[Link, ...]

    def to_json(self) -> dict[str, Any]:
        """A JSON object with the same parts."""
        links = [link.to_json() for link in self.links]
        return {**as_json(self), "links": links}


_SHOWN = 12


def integer_chain(
    model: FloatModel,
    resolution: Resolution,
    layer: str,
    probes: Probes,
    *,
    simulator: Simulator | None = None,
    monitor: Monitor = SILENT,
) -> IntegerChain:
    """The largest sum on the first sample, or the largest value where nothing is added.

    Inputs are those of the quantized network. Raises PlanError where the layer does not compute on
    codes, or is of a kind whose sums are not taken apart here.
    """
    node = resolution.flow.nodes.get(layer)
    kind = None if node is None else KINDS.get(node.node.op_type)
    if node is None or kind is None:
        IntegerLayer.of(model, resolution, layer)  # says why it has no codes, where that is so
        raise PlanError("The sums of layer '{0}' are not taken apart: its kind is another.", layer)
    sample = next(iter(probe_samples(probes, 1, monitor, "Computing in integers")))
    encodings = resolution.encodings
    taps = tuple(name for name in node.node.input if encodings.of(name) is not None)
    simulator = simulator or Simulator(model)
    _, values = simulator.watched(sample.feeds, encodings, taps, monitor=monitor)
    place, codes, links = kind(model, resolution, node, values)
    return IntegerChain(layer, node.node.op_type, sample.name, place, codes, tuple(links))


Parts = tuple[tuple[int, ...], tuple[tuple[int, ...], ...], Iterator[Link]]
Values = Mapping[str, NDArray[Any]]


def _output(resolution: Resolution, node: IntegerNode) -> Encoding | None:
    """The grid of what the layer gives, behind its activation; None where it stays float."""
    return resolution.encodings.of(node.output)


def _product(model: FloatModel, resolution: Resolution, node: IntegerNode, values: Values) -> Parts:
    layer = IntegerLayer.of(model, resolution, node.node.name)
    x = layer.x.quantize(values[layer.input])
    sums = layer.accumulate(x)
    place = tuple(int(i) for i in np.unravel_index(int(np.argmax(np.abs(sums))), sums.shape))
    channel = place[1] if layer.window else place[-1]
    left, right = _factors(layer, x, place)
    shown = tuple((int(a), int(b)) for a, b in zip(left[:_SHOWN], right[:_SHOWN], strict=True))
    links = _product_links(layer, left, right, channel, int(sums[place]), _output(resolution, node))
    return place, shown, links


def _factors(layer: IntegerLayer, x: Codes, place: tuple[int, ...]) -> tuple[Codes, Codes]:
    """The codes that are multiplied for one output, padding as the zero point."""
    if not layer.window:
        assert layer.columns is not None
        return x.reshape(-1, x.shape[-1])[_row(x, place)], layer.columns[..., place[-1]]
    slides = {name: layer.window[name] for name in ("strides", "pads", "dilations")}
    window, group = Window.of(layer.codes.shape[2:], **slides), int(layer.window["group"])
    columns, out = conv_columns(x, window, int(layer.x.zero_point), group)
    matrix = weight_matrix(layer.codes, group)
    each = layer.codes.shape[0] // group
    row = int(np.ravel_multi_index((place[0], *place[2:]), (x.shape[0], *out)))
    where, channel = divmod(place[1], each)
    return columns[where, row], matrix[where, :, channel]


def _row(x: Codes, place: tuple[int, ...]) -> int:
    return int(np.ravel_multi_index(place[:-1], x.shape[:-1])) if x.ndim > 1 else 0


def _product_links(
    layer: IntegerLayer, left: Codes, right: Codes, channel: int, acc: int, y: Encoding | None
) -> Iterator[Link]:
    a, b = left.astype(np.int64), right.astype(np.int64)
    x_zero, w_zero = int(layer.x.zero_point), int(_of_channel(layer.w.zero_point, channel))
    x_scale, w_scale = layer.x.scale, _of_channel(layer.w.scale, channel)
    bias = 0 if layer.bias is None else int(layer.bias.reshape(-1)[channel])
    folded = bias - x_zero * int(b.sum()) + a.size * x_zero * w_zero
    yield Link(Sentence("Products of codes, added"), "Σ q_x q_w", int(a @ b))
    yield Link(Sentence("Zero point of the weight"), "-z_w Σ q_x", -w_zero * int(a.sum()))
    yield Link(Sentence("Zero point of the input"), "-z_x Σ q_w", -x_zero * int(b.sum()))
    yield Link(Sentence("Both zero points"), "N z_x z_w", a.size * x_zero * w_zero)
    yield Link(Sentence("Bias as a code"), "q_b = [b / (s_x s_w)]", bias)
    yield Link(Sentence("Folded bias, a constant"), "q_b - z_x Σ q_w + N z_x z_w", folded)
    yield Link(Sentence("Accumulator"), "acc", acc)
    yield Link(Sentence("Ends as int32"), "acc", int(np.int64(acc).astype(np.int32)))
    real = to_float(np.int64(acc), np.multiply(x_scale, w_scale, dtype=np.float32))
    yield Link(Sentence("Ends as float"), "s_x s_w acc", float(real))
    if y is not None:
        yield from _requantized(acc, output_multiplier(x_scale, w_scale, y.scale), y)


def _requantized(acc: int, multiplier: NDArray[np.float32], y: Encoding) -> Iterator[Link]:
    """The ending in codes, by a float multiplier and by a whole one."""
    fixed, zero = FixedPoint.of(multiplier), int(y.zero_point)
    yield Link(Sentence("Multiplier"), "M = s_x s_w / s_y", float(multiplier))
    yield Link(Sentence("Multiplier as a whole number"), "M0 in [2^30, 2^31)", int(fixed.mantissa))
    yield Link(Sentence("Shift"), "n, M = M0 2^-n", int(fixed.shift))
    near = float(np.float32(acc) * np.float32(multiplier))
    yield Link(Sentence("Before rounding"), "M acc", near)
    code = int(requantize(np.int64(acc), multiplier, zero, y.dtype))
    yield Link(Sentence("Ends as a code, ties to even"), "clip([M acc] + z_y)", code)
    whole = int(requantize(np.int64(acc), fixed, zero, y.dtype))
    yield Link(Sentence("Ends as a code, by shifting"), "(M0 acc + 2^(n-1)) >> n, + z_y", whole)
    yield Link(Sentence("What that code means"), "s_y (q_y - z_y)", float(y.scale) * (code - zero))


def _of_channel(values: NDArray[Any], channel: int) -> NDArray[Any]:
    return np.asarray(values if values.ndim == 0 else values.reshape(-1)[channel])


def _add(_: FloatModel, resolution: Resolution, node: IntegerNode, values: Values) -> Parts:
    names = [str(name) for name in node.node.input]
    encodings = [resolution.encodings.of(name) for name in names]
    y = _output(resolution, node)
    a_enc, b_enc = encodings
    if a_enc is None or b_enc is None or y is None or not set(names) <= values.keys():
        raise PlanError("Layer '{0}' adds something that has no codes of its own.", node.node.name)
    a, b = (e.quantize(values[name]) for e, name in zip((a_enc, b_enc), names, strict=True))
    total = add(a, b, a_enc, b_enc, y)
    place = tuple(int(i) for i in np.unravel_index(int(np.argmax(total)), total.shape))
    pair = tuple(int(np.broadcast_to(part, total.shape)[place]) for part in (a, b))
    fixed = add_fixed_point(a, b, a_enc, b_enc, y)
    links = _add_links((a_enc, b_enc), pair, y, int(total[place]), int(fixed[place]))
    return place, (pair,), links


def _add_links(
    inputs: tuple[Encoding, Encoding], pair: tuple[int, ...], y: Encoding, code: int, fixed: int
) -> Iterator[Link]:
    for letter, encoding, q in zip("ab", inputs, pair, strict=True):
        zero = int(encoding.zero_point)
        yield Link(Sentence("Code of input {0}", letter), f"q_{letter}", q)
        yield Link(Sentence("Zero point of input {0}", letter), f"z_{letter}", zero)
        said = Sentence("Scale of input {0} in steps of the sum", letter)
        yield Link(said, f"s_{letter} / s_y", float(encoding.scale / y.scale))
    each = zip(inputs, pair, strict=True)
    near = sum(float(e.scale / y.scale) * (q - int(e.zero_point)) for e, q in each)
    yield Link(Sentence("Before rounding"), "r_a (q_a - z_a) + r_b (q_b - z_b)", near)
    yield Link(Sentence("Ends as a code, ties to even"), "clip([sum] + z_y)", code)
    yield Link(Sentence("Ends as a code, by shifting"), "both ratios on one shift", fixed)
    yield Link(
        Sentence("What that code means"),
        "s_y (q_y - z_y)",
        float(y.scale) * (code - int(y.zero_point)),
    )


def _global_pool(_: FloatModel, resolution: Resolution, node: IntegerNode, values: Values) -> Parts:
    x, y, codes = _pooled(resolution, node, values)
    sums, count = global_pool_accumulate(codes, x_zero=int(x.zero_point)), codes[0, 0].size
    place = tuple(int(i) for i in np.unravel_index(int(np.argmax(np.abs(sums))), sums.shape))
    seen = codes[place[0], place[1]].reshape(-1)

    def links() -> Iterator[Link]:
        yield Link(Sentence("Codes, added"), "Σ q_x", int(seen.sum(dtype=np.int64)))
        yield Link(Sentence("Zero point of the input"), "-N z_x", -count * int(x.zero_point))
        yield Link(Sentence("Accumulator"), "acc", int(sums[place]))
        ratio = global_pool_multiplier(float(x.scale), float(y.scale), count)
        yield from _requantized(int(sums[place]), np.asarray(ratio), y)

    return place, tuple((int(q),) for q in seen[:_SHOWN]), links()


def _max_pool(_: FloatModel, resolution: Resolution, node: IntegerNode, values: Values) -> Parts:
    _x, y, codes = _pooled(resolution, node, values)
    kernel = next(tuple(a.ints) for a in node.node.attribute if a.name == "kernel_shape")
    window = window_of(node.node, kernel, codes.shape[2:])
    found = max_pool(codes, window)
    place = tuple(int(i) for i in np.unravel_index(int(np.argmax(found)), found.shape))
    lowest = int(np.iinfo(codes.dtype).min)
    seen = window.over(codes, lowest)[place].reshape(-1)
    real = float(y.scale) * (int(found[place]) - int(y.zero_point))

    def links() -> Iterator[Link]:
        said = Sentence("The largest code, which keeps its scale")
        yield Link(said, "max q_x", int(found[place]))
        yield Link(Sentence("What that code means"), "s_y (q_y - z_y)", real)

    return place, tuple((int(q),) for q in seen[:_SHOWN]), links()


def _pooled(
    resolution: Resolution, node: IntegerNode, values: Values
) -> tuple[Encoding, Encoding, Codes]:
    name = str(node.node.input[0])
    x, y = resolution.encodings.of(name), _output(resolution, node)
    if x is None or y is None:
        raise PlanError("Layer '{0}' does not end in codes under this plan.", node.node.name)
    return x, y, x.quantize(values[name])


KINDS: Mapping[str, Callable[[FloatModel, Resolution, IntegerNode, Values], Parts]] = {
    "Conv": _product,
    "Gemm": _product,
    "MatMul": _product,
    "Add": _add,
    "GlobalAveragePool": _global_pool,
    "MaxPool": _max_pool,
}
"""By operator: how its sums are taken apart."""
