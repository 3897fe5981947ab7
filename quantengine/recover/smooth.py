"""Outlier channels made smaller before products, and their weights larger."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from weakref import WeakKeyDictionary

from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.observe.table import CalibrationTable
from quantengine.plan import QuantPlan
from quantengine.recover.outliers import STRENGTHS, Channels
from quantengine.recover.scaled_inputs import Scaled, Search, Wanted, scaled
from quantengine.sentence import Sentence

_WORTH = 4.0
"""Noise of products that is 6 dB lower: worth a Mul of its own, and collecting statistics anew."""
_LITTLE = 1.1
_TOLD: WeakKeyDictionary[CalibrationTable, dict[QuantPlan, bool]] = WeakKeyDictionary()
"""Statistics are of one model."""


def smooth(
    model: FloatModel,
    table: CalibrationTable,
    plan: QuantPlan | None = None,
    *,
    strengths: Sequence[float] = STRENGTHS,
    monitor: Monitor = SILENT,
) -> Scaled:
    """x_j / s_j and W_j s_j, s_j = max|x_j|^a / max|W_j|^(1 - a), channels j along the last axis.

    Exact: s goes into the weights of the MatMul and Gemm nodes that read x, 1 / s into the
    constants of what writes x (Mul, LayerNormalization; Xiao 2022), or into a Mul before those
    products where others read x too and it gains 6 dB there. Of each tensor that a of `strengths`
    counts which leaves least noise under `plan`.
    """
    search = Search(model, table, QuantPlan() if plan is None else plan, _wanted(strengths))
    return scaled(search, "Smoothing outlier channels", monitor)


def dominated(model: FloatModel, table: CalibrationTable, plan: QuantPlan) -> bool:
    """Whether a few channels cost some product much that smoothing gives back."""
    told = _TOLD.setdefault(table, {})
    if plan not in told:
        places = Search(model, table, plan, _wanted(STRENGTHS)).run()
        told[plan] = any(place.factor.gain >= _WORTH for place in places)
    return told[plan]


def _wanted(strengths: Sequence[float]) -> Wanted:
    factor = partial(Channels.factor, strengths=strengths)
    none = Sentence("No input of a product could be smoothed")
    return Wanted(factor, "smooth", _LITTLE, _WORTH, none, _said)


def _said(inputs: Sentence, added: int) -> Sentence:
    if not added:
        return Sentence("The channels of {0} of products were made alike.", inputs)
    return Sentence(
        "The channels of {0} of products were made alike, {1} by a Mul of its own.", inputs, added
    )
