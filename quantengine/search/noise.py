"""What each level of each knob adds to the error of the outputs, all else float.

The network is walked once, as sensitivity does: at each layer only what follows it is run again.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.analyze.parts import LayerParts, layer_parts
from quantengine.analyze.positions import comparable, real_positions
from quantengine.analyze.side_by_side import run_side_by_side
from quantengine.analyze.simulate import NONE, Simulator
from quantengine.analyze.slices import Slices
from quantengine.data.dataset import Sample
from quantengine.formats.metrics import Difference, equal_values
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.search.knobs import Space

Array = NDArray[Any]
Noise = tuple[tuple[float, ...], ...]
"""By knob and level: noise power of the outputs as a share of their signal power; float: 0.

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
    """The noise of every level, float outputs (else all) pooled; raises Cancelled."""
    blocks = [samples[start : start + _BLOCK] for start in range(0, len(samples), _BLOCK)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        walk = _Walk(model, space, pool)
        steps = [(block, place) for block in blocks for place in (None, *walk.places)]
        for block, place in monitor.track(steps, text):
            if place is None:
                walk.enter(block, monitor)
            else:
                walk.visit(place, monitor)
    return walk.result()


@dataclass
class _Traveller:
    """One sample on its way: what is alive of the float network, and the results of that."""

    feeds: Mapping[str, Array]
    values: dict[str, Array]
    results: dict[str, Array]


@dataclass(eq=False)
class _Trial:
    knob: int
    level: int
    difference: Difference = field(default_factory=Difference)
    count: int = 0
    changed: int = 0

    def add(self, expected: Array, found: Array, feeds: Mapping[str, Array]) -> None:
        if expected.dtype.kind == "f":
            self.difference.add(*comparable(expected, found, feeds))
            return
        pair = real_positions(expected, feeds), real_positions(found, feeds)
        size = max(values.size for values in pair)
        self.count += size
        self.changed += size - equal_values(*pair)

    @property
    def share(self) -> float:
        if self.count:
            return self.changed / self.count
        signal = self.difference.signal
        found = self.difference.noise / signal if signal > 0 else np.nan
        return float(np.nan_to_num(found, nan=_WORST, posinf=_WORST))


class _Walk:
    """Samples side by side, one thread each."""

    def __init__(self, model: FloatModel, space: Space, pool: ThreadPoolExecutor) -> None:
        self.space, self.pool, self.simulator = space, pool, Simulator(model)
        self.encodings = [found.encodings for found in space.resolutions]
        self.simulation, self.whole = self.simulator.session(self.encodings[0])
        self.slices = Slices(model, self.simulation)
        self.off = self.simulator.feeds(self.simulation, self.encodings[0], NONE)
        floats = [name for name, kind in model.outputs.items() if kind.is_float]
        self.outputs = floats or list(model.outputs)
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

    def enter(self, block: Sequence[Sample], monitor: Monitor) -> None:
        """Starts with new samples at the beginning of the network."""
        self.here = 0
        fed = [(sample.feeds, self.off) for sample in block]
        results = run_side_by_side(self.pool, self.whole, fed, self.outputs, monitor)
        self.travellers = [
            _Traveller(sample.feeds, dict(sample.feeds), found)
            for sample, found in zip(block, results, strict=True)
        ]

    def visit(self, place: int, monitor: Monitor) -> None:
        """Walks on to a place and runs what follows under each trial."""
        self._advance(place, monitor)
        outputs = self.slices.made(self.here, None, frozenset(self.outputs))
        rest = self.slices.session_of(self.here, None, outputs)
        for trial in self.trials[place]:
            steering = self._steering(trial)
            fed = [(traveller.values, steering) for traveller in self.travellers]
            for traveller, found in zip(
                self.travellers,
                run_side_by_side(self.pool, rest, fed, outputs, monitor),
                strict=True,
            ):
                for name in self.outputs:
                    expected = traveller.results[name]
                    trial.add(expected, found.get(name, expected), traveller.feeds)

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
            found[trial.knob][trial.level] = trial.share
        return tuple(map(tuple, found))
