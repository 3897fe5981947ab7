"""Samples that are loud and quiet: one range for all leaves few codes to the quiet ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from weakref import WeakKeyDictionary

import numpy as np

from quantengine.counted import counted
from quantengine.graph.model import FloatModel
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import kind_of
from quantengine.observe.statistics import TensorStats
from quantengine.observe.table import CalibrationTable
from quantengine.plan import DYNAMIC, QuantPlan
from quantengine.recover.state import State
from quantengine.rewrite.dynamic import FORMS
from quantengine.sentence import Sentence
from quantengine.targets import rules_of

_QUIET, _LOUD, TIMES = 0.25, 0.95, 8.0
"""A quarter of the samples reaches less than the loud ones over this many: 5 of 8 bits at most."""
_FEWEST = 20
_TOLD: WeakKeyDictionary[CalibrationTable, str] = WeakKeyDictionary()
"""Statistics are of one model: they tell the same under each plan."""


def apart_in_level(model: FloatModel, table: CalibrationTable) -> str:
    """The first tensor that a layer multiplies and many samples use little of; "" without any."""
    if table not in _TOLD:
        found = (stats.name for stats in _multiplied(model, table) if _uses_little(stats))
        _TOLD[table] = next(found, "")
    return _TOLD[table]


def no_levels(state: State) -> Sentence | None:
    """Why ranges found while running are of no use, or not to be had."""
    return _obstacle(state.model, state.resolution.plan, state.table)


def takes_levels(model: FloatModel, plan: QuantPlan, table: CalibrationTable | None) -> bool:
    """Whether ranges found while running may help a plan."""
    return table is not None and _obstacle(model, plan, table) is None


def with_dynamic(state: State) -> State:
    """Activations take the range of each sample where their operators can."""
    plan, tensor = state.resolution.plan, apart_in_level(state.model, state.table)
    found = state.with_plan(
        replace(plan, activations=replace(plan.activations, dtype=DYNAMIC)), Sentence("")
    )
    layers = counted(len(found.encodings.dynamic), "layer")
    return found.said(
        Sentence(
            "Ranges of {0} are found while running: a quarter of the samples reaches less than an "
            "eighth as far as loud ones at '{1}'.",
            layers,
            tensor,
        )
    )


def _obstacle(model: FloatModel, plan: QuantPlan, table: CalibrationTable) -> Sentence | None:
    if plan.activations.integer is None:
        return Sentence("The plan gives activations no range.")
    if not rules_of(plan).widths.dynamic:
        return Sentence("{0} takes no ranges that are found while running.", plan.target)
    if not apart_in_level(model, table):
        return Sentence("Samples do not differ much in level.")
    return None


def _multiplied(model: FloatModel, table: CalibrationTable) -> Iterator[TensorStats]:
    """What layers with a dynamic form read, where it was last something else."""
    for node in model.graph.node:
        if node.op_type in FORMS and kind_of(node) in (Kind.CORE, Kind.CELL):
            tensor = _unmoved(model, node.input[0])
            if tensor in table.tensors:
                yield table.tensors[tensor]


def _unmoved(model: FloatModel, tensor: str) -> str:
    maker = model.producers.get(tensor)
    while maker is not None and kind_of(maker) is Kind.MOVE:
        tensor = maker.input[0]
        maker = model.producers.get(tensor)
    return tensor


def _uses_little(stats: TensorStats) -> bool:
    low, high = np.nan_to_num(stats.sample_low), np.nan_to_num(stats.sample_high)
    reaches = np.maximum(high, 0.0) - np.minimum(low, 0.0)
    if len(reaches) < _FEWEST:
        return False
    quiet, loud = np.quantile(reaches, (_QUIET, _LOUD))
    return bool(quiet * TIMES < loud)
