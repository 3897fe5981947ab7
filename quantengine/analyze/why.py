"""Why a layer hurts: what kind of error it has, in sentences that hold, and what mends it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from quantengine.analyze.introduced import Fed, fed_layers, origin
from quantengine.analyze.why_activation import activation_cause
from quantengine.analyze.why_cause import Cause, Remedy
from quantengine.analyze.why_weight import weight_cause
from quantengine.graph.flow import IntegerNode
from quantengine.graph.model import FloatModel
from quantengine.observe.table import CalibrationTable
from quantengine.resolve.resolve import Resolution
from quantengine.sentence import Sentence

GOOD_DB, HURT_DB = 30.0, 20.0
"""A tensor above the first needs no cause; a layer's output below the second does."""
_DROP, _APART, _FAR, _NEAR = 3.0, 6.0, 12.0, 1.0


@dataclass(frozen=True)
class Evidence:
    """What is known of the network a layer lies in.

    `errors` in dB by layer as `layer_errors` has them, and what they make of `fed_layers`; none
    where nothing was run. `corrected`: biases make up for the means that rounding shifts.
    """

    model: FloatModel
    resolution: Resolution
    table: CalibrationTable | None
    errors: Mapping[str, float] = field(default_factory=dict)
    fed: Mapping[str, Fed] = field(default_factory=dict)
    corrected: bool = False
    named: Callable[[str], str] = str
    """How a layer is called."""

    @classmethod
    def of(
        cls,
        model: FloatModel,
        resolution: Resolution,
        table: CalibrationTable | None,
        errors: Mapping[str, float],
        *,
        corrected: bool,
    ) -> Evidence:
        return cls(model, resolution, table, errors, fed_layers(model, errors), corrected)


def why(known: Evidence, layer: str) -> tuple[Cause, ...]:
    """At most two causes, the first of them weighs most; none where nothing is certain or wrong."""
    node = known.resolution.flow.nodes.get(layer)
    if node is None:
        return ()
    before = _before(known, layer)
    if before is not None:
        return (before,)
    found = _own(known, node, layer)
    if not _hurts(known, layer, _both(known, node)):
        found = [cause for cause in found if cause.hidden]
    return tuple(found[:2])


def _before(known: Evidence, layer: str) -> Cause | None:
    level, fed = known.errors.get(layer, math.nan), known.fed.get(layer)
    if fed is None or not (level < GOOD_DB and fed.level_db - level < _NEAR):
        return None
    text = Sentence(
        "What feeds it lies at {0} dB already, its own output at {1} dB: the loss is not its own.",
        f"{fed.level_db:.1f}",
        f"{level:.1f}",
    )
    first = origin(known.errors, known.fed, layer)
    if first is None:
        return Cause(text)
    return Cause(Sentence("{0} Most of it came from {1}.", text, known.named(first)), "show", first)


def _hurts(known: Evidence, layer: str, own_db: float) -> bool:
    level, fed = known.errors.get(layer, math.nan), known.fed.get(layer)
    dropped = fed is not None and level - fed.level_db <= -_DROP
    return own_db < GOOD_DB or level < HURT_DB or dropped


def _own(known: Evidence, node: IntegerNode, layer: str) -> list[Cause]:
    """Of the side that costs more first, of that alone where the other is far better."""
    weight, output = _weight_db(known, node), _output_db(known, node)
    sides = [] if weight - output >= _FAR else [_of_weights(known, node)]
    if not output - weight >= _FAR:
        sides.insert(0 if output < weight else 1, _of_output(known, node))
    details = [cause for cause in sides if cause is not None]
    level = known.errors.get(layer, math.nan)
    explains = not level < _both(known, node) - _APART
    compared = _compared(weight, output, "" if details else "bits") if explains else None
    return details if compared is None else [compared, *details]


def _both(known: Evidence, node: IntegerNode) -> float:
    """What its weights and its output leave together, as if each counted alike."""
    noise = sum(10 ** (-level / 10) for level in (_weight_db(known, node), _output_db(known, node)))
    return -10 * math.log10(noise) if noise else math.inf


def _of_weights(known: Evidence, node: IntegerNode) -> Cause | None:
    return weight_cause(known.model, known.resolution, known.table, node, known.corrected)


def _of_output(known: Evidence, node: IntegerNode) -> Cause | None:
    table, encoding = known.table, known.resolution.encodings.activations.get(node.output)
    stats = None if table is None else table.tensors.get(node.output)
    if table is None or stats is None or encoding is None:
        return None
    return activation_cause(stats, encoding, table.samples)


def _compared(weight: float, output: float, cure: Remedy) -> Cause | None:
    """Which of the two costs more, where one does; inf where there is none of it."""
    if not abs(weight - output) >= _APART:
        return None
    told = [f"{weight:.1f}", f"{output:.1f}"]
    if math.isinf(output):
        return Cause(Sentence("Its weights lie at {0} dB, its output stays float.", told[0]), cure)
    if math.isinf(weight):
        return Cause(Sentence("Its output lies at {0} dB by itself.", told[1]), cure)
    if weight < output:
        text = Sentence("Its weights lie at {0} dB, its output by itself at {1} dB.", *told)
        return Cause(Sentence("{0} The weights cost most.", text), cure)
    text = Sentence("Its output by itself lies at {0} dB, its weights at {1} dB.", *told[::-1])
    return Cause(Sentence("{0} The output costs most.", text), cure)


def _weight_db(known: Evidence, node: IntegerNode) -> float:
    """Of the worst of its weights; inf where it has none with codes, or nothing is known."""
    found = (known.resolution.sqnr_db.get(weight.tensor, math.inf) for weight in node.weights)
    return min((level for level in found if not math.isnan(level)), default=math.inf)


def _output_db(known: Evidence, node: IntegerNode) -> float:
    level = known.resolution.sqnr_db.get(node.output, math.inf)
    return math.inf if math.isnan(level) else level
