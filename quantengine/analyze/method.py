"""A plan under another range method."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace

from quantengine.analyze.width import Part
from quantengine.plan import FLOAT, Override, Parameters, QuantPlan, Setting, TensorPlan

_OTHERS = {field.name for field in fields(TensorPlan)} - {"method", "parameters"} | {"bits"}
"""Settings that say nothing of how a range is found by a method."""


def under_method(plan: QuantPlan, name: str, parameters: Parameters, part: Part) -> QuantPlan:
    """`plan` with every range of `part` found by this method, also where an override names one.

    What is float stays so; widths, granularities and ranges set by hand are kept.
    """

    def changed(tensor: TensorPlan, role: Part) -> TensorPlan:
        fits = part in (role, "both") and tensor.dtype != FLOAT
        return replace(tensor, method=name, parameters=parameters) if fits else tensor

    overrides = (
        Override(o.pattern, tuple(s for old in o.settings for s in _kept(*old, part)))
        for o in plan.overrides
    )
    return replace(
        plan,
        weights=changed(plan.weights, "weights"),
        activations=changed(plan.activations, "activations"),
        overrides=tuple(overrides),
    )


def _kept(name: str, value: Setting, part: Part) -> Iterator[tuple[str, Setting]]:
    """What is left of one setting of an override; for both roles it may be left for one."""
    prefix, _, key = name.rpartition(".")
    if key in _OTHERS or (prefix and part not in (prefix, "both")):
        yield name, value
    elif not prefix and part != "both":
        other = "activations" if part == "weights" else "weights"
        yield f"{other}.{key}", value
