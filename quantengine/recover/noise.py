"""What each level of each knob adds to the error of the outputs, all else float.

The network is walked once, as sensitivity does: at each layer only what follows it is run again.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.analyze.parts import LayerParts, layer_parts
from quantengine.analyze.simulate import NONE, Simulator
from quantengine.analyze.slices import Slices
from quantengine.data.dataset import Sample
from quantengine.formats.metrics import Difference
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.recover.knobs import Space
from quantengine.recover.samples import real_positions
from quantengine.runtime import Session

Array = NDArray[Any]
Noise = tuple[tuple[float, ...], ...]
"""By knob and level: noise power of the outputs as a share of their signal power; float: 0."""

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
    """The noise of every level, float outputs pooled; raises Cancelled."""
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


@dataclass(frozen=True, eq=False)
class _Trial:
    knob: int
    level: int
    difference: Difference


class _Walk:
    """Samples side by side, one thread each."""

    def __init__(self, model: FloatModel, space: Space, pool: ThreadPoolExecutor) -> None:
        self.space, self.pool, self.simulator = space, pool, Simulator(model)
        self.encodings = [found.encodings for found in space.resolutions]
        self.simulation, self.whole = self.simulator.session(self.encodings[0])
        self.slices = Slices(model, self.simulation)
        self.off = self.simulator.feeds(self.simulation, self.encodings[0], NONE)
        self.outputs = [name for name, kind in model.outputs.items() if kind.is_float]
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
                _Trial(number, level, Difference())
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
        results = self._runs(self.whole, fed, self.outputs, monitor)
        self.travellers = [
            _Traveller(sample.feeds, dict(sample.feeds), found)
            for sample, found in zip(block, results, strict=True)
        ]

    def visit(self, place: int, monitor: Monitor) -> None:
        """Walks on to a place and runs what follows under each trial."""
        self._advance(place, monitor)
        outputs = self.slices.made(self.here, None, frozenset(self.outputs))
        rest = self._session(None, outputs)
        for trial in self.trials[place]:
            steering = self._steering(trial)
            fed = [(traveller.values, steering) for traveller in self.travellers]
            for traveller, found in zip(
                self.travellers, self._runs(rest, fed, outputs, monitor), strict=True
            ):
                for name in self.outputs:
                    expected = traveller.results[name]
                    pair = (expected, found.get(name, expected))
                    trial.difference.add(*(real_positions(x, traveller.feeds) for x in pair))

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
        results = self._runs(self._session(place, made), fed, made, monitor)
        for traveller, found in zip(self.travellers, results, strict=True):
            joined = {**traveller.values, **found}
            traveller.values = {name: joined[name] for name in joined if name in alive}
        self.here = place

    def _session(self, end: int | None, outputs: Sequence[str]) -> Session:
        """The slice from here to `end`."""
        proto = self.slices.model_of(self.here, end, outputs)
        return Session(proto, optimize=False, threads=1)

    def _runs(
        self,
        session: Session,
        fed: Sequence[tuple[Mapping[str, Array], Mapping[str, Array]]],
        outputs: Sequence[str],
        monitor: Monitor,
    ) -> list[dict[str, Array]]:
        """Runs a session on each pair of values and steering inputs, all at the same time."""

        def run(pair: tuple[Mapping[str, Array], Mapping[str, Array]]) -> dict[str, Array]:
            values, steering = pair
            feeds = {
                port.name: steering[port.name] if port.name in steering else values[port.name]
                for port in session.inputs
            }
            return session.run(feeds, list(outputs), monitor=monitor)

        return list(self.pool.map(run, fed)) if outputs else [{} for _ in fed]

    def result(self) -> Noise:
        found = [[0.0] * len(knob.levels) for knob in self.space.knobs]
        for trial in (trial for trials in self.trials.values() for trial in trials):
            found[trial.knob][trial.level] = _share(trial.difference)
        return tuple(map(tuple, found))


def _share(difference: Difference) -> float:
    share = difference.noise / difference.signal if difference.signal > 0 else np.nan
    return float(np.nan_to_num(share, nan=_WORST, posinf=_WORST))
