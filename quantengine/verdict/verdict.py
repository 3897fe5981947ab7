"""The figures of a quantized network's outputs against those of the float file."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial, reduce
from typing import Any

import numpy as np

from quantengine.sentence import Sentence
from quantengine.verdict.chance import chance_remark
from quantengine.verdict.judge import BY_WORST, METRIC, TASK, Judge
from quantengine.verdict.layout import WHOLE
from quantengine.verdict.output import OutputVerdict, is_float, output_verdict, whole_figures
from quantengine.verdict.own import own_figures
from quantengine.verdict.reading import Reading
from quantengine.verdict.record import ClassRecord, OutputRecord, Record
from quantengine.verdict.tasks.classification import CLASS_MEASURES, class_marks
from quantengine.verdict.tasks.figure import TaskFigure, task_figures
from quantengine.verdict.tasks.verdict import TaskVerdict, task_verdict


@dataclass(frozen=True)
class OutputFigure:
    """The worst output and its SQNR in dB; in it the worst `slice`, and the dB that ranks it."""

    name: str
    sqnr_db: float
    slice: str | None = None
    db: float | None = None
    lost: str | None = None

    @property
    def output(self) -> str:
        return self.name

    @classmethod
    def of(cls, output: OutputVerdict) -> OutputFigure:
        worst = output.worst_slice
        if worst is None:
            return cls(output.name, output.sqnr_db)
        return cls(output.name, output.sqnr_db, worst.name, output.worst_db, worst.lost)


@dataclass(frozen=True)
class Verdict:
    """On the network's outputs, over `samples`; padding counts nowhere (`without_padding`: some).

    `sqnr_db`, `cosine` and `max_error` pool all float outputs. `agreement` is the share of equal
    best classes, `accuracy` and `top5` those of right ones, beside them that of the float network;
    None where the first output holds no class scores or no label is known. `equal` is the share of
    the values of integer outputs that stay the same, None without such outputs. `missing` says why
    there is no SQNR, or why it is -inf, None where there is one. `unknown` is the first output
    at which the float network gives NaN, which counts nowhere. `doubt` says so, and where the float
    network itself is no better on the labels than guessing. `worst` is the float output with the
    worst slice, None where there are not several. `task` has the figures of the task, where
    they were asked for, `metric` those of a person's own. `judge` tells which of all is followed.
    """

    sqnr_db: float
    cosine: float
    max_error: float
    agreement: float | None = None
    accuracy: float | None = None
    equal: float | None = None
    missing: str | None = None
    unknown: str | None = None
    doubt: str | None = None
    worst: OutputFigure | None = None
    outputs: tuple[OutputVerdict, ...] = ()
    samples: int = 0
    without_padding: bool = False
    accuracy_reference: float | None = None
    top5: float | None = None
    top5_reference: float | None = None
    task: TaskVerdict | None = None
    metric: Mapping[str, TaskFigure] = field(default_factory=dict)
    judge: Judge = BY_WORST

    @property
    def worst_output(self) -> OutputVerdict | None:
        """The float output with the worst slice; None where none has a figure."""
        known = [output for output in self.outputs if not math.isnan(output.worst_db)]
        return min(known, key=lambda output: output.worst_db, default=None)

    @property
    def worst_db(self) -> float:
        """dB of the worst slice of all outputs; nan where none has a figure."""
        worst = self.worst_output
        return math.nan if worst is None else worst.worst_db

    @property
    def judged_db(self) -> float:
        """The dB that is followed: of the worst slice, all floats pooled, the task, or by name.

        Of the worst slice where a person's metric is followed.
        """
        if self.task is not None and self.follows_task:
            return self.task.judged_db(self.worst_db)
        match self.judge.follows:
            case "worst" | "task":
                return self.worst_db
            case "pooled":
                return self.sqnr_db
            case name:
                return self.worst_db if self.own is not None else self.db_of(name)

    @property
    def follows_task(self) -> bool:
        """Whether a figure of the task is followed, where it has one."""
        named = "" if self.task is None else self.task.named
        return self.judge.follows in (TASK, named or TASK)

    @property
    def own(self) -> TaskFigure | None:
        """The figure of a person's metric that is followed; None where none is."""
        if self.judge.follows == METRIC:
            return next(iter(self.metric.values()), None)
        return self.metric.get(self.judge.follows)

    @property
    def figures(self) -> Mapping[str, TaskFigure]:
        """Of the task and of a person's metric, by name."""
        return {**({} if self.task is None else self.task.figures), **self.metric}

    def db_of(self, name: str) -> float:
        """Of the worst slice of the output of that name, or of a slice; nan where there is none."""
        for output in self.outputs:
            if output.name == name:
                return output.worst_db
            for each in output.slices:
                if each.name == name:
                    return each.db
        return math.nan

    @property
    def holds_floats(self) -> bool:
        """Whether some output is float, so that decibels say most; else equal integers do."""
        return any(output.is_float for output in self.outputs)

    @property
    def unchanged(self) -> Verdict:
        """What nothing but the float network itself would get."""
        exact = math.nan if math.isnan(self.sqnr_db) else math.inf
        agreement, equal = (None if x is None else 1.0 for x in (self.agreement, self.equal))
        outputs = tuple(output.unchanged for output in self.outputs)
        return replace(
            self,
            sqnr_db=exact,
            cosine=1.0,
            max_error=0.0,
            agreement=agreement,
            accuracy=self.accuracy_reference,
            equal=equal,
            worst=None if self.worst is None else OutputFigure(self.worst.name, math.inf),
            outputs=outputs,
            top5=self.top5_reference,
            task=None if self.task is None else self.task.unchanged,
            metric={name: each.unchanged for name, each in self.metric.items()},
        )


