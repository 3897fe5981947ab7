"""A quantized model against its float original: accuracy, agreement, error, size, latency."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from numpy.typing import NDArray

from quantengine.analyze.file_coverage import MOST_SAMPLES, clamped_shares
from quantengine.analyze.metrics import as_json
from quantengine.analyze.model_file import ModelFile
from quantengine.analyze.model_pair import ModelPair, typed
from quantengine.analyze.worst import WorstSample, answered, ranked
from quantengine.data.dataset import Dataset, Sample, samples
from quantengine.errors import DataError
from quantengine.metric.metric import Metric
from quantengine.monitor import SILENT, Monitor
from quantengine.verdict.judge import Judge
from quantengine.verdict.record import Record
from quantengine.verdict.reference import FIRST, Reference, first_of
from quantengine.verdict.tasks.classification import CLASSIFICATION, class_scores
from quantengine.verdict.verdict import Verdict, class_figures

Array = NDArray[Any]


@dataclass(frozen=True)
class Evaluation:
    """What evaluating found: the `verdict` on the outputs, bytes of both files and the median time
    of one sample in ms.

    `clamped` tells by tensor which share of the values of a few samples its range in the file cuts
    off; `suffering` are the worst samples, where they were asked for.
    """

    verdict: Verdict
    bytes_reference: int
    bytes_candidate: int
    latency_ms_reference: float
    latency_ms_candidate: float
    clamped: Mapping[str, float] = field(default_factory=dict)
    suffering: tuple[WorstSample, ...] = field(default=(), repr=False)

    @property
    def speedup(self) -> float:
        """How many times faster the candidate is."""
        return self.latency_ms_reference / self.latency_ms_candidate

    def to_json(self) -> dict[str, Any]:
        """A JSON object, flat; null where no finite number says it."""
        verdict = self.verdict
        worst = verdict.worst
        figures = {
            "top1_reference": verdict.accuracy_reference,
            "top1_candidate": verdict.accuracy,
            "top5_reference": verdict.top5_reference,
            "top5_candidate": verdict.top5,
            "agreement": verdict.agreement,
            "sqnr_db": verdict.sqnr_db,
            "cosine": verdict.cosine,
            "bytes_reference": self.bytes_reference,
            "bytes_candidate": self.bytes_candidate,
            "latency_ms_reference": self.latency_ms_reference,
            "latency_ms_candidate": self.latency_ms_candidate,
            "samples": verdict.samples,
            "equal": verdict.equal,
            "missing": verdict.missing,
            "doubt": verdict.doubt,
            "worst": None if worst is None else {"output": worst.output, **as_json(worst)},
            "outputs": verdict.outputs,
            "task": None if verdict.task is None else verdict.task.name,
            "figures": verdict.figures,
            "clamped": self.clamped,
        }
        samples = [each.to_json() for each in self.suffering]
        found: dict[str, Any] = as_json(figures)
        return found | ({"worst_samples": samples} if samples else {})


def evaluate(
    reference: ModelFile | Path | str,
    candidate: ModelFile | Path | str,
    dataset: Dataset,
    *,
    task: str | None = None,
    metric: Metric | None = None,
    truths: Mapping[str, object] = MappingProxyType({}),
    worst: int = 0,
    monitor: Monitor = SILENT,
) -> Evaluation:
    """Runs both models on every sample; memory does not grow with the number of samples.

    `task` names what the outputs are for, None: it is guessed, which `monitor.say` tells. `metric`
    adds a person's own figures. `truths` are what is right, by the names of samples, as
    `open_truth` gives it. So many of the `worst` samples are kept with what both models say of
    them. Raises MetricError where the metric fails, ModelError where the models do not take the
    same inputs or share no output, DataError where a sample or a label does not fit.
    """
    pair, judge = ModelPair.open(reference, candidate, monitor), Judge(task=task, metric=metric)
    return evaluate_pair(pair, dataset, judge, truths=truths, worst=worst, monitor=monitor)


def evaluate_pair(
    pair: ModelPair,
    dataset: Dataset,
    judge: Judge,
    *,
    truths: Mapping[str, object] = MappingProxyType({}),
    worst: int = 0,
    monitor: Monitor = SILENT,
) -> Evaluation:
    """The same of two files that are open; raises what `evaluate` raises."""
    indices: list[int] = []
    first, given = first_of(_noted(samples(dataset.judged, monitor, "Evaluating"), indices))
    run, other = (partial(each, monitor=monitor) for each in (pair.expected, pair.found))
    float_results = Reference(run, pair.reading, first, judge=judge, with_task=True, truths=truths)
    taken = float_results.reading.taken
    if taken is not None and taken.why is not None:
        monitor.say(taken.text)
    if truths and taken is not None and not taken.reader.labelled:
        monitor.say("The labels are not used: nothing in the outputs can be held to them as it is.")
    with judge.held():
        records = [_record(pair, float_results, place, one, monitor) for place, one in given]
    before, after = pair.latencies_ms(first[0].runs[0], monitor)
    few = (typed(sample.runs[0], pair.candidate) for sample in first[:MOST_SAMPLES])
    fed = [pair.candidate.bare_feeds(feeds) for feeds in few]
    clamped = clamped_shares(pair.candidate.path, fed, monitor=monitor)
    verdict = _own_figures(float_results.verdict(records, intervals=True))
    answers = (partial(float_results.answer, run), partial(float_results.answer, other))
    suffering = answered(
        ranked(float_results, records)[:worst] if worst else [],
        lambda place: dataset.judged.load(indices[place]),
        answers,
        None if taken is None else taken.reader,
        dataset.preprocessing,
        dataset.classes,
    )
    sizes = pair.reference.file_bytes, pair.candidate.file_bytes
    return Evaluation(verdict, *sizes, before, after, clamped, suffering)


def _record(
    pair: ModelPair, reference: Reference, place: int, sample: Sample, monitor: Monitor
) -> Record:
    expected, taken = reference.expected(place, sample), reference.reading.taken
    if taken is None or not taken.certain or taken.task == CLASSIFICATION.name:
        _check_label(expected[pair.first], sample)
    found = reference.answer(partial(pair.found, monitor=monitor), sample)
    pair.check(expected, found)
    return reference.record(place, sample, found, expected, monitor=monitor)


def _noted(given: Iterable[tuple[int, Sample]], indices: list[int]) -> Iterator[Sample]:
    """The samples; their indices are kept."""
    for index, sample in given:
        indices.append(index)
        yield sample


def task_of(
    reference: ModelFile, dataset: Dataset, name: str | None = None, monitor: Monitor = SILENT
) -> str | None:
    """What the outputs are for, by the first samples; None where no output is float.

    Raises PlanError where they do not fit the task of that name.
    """
    pair = ModelPair.of(reference, reference)
    first, _ = first_of(
        sample for _, sample in samples(dataset.judged.subset(slice(0, FIRST)), monitor)
    )
    judge = Judge(task=name)
    run = partial(pair.expected, monitor=monitor)
    taken = Reference(run, pair.reading, first, judge=judge, with_task=True).reading.taken
    return None if taken is None else taken.task


def _own_figures(verdict: Verdict) -> Verdict:
    """Without those of classes where the outputs are certain to be for something else."""
    task = verdict.task
    if task is None or not task.certain or task.name == CLASSIFICATION.name:
        return verdict
    return replace(verdict, **class_figures([]))


def _check_label(output: Array, sample: Sample) -> None:
    """Raises DataError for a label that is no class of the model."""
    scores = class_scores(output)
    if scores is None or sample.label is None or len(scores) != 1:
        return
    if sample.label >= scores.shape[1]:
        raise DataError(
            "{0} has label {1} but the model tells {2} classes apart: give the labels this model "
            "was trained on.",
            sample.name,
            sample.label,
            scores.shape[1],
        )
