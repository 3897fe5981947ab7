"""What was found of two files of one network."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from quantengine.analyze.metrics import as_json
from quantengine.diff.fault import Fault
from quantengine.diff.places import Unmatched
from quantengine.sentence import Sentence
from quantengine.verdict.verdict import Verdict

BAD_DB, SUSPECTED_DB, BEHIND_DB = 20.0, 30.0, 10.0


@dataclass(frozen=True)
class WeightFigures:
    """A weight of the file beside the float one; shares lie in 0..1, None where it is no codes.

    `ours_db` is what our encoding of the same type keeps.
    """

    tensor: str
    dtype: str
    granularity: str | None
    db: float
    ours_db: float
    clipped_share: float | None
    unused_share: float | None


@dataclass(frozen=True)
class RangeFigures:
    """The range of a value in the file beside what our statistics would choose at its type.

    `db` and `ours_db`: what the float network's values keep by this rounding alone.
    """

    dtype: str
    low: float
    high: float
    db: float
    clipped_share: float
    unused_share: float
    ours_low: float
    ours_high: float
    ours_db: float


@dataclass(frozen=True)
class LayerDifference:
    """A value that both networks have, in the order of the float one.

    `local_db`: the file's part that makes it, on what the float network has there; `ours_db` what
    our encoding of the same types reaches there, inf where ours stays float; nan: not known.
    """

    layer: str | None
    node: str | None
    operator: str
    tensor: str
    other: str
    how: str
    accumulated_db: float
    local_db: float
    ours_db: float
    weights: WeightFigures | None
    range: RangeFigures | None
    bias_db: float | None

    @property
    def is_bad(self) -> bool:
        """Below 20 dB alone, and 10 dB or more below what our encoding reaches."""
        return self.local_db < BAD_DB and self.local_db <= self.ours_db - BEHIND_DB


@dataclass(frozen=True)
class Bad:
    """A layer that breaks, with the reason that was found for it."""

    layer: str | None
    node: str | None
    tensor: str
    reason: Fault
    db: float
    text: Sentence


@dataclass(frozen=True)
class Difference:
    """`bad` in the order of the network: the first is where it breaks.

    `suspected`: not so bad, but a result alone or its weight is below 30 dB and 10 dB or more below
    what our encoding reaches, the farthest first.
    """

    model: str
    other: str
    form: str
    samples: int
    layers: tuple[LayerDifference, ...]
    unmatched: tuple[Unmatched, ...]
    bad: tuple[Bad, ...]
    suspected: tuple[Bad, ...]
    output: Verdict
    notes: tuple[Sentence, ...] = ()

    @property
    def first_bad(self) -> Bad | None:
        return self.bad[0] if self.bad else None

    @property
    def ranked(self) -> tuple[LayerDifference, ...]:
        """Worst alone first."""
        return tuple(sorted(self.layers, key=lambda row: _known(row.local_db)))

    def to_json(self) -> dict[str, Any]:
        """A JSON object with the same parts, `first_bad`."""
        first = self.first_bad
        data = dict(as_json(self))
        data["notes"] = [str(note) for note in self.notes]
        data["first_bad"] = None if first is None else _bad_json(first)
        for name in ("bad", "suspected"):
            data[name] = [_bad_json(bad) for bad in getattr(self, name)]
        data["unmatched"] = [
            {"layer": each.layer, "tensor": each.tensor, "why": str(each.why)}
            for each in self.unmatched
        ]
        return data

    def to_rows(self) -> list[dict[str, Any]]:
        """A flat row a layer, for CSV."""
        return [_row(layer) for layer in self.layers]


def _bad_json(bad: Bad) -> dict[str, Any]:
    return {
        "layer": bad.layer,
        "node": bad.node,
        "tensor": bad.tensor,
        "reason": bad.reason.value,
        "db": bad.db,
        "text": str(bad.text),
    }


def _row(layer: LayerDifference) -> dict[str, Any]:
    names = ("layer", "node", "operator", "tensor", "other", "how")
    figures = ("accumulated_db", "local_db", "ours_db", "bias_db")
    row: dict[str, Any] = {name: getattr(layer, name) for name in (*names, *figures)}
    for part in ("weights", "range"):
        found = getattr(layer, part)
        kind = WeightFigures if part == "weights" else RangeFigures
        for name in kind.__dataclass_fields__:
            row[f"{part}_{name}"] = None if found is None else getattr(found, name)
    return row


def _known(value: float) -> float:
    return math.inf if math.isnan(value) else value
