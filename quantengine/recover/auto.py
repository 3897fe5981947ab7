"""Recovery step by step, each kept only if held-out samples do not see it do harm."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from quantengine.data.dataset import Dataset
from quantengine.errors import PlanError
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.observe.calibrate import calibrate
from quantengine.observe.table import CalibrationTable
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.recover.absorb import absorb_high_bias
from quantengine.recover.bias import correct_bias
from quantengine.recover.equalize import equalize
from quantengine.recover.judge import Judge
from quantengine.recover.report import Recovered, StepReport
from quantengine.recover.rounding import SCALE_RATIOS, Inputs, Method, round_weights
from quantengine.recover.samples import Samples, recovery_samples
from quantengine.recover.smooth import smooth
from quantengine.resolve import Resolution, resolve
from quantengine.rewrite.encodings import Encodings

STEPS = ("fold", "equalize", "smooth", "absorb", "ranges", "bias", "round", "adaround")
AUTO = ("fold", "equalize", "smooth", "absorb", "ranges", "bias")

_RANGES: tuple[tuple[str, tuple[tuple[str, float], ...]], ...] = (
    ("mse", ()),
    ("lp", (("p", 3.0),)),
    ("minmax", ()),
)


def recover(
    model: FloatModel,
    plan: QuantPlan,
    dataset: Dataset,
    table: CalibrationTable | None = None,
    *,
    steps: Sequence[str] | None = None,
    rounding: bool | None = None,
    monitor: Monitor = SILENT,
) -> Recovered:
    """The best encodings of `plan` that the steps find with this data.

    `steps` None takes all of `AUTO`, then `round` where weights have less than 8 bits or
    `rounding` asks for it. Every fifth sample is held out to judge each step. Raises PlanError for
    an unknown step, DataError where the data is too little, Cancelled.
    """
    chosen = _chosen(plan, steps, rounding)
    samples = recovery_samples(model, dataset, monitor=monitor)
    if table is None:
        table = calibrate(model, dataset, model_taps(model), monitor=monitor)
    resolution = resolve(model, plan, table, monitor=monitor)
    judge = Judge(model, samples.held, monitor=monitor)
    first = judge.sqnr_db(model, resolution.encodings, monitor=monitor)
    work = _Recovery(_State(model, table, resolution, first), dataset, samples, judge, monitor)
    for step in chosen:
        monitor.check()
        work.take(step)
    state = work.state
    return Recovered(state.model, state.table, state.resolution, tuple(work.reports))


def _chosen(plan: QuantPlan, steps: Sequence[str] | None, rounding: bool | None) -> list[str]:
    if steps is None:
        few = plan.weights.integer is not None and plan.weights.integer.bits < 8
        asked = few if rounding is None else rounding
        return [*AUTO, "round", "bias"] if asked else [*AUTO]
    for step in steps:
        if step not in STEPS:
            raise PlanError(
                f"'{step}' is not a recovery step: choose auto or some of {', '.join(STEPS)}."
            )
    return [*steps]


@dataclass(frozen=True, eq=False)
class _State:
    """The best so far, with its SQNR on held-out samples."""

    model: FloatModel
    table: CalibrationTable
    resolution: Resolution
    sqnr_db: float

    @property
    def encodings(self) -> Encodings:
        return self.resolution.encodings


class _Recovery:
    def __init__(
        self,
        state: _State,
        dataset: Dataset,
        samples: Samples,
        judge: Judge,
        monitor: Monitor,
    ) -> None:
        self.state = state
        self.dataset = dataset
        self.samples = samples
        self.judge = judge
        self.monitor = monitor
        self.reports: list[StepReport] = []

    def take(self, step: str) -> None:
        steps: dict[str, Callable[[], None]] = {
            "fold": self._fold,
            "equalize": self._equalize,
            "smooth": self._smooth,
            "absorb": self._absorb,
            "ranges": self._ranges,
            "bias": self._bias,
            "round": self._round,
            "adaround": self._adaround,
        }
        steps[step]()

    def _fold(self) -> None:
        count = len(self.state.model.foldings)
        self._nothing(
            "fold",
            f"{count} nodes became part of the layers beside them when the model was opened."
            if count
            else "The model has nothing to fold, or was opened without folding.",
        )

    def _equalize(self) -> None:
        found = equalize(self.state.model, self.state.table, monitor=self.monitor)
        self._try_model("equalize", found.model, found.text)

    def _smooth(self) -> None:
        found = smooth(self.state.model, self.state.table, monitor=self.monitor)
        self._try_model("smooth", found.model, found.text)

    def _absorb(self) -> None:
        found = absorb_high_bias(self.state.model, self.state.table, monitor=self.monitor)
        self._try_model("absorb", found.model, found.text)

    def _ranges(self) -> None:
        """Tries the range methods for activations by what the network makes of them."""
        old = self.state.resolution.plan
        best: _State | None = None
        for method, parameters in _RANGES:
            activations = replace(old.activations, method=method, parameters=parameters)
            if activations == old.activations:
                continue
            plan = replace(old, activations=activations)
            tried = self._resolved(self.state.model, plan, self.state.table)
            if best is None or tried.sqnr_db > best.sqnr_db:
                best = tried
        assert best is not None
        method = best.resolution.plan.activations.method
        self._judge("ranges", best, f"Activations take the method '{method}'.")

    def _bias(self) -> None:
        found = correct_bias(
            self.state.model, self.state.encodings, self.samples, monitor=self.monitor
        )
        self._try_encodings("bias", found.encodings, found.text, found.layers > 0)

    def _round(self) -> None:
        """First as the width suggests; the other inputs are tried where that did not help."""
        few = any(e.dtype.bits < 8 for e in self.state.encodings.weights.values())
        orders: tuple[Inputs, Inputs] = ("quantized", "float") if few else ("float", "quantized")
        for inputs in orders:
            if self._rounded("round", "second_order", inputs):
                return

    def _adaround(self) -> None:
        self._rounded("adaround", "adaptive", "quantized")

    def _rounded(self, step: str, method: Method, inputs: Inputs) -> bool:
        few = any(e.dtype.bits < 8 for e in self.state.encodings.weights.values())
        found = round_weights(
            self.state.model,
            replace(self.state.encodings, codes={}),
            self.samples,
            method=method,
            inputs=inputs,
            ratios=SCALE_RATIOS if few and method == "second_order" else (1.0,),
            pair_safe=self.state.resolution.plan.pair_safe,
            monitor=self.monitor,
        )
        text = f"{found.text} Fitted to the {inputs} network's inputs."
        return self._try_encodings(step, found.encodings, text, found.layers > 0)

    def _try_model(self, step: str, model: FloatModel, text: str) -> None:
        if model is self.state.model:
            self._nothing(step, text)
            return
        table = calibrate(model, self.dataset, model_taps(model), monitor=self.monitor)
        self._judge(step, self._resolved(model, self.state.resolution.plan, table), text)

    def _resolved(self, model: FloatModel, plan: QuantPlan, table: CalibrationTable) -> _State:
        resolution = resolve(model, plan, table, monitor=self.monitor)
        sqnr = self.judge.sqnr_db(model, resolution.encodings, monitor=self.monitor)
        return _State(model, table, resolution, sqnr)

    def _try_encodings(self, step: str, encodings: Encodings, text: str, changed: bool) -> bool:
        if not changed:
            self._nothing(step, text)
            return False
        sqnr = self.judge.sqnr_db(self.state.model, encodings, monitor=self.monitor)
        resolution = replace(self.state.resolution, encodings=encodings)
        return self._judge(step, replace(self.state, resolution=resolution, sqnr_db=sqnr), text)

    def _judge(self, step: str, tried: _State, text: str) -> bool:
        before = self.state.sqnr_db
        kept = tried.sqnr_db >= before or math.isnan(before)
        self._report(StepReport(step, before, tried.sqnr_db, kept, text))
        if kept:
            self.state = tried
        return kept

    def _nothing(self, step: str, text: str) -> None:
        self._report(StepReport(step, math.nan, math.nan, False, text))

    def _report(self, report: StepReport) -> None:
        self.monitor.say(str(report))
        self.reports.append(report)
