"""Outlier channels made smaller before products, and their weights larger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from weakref import WeakKeyDictionary

from quantengine.counted import counted
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.observe.table import CalibrationTable
from quantengine.plan import QuantPlan
from quantengine.recover.outliers import STRENGTHS, Channels
from quantengine.recover.scaled_inputs import Search, Wanted, scaled
from quantengine.sentence import Sentence, because

_WORTH = 4.0
"""Noise of products that is 6 dB lower: worth a Mul of its own, and collecting statistics anew."""
_LITTLE = 1.1
_TOLD: WeakKeyDictionary[CalibrationTable, dict[QuantPlan, bool]] = WeakKeyDictionary()
"""Statistics are of one model."""


@dataclass(frozen=True, eq=False)
class Smoothed:
    """The model after smoothing; `refused` says which tensors were left out and why."""

    model: FloatModel
    tensors: int
    refused: tuple[str, ...]
    added: int = 0
    """How many of the tensors needed a Mul of their own."""

    @property
    def text(self) -> Sentence:
        if not self.tensors:
            return because(Sentence("No input of a product could be smoothed"), self.refused)
        inputs = counted(self.tensors, "input")
        if not self.added:
            return Sentence("The channels of {0} of products were made alike.", inputs)
        return Sentence(
            "The channels of {0} of products were made alike, {1} by a Mul of its own.",
            inputs,
            self.added,
        )


def smooth(
    model: FloatModel,
    table: CalibrationTable,
    plan: QuantPlan | None = None,
    *,
    strengths: Sequence[float] = STRENGTHS,
    monitor: Monitor = SILENT,
) -> Smoothed:
    """x_j / s_j and W_j s_j, s_j = max|x_j|^a / max|W_j|^(1 - a), channels j along the last axis.

    Exact: s goes into the weights of the MatMul and Gemm nodes that read x, 1 / s into the
    constants of what writes x (Mul, LayerNormalization; Xiao 2022), or into a Mul before those
    products where others read x too and it gains 6 dB there. Of each tensor that a of `strengths`
    counts which leaves least noise under `plan`.
    """
    search = Search(model, table, QuantPlan() if plan is None else plan, _wanted(strengths))
    found = list(monitor.track(search.run(), "Smoothing outlier channels"))
    if not found:
        return Smoothed(model, 0, tuple(search.refused))
    apart = sum(not place.constants for place in found)
    whole = scaled(model, found, search.wanted.word)
    return Smoothed(whole, len(found), tuple(search.refused), apart)


def dominated(model: FloatModel, table: CalibrationTable, plan: QuantPlan) -> bool:
    """Whether a few channels cost some product much that smoothing gives back."""
    told = _TOLD.setdefault(table, {})
    if plan not in told:
        places = Search(model, table, plan, _wanted(STRENGTHS)).run()
        told[plan] = any(place.factor.gain >= _WORTH for place in places)
    return told[plan]


def _wanted(strengths: Sequence[float]) -> Wanted:
    return Wanted(partial(Channels.factor, strengths=strengths), "smooth", _LITTLE, _WORTH)
