"""What one plan after the other does to the outputs, on the same few samples."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

from quantengine.analyze.simulate import ALL, Active, Simulator
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.rewrite.encodings import Encodings
from quantengine.runtime import Tensors
from quantengine.verdict.record import Record
from quantengine.verdict.reference import Reference
from quantengine.verdict.verdict import Verdict


class Gauge:
    """Simulates plans on the samples of `reference`; simulators are kept from one to the next.

    Samples run side by side, one thread each: a simulated network has many small operators that
    gain nothing from more (mobilenetv2, 16 samples on two cores: half the processor time). Runs
    that hold several samples take all threads one after the other.
    """

    def __init__(self, reference: Reference) -> None:
        self.reference = reference
        self._simulators: dict[str, Simulator] = {}

    def judge(
        self,
        model: FloatModel,
        encodings: Encodings,
        active: Active = ALL,
        *,
        samples: int | None = None,
        text: str | None = None,
        monitor: Monitor = SILENT,
    ) -> Verdict:
        """The outputs on the first `samples` (None: all), progress told as `text`.

        Raises DataError, Cancelled.
        """
        numbers = range(len(self.reference.samples))[:samples]
        runs = self._runs(model, encodings, active, numbers, monitor)
        if text is not None:
            runs = monitor.track(runs, text, len(numbers))
        return self.reference.verdict(list(chain.from_iterable(runs)))

    def records(
        self, model: FloatModel, encodings: Encodings, active: Active, monitor: Monitor
    ) -> list[Record]:
        """What the outputs show of each sample."""
        numbers = range(len(self.reference.samples))
        return list(chain.from_iterable(self._runs(model, encodings, active, numbers, monitor)))

    def _runs(
        self,
        model: FloatModel,
        encodings: Encodings,
        active: Active,
        numbers: Sequence[int],
        monitor: Monitor,
    ) -> Iterable[list[Record]]:
        simulator, reference = self._simulator(model), self.reference

        def simulated(feeds: Tensors) -> Tensors:
            return simulator.run(feeds, encodings, active=active, monitor=monitor)

        def run(number: int) -> list[Record]:
            found = reference.answer(simulated, reference.samples[number])
            return reference.records(number, found, monitor=monitor)

        with ThreadPoolExecutor(1 if reference.joins else os.cpu_count()) as pool:
            yield from pool.map(run, numbers)

    def rest(self) -> None:
        """Lets the simulators go; the next plan makes its own."""
        self._simulators = {}

    def _simulator(self, model: FloatModel) -> Simulator:
        if model.digest not in self._simulators:
            threads = None if self.reference.joins else 1
            self._simulators[model.digest] = Simulator(model, threads=threads)
        return self._simulators[model.digest]
