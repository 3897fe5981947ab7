"""How near a written file is to the float file, on samples spread over the data."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from quantengine.data.dataset import Dataset, Sample
from quantengine.data.evenly import evenly
from quantengine.errors import DataError
from quantengine.graph.model import FloatModel
from quantengine.metric.metric import Metric
from quantengine.monitor import SILENT, Monitor
from quantengine.rewrite.edge_session import written_session
from quantengine.runtime import Tensors
from quantengine.verdict.judge import Judge
from quantengine.verdict.output import OutputVerdict
from quantengine.verdict.record import Record
from quantengine.verdict.reference import Reference, first_of
from quantengine.verdict.verdict import Verdict

_SHARE = 4
_FEW, _MANY = 32, 64
"""Every fourth sample, but not fewer than 32 nor more than 64: cheap beside a calibration."""
_ENOUGH_HELD_OUT = 16
_LEAST_SAMPLES = 8
_LONGEST_S = 20.0
_GOLDEN = (math.sqrt(5) - 1) / 2


@dataclass(frozen=True)
class Quality:
    """The verdict on some of the `available` samples; `held_out`: recovery and training were not
    fitted to them. Follows the worst output.
    """

    available: int
    held_out: bool
    verdict: Verdict

    @property
    def worst(self) -> OutputVerdict | None:
        """The output with the worst slice; None where no output has a figure."""
        return self.verdict.worst_output

    @property
    def sqnr_db(self) -> float:
        """Of the worst output; nan where no output has one."""
        return math.nan if self.worst is None else self.worst.sqnr_db

    @property
    def worst_db(self) -> float:
        """Of its worst slice."""
        return self.verdict.worst_db

    def to_json(self) -> dict[str, Any]:
        """A JSON object with the figures of every output, and the worst output by name."""
        return {
            "samples": self.verdict.samples,
            "available": self.available,
            "held_out": self.held_out,
            "without_padding": self.verdict.without_padding,
            "sqnr_db": self.sqnr_db,
            "worst_output": None if self.worst is None else self.worst.name,
            "worst": None if self.verdict.worst is None else asdict(self.verdict.worst),
            "outputs": [asdict(output) for output in self.verdict.outputs],
            "task": None if self.verdict.task is None else asdict(self.verdict.task),
            **({"figures": self._own} if self.verdict.metric else {}),
        }

    @property
    def _own(self) -> dict[str, Any]:
        return {name: asdict(figure) for name, figure in self.verdict.metric.items()}


def measure_quality(
    model: FloatModel,
    path: Path,
    dataset: Dataset,
    held_out: Sequence[int] = (),
    *,
    metric: Metric | None = None,
    monitor: Monitor = SILENT,
) -> Quality:
    """Runs the file at `path` and the one `model` was opened from on every fourth sample.

    On 32 to 64 of them, spread over the data, or over its `held_out` indices where these are
    enough; on fewer where 20 s are over, but at least 8. `metric` adds a person's own figures.
    Raises DataError where none can be read, MetricError.
    """
    with Judge(metric=metric).held():
        return _measured(model, path, dataset, held_out, metric, monitor)


def _measured(
    model: FloatModel,
    path: Path,
    dataset: Dataset,
    held_out: Sequence[int],
    metric: Metric | None,
    monitor: Monitor,
) -> Quality:
    held = len(held_out) >= _ENOUGH_HELD_OUT and dataset.judged is dataset
    dataset = dataset.judged
    most = min(max(len(dataset) // _SHARE, _FEW), _MANY)
    chosen = spread([*held_out] if held else range(len(dataset)), most)
    first, readable = first_of(_readable(dataset, chosen, monitor))
    if not first:
        raise DataError("The result cannot be measured: no sample can be read.")
    judge = Judge(metric=metric)
    reference = Reference.of(
        model, first, judge=judge, with_task=True, optimize=True, monitor=monitor
    )
    candidate, outputs = written_session(path, model), list(model.outputs)

    def run(feeds: Tensors) -> Tensors:
        return candidate.run(feeds, outputs, monitor=monitor)

    records: list[Record] = []
    end = time.monotonic() + _LONGEST_S
    for place, sample in readable:
        if place >= _LEAST_SAMPLES and time.monotonic() > end:
            break
        found = reference.answer(run, sample)
        records.append(reference.record(place, sample, found, monitor=monitor))
    return Quality(len(dataset), held, reference.verdict(records, intervals=True))


def _readable(dataset: Dataset, chosen: Sequence[int], monitor: Monitor) -> Iterator[Sample]:
    for index in monitor.track(chosen, "Measuring the result"):
        try:
            yield dataset.load(index)
        except DataError as error:
            monitor.fault(f"skipped {error}")


def spread(indices: Sequence[int], most: int) -> list[int]:
    """At most `most` of `indices`, evenly spaced; any beginning of them is spread as well."""
    places = evenly(len(indices), most)
    order = np.argsort(np.argsort(np.arange(len(places)) * _GOLDEN % 1))
    return [indices[places[turn]] for turn in order]
