"""The figures of a quantized network's outputs against those of the float file."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from quantengine.verdict.chance import chance_remark
from quantengine.verdict.reading import Reading
from quantengine.verdict.record import ClassRecord, OutputRecord, Record
from quantengine.verdict.sums import difference, joined

_LEAST_RANKED = 8


@dataclass(frozen=True)
class OutputVerdict:
    """One output; +inf dB where it is equal, nan where the float one is no floats or all zero.

    -inf dB where the quantized network gives NaN or another shape, and where in `unlike` places
    just one of both gives infinity. `equal` is the share of equal values of an output that holds
    no floats, else None.
    """

    name: str
    sqnr_db: float
    cosine: float = math.nan
    max_error: float = math.nan
    equal: float | None = None
    unlike: int = 0
    is_float: bool = True

    @property
    def noise(self) -> float:
        """Noise power as a share of signal power; inf without a number, nan without a figure."""
        return math.inf if self.sqnr_db == -math.inf else float(10 ** (-self.sqnr_db / 10))


@dataclass(frozen=True)
class OutputFigure:
    """One output and its SQNR in dB."""

    name: str
    sqnr_db: float


@dataclass(frozen=True)
class Verdict:
    """On the network's outputs, over `samples`; padding counts nowhere (`without_padding`: some).

    `sqnr_db`, `cosine` and `max_error` pool all float outputs. `agreement` is the share of equal
    best classes, `accuracy` and `top5` those of right ones, beside them that of the float network;
    None where the first output holds no class scores or no label is known. `equal` is the share of
    the values of integer outputs that stay the same, None without such outputs. `missing` says why
    there is no SQNR, or why it is -inf, None where there is one. `doubt` is said where the float
    network itself is no better on the labels than guessing. `worst` is the float output with the
    lowest SQNR, None where there are not several.
    """

    sqnr_db: float
    cosine: float
    max_error: float
    agreement: float | None = None
    accuracy: float | None = None
    equal: float | None = None
    missing: str | None = None
    doubt: str | None = None
    worst: OutputFigure | None = None
    outputs: tuple[OutputVerdict, ...] = ()
    samples: int = 0
    without_padding: bool = False
    accuracy_reference: float | None = None
    top5: float | None = None
    top5_reference: float | None = None

    @property
    def worst_output(self) -> OutputVerdict | None:
        """The float output of the lowest SQNR; None where none has one."""
        known = [output for output in self.outputs if not math.isnan(output.sqnr_db)]
        return min(known, key=lambda output: output.sqnr_db, default=None)

    @property
    def worst_db(self) -> float:
        """SQNR of the worst float output; nan where none has one."""
        worst = self.worst_output
        return math.nan if worst is None else worst.sqnr_db

    def noise_at(self, output: OutputVerdict | None) -> float:
        """Noise power of one output as a share of its signal power; 0 where it has no figure."""
        found = (each for each in self.outputs if output is not None and each.name == output.name)
        noise = next((each.noise for each in found), math.nan)
        return 0.0 if math.isnan(noise) else noise

    @property
    def holds_floats(self) -> bool:
        """Whether some output is float, so that decibels say most; else equal integers do."""
        return any(output.is_float for output in self.outputs)

    @property
    def unchanged(self) -> Verdict:
        """What nothing but the float network itself would get."""
        exact = math.nan if math.isnan(self.sqnr_db) else math.inf
        agreement, equal = (None if x is None else 1.0 for x in (self.agreement, self.equal))
        outputs = tuple(output_unchanged(output) for output in self.outputs)
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
        )


def output_unchanged(output: OutputVerdict) -> OutputVerdict:
    """The output of the float network itself."""
    if not output.is_float:
        return replace(output, equal=None if output.equal is None else 1.0)
    exact = math.nan if math.isnan(output.sqnr_db) else math.inf
    return replace(output, sqnr_db=exact, cosine=1.0, max_error=0.0, unlike=0)


def verdict_of(reading: Reading, records: Iterable[Record]) -> Verdict:
    """The figures of these records, put in order of their place: how they came changes no bit."""
    ordered = sorted(records, key=lambda record: record.place)
    columns = {
        name: [record.outputs[number] for record in ordered]
        for number, name in enumerate(reading.outputs)
    }
    floats = {name: column for name, column in columns.items() if _is_float(column)}
    whole = [record for column in columns.values() for record in column if record.sums is None]
    outputs = tuple(_output(name, column) for name, column in columns.items())
    known = [o for o in outputs if o.name in floats and not math.isnan(o.sqnr_db)]
    worst = min(known, key=lambda o: o.sqnr_db) if len(known) > 1 else None
    pooled = _floats([record for column in floats.values() for record in column])
    values = sum(record.values for record in whole)
    classes = [record.classes for record in ordered if record.classes is not None]
    found = Verdict(
        *pooled,
        agreement=_agreement(classes),
        equal=sum(record.equal for record in whole) / values if values else None,
        worst=None if worst is None else OutputFigure(worst.name, worst.sqnr_db),
        outputs=outputs,
        samples=len(ordered),
        without_padding=any(r.padded for column in columns.values() for r in column),
        **_shares(classes),
    )
    return replace(found, missing=_missing(found, floats, bool(values)))


def _is_float(column: Sequence[OutputRecord]) -> bool:
    return any(record.sums is not None for record in column)


def _output(name: str, column: Sequence[OutputRecord]) -> OutputVerdict:
    if not _is_float(column):
        values = sum(record.values for record in column)
        share = sum(record.equal for record in column) / values if values else None
        return OutputVerdict(name, math.nan, equal=share, is_float=False)
    unlike = sum(record.unlike for record in column)
    return OutputVerdict(name, *_floats(column), unlike=unlike)


def _floats(column: Sequence[OutputRecord]) -> tuple[float, float, float]:
    """SQNR in dB, cosine and the largest error."""
    found = difference(joined([record.sums for record in column if record.sums is not None]))
    lost = any(record.fault in ("another shape", "NaN") for record in column)
    if lost:
        return -math.inf, math.nan, math.nan
    return found.sqnr_db, float(found.cosine), found.max_error


def _agreement(classes: Sequence[ClassRecord]) -> float | None:
    """The share of rows whose best class is the same; None where no row has one.

    None too where every row is in order of size, as TopK gives it: its first is always best.
    """
    rows = sum(record.rows for record in classes)
    in_order = rows >= _LEAST_RANKED and sum(record.ranked for record in classes) == rows
    return sum(record.equal for record in classes) / rows if rows and not in_order else None


def _shares(classes: Sequence[ClassRecord]) -> dict[str, Any]:
    """What labels tell: shares of right classes, and the doubt about them."""
    labelled = [record for record in classes if record.labelled]
    if not labelled:
        return {}
    right = sum(record.top1_reference for record in labelled)
    names = {
        "accuracy": "top1",
        "accuracy_reference": "top1_reference",
        "top5": "top5",
        "top5_reference": "top5_reference",
    }
    return {
        **{
            share: sum(getattr(record, count) for record in labelled) / len(labelled)
            for share, count in names.items()
        },
        "doubt": chance_remark(right, len(labelled), labelled[-1].classes),
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
