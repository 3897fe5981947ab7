"""The result against width: as calibrated, recovered without training, and fine-tuned (002)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from quantengine.analyze.metrics import as_json
from quantengine.analyze.width import at_width
from quantengine.data.dataset import Dataset, samples
from quantengine.errors import DataError
from quantengine.finetune.outcome import FineTuned
from quantengine.finetune.settings import Settings
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.observe.calibrate import calibrate
from quantengine.observe.table import CalibrationTable
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.recover.auto import recover_plan
from quantengine.recover.shares import split
from quantengine.resolve.resolve import Resolution, resolve_plan
from quantengine.rewrite.qdq import qdq_model
from quantengine.runtime import Session
from quantengine.verdict.reference import Reference
from quantengine.verdict.verdict import Verdict

Stage = Literal["plain", "recovered", "fine-tuned"]
_FEWEST = 4
_FIGURES = ("sqnr_db", "worst_db", "cosine", "max_error", "agreement", "accuracy", "equal")

Tuner = Callable[[FloatModel, Resolution, Dataset, Sequence[int]], FineTuned]


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
        found: dict[str, Any] = as_json(self)
        return found

    def to_rows(self) -> list[dict[str, Any]]:
        """A flat row a point."""
        return [_row(point) for point in self.points]


def _row(point: WidthPoint) -> dict[str, Any]:
    found = point.effect
    return {"bits": point.bits, "stage": point.stage, **{n: getattr(found, n) for n in _FIGURES}}


def quality(points: Sequence[WidthPoint]) -> tuple[str, list[float]]:
    """What says most of all that the points share, as a field of Verdict, and its values.

    Shares lie in 0..1; in dB, exact results stand at 100; nan where there is no figure.
    """
    no_db = all(math.isnan(point.effect.worst_db) for point in points)
    for name in ("accuracy", "agreement", *(("equal",) if no_db else ())):
        values = [getattr(point.effect, name) for point in points]
        if all(value is not None for value in values):
            return name, values
    return "worst_db", [_drawable(point.effect.worst_db) for point in points]


def _drawable(decibels: float) -> float:
    return decibels if math.isnan(decibels) else min(decibels, 100.0)


def width_curve(
    model: FloatModel,
    plan: QuantPlan,
    dataset: Dataset,
    *,
    bits: Sequence[int],
    settings: Settings | None = None,
    table: CalibrationTable | None = None,
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
    settings = settings or Settings()
    if trains:
        _check(model, plan, dataset, settings)
    learning, judging = _halves(dataset)
    tune = _tuner(settings, monitor) if trains else None
    teaching = _Teaching(learning, settings.held_out, tune)
    reference = _reference(model, judging, monitor)
    if table is None:
        table = calibrate(model, learning, model_taps(model), monitor=monitor)
    points: list[WidthPoint] = []
    for width in monitor.track(bits, "Widths"):
        chosen = at_width(plan, width)
        for stage, found, resolution in _stages(model, chosen, table, teaching, monitor):
            points.append(WidthPoint(width, stage, _judged(reference, found, resolution, monitor)))
            if watch is not None:
                watch(points[-1])
    return WidthCurve(model.path.name, len(reference.samples), tuple(points))


@dataclass(frozen=True, eq=False)
class _Teaching:
    """What may teach, the share that only judges training, and how to train (None: not at all)."""

    samples: Dataset
    held_out: float
    tune: Tuner | None


def _stages(
    model: FloatModel,
    plan: QuantPlan,
    table: CalibrationTable,
    teaching: _Teaching,
    monitor: Monitor,
) -> Iterator[tuple[Stage, FloatModel, Resolution]]:
    yield "plain", model, resolve_plan(model, plan, table)
    judges, others = split(teaching.samples, teaching.held_out)
    recovered = recover_plan(model, plan, others, table, monitor=monitor)
    yield "recovered", recovered.model, recovered.resolution
    if teaching.tune is None:
        return
    tuned = teaching.tune(recovered.model, recovered.resolution, teaching.samples, judges)
    yield "fine-tuned", tuned.model, tuned.resolution


def _check(model: FloatModel, plan: QuantPlan, dataset: Dataset, settings: Settings) -> None:
    from quantengine.finetune.check import check_run

    check_run(model, plan, dataset, settings)


def _tuner(settings: Settings, monitor: Monitor) -> Tuner:
    from quantengine.finetune.train import finetune

    def tune(
        model: FloatModel, resolution: Resolution, dataset: Dataset, judges: Sequence[int]
    ) -> FineTuned:
        return finetune(model, resolution, dataset, settings, judges=judges, monitor=monitor)

    return tune


def _halves(dataset: Dataset) -> tuple[Dataset, Dataset]:
    judges, learning = split(dataset)
    if len(learning) < _FEWEST:
        raise DataError(
            f"a curve over widths needs more than {len(dataset)} samples: one in five judges, "
            "and at least four must teach"
        )
    return learning, dataset.subset(judges)


def _reference(model: FloatModel, judging: Dataset, monitor: Monitor) -> Reference:
    found = [sample for _, sample in samples(judging, monitor, "Reading samples")]
    return Reference.of(model, found, monitor=monitor)


def _judged(
    reference: Reference, model: FloatModel, resolution: Resolution, monitor: Monitor
) -> Verdict:
    session = Session(qdq_model(model, resolution.encodings), optimize=False)
    outputs = list(reference.reading.outputs)
    return reference.judge(
        session.run(sample.feeds, outputs, monitor=monitor) for sample in reference.samples
    )
