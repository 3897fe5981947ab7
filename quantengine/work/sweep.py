"""The network under one width or range method after the other, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from quantengine.analyze.gauge import Gauge
from quantengine.analyze.method import under_method
from quantengine.analyze.metrics import as_json
from quantengine.analyze.parts import layer_parts
from quantengine.analyze.probes import PROBES
from quantengine.analyze.report_layers import layer_reports
from quantengine.analyze.simulate import ALL, Active
from quantengine.analyze.width import Part, at_width
from quantengine.counted import counted
from quantengine.decisions import plan_taps
from quantengine.errors import PlanError
from quantengine.monitor import SILENT, Monitor
from quantengine.observe.calibrate import calibrate
from quantengine.observe.table import CalibrationTable
from quantengine.patterns import exact
from quantengine.plan import Parameters, QuantPlan
from quantengine.ranges.registry import METHODS
from quantengine.ranges.words import worded
from quantengine.resolve.resolve import Resolution, resolve_plan
from quantengine.sentence import Sentence
from quantengine.verdict.figures import common_figure, value_of
from quantengine.verdict.verdict import Verdict
from quantengine.work.reference import work_reference
from quantengine.work.trials import Trial, Trials, key_of, run_name
from quantengine.work.work import Work, observed

BITS = tuple(range(1, 9))

SETTINGS: Mapping[str, tuple[Parameters, ...]] = {
    "percentile": tuple((("p", p),) for p in (0.999, 0.9999, 0.99999)),
    "moving_average": tuple((("c", c),) for c in (0.9, 0.99)),
    "mean_std": tuple((("k", k),) for k in (3.0, 4.0, 6.0)),
    "lp": tuple((("p", p),) for p in (2.4, 3.0, 4.0)),
}
"""Parameters that change what a method is after, not only how finely it searches."""


@dataclass(frozen=True)
class SweepPoint:
    """One setting and what it does to the outputs; `refused` says why there is no effect.

    `quantized_inputs`: the statistics are those of inference with quantized data. `plan` is what
    to export to get this point.
    """

    label: str
    bits: int | None
    method: str | None
    parameters: Parameters
    quantized_inputs: bool
    effect: Verdict | None
    bytes_after: int | None
    refused: str | None
    plan: QuantPlan


@dataclass(frozen=True)
class Sweep:
    """All settings in the order tried; `layer` is the only one quantized, None: all of them."""

    model: str
    part: Part
    layer: str | None
    samples: int
    points: tuple[SweepPoint, ...]

    @property
    def best(self) -> SweepPoint | None:
        """The point whose worst output has most SQNR: finer than accuracy, which samples share.

        Of the most equal integers where no output has dB; None where there is no such figure.
        """
        held = [(point, point.effect) for point in self.points if point.effect is not None]
        figure = common_figure(effect for _, effect in held)
        if figure is None:
            return None
        return max(held, key=lambda pair: value_of(pair[1], figure))[0]

    @property
    def missing(self) -> str | None:
        """Why no point can be called the best; None where one can, or none was run."""
        effects = (point.effect for point in self.points if point.effect is not None)
        return None if self.best is not None else next((x.missing for x in effects), None)

    def to_json(self) -> dict[str, Any]:
        """A JSON object with the same parts, plans as `QuantPlan.to_json` gives them."""
        plans = [point.plan.to_json() for point in self.points]
        data: dict[str, Any] = as_json(self)
        data["points"] = [
            {**point, "plan": plan} for point, plan in zip(data["points"], plans, strict=True)
        ]
        data["best"] = None if self.best is None else self.best.label
        return data

    def to_rows(self) -> list[dict[str, Any]]:
        """A flat row a point."""
        return [_row(point) for point in self.points]


def sweep_bits(
    work: Work,
    *,
    bits: Sequence[int] = BITS,
    part: Part = "both",
    layer: str | None = None,
    limit: int | None = PROBES,
    checkpoint: Path | None = None,
    monitor: Monitor = SILENT,
) -> Sweep:
    """Output error against width: of the network, or of one layer with all others float.

    Of the network also where the plan overrides a width; its floats, methods and ranges are kept.
    Statistics are collected where they are missing; at most `limit` samples judge (None: all). What
    was tried stands in the file `checkpoint`, from which the same sweep goes on.
    Raises PlanError for a width or layer that does not exist, DataError, Cancelled.
    """
    work = observed(work, monitor=monitor)
    settings = [_with_bits(work.plan, width, part, layer) for width in bits]
    trials = [
        SweepPoint(counted(width, "bit"), width, None, (), False, None, None, None, setting)
        for width, setting in zip(bits, settings, strict=True)
    ]
    with work.judge.held():
        runner = _Runner(work, layer, limit, checkpoint, monitor)
        points = runner.run([(trial, work.table) for trial in trials])
    return Sweep(work.model.path.name, part, layer, runner.samples, points)


def sweep_methods(
    work: Work,
    *,
    methods: Iterable[str] | None = None,
    settings: bool = True,
    part: Part = "activations",
    quantized_inference: bool = False,
    limit: int | None = PROBES,
    checkpoint: Path | None = None,
    monitor: Monitor = SILENT,
) -> Sweep:
    """The network under each range method (None: all), with each of its settings or as it is.

    Methods that the plan sets for single layers give way too; ranges set by hand stay. With
    `quantized_inference` statistics of inference with quantized data are one more choice.
    Statistics are collected where they are missing; at most `limit` samples judge (None: all).
    `checkpoint` is as in `sweep_bits`. A method that cannot treat this model is kept with the
    reason. Raises DataError, Cancelled, PlanError for an unknown method and for a plan without
    ranges.
    """
    work = observed(work, monitor=monitor)
    trials = [
        (_method_point(work.plan, name, parameters, part, table), table)
        for table in _tables(work, quantized_inference, monitor)
        for name in (METHODS if methods is None else methods)
        if part == "activations" or _known(name).for_weights
        for parameters in (SETTINGS.get(name, ((),)) if settings else ((),))
    ]
    with work.judge.held():
        runner = _Runner(work, None, limit, checkpoint, monitor)
        points = runner.run(trials, forgiving=True)
    return Sweep(work.model.path.name, part, None, runner.samples, points)


def _tables(work: Work, quantized_inference: bool, monitor: Monitor) -> list[CalibrationTable]:
    if work.table is None:
        raise PlanError("This plan has no ranges to choose: give the activations an integer type.")
    if not quantized_inference or work.dataset is None or work.table.quantized_inputs:
        return [work.table]
    taps = plan_taps(work.model, work.plan)
    found = calibrate(work.model, work.dataset, taps, quantized_inputs=True, monitor=monitor)
    return [work.table, found]


class _Runner:
    """Runs settings on the same samples against the same float results."""

    def __init__(
        self,
        work: Work,
        layer: str | None,
        limit: int | None,
        checkpoint: Path | None,
        monitor: Monitor,
    ) -> None:
        self.model, self.layer, self.monitor = work.model, layer, monitor
        reference = work_reference(work, limit, monitor=monitor)
        self.gauge, self.samples = Gauge(reference), len(reference.samples)
        name = "" if checkpoint is None else run_name(work, limit, ["sweep", layer])
        self.trials = Trials(checkpoint, name, work.judge)

    def run(
        self,
        trials: Sequence[tuple[SweepPoint, CalibrationTable | None]],
        *,
        forgiving: bool = False,
    ) -> tuple[SweepPoint, ...]:
        points = []
        for trial, table in self.monitor.track(trials, "Sweeping"):
            key = key_of(trial.plan, table)
            found = self.trials.of(key)
            if found is None:
                found = self._found(trial, table, forgiving)
                self.trials.add(key, found)
            effect, size, refused = found.effect, found.bytes_after, found.refused
            points.append(replace(trial, effect=effect, bytes_after=size, refused=refused))
        return tuple(points)

    def _found(self, trial: SweepPoint, table: CalibrationTable | None, forgiving: bool) -> Trial:
        try:
            return self._tried(trial, table)
        except PlanError as error:
            if not forgiving:
                raise
            return Trial(refused=str(error))

    def _tried(self, trial: SweepPoint, table: CalibrationTable | None) -> Trial:
        resolution = resolve_plan(self.model, trial.plan, table)
        found = self.gauge.judge(
            self.model, resolution.encodings, self._active(resolution), monitor=self.monitor
        )
        size = sum(row.bytes_after for row in layer_reports(self.model, resolution))
        return Trial(found, size)

    def _active(self, resolution: Resolution) -> Active:
        if self.layer is None:
            return ALL
        for part in layer_parts(resolution.encodings):
            if part.name == self.layer:
                return part.active
        reason = resolution.flow.reasons.get(self.layer)
        why = Sentence("there is no such layer; see inspect.")
        if reason is not None:
            why = Sentence("it stays float ({0}).", reason.sentence)
        raise PlanError("Layer '{0}' cannot be swept: {1}", self.layer, why)


def _with_bits(plan: QuantPlan, bits: int, part: Part, layer: str | None) -> QuantPlan:
    if layer is not None:
        key = "bits" if part == "both" else f"{part}.bits"
        return plan.with_override(exact(layer), **{key: bits})
    return at_width(plan, bits, part)


def _method_point(
    plan: QuantPlan, name: str, parameters: Parameters, part: Part, table: CalibrationTable
) -> SweepPoint:
    _known(name)
    setting = under_method(plan, name, parameters, part)
    setting = replace(setting, observe_quantized=table.quantized_inputs)
    label = ", ".join([name, *(f"{key}={worded(key, value)}" for key, value in parameters)])
    if table.quantized_inputs:
        label += ", quantized inference"
    return SweepPoint(
        label, None, name, parameters, table.quantized_inputs, None, None, None, setting
    )


def _known(name: str) -> Any:
    if name not in METHODS:
        raise PlanError("There is no range method '{0}': choose {1}.", name, ", ".join(METHODS))
    return METHODS[name]


def _row(point: SweepPoint) -> dict[str, Any]:
    effect = point.effect
    return {
        "setting": point.label,
        "bits": point.bits,
        "method": point.method,
        "sqnr_db": None if effect is None else effect.sqnr_db,
        "worst_db": None if effect is None else effect.worst_db,
        "agreement": None if effect is None else effect.agreement,
        "accuracy": None if effect is None else effect.accuracy,
        "equal": None if effect is None else effect.equal,
        "bytes_after": point.bytes_after,
        "refused": point.refused,
    }
