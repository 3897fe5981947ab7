"""Encodings of activations as the target asks: shared, fixed, wide enough, powers of two."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial

import numpy as np

from quantengine.formats.encoding import Encoding
from quantengine.graph.flow import Flow
from quantengine.graph.operators.registry import activation_inputs
from quantengine.resolve.activations import ActivationEncoder, EncodedActivations
from quantengine.resolve.held_masks import hold_masks
from quantengine.resolve.powers import nearest_power
from quantengine.resolve.spec import spec_of
from quantengine.sentence import Sentence
from quantengine.targets import Target, rules_of

_TOLD_DB = 1.0
"""What sharing costs is said from here on."""
Encodings = dict[str, Encoding]


def conformed(
    encoder: ActivationEncoder, found: EncodedActivations
) -> tuple[EncodedActivations, tuple[Sentence, ...]]:
    """What the plan chose, changed as far as its target asks, and what that costs."""
    target = rules_of(encoder.decisions.plan)
    if not target.rules_ranges:
        return found, ()
    encodings = dict(found.encodings)
    told = hold_masks(encoder, encodings) if target.whole else []
    fixed = dict(_fixed(encoder, target, encodings))
    encodings |= fixed
    encodings |= {n: _wide(e, target.least_range) for n, e in encodings.items() if n not in fixed}
    for names in joined_groups(encoder.flow, target):
        _join(encoder, encodings, [name for name in names if name in encodings], fixed, told)
    if target.power_of_two:
        _power(encoder, encodings, joined_groups(encoder.flow, target))
    changed = {n for n, e in encodings.items() if e is not found.encodings[n]}
    ratios = dict(found.sqnr_db)
    for name in changed:
        ratio = encoder.sqnr_db(name, encodings[name])
        if ratio is not None:
            ratios[name] = ratio
    return replace(found, encodings=encodings, sqnr_db=ratios), tuple(told)


def _fixed(
    encoder: ActivationEncoder, target: Target, encodings: Mapping[str, Encoding]
) -> Iterator[tuple[str, Encoding]]:
    """Outputs whose encoding is that of the operator."""
    for name, encoding in encodings.items():
        node = encoder.model.producers.get(name)
        known = {} if node is None else target.fixed.get(node.op_type, {})
        if encoding.dtype.name in known:
            scale, zero = known[encoding.dtype.name]
            values = np.array(scale, np.float32), np.array(zero, np.int32)
            yield name, replace(encoding, scale=values[0], zero_point=values[1])


def _wide(encoding: Encoding, least: float) -> Encoding:
    """At least so wide in all, zero kept."""
    wide = float(encoding.high - encoding.low)
    if wide >= least:
        return encoding
    scale = np.asarray(encoding.scale * (least / wide), np.float32)
    return replace(encoding, scale=scale)


def joined_groups(flow: Flow, target: Target) -> tuple[tuple[str, ...], ...]:
    """Owner tensors that have one encoding, since operators between them ask for it."""
    group: dict[str, str] = {}

    def top(name: str) -> str:
        while group.setdefault(name, name) != name:
            name = group[name]
        return name

    for node in flow.nodes.values():
        if node.node.op_type in target.joined:
            names = [*activation_inputs(node.node), node.output]
            owners = [flow.owners[name] for name in names if name in flow.owners]
            for owner in owners[1:]:
                group[top(owner)] = top(owners[0])
    found: dict[str, list[str]] = {}
    for name in group:
        found.setdefault(top(name), []).append(name)
    return tuple(tuple(names) for names in found.values() if len(names) > 1)


def _join(
    encoder: ActivationEncoder,
    encodings: Encodings,
    names: list[str],
    fixed: Mapping[str, Encoding],
    told: list[Sentence],
) -> None:
    """Gives all one encoding that holds the range of each; said where that costs."""
    if len(names) < 2:
        return
    types = {encodings[name].dtype for name in names}
    held = [name for name in names if name in fixed]
    if len(types) > 1 or held:
        text = Sentence("its type differs") if len(types) > 1 else Sentence("its scale is fixed")
        first = held[0] if held else names[0]
        text = Sentence(
            "{0} asks for one encoding of '{1}' and {2} others, but {3}: it stays apart.",
            *(encoder.decisions.plan.target, first, len(names) - 1, text),
        )
        told.append(text)
        names = [name for name in names if name not in held]
        if len(types) > 1 or len(names) < 2:
            return
    spec = spec_of(encoder.plan_of(names[0]), weight=False)
    assert spec is not None
    shared = spec.encode(
        min(float(encodings[name].low) for name in names),
        max(float(encodings[name].high) for name in names),
    )
    costs = sorted(_costs(encoder, encodings, names, shared), reverse=True)
    encodings |= dict.fromkeys(names, shared)
    if costs and costs[0][0] >= _TOLD_DB:
        _, name, before, after = costs[0]
        told.append(
            Sentence(
                "{0} asks for one encoding of {1} tensors: '{2}' keeps {4} dB instead of {3}.",
                *(encoder.decisions.plan.target, len(names), name),
                *(f"{before:.1f}", f"{after:.1f}"),
            )
        )


def _costs(
    encoder: ActivationEncoder,
    encodings: Mapping[str, Encoding],
    names: Iterable[str],
    shared: Encoding,
) -> Iterator[tuple[float, str, float, float]]:
    """What each tensor loses in dB, with what it keeps before and after."""
    for name in names:
        before, after = (encoder.sqnr_db(name, e) for e in (encodings[name], shared))
        if before is not None and after is not None and np.isfinite([before, after]).all():
            yield before - after, name, before, after


def _power(
    encoder: ActivationEncoder, encodings: Encodings, groups: tuple[tuple[str, ...], ...]
) -> None:
    """Scales that are powers of two, the same within a group."""
    joined = {name: names[0] for names in groups for name in names}
    made: Encodings = {}
    for name, encoding in encodings.items():
        lead = joined.get(name, name)
        if lead not in made:
            made[lead] = nearest_power(encoding, partial(encoder.sqnr_db, name))
        encodings[name] = made[lead]
