"""A quantized model against its float original: accuracy, agreement, error, size, latency."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from quantengine.analyze.file_coverage import MOST_SAMPLES, clamped_shares
from quantengine.analyze.latency import median_latencies_ms
from quantengine.analyze.metrics import as_json
from quantengine.analyze.model_file import ModelFile
from quantengine.data.dataset import Dataset, Sample, samples, shape_text
from quantengine.data.input import Input
from quantengine.errors import DataError, ModelError, QuantError
from quantengine.graph.load import open_model
from quantengine.metric.metric import Metric
from quantengine.monitor import SILENT, Monitor
from quantengine.runtime import Tensors
from quantengine.verdict.judge import Judge
from quantengine.verdict.output import OutputVerdict
from quantengine.verdict.reading import Reading, reading_of
from quantengine.verdict.record import Record
from quantengine.verdict.reference import Reference, first_of
from quantengine.verdict.tasks.classification import CLASSIFICATION, class_scores
from quantengine.verdict.tasks.figure import TaskFigure
from quantengine.verdict.verdict import OutputFigure, Verdict

Array = NDArray[Any]


@dataclass(frozen=True)
class Evaluation:
    """What evaluating found; shares lie in 0..1, None where there is nothing to count.

    Accuracy needs labels and a first output of class scores `[N, classes]`, agreement (the share
    of equal best classes) needs the scores only. `sqnr_db` and `cosine` pool all float outputs.
    Latency is the median of one sample. `doubt` is said where the reference is no better on the
    labels than guessing. `worst` is the float output with the worst slice, of several; `outputs`
    have every figure. `task` is what the outputs were taken for, None where no output is float,
    `figures` its own by name, and those of a person's metric.
    """

    top1_reference: float | None
    top1_candidate: float | None
    top5_reference: float | None
    top5_candidate: float | None
    agreement: float | None
    sqnr_db: float
    cosine: float
    bytes_reference: int
    bytes_candidate: int
    latency_ms_reference: float
    latency_ms_candidate: float
    samples: int
    equal: float | None = None
    missing: str | None = None
    doubt: str | None = None
    worst: OutputFigure | None = None
    outputs: tuple[OutputVerdict, ...] = ()
    task: str | None = None
    figures: Mapping[str, TaskFigure] = field(default_factory=dict)
    clamped: Mapping[str, float] = field(default_factory=dict)
    """By tensor: the share of the values of a few samples that its range in the file cuts off."""

    @property
    def worst_db(self) -> float:
        """Of the worst slice of all outputs; nan where none has a figure."""
        known = (o.worst_db for o in self.outputs if not math.isnan(o.worst_db))
        return min(known, default=math.nan)

    @property
    def speedup(self) -> float:
        """How many times faster the candidate is."""
        return self.latency_ms_reference / self.latency_ms_candidate

    def to_json(self) -> dict[str, Any]:
        """A JSON object with the fields above; null where no finite number says it."""
        found = dict(as_json(self))
        worst = None if self.worst is None else {"output": self.worst.output, **found["worst"]}
        return found | {"worst": worst}


def evaluate(
    reference: ModelFile | Path | str,
    candidate: ModelFile | Path | str,
    dataset: Dataset,
    *,
    task: str | None = None,
    metric: Metric | None = None,
    monitor: Monitor = SILENT,
) -> Evaluation:
    """Runs both models on every sample; memory does not grow with the number of samples.

    `task` names what the outputs are for, None: it is guessed, which `monitor.say` tells. `metric`
    adds a person's own figures.
    Raises MetricError where that fails, ModelError where the models do not take the same inputs or
    share no output, DataError where a sample or a label does not fit.
    """
    pair = _Pair.of(_opened(reference, monitor), _opened(candidate, monitor))
    first, given = first_of(sample for _, sample in samples(dataset, monitor, "Evaluating"))
    run = partial(pair.expected, monitor=monitor)
    judge = Judge(task=task, metric=metric)
    float_results = Reference(run, pair.reading, first, judge=judge, with_task=True)
    taken = float_results.reading.taken
    if taken is not None and taken.why is not None:
        monitor.say(taken.text)
    with judge.held():
        records = [_record(pair, float_results, place, one, monitor) for place, one in given]
    latency = pair.latencies_ms(first[0].feeds, monitor)
    fed = [_typed(sample.feeds, pair.candidate) for sample in first[:MOST_SAMPLES]]
    clamped = clamped_shares(pair.candidate.path, fed, monitor=monitor)
    verdict = _own_figures(float_results.verdict(records, intervals=True))
    return Evaluation(
        top1_reference=verdict.accuracy_reference,
        top1_candidate=verdict.accuracy,
        top5_reference=verdict.top5_reference,
        top5_candidate=verdict.top5,
        agreement=verdict.agreement,
        sqnr_db=verdict.sqnr_db,
        cosine=verdict.cosine,
        bytes_reference=pair.reference.file_bytes,
        bytes_candidate=pair.candidate.file_bytes,
        latency_ms_reference=latency[0],
        latency_ms_candidate=latency[1],
        samples=verdict.samples,
        equal=verdict.equal,
        missing=verdict.missing,
        doubt=verdict.doubt,
        worst=verdict.worst,
        outputs=verdict.outputs,
        task=None if verdict.task is None else verdict.task.name,
        clamped=clamped,
        figures={**({} if verdict.task is None else verdict.task.figures), **verdict.metric},
    )


def _record(
    pair: _Pair, reference: Reference, place: int, sample: Sample, monitor: Monitor
) -> Record:
    expected = reference.expected(place, sample)
    _check_label(expected[pair.first], sample)
    found = pair.found(sample.feeds, expected, monitor)
    return reference.record(place, sample, found, expected, monitor=monitor)


def _own_figures(verdict: Verdict) -> Verdict:
    """Without those of classes where the outputs are certain to be for something else."""
    task = verdict.task
    if task is None or not task.certain or task.name == CLASSIFICATION.name:
        return verdict
    return replace(
        verdict,
        agreement=None,
        accuracy=None,
        accuracy_reference=None,
        top5=None,
        top5_reference=None,
        doubt=None,
    )


def _opened(model: ModelFile | Path | str, monitor: Monitor) -> ModelFile:
    return model if isinstance(model, ModelFile) else ModelFile.open(model, monitor=monitor)


@dataclass(frozen=True, eq=False)
class _Pair:
    """Two models of the same inputs; `outputs` names the candidate's of each reference output."""

    reference: ModelFile
    candidate: ModelFile
    outputs: Mapping[str, str]

    @classmethod
    def of(cls, reference: ModelFile, candidate: ModelFile) -> _Pair:
        _check_inputs(reference, candidate)
        return cls(reference, candidate, _shared_outputs(reference, candidate))

    @property
    def first(self) -> str:
        return next(iter(self.outputs))

    @property
    def reading(self) -> Reading:
        """With what the graph of the reference tells of its outputs, where it can be read."""
        try:
            known = reading_of(open_model(self.reference.path))
        except QuantError:
            known = Reading(())
        return replace(known, outputs=tuple(self.outputs))

    def expected(self, feeds: Tensors, *, monitor: Monitor) -> Tensors:
        """The reference's outputs."""
        ready = _typed(feeds, self.reference)
        return self.reference.session.run(ready, list(self.outputs), monitor=monitor)

    def found(self, feeds: Tensors, expected: Tensors, monitor: Monitor) -> Tensors:
        """The candidate's outputs by the reference's names.

        Raises ModelError for another shape where that is no size that may depend on values.
        """
        ready, names = _typed(feeds, self.candidate), list(self.outputs.values())
        found = self.candidate.session.run(ready, names, monitor=monitor)
        open_sizes = {port.name: port.shape for port in self.reference.session.outputs}
        for name, value in expected.items():
            other = found[self.outputs[name]]
            if not _may_vary(value.shape, other.shape, open_sizes[name]):
                raise ModelError(
                    f"Output '{name}' has shape {shape_text(value.shape)} in "
                    f"{self.reference.path.name} and {shape_text(other.shape)} in "
                    f"{self.candidate.path.name}: these are not the same model."
                )
        return {name: found[self.outputs[name]] for name in expected}

    def latencies_ms(self, feeds: Mapping[str, Array], monitor: Monitor) -> tuple[float, ...]:
        def call(model: ModelFile) -> object:
            return model.session.run(ready[model], monitor=monitor)

        models = (self.reference, self.candidate)
        ready = {model: _typed(feeds, model) for model in models}
        calls = [lambda model=model: call(model) for model in models]
        return median_latencies_ms(calls, monitor=monitor)


