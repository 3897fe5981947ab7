"""How much of its error each layer introduced, beyond what it was given."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from quantengine.graph.model import FloatModel


@dataclass(frozen=True)
class Fed:
    """The worst of what feeds a layer, in dB, and the layer that made it."""

    level_db: float
    layer: str


def fed_layers(model: FloatModel, errors: Mapping[str, float]) -> Mapping[str, Fed]:
    """By layer, of those that are fed by another; `errors` are those of `layer_errors`.

    What lies between two layers passes on what it got.
    """
    reached: dict[str, Fed] = {}
    fed: dict[str, Fed] = {}
    for node in model.graph.node:
        found = [reached[name] for name in node.input if name in reached]
        worst = min(found, key=lambda each: each.level_db, default=None)
        own = errors.get(node.name, math.nan)
        if worst is not None and node.name in errors:
            fed[node.name] = worst
        behind = worst if math.isnan(own) else Fed(own, node.name)
        if behind is not None:
            reached |= dict.fromkeys(node.output, behind)
    return fed


def introduced(model: FloatModel, errors: Mapping[str, float]) -> Mapping[str, float]:
    """By layer, how many dB its output lies below the worst of what feeds it.

    Layers that introduce nothing are left out, and so are those that are fed exactly.
    """
    fed = fed_layers(model, errors)
    return {
        name: errors[name] - each.level_db
        for name, each in fed.items()
        if errors[name] < each.level_db < math.inf
    }


def origin(errors: Mapping[str, float], fed: Mapping[str, Fed], layer: str) -> str | None:
    """The layer that made more than half of the noise that feeds a layer; None where none did.

    Followed along the worst of what feeds each.
    """
    if layer not in fed or not fed[layer].level_db < math.inf:
        return None
    most = _noise(fed[layer].level_db) / 2
    while layer in fed:
        layer = fed[layer].layer
        given = _noise(fed[layer].level_db) if layer in fed else 0.0
        if _noise(errors[layer]) - given > most:
            return layer
    return None


def _noise(level_db: float) -> float:
    """As a share of the signal's power."""
    return float(10 ** (-level_db / 10))
