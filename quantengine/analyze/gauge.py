"""What one plan after the other does to the outputs, on the same few samples."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from numpy.typing import NDArray

from quantengine.analyze.effect import OutputEffect
from quantengine.analyze.metrics import Effect
from quantengine.analyze.probes import Probes, probe_samples
from quantengine.analyze.simulate import Simulator
from quantengine.data.dataset import Sample
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.opening.reference import reference_session
from quantengine.rewrite.encodings import Encodings


class Gauge:
    """Samples, the outputs of the float file and a simulator, kept from one plan to the next.

    Samples run side by side, one thread each: a simulated network has many small operators that
    gain nothing from more (mobilenetv2, 16 samples on two cores: half the processor time).
    """

    def __init__(
        self,
        model: FloatModel,
        probes: Probes,
        limit: int,
        *,
        monitor: Monitor = SILENT,
    ) -> None:
        self._simulator = Simulator(model, threads=1)
        self._samples = list(probe_samples(probes, limit, monitor, "Reading samples"))
        session = reference_session(model)
        self._reference = [session.run(s.feeds, monitor=monitor) for s in self._samples]

    def effect(self, encodings: Encodings, *, monitor: Monitor = SILENT) -> Effect:
        """The outputs under `encodings` against the float ones; raises DataError, Cancelled."""
        found = OutputEffect()
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            candidates = pool.map(partial(self._run, encodings, monitor), self._samples)
            pairs = zip(self._samples, self._reference, candidates, strict=True)
            for sample, reference, candidate in monitor.track(
                pairs, "Measuring", len(self._samples)
            ):
                found.add(reference, candidate, sample.label)
        return found.effect

    def _run(
        self, encodings: Encodings, monitor: Monitor, sample: Sample
    ) -> dict[str, NDArray[Any]]:
        return self._simulator.run(sample.feeds, encodings, monitor=monitor)