def noise_of(decibels: float) -> float:
    """Noise power as a share of signal power; inf for -inf dB, nan without a figure."""
    return math.inf if decibels == -math.inf else float(10 ** (-decibels / 10))


def verdict_of(
    reading: Reading,
    records: Iterable[Record],
    judge: Judge = BY_WORST,
    *,
    intervals: bool = False,
) -> Verdict:
    """The figures of these records, put in order of their place: how they came changes no bit.

    `intervals`: figures of the task tell how far they can be trusted.
    """
    ordered = sorted(records, key=lambda record: record.place)
    columns = {
        name: [record.outputs[number] for record in ordered]
        for number, name in enumerate(reading.outputs)
    }
    floats = {name: column for name, column in columns.items() if is_float(column)}
    whole = [record for column in columns.values() for record in column if record.sums is None]
    outputs = tuple(
        output_verdict(name, column, reading.layouts.get(name, WHOLE))
        for name, column in columns.items()
    )
    pooled = whole_figures([record for column in floats.values() for record in column])
    values = sum(record.values for record in whole)
    classes = [record.classes for record in ordered if record.classes is not None]
    found = Verdict(
        *pooled,
        equal=sum(record.equal for record in whole) / values if values else None,
        worst=_worst(outputs),
        outputs=outputs,
        samples=len(ordered),
        without_padding=any(r.padded for column in columns.values() for r in column),
        judge=judge,
        unknown=next((n for n, c in floats.items() if any(r.unknown for r in c)), None),
        metric=own_figures([r.own for r in ordered if r.own is not None], intervals=intervals),
        task=task_verdict(reading.taken, [r.task for r in ordered], intervals=intervals),
        **class_figures(classes),
    )
    missing = _missing(found, floats, bool(values))
    listed = next((name for name, c in columns.items() if any(r.listed for r in c)), None)
    return replace(found, missing=missing, doubt=_doubt(found, missing, listed))


def _doubt(found: Verdict, missing: str | None, listed: str | None) -> str | None:
    """That of the labels, that float values which are no numbers were left out, and of lists."""
    said = [] if found.doubt is None else [found.doubt]
    if listed is not None:
        said.insert(
            0,
            Sentence(
                "Output '{0}' is a list whose length or order depends on values: each row is "
                "compared with the nearest one, and a row that only one of both networks has is an "
                "error.",
                listed,
            ),
        )
    if found.unknown is not None and missing is None:
        said.insert(
            0,
            Sentence(
                "The float network gives NaN at output '{0}': figures are of the other values.",
                found.unknown,
            ),
        )
    return reduce(partial(Sentence, "{0} {1}"), said) if said else None


def _worst(outputs: Sequence[OutputVerdict]) -> OutputFigure | None:
    """The output with the worst slice; None where there is only one figure."""
    known = [output for output in outputs if not math.isnan(output.worst_db)]
    if sum(max(1, sum(s.judged for s in output.slices)) for output in known) < 2:
        return None
    return OutputFigure.of(min(known, key=lambda output: output.worst_db))


def class_figures(classes: Sequence[ClassRecord]) -> dict[str, Any]:
    """What the best classes say, and labels, with the doubt about them: fields of a `Verdict`."""
    figures = task_figures(CLASS_MEASURES, [class_marks(record) for record in classes])
    none = TaskFigure(None, None, "share", 0)
    agreement, top1, top5 = (figures.get(each.name, none) for each in CLASS_MEASURES)
    labelled = [record for record in classes if record.labelled]
    right = sum(record.top1_reference for record in labelled)
    doubt = chance_remark(right, len(labelled), labelled[-1].classes) if labelled else None
    return {
        "agreement": agreement.candidate,
        "accuracy": top1.candidate,
        "accuracy_reference": top1.reference,
        "top5": top5.candidate,
        "top5_reference": top5.reference,
        "doubt": doubt,
    }


def _missing(
    found: Verdict, floats: dict[str, list[OutputRecord]], has_integers: bool
) -> str | None:
    if found.sqnr_db > -np.inf:
        return None
    places = [(name, place, r) for name, c in floats.items() for place, r in enumerate(c)]
    for name, _, record in sorted(places, key=lambda entry: entry[1]):
        if record.fault is not None:
            return _fault_text(name, record)
    for output in found.outputs:
        if output.unlike:
            where = "1 place" if output.unlike == 1 else f"{output.unlike} places"
            return f"in {where} of output '{output.name}' just one of both networks gives infinity"
    if any(record.sums is not None and record.sums.any() for _, _, record in places):
        kind = "zero or infinite" if any(r.infinite for _, _, r in places) else "zero"
        return f"the float outputs are {kind} on these samples"
    return "no output is float" if has_integers else "the outputs hold no value"


def _fault_text(name: str, record: OutputRecord) -> str:
    if record.fault == "another shape":
        return f"output '{name}' has another shape once quantized"
    whose = "quantized" if record.fault == "NaN" else "float"
    return f"the {whose} network gives NaN at output '{name}'"
