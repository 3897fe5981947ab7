"""Run a model on data and watch its tensors."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from quantengine.data.dataset import Dataset
from quantengine.errors import DataError
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.observe import table as tables
from quantengine.observe.memory import DEFAULT_BYTES, split_taps, tap_bytes
from quantengine.observe.observed_model import observed_model
from quantengine.observe.replicates import group_of
from quantengine.observe.statistics import TensorStats
from quantengine.observe.table import CalibrationTable
from quantengine.observe.tap import Tap
from quantengine.runtime import Session

if TYPE_CHECKING:
    from quantengine.observe.collector import Collector


def calibrate(
    model: FloatModel,
    dataset: Dataset,
    taps: Sequence[Tap],
    *,
    workers: int | None = None,
    memory_bytes: int | None = None,
    quantized_inputs: bool = False,
    monitor: Monitor = SILENT,
) -> CalibrationTable:
    """Statistics of the tapped tensors over every sample of the dataset.

    `workers` threads (None: one a core) share the samples; the result does not depend on how
    many. Taps that together need more than `memory_bytes` (None: 2 GB) are observed in several
    passes over the data. Raises DataError, ModelError, Cancelled.
    """
    _check(dataset, taps)
    run = _Run(model, dataset, quantized_inputs, monitor)
    crew, groups = run.arrange(taps, workers, memory_bytes or DEFAULT_BYTES)
    indices, parts = run.order(), []
    for place, group in enumerate(groups, 1):
        text = "Calibrating" if len(groups) == 1 else f"Calibrating, pass {place} of {len(groups)}"
        parts.append(run.watch(group, indices, crew, text))
    return _side_by_side(parts)


@dataclass(frozen=True)
class _Run:
    model: FloatModel
    dataset: Dataset
    quantized_inputs: bool
    monitor: Monitor

    def arrange(
        self, taps: Sequence[Tap], workers: int | None, budget: int
    ) -> tuple[int, list[list[Tap]]]:
        """How many workers, and the taps of each pass; says what it will take."""
        crew = max(1, min(workers or os.cpu_count() or 1, len(self.dataset)))
        sizes = tap_bytes(self.model, taps, _readable_feeds(self.dataset))
        crew = max(1, min(crew, budget // max(sizes)))
        groups = split_taps(taps, sizes, budget // crew)
        needed = crew * max(sum(sizes) if len(groups) == 1 else budget // crew, *sizes)
        self.monitor.say(
            f"Observing {len(taps)} tensors with {crew} workers takes about "
            f"{needed / 1e6:.0f} MB beside the model."
        )
        if len(groups) > 1:
            self.monitor.say(
                f"All tensors at once would take {crew * sum(sizes) / 1e6:.0f} MB, more than "
                f"allowed: they are observed in {len(groups)} passes over the data."
            )
        return crew, groups

    def order(self) -> list[int]:
        """Samples group by group, which is how collectors like them."""
        return sorted(range(len(self.dataset)), key=lambda i: group_of(self.dataset.names[i]))

    def watch(
        self, taps: Sequence[Tap], indices: list[int], crew: int, text: str
    ) -> CalibrationTable:
        """One pass over the data."""
        session = self._loaded(taps)
        from quantengine.observe.crew import Crew
        from quantengine.observe.watcher import Shapes, Watcher

        shapes = Shapes()
        watchers = [Watcher(session, taps, shapes) for _ in range(crew)]
        Crew(self.dataset, watchers).run(indices, self.monitor, text)
        seen = [(w.collector, w.digests) for w in watchers if w.digests]
        # The network and its tensors go before the statistics are put together.
        del session, watchers
        return reduce(tables.merge, (self._table(*pair) for pair in seen))

    def _loaded(self, taps: Sequence[Tap]) -> Session:
        """The runtime prepares the model while the compiled loops load.

        The model stays on this thread, whose freed memory it can use again: 15 MB less.
        """
        with ThreadPoolExecutor(1) as beside:
            loading = beside.submit(load_loops)
            session = self._session(taps)
            loading.result()
        return session

    def _session(self, taps: Sequence[Tap]) -> Session:
        """One thread a run: several workers use the cores better than one run does."""
        proto = observed_model(self.model, taps, quantized_inputs=self.quantized_inputs)
        return Session(proto, threads=1, plan_memory=False)

    def _table(self, collector: Collector, digests: list[bytes]) -> CalibrationTable:
        return tables.of_samples(
            self.model.digest,
            list(zip(collector.samples, digests, strict=True)),
            collector.freeze(),
            self.dataset.describe()["preprocessing"],
            quantized_inputs=self.quantized_inputs,
        )


def load_loops() -> None:
    """Loads the compiled loops, about 0.4 s once a process: worth doing beside other work."""
    TensorStats.of_values([0.0])


def _check(dataset: Dataset, taps: Sequence[Tap]) -> None:
    if not len(dataset):
        raise DataError("There is no sample to calibrate with: choose data that has some.")
    if not taps:
        raise DataError("There is no tensor to observe: nothing in this model can be quantized.")
    for what, names in (("Sample", dataset.names), ("Tensor", [tap.tensor for tap in taps])):
        name, times = Counter(names).most_common(1)[0]
        if times > 1:
            raise DataError(f"{what} '{name}' is there {times} times: names must differ.")


def _readable_feeds(dataset: Dataset) -> Mapping[str, NDArray[Any]]:
    """The first sample that can be read; bad ones are reported when their turn comes."""
    problem: DataError | None = None
    for index in range(len(dataset)):
        try:
            return dataset.load(index).feeds
        except DataError as error:
            problem = problem or error
    raise DataError(f"no sample could be used: {problem}")


def _side_by_side(parts: Sequence[CalibrationTable]) -> CalibrationTable:
    """Tables of the same samples and different tensors as one."""
    if any(part.samples != parts[0].samples for part in parts):
        raise DataError(
            "The data changed between two passes over it: calibrate again with data at rest."
        )
    tensors = {name: stats for part in parts for name, stats in part.tensors.items()}
    return replace(parts[0], tensors=tensors)
