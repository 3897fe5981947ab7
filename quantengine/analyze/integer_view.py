"""A layer as integer hardware computes it: how wide its sums get and where they saturate."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from quantengine.analyze.metrics import as_json
from quantengine.analyze.probes import Probes, probe_samples
from quantengine.analyze.simulate import Simulator
from quantengine.errors import PlanError
from quantengine.formats.accumulator import AccumulatorRange, accumulator_range
from quantengine.formats.encoding import Codes, Encoding
from quantengine.formats.granularity import PerAxis, PerTensor
from quantengine.formats.integer_conv import conv_accumulate, conv_transpose_accumulate
from quantengine.formats.integer_matmul import Accumulator, matmul_accumulate
from quantengine.formats.saturation import (
    conv_pair_saturation_count,
    pair_saturation_count,
    saturable_pairs,
)
from quantengine.graph.attributes import attribute
from quantengine.graph.flow import IntegerNode
from quantengine.graph.model import FloatModel
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import kind_of, operator_of
from quantengine.graph.operators.window import pads_itself, window_of
from quantengine.graph.weighted import weight_axes
from quantengine.monitor import SILENT, Monitor
from quantengine.resolve.resolve import Resolution
from quantengine.rewrite.pair_codes import product_columns
from quantengine.sentence import Sentence

_FEW = 4


@dataclass(frozen=True)
class IntegerView:
    """One layer on data.

    `accumulator` is the range of its int32 sums, bias included. `saturable_pairs` counts weight
    pairs that some input could saturate in int16 on x86 CPUs without VNNI, `saturated_pairs` the
    sums that these samples do saturate there. `clipped_bias` counts bias values that int32 cuts
    off. `samples` are those that the layer ran on: none where its branch was not taken.
    """

    layer: str
    samples: int
    accumulator: AccumulatorRange
    saturable_pairs: int
    saturated_pairs: int
    clipped_bias: int

    @property
    def saturates(self) -> bool:
        """Whether CPUs without VNNI give other results on this data."""
        return self.saturated_pairs > 0

    def to_json(self) -> dict[str, Any]:
        """A JSON object with the same parts."""
        return {
            **as_json(self),
            "accumulator_bits": self.accumulator.bits,
            "overflows": self.accumulator.overflows,
        }


def integer_view(
    model: FloatModel,
    resolution: Resolution,
    layer: str,
    probes: Probes,
    *,
    limit: int | None = _FEW,
    simulator: Simulator | None = None,
    monitor: Monitor = SILENT,
) -> IntegerView:
    """The layer's integer sums on inputs from the quantized network.

    Raises PlanError where the layer does not compute on codes.
    """
    layers = [IntegerLayer.of(model, resolution, layer)]
    return _views(model, resolution, layers, probes, limit, simulator, monitor)[0]


def integer_views(
    model: FloatModel,
    resolution: Resolution,
    probes: Probes,
    *,
    limit: int | None = 1,
    simulator: Simulator | None = None,
    monitor: Monitor = SILENT,
) -> tuple[IntegerView, ...]:
    """Every layer that multiplies by a weight; the monitor hears of those that have no sums."""
    layers = []
    for name, node in resolution.flow.nodes.items():
        if kind_of(node.node) is Kind.CORE:
            try:
                layers.append(IntegerLayer.of(model, resolution, name))
            except PlanError as error:
                monitor.say(str(error))
    return _views(model, resolution, layers, probes, limit, simulator, monitor)


def _views(
    model: FloatModel,
    resolution: Resolution,
    layers: Sequence[IntegerLayer],
    probes: Probes,
    limit: int | None,
    simulator: Simulator | None,
    monitor: Monitor,
) -> tuple[IntegerView, ...]:
    simulator, encodings = simulator or Simulator(model), resolution.encodings
    taps = tuple(dict.fromkeys(layer.input for layer in layers))
    ranges: list[AccumulatorRange | None] = [None] * len(layers)
    saturated = [0] * len(layers)
    samples = [0] * len(layers)
    for sample in probe_samples(probes, limit, monitor, "Computing in integers"):
        _, values = simulator.watched(sample.feeds, encodings, taps, monitor=monitor)
        for place, layer in enumerate(layers):
            monitor.check()
            if not values[layer.input].size:
                continue  # its branch was not taken
            codes = layer.x.quantize(values[layer.input])
            found, before = accumulator_range(layer.accumulate(codes)), ranges[place]
            ranges[place] = found if before is None else before.merge(found)
            saturated[place] += layer.saturated(codes)
            samples[place] += 1
    return tuple(
        IntegerView(
            layer.name,
            seen,
            sums or AccumulatorRange(0, 0),
            layer.saturable(),
            count,
            resolution.clipped_bias.get(layer.name, 0),
        )
        for layer, seen, sums, count in zip(layers, samples, ranges, saturated, strict=True)
    )


@dataclass(frozen=True, eq=False)
class IntegerLayer:
    """A Conv, ConvTranspose, Gemm or MatMul on codes; `bias` int32 `[C_out]` or None."""

    node: IntegerNode
    x: Encoding
    w: Encoding
    codes: Codes
    bias: NDArray[np.int32] | None
    window: dict[str, Any]

    @classmethod
    def of(cls, model: FloatModel, resolution: Resolution, layer: str) -> IntegerLayer:
        encodings = resolution.encodings
        node = encodings.flow.nodes.get(layer)
        if node is None:
            reason = resolution.flow.reasons.get(layer)
            why = Sentence("there is no such layer; see inspect")
            why = why if reason is None else reason.sentence
            raise PlanError("Layer '{0}' does not compute on codes: {1}.", layer, why)
        operator = node.node.op_type
        x = encodings.of(node.node.input[0])
        w = encodings.weights.get(node.node.input[1]) if operator in SUMS else None
        if x is None or w is None or not isinstance(w.granularity, PerTensor | PerAxis):
            raise PlanError(
                "Layer '{0}' ({1}) has no integer sums under this plan: it needs input and weight "
                "in integers, the weight per tensor or per channel.",
                layer,
                operator,
            )
        codes = encodings.codes_of(node.node.input[1], model.weight(node.node.input[1]))
        bias = encodings.bias_of(model, node)
        steps = None if bias is None else bias.codes
        return cls(node, x, w, codes, steps, _window(node.node, model, codes))

    @property
    def name(self) -> str:
        return str(self.node.node.name)

    @property
    def input(self) -> str:
        return str(self.node.node.input[0])

    def accumulate(self, x: Codes) -> Accumulator:
        """The int32 sums of input codes, before a register would wrap."""
        return SUMS[self.node.node.op_type](self, x)

    def saturated(self, x: Codes) -> int:
        """Pair sums beyond int16 on these codes."""
        if self.columns is None:
            return 0
        if operator_of(self.node.node).slides:
            zero = int(self.x.zero_point)
            return conv_pair_saturation_count(x, self.codes, x_zero=zero, **self.window)
        return pair_saturation_count(x, self.columns)

    def saturable(self) -> int:
        """Weight pairs that some input could saturate."""
        return 0 if self.columns is None else saturable_pairs(self.columns)

    @cached_property
    def columns(self) -> Codes | None:
        """The codes of the weight in the order of their products, None: not added in pairs."""
        return product_columns(self.node.node, self.codes)

    @property
    def zeros(self) -> dict[str, Any]:
        """Zero points and bias of a convolution's sums."""
        zero = int(self.x.zero_point)
        return {"x_zero": zero, "w_zero": self.w.zero_point, "bias": self.bias}


