"""Weights under a plan, as rows of a comparison."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.analyze.comparison import TensorComparison
from quantengine.analyze.metrics import Metrics
from quantengine.analyze.parts import LayerParts
from quantengine.formats.encoding import Encoding
from quantengine.formats.granularity import spread
from quantengine.formats.metrics import Difference
from quantengine.graph.flow import Weight
from quantengine.graph.model import FloatModel
from quantengine.rewrite.encodings import Encodings


def weight_rows(
    model: FloatModel, encodings: Encodings, parts: Sequence[LayerParts]
) -> tuple[TensorComparison, ...]:
    """Each quantized weight once, under the first layer that reads it."""
    first: dict[str, tuple[LayerParts, Weight]] = {}
    for part in parts:
        for weight in part.node.weights:
            if weight.tensor in encodings.weights:
                first.setdefault(weight.tensor, (part, weight))
    return tuple(_row(model, encodings, part, weight) for part, weight in first.values())


def _row(
    model: FloatModel, encodings: Encodings, part: LayerParts, weight: Weight
) -> TensorComparison:
    values = model.weight(weight.tensor)
    encoding = encodings.weights[weight.tensor]
    codes = encodings.codes_of(weight.tensor, values)
    difference = Difference()
    difference.add(values, encoding.dequantize(codes))
    return TensorComparison(
        name=weight.tensor,
        role="weight",
        layer=part.name,
        dtype=encoding.dtype.name,
        local=Metrics.of(difference),
        accumulated=None,
        clipped_share=clipped_share(values, encoding),
        unused_share=1 - np.unique(codes).size / (encoding.qmax - encoding.qmin + 1),
        empty_channels=empty_channels(values, weight.axis),
    )


def clipped_share(values: NDArray[Any], encoding: Encoding) -> float:
    """Share of values more than half a step beyond the range; nan where there is none."""
    if not values.size:
        return float("nan")
    scale, low, high = (
        spread(bound, encoding.granularity, values.shape)
        for bound in (encoding.scale, encoding.low, encoding.high)
    )
    outside = (values < low - scale / 2) | (values > high + scale / 2)
    return float(np.count_nonzero(outside) / values.size)


def empty_channels(values: NDArray[Any], axis: int | None) -> int:
    """How many slices along `axis` are all zero."""
    if axis is None or values.ndim == 0:
        return 0
    others = tuple(i for i in range(values.ndim) if i != axis % values.ndim)
    return int(np.count_nonzero(~np.any(values, axis=others)))
