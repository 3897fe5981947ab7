"""What each level of each knob adds to the error of the outputs, all else float."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from numpy.typing import NDArray

from quantengine.analyze.parts import layer_parts
from quantengine.analyze.simulate import NONE, Active, Simulator
from quantengine.analyze.walk import Walk
from quantengine.data.dataset import Sample
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.rewrite.encodings import Encodings
from quantengine.runtime import Tensors
from quantengine.search.knobs import Space
from quantengine.verdict.judge import BY_WORST, Judge
from quantengine.verdict.reading import reading_of
from quantengine.verdict.record import Record
from quantengine.verdict.reference import Reference
from quantengine.verdict.verdict import Verdict, noise_of

Array = NDArray[Any]
Noise = tuple[tuple[float, ...], ...]
"""By knob and level: noise power of the worst slice as a share of its signal power; float: 0.

Where no output is float: the share of integers that change.
"""

_WORST = 1e12
"""Stands for outputs that are no numbers any more."""


def measure_noise(
    model: FloatModel,
    space: Space,
    samples: Sequence[Sample],
    *,
    judge: Judge = BY_WORST,
    text: str = "Measuring each width alone",
    monitor: Monitor = SILENT,
) -> Noise:
    """The noise of every level; raises Cancelled."""
    simulator, first = Simulator(model), space.resolutions[0].encodings

    def run(feeds: Tensors) -> Tensors:
        return simulator.run(feeds, first, active=NONE, monitor=monitor)

    reference = Reference(run, reading_of(model), samples, judge=judge.by_outputs)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        walk = Walk(model, simulator, first, (NONE,), samples, pool)
        trials = _trials(space, walk)
        places = sorted(trials)
        for step in walk.visits(places, text, monitor):
            for trial in trials[places[step]]:
                encodings, active = trial.steered(space)
                steering = simulator.feeds(walk.simulation, encodings, active)
                results = walk.results(0, steering, monitor)
                for traveller, found in zip(walk.travellers, results, strict=True):
                    trial.records += reference.records(traveller.number, found)
    noise = [[0.0] * len(knob.levels) for knob in space.knobs]
    for trial in chain.from_iterable(trials.values()):
        noise[trial.knob][trial.level] = _share(reference.verdict(trial.records))
    return tuple(map(tuple, noise))


@dataclass(eq=False)
class _Trial:
    knob: int
    level: int
    records: list[Record] = field(default_factory=list)

    def steered(self, space: Space) -> tuple[Encodings, Active]:
        """What is quantized, and how."""
        knob = space.knobs[self.knob]
        resolution = knob.levels[self.level].resolution
        assert resolution is not None
        return space.resolutions[resolution].encodings, knob.active


def _share(found: Verdict) -> float:
    """How much of what is followed is noise, or how many of the integers changed."""
    if not found.holds_floats:
        return _WORST if found.equal is None else 1 - found.equal
    noise = noise_of(found.judged_db)
    return _WORST if math.isnan(noise) else min(noise, _WORST)


def _trials(space: Space, walk: Walk) -> dict[int, list[_Trial]]:
    """What to try at each place of the node list."""
    parts = layer_parts(space.resolutions[0].encodings)
    found: dict[int, list[_Trial]] = {}
    for number, knob in enumerate(space.knobs):
        place = min(
            walk.place(part)
            for part in parts
            if knob.tensor in part.tensors or not set(knob.weights).isdisjoint(part.weights)
        )
        found.setdefault(place, []).extend(
            _Trial(number, level)
            for level in range(len(knob.levels))
            if knob.levels[level].resolution is not None
        )
    return found
