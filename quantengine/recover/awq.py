"""Channels that meet large inputs made larger in the weight, where rounding then costs less."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from quantengine.formats.granularity import along
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.observe.table import CalibrationTable
from quantengine.plan import QuantPlan
from quantengine.recover.outliers import Channels, Doubles, Factor
from quantengine.recover.scaled_inputs import Scaled, Search, Wanted, scaled
from quantengine.resolve.weights import encoded_weight
from quantengine.sentence import Sentence

STRENGTHS = tuple(np.arange(1, 21) / 20)
_WORTH = 1.05
_WORTH_APART = 1.25
"""Noise of products that is 1 dB lower: worth a Mul of its own."""
_WIDEST = 256.0
_COLUMNS = 512
"""Of a weight, evenly spaced: they tell which strength is best."""


def weigh(
    model: FloatModel,
    table: CalibrationTable,
    plan: QuantPlan,
    *,
    monitor: Monitor = SILENT,
) -> Scaled:
    """W_j s_j and x_j / s_j with s_j = rms(x_j)^a, of the a from 0 to 1 that loses least.

    What is lost counts every error of a weight by the power of the input that it meets (AWQ, Lin
    2023, with the root mean square in the place of the mean size).
    """
    none = Sentence("No input of a product could be weighed")
    wanted = Wanted(factor, "awq", _WORTH, _WORTH_APART, none, _said)
    return scaled(Search(model, table, plan, wanted), "Weighing inputs", monitor)


def _said(inputs: Sentence, added: int) -> Sentence:
    if not added:
        return Sentence("Weights were scaled by what they meet at {0} of products.", inputs)
    return Sentence(
        "Weights were scaled by what they meet at {0} of products, {1} by a Mul of its own.",
        inputs,
        added,
    )


def factor(channels: Channels) -> Factor:
    """s `[C]` with the largest and the smallest as far from 1."""
    power, alike = channels.power, np.ones_like(channels.power)
    usable = power > 0
    if not np.any(usable):
        return Factor(alike, 1.0)
    before, best = _lost(channels, alike), Factor(alike, 1.0)
    for strength in STRENGTHS:
        found = alike.copy()
        found[usable] = np.sqrt(power[usable]) ** strength
        found /= np.sqrt(found[usable].max() * found[usable].min())
        found = np.where(usable, np.clip(found, 1 / _WIDEST, _WIDEST), 1.0)
        after = _lost(channels, found)
        gain = before / after if after > 0 else 1.0
        if gain > best.gain:
            best = Factor(found, gain)
    return best


def _lost(channels: Channels, scale: Doubles) -> float:
    """The power of what rounding adds to the products."""
    total = 0.0
    for weight, plan in zip(channels.weights, channels.weight_plans, strict=True):
        if plan.integer is None:
            continue
        step = -(-weight.shape[1] // _COLUMNS)
        given = weight[:, ::step] * scale[:, None].astype(np.float32)
        quick = replace(plan, method="minmax", parameters=())
        rounded = encoded_weight(given, quick, along(plan.granularity, 1, 0)).fake_quantize(given)
        errors = np.square((given - rounded) / scale[:, None]).sum(axis=1, dtype=np.float64)
        total += float(errors @ channels.power) * step
    return total