def _may_vary(
    ours: tuple[int, ...], theirs: tuple[int, ...], declared: tuple[int | str | None, ...]
) -> bool:
    """Whether two shapes differ in nothing but sizes that the model leaves open."""
    if len(ours) != len(theirs) or len(declared) not in (0, len(ours)):
        return False
    known = declared or (None,) * len(ours)
    sizes = zip(ours, theirs, known, strict=True)
    return all(a == b or not isinstance(size, int) for a, b, size in sizes)


def _typed(feeds: Mapping[str, Array], model: ModelFile) -> dict[str, Array]:
    """Feeds in the float type the model takes: a float16 model may have become float32."""
    return {spec.name: feeds[spec.name].astype(spec.dtype, copy=False) for spec in model.inputs}


def _check_inputs(reference: ModelFile, candidate: ModelFile) -> None:
    """Raises ModelError where one sample cannot feed both models."""
    theirs = {spec.name: spec for spec in candidate.inputs}
    alike = len(theirs) == len(reference.inputs) and all(
        spec.name in theirs and _alike(spec, theirs[spec.name]) for spec in reference.inputs
    )
    if not alike:
        raise ModelError(
            f"{reference.path.name} takes {_listed(reference.inputs)} but {candidate.path.name} "
            f"takes {_listed(candidate.inputs)}: give two forms of the same model."
        )