def _conv(layer: IntegerLayer, x: Codes) -> Accumulator:
    return conv_accumulate(x, layer.codes, **layer.zeros, **layer.window)


def _conv_transpose(layer: IntegerLayer, x: Codes) -> Accumulator:
    more = attribute(layer.node.node, "output_padding", None)
    return conv_transpose_accumulate(
        x, layer.codes, output_padding=more, **layer.zeros, **layer.window
    )


def _product(layer: IntegerLayer, x: Codes) -> Accumulator:
    assert layer.columns is not None
    return matmul_accumulate(
        x,
        layer.columns,
        a_zero=int(layer.x.zero_point),
        b_zero=layer.w.zero_point,
        bias=layer.bias,
    )


SUMS: Mapping[str, Callable[[IntegerLayer, Codes], Accumulator]] = {
    "Conv": _conv,
    "ConvTranspose": _conv_transpose,
    "Gemm": _product,
    "MatMul": _product,
}
"""By operator: how integer hardware adds its products."""


def _window(node: onnx.NodeProto, model: FloatModel, w: Codes) -> dict[str, Any]:
    """Strides, pads, dilations and groups of a convolution; empty for a product."""
    if not operator_of(node).slides:
        return {}
    sides = _sides(node, model) if pads_itself(node) else ()
    window = window_of(node, w.shape[2:], sides)
    return {
        "strides": window.strides,
        "dilations": window.dilations,
        "pads": window.pads,
        "group": weight_axes(node, w.ndim).groups,
    }


def _sides(node: onnx.NodeProto, model: FloatModel) -> tuple[int, ...]:
    """The spatial shape of a layer's input, which must be fixed."""
    kind = model.types.get(node.input[0])
    sides = () if kind is None or kind.shape is None else kind.shape[2:]
    fixed = tuple(side for side in sides if isinstance(side, int))
    if not operator_of(node).gathers or not fixed or len(fixed) < len(sides):
        raise PlanError(
            "Layer '{0}' pads itself (auto_pad) over a size that is not fixed: its sums cannot be "
            "shown.",
            node.name,
        )
    return fixed
