"""What a dump is beside the float network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from quantengine.analyze.metrics import as_json
from quantengine.diff.dump_sums import DumpFault
from quantengine.sentence import Sentence


@dataclass(frozen=True)
class DumpRow:
    """A tensor of both, in the order of the network; `node` makes it, None of an input.

    `db` is with all that came before; `ours_db` what our default plan has there, nan where it has
    no such value. `after`: the compared values that it is made of. `layout`: how it lies in the
    dump where that is another way. `is_bad`: as `DumpSums.is_bad` has it.
    """

    node: str | None
    operator: str
    tensor: str
    dumped: str
    how: str
    db: float
    ours_db: float
    low: float
    high: float
    float_low: float
    float_high: float
    samples: int
    layout: str
    after: tuple[str, ...]
    is_bad: bool


@dataclass(frozen=True)
class BadDump:
    """A tensor that is bad while all that it is made of is not."""

    node: str | None
    tensor: str
    reason: DumpFault
    db: float
    after: tuple[str, ...]
    text: Sentence


@dataclass(frozen=True)
class DumpDifference:
    """`bad` in the order of the network; `unknown`: names of the dump; `missing`: of the model.

    `unread`: files that could not be read, with the reason.
    """

    model: str
    dump: str
    samples: int
    rows: tuple[DumpRow, ...]
    bad: tuple[BadDump, ...]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]
    unread: tuple[tuple[str, str], ...]
    notes: tuple[Sentence, ...]

    @property
    def first_bad(self) -> BadDump | None:
        return self.bad[0] if self.bad else None

    def to_json(self) -> dict[str, Any]:
        """A JSON object with the same parts, `first_bad`."""
        data = dict(as_json(self))
        bad = [
            {**as_json(each), "reason": each.reason.value, "text": str(each.text)}
            for each in self.bad
        ]
        data["bad"], data["first_bad"] = bad, bad[0] if bad else None
        data["notes"] = [str(note) for note in self.notes]
        return data

    def to_rows(self) -> list[dict[str, Any]]:
        """A flat row a tensor, for CSV."""
        return [{**as_json(row), "after": " ".join(row.after)} for row in self.rows]
