"""What a recovery did and what each step gained."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from quantengine.counted import counted
from quantengine.graph.model import FloatModel
from quantengine.observe.table import CalibrationTable
from quantengine.resolve.resolve import Resolution
from quantengine.sentence import Sentence
from quantengine.verdict.figures import Judgement
from quantengine.verdict.tasks.harm import Harm


@dataclass(frozen=True)
class StepReport:
    """One step: SQNR of the network's outputs on held-out samples before and after it.

    `after_db` is what the step would have given where it was not `kept`; both are nan for a step
    that had nothing to do, `text` says why. `before_equal` and `after_equal` are shares of equal
    integers, of a network without a float output; None of any other. `before_own` and `after_own`
    are of a person's metric where that decides; else None. `opened`: it was done, and is part of
    every figure, since the model was opened. `harms`: it was kept since it was named, and held-out
    samples see harm. `behind`: in a sequence that was tried, the steps before it; its figures are
    with quick rounding and biases after it, `kept` tells that what was chosen begins so.
    """

    step: str
    before_db: float
    after_db: float
    kept: bool
    text: Annotated[Sentence, Sentence.from_json]
    before_equal: float | None = None
    after_equal: float | None = None
    before_own: float | None = None
    after_own: float | None = None
    opened: bool = False
    harms: bool = False
    behind: tuple[str, ...] | None = None

    @property
    def gain_db(self) -> float:
        return self.after_db - self.before_db

    @property
    def judged(self) -> bool:
        """Whether a figure tells what the step did."""
        counts = (self.before_equal, self.before_own)
        return any(count is not None for count in counts) or not math.isnan(self.before_db)

    def __str__(self) -> str:
        return f"{self.name}: {self.said}"

    @property
    def name(self) -> str:
        """The step, behind those of the sequence that it was tried in."""
        return " > ".join((*(self.behind or ()), self.step))

    @property
    def said(self) -> str:
        """Figures and what it did."""
        return " ".join(filter(None, (self.figures, self.result, self.text)))

    @property
    def tried(self) -> bool:
        """Whether it was tried in a sequence, and its figures are with quick steps after it."""
        return self.behind is not None

    @property
    def result(self) -> Sentence:
        """Of what was tried in a sequence: whether what was chosen begins so."""
        return Sentence("Chosen.") if self.tried and self.kept else Sentence("")

    @property
    def figures(self) -> Sentence:
        """Before and after; empty where there is no figure."""
        if not self.judged:
            return Sentence("")
        stays = self.kept or self.tried
        if self.before_own is not None and self.after_own is not None:
            own = f"{self.before_own:.4g}", f"{self.after_own:.4g}"
            if stays:
                return Sentence("metric {0} -> {1}.", *own)
            return Sentence("metric {0} -> {1}, undone.", *own)
        if self.before_equal is not None and self.after_equal is not None:
            shares = f"{self.before_equal:.2%}", f"{self.after_equal:.2%}"
            if stays:
                return Sentence("{0} -> {1} of the integers equal.", *shares)
            return Sentence("{0} -> {1} of the integers equal, undone.", *shares)
        figures = f"{self.before_db:.1f}", f"{self.after_db:.1f}", f"{self.gain_db:+.1f}"
        if stays:
            return Sentence("{0} -> {1} dB ({2}).", *figures)
        return Sentence("{0} -> {1} dB ({2}, undone).", *figures)

    def to_json(self) -> dict[str, Any]:
        """A JSON object; decibels that do not exist are null."""
        figures = ("before_db", "after_db")
        counts = ("before_equal", "after_equal", "before_own", "after_own")
        return {
            "step": self.step,
            **{name: None if math.isnan(x := getattr(self, name)) else x for name in figures},
            **{name: x for name in counts if (x := getattr(self, name)) is not None},
            "kept": self.kept,
            "harms": self.harms,
            **({} if self.behind is None else {"behind": list(self.behind)}),
            "text": self.text,
        }


def told(word: str, before: Judgement, after: Judgement, kept: bool, text: Sentence) -> StepReport:
    """What a step did, as two judgements tell it."""
    owns = [None if one.own is None else one.own.candidate for one in (before, after)]
    counts = (before.equal, after.equal, owns[0], owns[1])
    return StepReport(word, before.sqnr_db, after.sqnr_db, kept, text, *counts)


def harm_told(harm: Harm, text: Sentence) -> Sentence:
    """Of a step that is undone for what it takes from the task, with what it did."""
    name, samples = harm.name.replace("_", " "), counted(harm.n, "sample")
    figures = (f"{value:.4g}" for value in (harm.before, harm.after))
    return Sentence(
        "On {0} held out {1} surely gets worse, {2} -> {3}. {4}", samples, name, *figures, text
    )


Watch = Callable[[StepReport], None]


@dataclass(frozen=True, eq=False)
class Recovered:
    """A model whose constants may have changed, its encodings, and what each step gained.

    `table` holds the statistics of `model`, `resolution` its encodings with chosen codes and
    biases: together they are exported like those of any other model. `held_out` are the indices of
    the samples that judged and that no step was fitted to.
    """

    model: FloatModel
    table: CalibrationTable
    resolution: Resolution
    steps: tuple[StepReport, ...]
    held_out: tuple[int, ...] = ()

    @property
    def gain_db(self) -> float:
        """Of all steps together, on held-out samples."""
        known = [x for x in self.steps if not (x.tried or math.isnan(x.before_db))]
        if not known:
            return 0.0
        last = known[-1]
        return (last.after_db if last.kept else last.before_db) - known[0].before_db
