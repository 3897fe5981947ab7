"""Why the weights of a layer hurt."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.analyze.channels import OUTLIER
from quantengine.analyze.why_cause import Cause
from quantengine.formats.granularity import PerAxis, rows
from quantengine.graph.flow import IntegerNode, Weight
from quantengine.graph.model import FloatModel
from quantengine.graph.operators.operator import Axes
from quantengine.graph.operators.registry import operator_of
from quantengine.observe.statistics import ChannelStats
from quantengine.observe.table import CalibrationTable
from quantengine.resolve.resolve import Resolution
from quantengine.sentence import Sentence

Array = NDArray[Any]
Doubles = NDArray[np.float64]

FEW = 8
"""A channel that uses less than one of so many codes is poor in codes."""
_MANY, _HALF, _BYTE = 0.25, 0.5, 8


def weight_cause(
    model: FloatModel,
    resolution: Resolution,
    table: CalibrationTable | None,
    node: IntegerNode,
    corrected: bool,
) -> Cause | None:
    """The first that holds of: one scale for unlike channels, shifted means, few bits."""
    coded = [w for w in node.weights if w.tensor in resolution.encodings.weights]
    if not coded:
        return None
    weight = coded[0]
    return (
        _one_scale(model, resolution, weight)
        or (None if corrected else _shifted(model, resolution, table, node, weight))
        or _few_bits(resolution, weight)
    )


def _one_scale(model: FloatModel, resolution: Resolution, weight: Weight) -> Cause | None:
    encoding = resolution.encodings.weights[weight.tensor]
    if encoding.scale.ndim or weight.axis is None or encoding.dtype.is_sign:
        return None
    groups = rows(model.weight(weight.tensor), PerAxis(weight.axis))
    widths = np.array([np.abs(group).max(initial=0.0) for group in groups])
    living = widths[widths > 0]
    if living.size < 2:
        return None
    poor = int((living < float(encoding.scale) * encoding.qmax / FEW).sum())
    times = float(living.max() / np.median(living))
    if not (poor >= _MANY * living.size and times >= OUTLIER):
        return None
    text = Sentence(
        "{0} of {1} channels of its weights use less than an eighth of the codes: channel {2} is "
        "{3} times as wide as the middle one, and all have one scale.",
        poor,
        living.size,
        int(widths.argmax()),
        f"{times:.2g}",
    )
    return Cause(text, "channel", hidden=True)


def _shifted(
    model: FloatModel,
    resolution: Resolution,
    table: CalibrationTable | None,
    node: IntegerNode,
    weight: Weight,
) -> Cause | None:
    stats = None if table is None else table.tensors.get(node.node.input[0])
    channels = None if stats is None else stats.channels
    values = model.weight(weight.tensor)
    axes = operator_of(node.node).axes(node.node, values.ndim)
    if channels is None or node.node.input[0] == weight.tensor:
        return None
    change = resolution.encodings.weight_of(weight.tensor, values) - values
    share = shifted_share(change, axes, channels)
    if share is None or not share >= _HALF:
        return None
    text = Sentence(
        "Rounding its weights shifts the means of its channels: that is about {0} % of what the "
        "rounding costs, and a bias takes it back.",
        f"{100 * share:.0f}",
    )
    return Cause(text, "bias")


def shifted_share(change: Array, axes: Axes, inputs: ChannelStats) -> float | None:
    """Of the power that `change` of a weight adds to the output, how much is constant, 0 to 1.

    As if inputs varied independently, and without padding. None where input channels do not lie
    along the weight's axis of sums.
    """
    if axes.output is None or axes.reduction is None:
        return None
    ends = (axes.output, axes.reduction)
    moved = np.moveaxis(change.astype(np.float64), ends, (0, 1))
    flat = moved.reshape(*moved.shape[:2], -1)
    groups, (made, summed) = axes.groups, moved.shape[:2]
    if inputs.mean.size != groups * summed or made % groups or not np.isfinite(inputs.mean).all():
        return None
    group = np.repeat(np.arange(groups), made // groups)
    mean, variance = (x.reshape(groups, summed)[group] for x in (inputs.mean, inputs.variance))
    constant = float(((flat.sum(axis=2) * mean).sum(axis=1) ** 2).sum())
    varying = float(((flat**2).sum(axis=2) * variance).sum())
    whole = constant + varying
    return constant / whole if whole > 0 else None


def _few_bits(resolution: Resolution, weight: Weight) -> Cause | None:
    bits = resolution.encodings.weights[weight.tensor].dtype.bits
    if bits >= _BYTE:
        return None
    text = Sentence("Its weights have {0} bits, and each bit less costs about 6 dB.", bits)
    return Cause(text, "bits")
