"""What a step of recovery gets and gives back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from quantengine.data.dataset import Dataset
from quantengine.decisions import plan_taps
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.observe.calibrate import calibrate
from quantengine.observe.table import CalibrationTable
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

    def with_model(self, model: FloatModel, text: Sentence) -> State:
        """The plan on another model of the same function, with statistics of its own."""
        if model is self.model:
            return self.said(text)
        taps = plan_taps(model, self.resolution.plan)
        table = calibrate(
            model,
            self.dataset,
            taps,
            quantized_inputs=self.table.quantized_inputs,
            monitor=self.monitor,
        )
        moved = replace(self, model=model, table=table)
        return moved.with_plan(self.resolution.plan, text)

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
