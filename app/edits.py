"""Changes to a plan for single layers and tensors, without piling up overrides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from quantengine.patterns import exact, matching, spells
from quantengine.plan import Override, QuantPlan, Setting
from quantengine.targets import plan_for

WEIGHTS, ACTIVATIONS = "weights", "activations"


def set_tensor(
    plan: QuantPlan, role: str, tensors: Iterable[str], changes: Mapping[str, Setting]
) -> QuantPlan:
    """Settings of TensorPlan (or parameters of its method) for tensors of one role.

    A new method drops the parameters of the old one; a new method, type or symmetry drops a range
    that was set by hand.
    """
    for tensor in tensors:
        plan = _set_one(plan, role, tensor, changes)
    return plan


def keep_float(plan: QuantPlan, layers: Iterable[str], every_layer: Iterable[str]) -> QuantPlan:
    """A plan that keeps `layers` float; patterns of many names are left as they are."""
    kept = _kept(plan, every_layer)
    new = tuple(exact(name) for name in layers if name not in kept)
    return replace(plan, keep_float=(*plan.keep_float, *new))


def quantize(plan: QuantPlan, layers: Iterable[str], every_layer: Iterable[str]) -> QuantPlan:
    """A plan that quantizes `layers`; a pattern that kept them float is spelled out without."""
    wanted, names = set(layers), tuple(every_layer)
    patterns: list[str] = []
    for pattern in plan.keep_float:
        matched = matching(pattern, names)
        if wanted.isdisjoint(matched):
            patterns.append(pattern)
        else:
            patterns.extend(exact(name) for name in matched if name not in wanted)
    return replace(plan, keep_float=tuple(dict.fromkeys(patterns)))


def reset(
    plan: QuantPlan, layers: Iterable[str], tensors: Iterable[str], every_layer: Iterable[str]
) -> QuantPlan:
    """A plan without what was set for exactly these layers and tensors."""
    layers = tuple(layers)
    names = (*layers, *tensors)
    left = tuple(o for o in plan.overrides if not any(spells(o.pattern, n) for n in names))
    return quantize(replace(plan, overrides=left), layers, every_layer)


def for_target(plan: QuantPlan, target: str) -> QuantPlan:
    """The plan with another target's defaults; what was set for single names stays."""
    found = replace(
        plan_for(target), keep_float=plan.keep_float, overrides=plan.overrides, given=plan.given
    )
    return found.with_edges(plan.edges)


def _kept(plan: QuantPlan, layers: Iterable[str]) -> set[str]:
    names = tuple(layers)
    return {name for pattern in plan.keep_float for name in matching(pattern, names)}


def _set_one(plan: QuantPlan, role: str, tensor: str, changes: Mapping[str, Setting]) -> QuantPlan:
    settings = dict(_own_settings(plan, tensor))
    for key in _outdated(changes):
        settings.pop(f"{role}.{key}", None)
        if key in ("low", "high"):
            settings[f"{role}.{key}"] = None
    settings.update({f"{role}.{key}": value for key, value in changes.items()})
    left = [o for o in plan.overrides if not _is_own(plan, o, tensor)]
    return replace(plan, overrides=(*left, Override(exact(tensor), tuple(settings.items()))))


def _outdated(changes: Mapping[str, Setting]) -> set[str]:
    """Settings that lose their meaning with these changes."""
    outdated: set[str] = set()
    if "method" in changes:
        from quantengine.ranges.registry import METHODS

        outdated |= {name for known in METHODS.values() for name in known.parameters}
    if "bits" in changes:
        outdated.add("dtype")
    if "dtype" in changes:
        outdated.add("bits")
    if not {"low", "high"} & set(changes) and set(changes) & {"method", "symmetric"}:
        outdated |= {"low", "high"}
    return outdated - set(changes)


def _own_settings(plan: QuantPlan, tensor: str) -> tuple[tuple[str, Setting], ...]:
    own = (o for o in plan.overrides if _is_own(plan, o, tensor))
    return tuple(setting for override in own for setting in override.settings)


def _is_own(plan: QuantPlan, override: Override, tensor: str) -> bool:
    return spells(override.pattern, tensor) and not _is_shadowed(plan, override, tensor)


def _is_shadowed(plan: QuantPlan, override: Override, tensor: str) -> bool:
    """Whether a later pattern of many names speaks of the tensor too: then order matters."""
    place = next(i for i, other in enumerate(plan.overrides) if other is override)
    later = plan.overrides[place + 1 :]
    return any(not spells(o.pattern, tensor) and matching(o.pattern, [tensor]) for o in later)
