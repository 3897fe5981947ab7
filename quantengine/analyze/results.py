"""What a plan does to single samples: the worst of them, with both answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from quantengine.analyze.probes import probe_samples
from quantengine.analyze.simulate import Simulator
from quantengine.analyze.worst import WorstSample, answered, ranked
from quantengine.data.dataset import Dataset, Sample
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.rewrite.encodings import Encodings
from quantengine.runtime import Tensors
from quantengine.verdict.judge import Judge
from quantengine.verdict.reference import Reference
from quantengine.verdict.tasks.figure import TaskFigure


@dataclass(frozen=True, eq=False)
class Results:
    """The worst of `samples`; `task` is what the outputs were taken for (None: no output is float),
    `said` why where that was guessed, `figures` those of all samples and `follows` the one that
    ranks them.
    """

    worst: tuple[WorstSample, ...]
    samples: int
    task: str | None = None
    said: str | None = None
    follows: str | None = None
    figures: Mapping[str, TaskFigure] = field(default_factory=dict)


def worst_under(
    model: FloatModel,
    encodings: Encodings,
    dataset: Dataset,
    *,
    task: str | None = None,
    limit: int | None = None,
    shown: int = 8,
    monitor: Monitor = SILENT,
) -> Results:
    """Simulates a plan on at most `limit` samples, held to the file that was given.

    Raises PlanError where the outputs do not fit the `task`, DataError, Cancelled.
    """
    samples = list(probe_samples(dataset, limit, monitor, "Reading samples"))
    judge = Judge(task=task)
    reference = Reference.of(model, samples, judge=judge, with_task=True, monitor=monitor)
    simulator = Simulator(model)

    def simulated(sample: Sample) -> Tensors:
        return simulator.run(sample.feeds, encodings, monitor=monitor)

    records = []
    for place, sample in enumerate(monitor.track(samples, "Judging samples")):
        records.append(reference.record(place, sample, simulated(sample)))
    verdict, taken = reference.verdict(records).task, reference.reading.taken
    places = {sample.name: place for place, sample in enumerate(samples)}
    worst = answered(
        ranked(reference, records)[:shown],
        samples.__getitem__,
        (lambda sample: reference.expected(places[sample.name], sample), simulated),
        None if taken is None else taken.reader,
        dataset.preprocessing,
    )
    if taken is None or verdict is None:
        return Results(worst, len(samples))
    said = None if taken.why is None else taken.text
    return Results(worst, len(samples), taken.task, said, verdict.follows, verdict.figures)