def _alike(a: Input, b: Input) -> bool:
    if a.dtype != b.dtype and not a.dtype.kind == b.dtype.kind == "f":
        return False
    if a.shape is None or b.shape is None:
        return True
    sides = zip(a.shape, b.shape, strict=False)
    fixed = [(m, n) for m, n in sides if isinstance(m, int) and isinstance(n, int)]
    return len(a.shape) == len(b.shape) and all(m == n for m, n in fixed)


def _listed(inputs: tuple[Input, ...]) -> str:
    return ", ".join(f"{spec} of {spec.dtype}" for spec in inputs) or "no input"


def _shared_outputs(reference: ModelFile, candidate: ModelFile) -> dict[str, str]:
    """Outputs of the same name, or in the same place where no name is the same."""
    ours = [port.name for port in reference.session.outputs]
    theirs = [port.name for port in candidate.session.outputs]
    shared = {name: name for name in ours if name in theirs}
    if not shared and len(ours) == len(theirs):
        shared = dict(zip(ours, theirs, strict=True))
    if not shared:
        raise ModelError(
            f"{reference.path.name} and {candidate.path.name} share no output "
            f"({', '.join(ours)}; {', '.join(theirs)}): give two forms of the same model."
        )
    return shared


def _check_label(output: Array, sample: Sample) -> None:
    """Raises DataError for a label that is no class of the model."""
    scores = class_scores(output)
    if scores is None or sample.label is None or len(scores) != 1:
        return
    if sample.label >= scores.shape[1]:
        raise DataError(
            f"{sample.name} has label {sample.label} but the model tells {scores.shape[1]} classes "
            "apart: give the labels this model was trained on."
        )
