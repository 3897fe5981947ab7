"""Which layer hurts the result: each quantized alone, and each left float among the others.

The network is walked once: at each layer only what follows is run again, from the float values
before it (for the layer alone) and from the quantized ones (for all but it). Measured on
mobilenetv2 that halves the cost of running the whole network twice a layer.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from quantengine.analyze.metrics import as_json
from quantengine.analyze.parts import LayerParts, layer_parts
from quantengine.analyze.probes import PROBES, Probes, probe_samples
from quantengine.analyze.side_by_side import run_side_by_side
from quantengine.analyze.simulate import ALL, NONE, Simulator
from quantengine.analyze.slices import Slices
from quantengine.errors import PlanError
from quantengine.graph.layers import model_layers
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.resolve.resolve import Resolution
from quantengine.rewrite.encodings import Encodings
from quantengine.verdict.figures import Figure, common_figure, value_of
from quantengine.verdict.record import Record
from quantengine.verdict.reference import Reference
from quantengine.verdict.verdict import Verdict

Array = NDArray[Any]

_BLOCK = 8
"""Samples walked through the network together: their tensors at one place are in memory."""


@dataclass(frozen=True)
class LayerSensitivity:
    """Effect on the outputs: `alone` only this layer is quantized, `without` all but it.

    `gain_db` is what keeping it float brings the worst output, `gain_equal` the same in the share
    of equal integers (None without integer outputs). A layer that is not quantized changes nothing:
    +inf dB alone, no gain.
    """

    name: str
    operator: str
    quantized: bool
    alone: Verdict
    without: Verdict
    gain_db: float
    gain_equal: float | None = None

    def gain(self, figure: Figure) -> float:
        """In dB or as a share; nan where there is none."""
        found = self.gain_db if figure == "worst_db" else self.gain_equal
        return math.nan if found is None else found


@dataclass(frozen=True)
class Sensitivity:
    """Every layer in order of execution, beside the effect of all of them."""

    model: str
    samples: int
    everything: Verdict
    layers: tuple[LayerSensitivity, ...]

    @property
    def figure(self) -> Figure | None:
        """What ranks the layers; None where nothing does."""
        return common_figure(row.alone for row in self.layers if row.quantized)

    @property
    def ranked(self) -> tuple[LayerSensitivity, ...]:
        """The layers, those that hurt most alone first; in order of execution without a figure."""
        figure = self.figure
        if figure is None:
            return self.layers
        return tuple(sorted(self.layers, key=lambda row: value_of(row.alone, figure)))

    @property
    def best(self) -> LayerSensitivity | None:
        """The quantized layer whose floats gain most; None where no gain can be told."""
        figure = self.figure
        if figure is None:
            return None
        known = [r for r in self.layers if r.quantized and not math.isnan(r.gain(figure))]
        return max(known, key=lambda row: row.gain(figure), default=None)

    def layer(self, name: str) -> LayerSensitivity:
        return next(row for row in self.layers if row.name == name)

    def to_json(self) -> dict[str, Any]:
        """A JSON object with the same parts; null where no finite number says it."""
        return dict(as_json(self))

    def to_rows(self) -> list[dict[str, Any]]:
        """A flat row a layer."""
        return [
            {
                "layer": row.name,
                "operator": row.operator,
                "quantized": row.quantized,
                "alone_db": row.alone.worst_db,
                "alone_agreement": row.alone.agreement,
                "without_db": row.without.worst_db,
                "without_agreement": row.without.agreement,
                "gain_db": row.gain_db,
                "alone_equal": row.alone.equal,
                "without_equal": row.without.equal,
            }
            for row in self.layers
        ]


def sensitivity(
    model: FloatModel,
    resolution: Resolution,
    probes: Probes,
    *,
    limit: int | None = PROBES,
    simulator: Simulator | None = None,
    monitor: Monitor = SILENT,
) -> Sensitivity:
    """Effects of every layer on at most `limit` samples (None: all).

    Raises PlanError for a plan with ranges found while running, DataError, Cancelled.
    """
    encodings = resolution.encodings
    if encodings.dynamic:
        raise PlanError(
            "Layers whose ranges are found while running cannot be switched one by one: give the "
            "activations a type such as uint8 for this analysis."
        )
    samples = list(probe_samples(probes, limit, monitor, "Reading samples"))
    reference = Reference.of(model, samples, monitor=monitor)
    starts = range(0, len(samples), _BLOCK)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        walk = _Walk(reference, model, encodings, simulator or Simulator(model), pool)
        steps = [(start, step) for start in starts for step in range(len(walk.parts) + 1)]
        for start, step in monitor.track(steps, "Switching layers"):
            if step == 0:
                walk.enter(range(start, min(start + _BLOCK, len(samples))))
            if step < len(walk.parts):
                walk.visit(step, monitor)
            else:
                walk.leave(monitor)
    return walk.result()


@dataclass
class _Traveller:
    """One sample on its way, by its number: what is alive of it in both networks."""

    number: int
    floats: dict[str, Array]
    quantized: dict[str, Array]


class _Walk:
    """Samples side by side on one thread each: measured on mobilenetv2 with two cores, faster than
    one after the other on all of them."""

    def __init__(
        self,
        reference: Reference,
        model: FloatModel,
        encodings: Encodings,
        simulator: Simulator,
        pool: ThreadPoolExecutor,
    ) -> None:
        self.model, self.encodings, self.simulator, self.pool = model, encodings, simulator, pool
        self.reference = reference
        self.simulation, _ = simulator.session(encodings)
        self.slices = Slices(model, self.simulation)
        self.places = {part.name: self._place(part) for part in layer_parts(encodings)}
        parts = layer_parts(encodings)
        self.parts: Sequence[LayerParts] = sorted(parts, key=lambda part: self.places[part.name])
        self.off = simulator.feeds(self.simulation, encodings, NONE)
        self.on = simulator.feeds(self.simulation, encodings, ALL)
        self.alone: dict[str, list[Record]] = {part.name: [] for part in parts}
        self.without: dict[str, list[Record]] = {part.name: [] for part in parts}
        self.everything: list[Record] = []
        self.samples = 0
        self.here = 0
        self.travellers: list[_Traveller] = []
        self.results: list[dict[str, Array]] = []

    def _place(self, part: LayerParts) -> int:
        seen = {self.simulation.seen[name] for name in part.inputs}
        return self.slices.place(seen, part.name)

    def enter(self, numbers: Sequence[int]) -> None:
        """Starts with new samples at the beginning of the network."""
        self.here = 0
        feeds = [self.reference.samples[number].feeds for number in numbers]
        self.travellers = [
            _Traveller(number, dict(fed), dict(fed))
            for number, fed in zip(numbers, feeds, strict=True)
        ]

    def visit(self, step: int, monitor: Monitor) -> None:
        """Walks on to a layer and runs what follows in both ways."""
        part = self.parts[step]
        self._advance(self.places[part.name], monitor)
        outputs = self.slices.made(self.here, None, frozenset(self.model.outputs))
        rest = self.slices.session_of(self.here, None, outputs)
        only = self.simulator.feeds(self.simulation, self.encodings, part.active)
        others = self.simulator.feeds(self.simulation, self.encodings, part.others(self.encodings))
        alone = run_side_by_side(
            self.pool, rest, [(t.floats, only) for t in self.travellers], outputs, monitor
        )
        without = run_side_by_side(
            self.pool, rest, [(t.quantized, others) for t in self.travellers], outputs, monitor
        )
        for place, traveller in enumerate(self.travellers):
            self._add(self.alone[part.name], traveller, traveller.floats, alone[place])
            self._add(self.without[part.name], traveller, traveller.quantized, without[place])

    def leave(self, monitor: Monitor) -> None:
        """Walks to the end, where the wholly quantized results are."""
        self._advance(len(self.slices.graph.node), monitor)
        for traveller in self.travellers:
            self._add(self.everything, traveller, traveller.quantized, {})
        self.samples += len(self.travellers)

    def _advance(self, place: int, monitor: Monitor) -> None:
        if place == self.here:
            return
        alive = self.slices.alive(place)
        made = self.slices.made(self.here, place, alive)
        between = self.slices.session_of(self.here, place, made)
        both = [
            *((traveller.floats, self.off) for traveller in self.travellers),
            *((traveller.quantized, self.on) for traveller in self.travellers),
        ]
        for (values, _), found in zip(
            both, run_side_by_side(self.pool, between, both, made, monitor), strict=True
        ):
            values.update(found)
            for name in [name for name in values if name not in alive]:
                del values[name]
        self.here = place

    def _add(
        self,
        records: list[Record],
        traveller: _Traveller,
        earlier: Mapping[str, Array],
        found: Mapping[str, Array],
    ) -> None:
        """Outputs made before the layer are those of the network it is in."""
        records += self.reference.records(traveller.number, {**earlier, **found})

    def result(self) -> Sensitivity:
        everything = self.reference.verdict(self.everything)
        rows = []
        for layer in model_layers(self.model, self.encodings.flow):
            quantized = layer.name in self.alone
            if quantized:
                alone = self.reference.verdict(self.alone[layer.name])
                without = self.reference.verdict(self.without[layer.name])
            elif layer.minor:
                continue
            else:
                alone, without = everything.unchanged, everything
            gain = _gain(without.worst_db, everything.worst_db)
            share = None
            if without.equal is not None and everything.equal is not None:
                share = without.equal - everything.equal
            rows.append(
                LayerSensitivity(layer.name, layer.operator, quantized, alone, without, gain, share)
            )
        return Sensitivity(self.model.path.name, self.samples, everything, tuple(rows))


def _gain(after: float, before: float) -> float:
    """Decibels gained; 0 where both are exact, nan where one is no number or both are -inf."""
    return 0.0 if after == before > -math.inf else after - before
