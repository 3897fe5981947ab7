"""How much of its error each layer introduced, beyond what it was given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from quantengine.graph.model import FloatModel


def introduced(model: FloatModel, errors: Mapping[str, float]) -> Mapping[str, float]:
    """By layer, how many dB its output lies below the worst of what feeds it.

    `errors` are those of `layer_errors`. Layers that introduce nothing are left out, and so are
    those that are fed by nothing with an error. What lies between two layers passes on what it got.
    """
    reached: dict[str, float] = {}
    drops: dict[str, float] = {}
    for node in model.graph.node:
        fed = _worst(reached[name] for name in node.input if name in reached)
        own = errors.get(node.name)
        if own is not None and fed is not None and own < fed < float("inf"):
            drops[node.name] = own - fed
        behind = fed if own is None else own
        if behind is not None:
            reached |= dict.fromkeys(node.output, behind)
    return drops


def _worst(levels: Iterable[float]) -> float | None:
    known = [level for level in levels if level == level]  # noqa: PLR0124 - nan differs from itself
    return min(known, default=None)
