"""A plan at another width."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from quantengine.formats.dtype import IntegerType
from quantengine.plan import (
    DYNAMIC,
    FLOAT,
    Override,
    QuantPlan,
    Setting,
    TensorPlan,
    apply_settings,
)

Part = Literal["weights", "activations", "both"]

_ROLES: tuple[Part, ...] = ("weights", "activations")


def at_width(plan: QuantPlan, bits: int, part: Part = "both") -> QuantPlan:
    """`plan` with integers of `bits` bits in `part`, also where an override asks for a width.

    What is float or dynamic stays so; methods, granularities and ranges set by hand are kept.
    Raises PlanError for a width that does not exist.
    """

    def changed(tensor: TensorPlan, role: Part) -> TensorPlan:
        fits = part in (role, "both") and tensor.integer is not None
        return apply_settings(tensor, [("bits", bits)], role) if fits else tensor

    return replace(
        plan,
        weights=changed(plan.weights, "weights"),
        activations=changed(plan.activations, "activations"),
        overrides=tuple(
            Override(o.pattern, tuple(s for old in o.settings for s in _settings(*old, bits, part)))
            for o in plan.overrides
        ),
    )


def _settings(name: str, value: Setting, bits: int, part: Part) -> Iterator[tuple[str, Setting]]:
    """What becomes of one setting of an override; one for both roles may become two."""
    prefix, _, key = name.rpartition(".")
    integer = key == "bits" or (key == "dtype" and value not in (FLOAT, DYNAMIC))
    if not integer or (prefix and part not in (prefix, "both")):
        yield name, value
        return
    new = bits if key == "bits" else IntegerType(bits, IntegerType.parse(str(value)).signed).name
    if prefix or part == "both":
        yield name, new
        return
    for role in _ROLES:
        yield f"{role}.{key}", new if role == part else value
