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
from quantengine.rewrite.encodings import Encodings
from quantengine.runtime import Session


class Gauge:
    """Samples, their float outputs and a simulator, kept from one plan to the next.

    Samples run side by side, one thread each: a simulated network has many small operators that
    gain nothing from more (mobilenetv2, 16 samples on two cores: half the processor time).
    """

    def __init__(
        self,
        model: FloatModel,
        probes: Probes,
        limit: int,
        *,
        reference: FloatModel | None = None,
        monitor: Monitor = SILENT,
    ) -> None:
        """`reference` is what the float outputs come from, where it is not `model` itself."""
        self._simulator = Simulator(model, threads=1)
        self._samples = list(probe_samples(probes, limit, monitor, "Reading samples"))
        session = Session((reference or model).proto)
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
