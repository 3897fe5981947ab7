"""What a plan does to single samples: the worst of them, with both answers."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from quantengine.analyze.probes import judged_samples
from quantengine.analyze.worst import WorstSample, answered, ranked
from quantengine.data.dataset import Dataset, Sample
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.rewrite.encodings import Encodings
from quantengine.rewrite.qdq import qdq_form
from quantengine.runtime import Session, Tensors
from quantengine.verdict.judge import Judge
from quantengine.verdict.record import Record
from quantengine.verdict.reference import FIRST, Reference
from quantengine.verdict.tasks.figure import TaskFigure

_LEAST = 8
"""Samples that are judged however long it takes."""


@dataclass(frozen=True, eq=False)
class Results:
    """The worst of `samples`; `task` is what the outputs were taken for (None: no output is float),
    `said` why where that was guessed, `figures` those of all samples and `follows` the one that
    ranks them. `levels`: name of each sample and dB of its worst slice, the worst first.
    """

    worst: tuple[WorstSample, ...]
    samples: int
    task: str | None = None
    said: str | None = None
    follows: str | None = None
    figures: Mapping[str, TaskFigure] = field(default_factory=dict)
    levels: tuple[tuple[str, float], ...] = ()


def worst_under(
    model: FloatModel,
    encodings: Encodings,
    dataset: Dataset,
    *,
    task: str | None = None,
    limit: int | None = None,
    shown: int = 8,
    seconds: float = math.inf,
    monitor: Monitor = SILENT,
) -> Results:
    """Runs the file that a plan would be written to on at most `limit` samples, held to the one
    that was given.

    After `seconds` no further sample is begun; the first of them lie all over the data.
    Raises PlanError where the outputs do not fit the `task`, DataError, Cancelled.
    """
    samples = list(judged_samples(dataset, limit, monitor, "Reading samples"))
    if seconds < math.inf:
        samples = [samples[k] for k in np.random.default_rng(0).permutation(len(samples))]
    judge = Judge(task=task)
    first = samples[:FIRST]
    reference = Reference.of(model, first, judge=judge, with_task=True, monitor=monitor)
    session = Session(qdq_form(model, encodings).proto, brief=True)
    run = partial(session.run, outputs=list(model.outputs), monitor=monitor)
    quantized = partial(reference.answer, run)
    records = list(_judged(reference, samples, quantized, seconds, monitor))
    verdict, taken = reference.verdict(records).task, reference.reading.taken
    places = {sample.name: place for place, sample in enumerate(samples)}
    sufferings = ranked(reference, records)
    levels = tuple(sorted(((samples[s.place].name, s.db) for s in sufferings), key=lambda x: x[1]))
    worst = answered(
        sufferings[:shown],
        samples.__getitem__,
        (lambda sample: reference.expected(places[sample.name], sample), quantized),
        None if taken is None else taken.reader,
        dataset.preprocessing,
        dataset.classes,
    )
    if taken is None or verdict is None:
        return Results(worst, len(records), levels=levels)
    said = None if taken.why is None else taken.text
    led = verdict.figures.get(verdict.follows or "")
    follows = None if led is None or led.candidate is None else verdict.follows
    return Results(worst, len(records), taken.task, said, follows, verdict.figures, levels)


def _judged(
    reference: Reference,
    samples: Sequence[Sample],
    run: Callable[[Sample], Tensors],
    seconds: float,
    monitor: Monitor,
) -> Iterator[Record]:
    end = time.monotonic() + seconds
    for place, sample in enumerate(monitor.track(samples, "Judging samples")):
        if place >= _LEAST and time.monotonic() > end:
            return
        yield reference.record(place, sample, run(sample))
