"""What a recovery did to each layer: ranges of channels, shifts of means, weights turned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from quantengine.analyze.mean_shifts import MeanShift, by_layer
from quantengine.analyze.metrics import as_json
from quantengine.analyze.turned import turned
from quantengine.graph.model import FloatModel
from quantengine.recover.evened import evened
from quantengine.resolve.resolve import Resolution

Pair = tuple[float, float]


@dataclass(frozen=True)
class LayerSeen:
    """Pairs are before and after; None where recovery left it alone.

    `filled`: the mean share of the widest output channel that channels of the weights are as wide
    as; `shift`: of channel means, as a share of the output; `turned`: shares of weights a code up,
    a code down, and further.
    """

    layer: str
    filled: Pair | None
    shift: Pair | None
    turned: tuple[float, float, float] | None

    def to_json(self) -> dict[str, Any]:
        """A JSON object; null where no finite number says it."""
        return dict(as_json(self))


def layers_seen(
    before: FloatModel,
    model: FloatModel,
    resolution: Resolution,
    shifts: Sequence[MeanShift] = (),
) -> tuple[LayerSeen, ...]:
    """Of the layers that differ in something, in the order of the graph.

    `before` is the model as it was opened, `model` and `resolution` what recovery made of it.
    """
    scaled, moved = evened(before, model), by_layer(tuple(shifts))
    found = []
    for name, node in resolution.flow.nodes.items():
        codes = [turned(model, resolution, weight.tensor) for weight in node.weights]
        known = next((each for each in codes if each is not None), None)
        pair = scaled.get(name)
        shift = moved.get(name)
        told = LayerSeen(
            name,
            None if pair is None else pair.own.filled,
            None if shift is None else shift.shares,
            None if known is None else (known.up, known.down, known.further),
        )
        if (told.filled, told.shift, told.turned) != (None, None, None):
            found.append(told)
    return tuple(found)
