"""Ranges of activations chosen one by one, by what each alone does to the network's output."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from quantengine.counted import counted
from quantengine.data.dataset import Sample
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.recover.samples import Samples, first_samples
from quantengine.resolve.resolve import Resolution
from quantengine.rewrite.encodings import Encodings
from quantengine.search.knobs import Knob, Level, Space
from quantengine.search.noise import measure_noise
from quantengine.sentence import Sentence

_WORTH = 0.97
"""The share of its noise another range may leave to be taken: less of a gain is chance."""


@dataclass(frozen=True, eq=False)
class Tuned:
    """Encodings in which `changed` activations have another range."""

    encodings: Encodings
    changed: int

    @property
    def text(self) -> Sentence:
        if self.changed:
            changed = counted(self.changed, "activation")
            return Sentence("{0} took the range that disturbs the output least.", changed)
        return Sentence("No other range disturbs the output less.")


def tune_ranges(
    model: FloatModel,
    resolution: Resolution,
    others: Sequence[Resolution],
    samples: Samples,
    *,
    monitor: Monitor = SILENT,
) -> Tuned:
    """Each activation takes the range of `resolution` or `others` that adds the least noise.

    Measured on the first fit samples with everything else float: among the errors of the whole
    network the difference between two ranges of one tensor drowns.
    """
    encodings = [
        replace(resolution.encodings, activations=other.encodings.activations)
        for other in (resolution, *others)
    ]
    tried = tuple(replace(resolution, encodings=found) for found in encodings)
    owners = tuple(resolution.encodings.activations)
    levels = tuple(Level(None, place, 0, 0.0) for place in range(len(tried)))
    knobs = tuple(Knob((), (), owner, levels, fixed=False) for owner in owners)
    space = Space(resolution.plan, tried, knobs, 0, 0, {})
    text = "Measuring each range alone"
    few = [Sample("", chunk) for chunk in first_samples(samples)]
    noise = measure_noise(model, space, few, text=text, monitor=monitor)
    activations, changed = dict(resolution.encodings.activations), 0
    for owner, powers in zip(owners, noise, strict=True):
        best = int(np.argmin(powers))
        if powers[best] < _WORTH * powers[0]:
            activations[owner] = tried[best].encodings.activations[owner]
            changed += 1
    return Tuned(replace(resolution.encodings, activations=activations), changed)
