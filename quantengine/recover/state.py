"""What a step of recovery gets and gives back."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, field, replace

from quantengine.data.dataset import Dataset
from quantengine.decisions import plan_taps
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.observe.calibrate import calibrate, side_by_side
from quantengine.observe.statistics import TensorStats
from quantengine.observe.table import CalibrationTable
from quantengine.observe.tap import Tap
from quantengine.plan import QuantPlan
from quantengine.recover.samples import Samples
from quantengine.resolve.resolve import Resolution, resolve_plan
from quantengine.rewrite.encodings import Encodings
from quantengine.sentence import Sentence
from quantengine.verdict.judge import BY_WORST, Judge


@dataclass(frozen=True, eq=False)
class State:
    """A model, its statistics and encodings, and in `text` what the last step did, a sentence.

    `dataset` is what the statistics are of, `samples` what a step may fit to; `layers` is the
    pattern of the layers a step shall treat, `judge` names the dB that counts.
    """

    model: FloatModel
    table: CalibrationTable
    resolution: Resolution
    dataset: Dataset = field(repr=False)
    samples: Samples = field(repr=False)
    layers: str = "*"
    text: Sentence = Sentence("")  # noqa: RUF009 - a text does not change
    judge: Judge = BY_WORST
    monitor: Monitor = SILENT

    @property
    def encodings(self) -> Encodings:
        return self.resolution.encodings

    def said(self, text: Sentence) -> State:
        """The same, and why a step left it so."""
        return replace(self, text=text)

    def with_model(
        self, model: FloatModel, text: Sentence, changed: Container[str] | None = None
    ) -> State:
        """The plan on another model of the same function, with statistics of its own.

        Only of tensors that are new or `changed` (None: all) are any collected.
        """
        if model is self.model:
            return self.said(text)
        table = self._observed(model, changed)
        moved = replace(self, model=model, table=table)
        return moved.with_plan(self.resolution.plan, text)

    def _observed(self, model: FloatModel, changed: Container[str] | None) -> CalibrationTable:
        taps = plan_taps(model, self.resolution.plan)
        held = {} if changed is None else _held(self.table, taps, changed)
        again = [tap for tap in taps if tap.tensor not in held]
        if not again:
            return replace(self.table, model_hash=model.digest, tensors=held)
        found = self._collected(model, again)
        if not held:
            return found
        if found.data_hash != self.table.data_hash:  # the statistics that were given are of others
            rest = self._collected(model, [tap for tap in taps if tap.tensor in held])
            return side_by_side([found, rest])
        arithmetic = tuple(sorted({*self.table.arithmetic, *found.arithmetic}))
        return replace(found, tensors={**held, **found.tensors}, arithmetic=arithmetic)

    def _collected(self, model: FloatModel, taps: Sequence[Tap]) -> CalibrationTable:
        rounded = self.table.quantized_inputs
        return calibrate(model, self.dataset, taps, quantized_inputs=rounded, monitor=self.monitor)

    def with_plan(self, plan: QuantPlan, text: Sentence) -> State:
        """The encodings of another plan."""
        resolution = resolve_plan(self.model, plan, self.table, monitor=self.monitor)
        return replace(self, resolution=resolution, text=text)

    def with_encodings(self, encodings: Encodings, text: Sentence) -> State:
        """Other encodings under the same plan."""
        resolution = replace(self.resolution, encodings=encodings)
        return replace(self, resolution=resolution, text=text)

    def is_as(self, other: State) -> bool:
        """Whether nothing but the text differs."""
        return self.model is other.model and self.resolution is other.resolution


def _held(
    table: CalibrationTable, taps: Sequence[Tap], changed: Container[str]
) -> dict[str, TensorStats]:
    """What is known of taps that did not change; what was rounded on the way did."""
    if table.quantized_inputs:
        return {}
    return {
        tap.tensor: stats
        for tap in taps
        if (stats := table.tensors.get(tap.tensor)) is not None
        and tap.tensor not in changed
        and (stats.channel_axis, stats.mask_limit) == (tap.channel_axis, tap.mask_limit)
        and bool(stats.kept_rows) >= tap.keep_rows
    }
