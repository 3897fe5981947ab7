"""What each level of each knob adds to the error of the outputs, all else float.

The network is walked once, as sensitivity does: at each layer only what follows it is run again.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from quantengine.analyze.parts import LayerParts, layer_parts
from quantengine.analyze.side_by_side import run_side_by_side
from quantengine.analyze.simulate import NONE, Simulator
from quantengine.analyze.slices import Slices
from quantengine.data.dataset import Sample
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.runtime import Tensors
from quantengine.search.knobs import Space
from quantengine.verdict.reading import reading_of
from quantengine.verdict.record import Record
from quantengine.verdict.reference import Reference
from quantengine.verdict.verdict import Verdict

Array = NDArray[Any]
Noise = tuple[tuple[float, ...], ...]
"""By knob and level: noise power of the worst output as a share of its signal power; float: 0.

Where no output is float: the share of integers that change.
"""

_BLOCK = 8
"""Samples walked through the network together: their tensors at one place are in memory."""

_WORST = 1e12
"""Stands for outputs that are no numbers any more."""


def measure_noise(
    model: FloatModel,
    space: Space,
    samples: Sequence[Sample],
    *,
    text: str = "Measuring each width alone",
    monitor: Monitor = SILENT,
) -> Noise:
    """The noise of every level; raises Cancelled."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        walk = _Walk(model, space, samples, pool, monitor)
        starts = range(0, len(samples), _BLOCK)
        steps = [(start, place) for start in starts for place in (None, *walk.places)]
        for start, place in monitor.track(steps, text):
            if place is None:
                walk.enter(range(start, min(start + _BLOCK, len(samples))))
            else:
                walk.visit(place, monitor)
    return walk.result()


@dataclass
class _Traveller:
    """One sample on its way, by its number, and what is alive of the float network."""

    number: int
    values: dict[str, Array]


@dataclass(eq=False)
class _Trial:
    knob: int
    level: int
    records: list[Record] = field(default_factory=list)


def _share(found: Verdict) -> float:
    """How much of the worst output is noise, or how many of the integers changed."""
    if not found.holds_floats:
        return _WORST if found.equal is None else 1 - found.equal
    worst = found.worst_output
    return _WORST if worst is None else min(worst.noise, _WORST)


class _Walk:
    """Samples side by side, one thread each."""

    def __init__(
        self,
        model: FloatModel,
        space: Space,
        samples: Sequence[Sample],
        pool: ThreadPoolExecutor,
        monitor: Monitor,
    ) -> None:
        self.space, self.pool, self.simulator = space, pool, Simulator(model)
        self.encodings = [found.encodings for found in space.resolutions]
        self.simulation, _ = self.simulator.session(self.encodings[0])
        self.slices = Slices(model, self.simulation)
        self.off = self.simulator.feeds(self.simulation, self.encodings[0], NONE)

        def run(feeds: Tensors) -> Tensors:
            return self.simulator.run(feeds, self.encodings[0], active=NONE, monitor=monitor)

        self.reference = Reference(run, reading_of(model), samples)
        self.trials = self._trials()
        self.places = sorted(self.trials)
        self.here = 0
        self.travellers: list[_Traveller] = []

    def _trials(self) -> dict[int, list[_Trial]]:
        """What to try at each place of the node list."""
        parts = layer_parts(self.encodings[0])
        places = {part.name: self._place(part) for part in parts}
        found: dict[int, list[_Trial]] = {}
        for number, knob in enumerate(self.space.knobs):
            place = min(
                places[part.name]
                for part in parts
                if knob.tensor in part.tensors or not set(knob.weights).isdisjoint(part.weights)
            )
            found.setdefault(place, []).extend(
                _Trial(number, level)
                for level in range(len(knob.levels))
                if knob.levels[level].resolution is not None
            )
        return found

    def _place(self, part: LayerParts) -> int:
        seen = {self.simulation.seen[name] for name in part.inputs}
        return self.slices.place(seen, part.name)

    def enter(self, numbers: Sequence[int]) -> None:
        """Starts with new samples at the beginning of the network."""
        self.here = 0
        feeds = [self.reference.samples[number].feeds for number in numbers]
        self.travellers = [_Traveller(n, dict(fed)) for n, fed in zip(numbers, feeds, strict=True)]

    def visit(self, place: int, monitor: Monitor) -> None:
        """Walks on to a place and runs what follows under each trial."""
        self._advance(place, monitor)
        outputs = self.slices.made(self.here, None, frozenset(self.reference.reading.outputs))
        rest = self.slices.session_of(self.here, None, outputs)
        for trial in self.trials[place]:
            steering = self._steering(trial)
            fed = [(traveller.values, steering) for traveller in self.travellers]
            results = run_side_by_side(self.pool, rest, fed, outputs, monitor)
            for traveller, found in zip(self.travellers, results, strict=True):
                trial.records += self.reference.records(traveller.number, found)

    def _steering(self, trial: _Trial) -> dict[str, Array]:
        knob = self.space.knobs[trial.knob]
        resolution = knob.levels[trial.level].resolution
        assert resolution is not None
        return self.simulator.feeds(self.simulation, self.encodings[resolution], knob.active)

    def _advance(self, place: int, monitor: Monitor) -> None:
        if place == self.here:
            return
        alive = self.slices.alive(place)
        made = self.slices.made(self.here, place, alive)
        fed = [(traveller.values, self.off) for traveller in self.travellers]
        results = run_side_by_side(
            self.pool, self.slices.session_of(self.here, place, made), fed, made, monitor
        )
        for traveller, found in zip(self.travellers, results, strict=True):
            joined = {**traveller.values, **found}
            traveller.values = {name: joined[name] for name in joined if name in alive}
        self.here = place

    def result(self) -> Noise:
        found = [[0.0] * len(knob.levels) for knob in self.space.knobs]
        for trial in (trial for trials in self.trials.values() for trial in trials):
            found[trial.knob][trial.level] = _share(self.reference.verdict(trial.records))
        return tuple(map(tuple, found))
