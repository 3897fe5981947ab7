"""The result against width: as calibrated, recovered without training, and fine-tuned (002)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from quantengine.analyze.metrics import as_json
from quantengine.analyze.width import at_width
from quantengine.data.dataset import Sample, samples
from quantengine.errors import DataError
from quantengine.finetune.settings import Settings
from quantengine.monitor import SILENT, Monitor
from quantengine.rewrite.qdq import qdq_model
from quantengine.runtime import Session, Tensors
from quantengine.verdict.judge import WORST
from quantengine.verdict.reference import Reference
from quantengine.verdict.verdict import Verdict
from quantengine.work.candidate import Candidate
from quantengine.work.make import begin, make, train, trainable
from quantengine.work.recipe import Recipe
from quantengine.work.shares import split
from quantengine.work.work import Work, observed

Stage = Literal["plain", "recovered", "fine-tuned"]
_FEWEST = 4
_FIGURES = (
    "sqnr_db",
    "worst_db",
    "judged_db",
    "cosine",
    "max_error",
    "agreement",
    "accuracy",
    "equal",
)


@dataclass(frozen=True)
class WidthPoint:
    """One width at one stage, and its effect on the samples that judge."""

    bits: int
    stage: Stage
    effect: Verdict


@dataclass(frozen=True)
class WidthCurve:
    """The points in the order measured, and how many samples judged."""

    model: str
    samples: int
    points: tuple[WidthPoint, ...]

    def to_json(self) -> dict[str, Any]:
        """A JSON object with the same parts."""
        return dict(as_json(self))

    def to_rows(self) -> list[dict[str, Any]]:
        """A flat row a point."""
        return [_row(point) for point in self.points]


def _row(point: WidthPoint) -> dict[str, Any]:
    found = point.effect
    own = {} if found.own is None else {"own": found.own.candidate}
    figures = {name: getattr(found, name) for name in _FIGURES}
    return {"bits": point.bits, "stage": point.stage, **figures, **own}


def quality(points: Sequence[WidthPoint]) -> tuple[str, list[float]]:
    """What says most of all that the points share, as a field of Verdict, and its values.

    What somebody chose to follow comes first. Shares lie in 0..1; in dB, exact results stand at
    100; nan where there is no figure.
    """
    owns = [point.effect.own for point in points]
    if all(own is not None and own.candidate is not None for own in owns):
        return "own", [math.nan if o is None or o.candidate is None else o.candidate for o in owns]
    chosen = any(point.effect.judge.follows != WORST for point in points)
    no_db = all(math.isnan(point.effect.judged_db) for point in points)
    shares = () if chosen and not no_db else ("accuracy", "agreement")
    for name in (*shares, *(("equal",) if no_db else ())):
        values = [getattr(point.effect, name) for point in points]
        if all(value is not None for value in values):
            return name, values
    return "judged_db", [_drawable(point.effect.judged_db) for point in points]


def _drawable(decibels: float) -> float:
    return decibels if math.isnan(decibels) else min(decibels, 100.0)


def width_curve(
    work: Work,
    *,
    bits: Sequence[int],
    settings: Settings | None = None,
    trains: bool = True,
    watch: Callable[[WidthPoint], None] | None = None,
    monitor: Monitor = SILENT,
) -> WidthCurve:
    """Weights and activations at each width; every fifth sample judges and teaches nothing.

    Widths that the plan overrides are swept too; its floats, methods and ranges are kept.
    Without `trains` nothing is fine-tuned, which needs no torch.
    `watch` gets each point as it is measured. Raises QuantError where torch is not installed,
    DataError where there are too few samples.
    """
    recipe = Recipe(("auto",), settings or Settings())
    if trains:
        trainable(work, recipe)
    teaching, judging = parts(work, monitor)
    reference = Reference.of(work.model, judging, judge=work.judge, monitor=monitor)
    teaching = observed(teaching, monitor=monitor)
    points: list[WidthPoint] = []
    for width in monitor.track(bits, "Trying widths"):
        asked = replace(teaching, plan=at_width(work.plan, width))
        for stage, found in stages(asked, recipe, trains, monitor):
            points.append(WidthPoint(width, stage, judged(reference, found, monitor)))
            if watch is not None:
                watch(points[-1])
    return WidthCurve(work.model.path.name, len(reference.samples), tuple(points))


def stages(
    work: Work, recipe: Recipe, trains: bool, monitor: Monitor
) -> Iterator[tuple[Stage, Candidate]]:
    """Each with what it makes of the work."""
    yield "plain", make(work, Recipe(), monitor=monitor)
    recovered = begin(work, recipe, monitor=monitor)
    yield "recovered", recovered
    if trains:
        yield "fine-tuned", train(recovered, work, recipe, monitor=monitor)


def parts(work: Work, monitor: Monitor) -> tuple[Work, Sequence[Sample]]:
    """The work with the samples that teach, and those that judge."""
    if work.dataset is None:
        raise DataError("A curve over widths judges on data: give --data.")
    judges, learning = split(work.dataset)
    if len(learning) < _FEWEST:
        raise DataError(
            "a curve over widths needs more than {0} samples: one in five judges, and at least "
            "four must teach",
            len(work.dataset),
        )
    found = samples(work.dataset.subset(judges), monitor, "Reading samples")
    return replace(work, dataset=learning), [sample for _, sample in found]


def judged(reference: Reference, found: Candidate, monitor: Monitor) -> Verdict:
    """The network as its file computes it."""
    proto = qdq_model(found.model, found.resolution.encodings)
    session, outputs = Session(proto, optimize=False), list(reference.reading.outputs)

    def run(feeds: Tensors) -> Tensors:
        return session.run(feeds, outputs, monitor=monitor)

    runs = (reference.answer(run, sample) for sample in reference.samples)
    with reference.judge_by.held():
        return reference.judge(runs, monitor=monitor)
