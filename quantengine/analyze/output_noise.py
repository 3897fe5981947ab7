"""Noise at each output of the simulated network, as a share of what the float file gives."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from quantengine.analyze.positions import comparable
from quantengine.analyze.simulate import ALL, Active, Simulator
from quantengine.formats.metrics import Difference
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.opening.reference import reference_session
from quantengine.rewrite.encodings import Encodings
from quantengine.runtime import Tensors


class OutputNoise:
    """Of one network, on the same few samples; `worst` names the noisiest output seen first."""

    def __init__(self, model: FloatModel, feeds: Sequence[Tensors], monitor: Monitor) -> None:
        self._feeds = feeds
        self._simulator = Simulator(model, threads=1)
        self._names = [name for name, kind in model.outputs.items() if kind.is_float]
        session = reference_session(model)
        self._expected = [session.run(one, self._names, monitor=monitor) for one in feeds]
        self.samples = len(feeds)
        self.worst = ""

    def of(
        self,
        encodings: Encodings,
        active: Active = ALL,
        samples: int | None = None,
        *,
        monitor: Monitor = SILENT,
    ) -> dict[str, float]:
        """Noise by signal of every output on the first `samples` (None: all).

        inf where the network gives NaN. Outputs that are zero throughout are left out.
        """
        feeds = self._feeds[:samples]

        def run(one: Tensors) -> Tensors:
            return self._simulator.run(one, encodings, active=active, monitor=monitor)

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            found = list(pool.map(run, feeds))
        ratios: dict[str, float] = {}
        for name in self._names:
            difference = Difference()
            for one, expected, candidate in zip(feeds, self._expected, found, strict=False):
                difference.add(*comparable(expected[name], candidate[name], one))
            if difference.signal > 0:
                ratio = difference.noise / difference.signal
                ratios[name] = math.inf if math.isnan(ratio) else ratio
        if not self.worst and ratios:
            self.worst = max(ratios, key=lambda name: ratios[name])
        return ratios
