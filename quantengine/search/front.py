"""Plans between which a person may choose: each smaller or better than all others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from quantengine.analyze.metrics import as_json
from quantengine.plan import QuantPlan
from quantengine.verdict.tasks.figure import TaskFigure


@dataclass(frozen=True)
class FrontPoint:
    """A plan and what it costs.

    `bytes` are those of all weights, `bit_operations` of one sample. `predicted_db` is the sum of
    what each width does alone, `measured_db` the SQNR of the worst
    output. `agreement` is the share of
    equal best classes, `drop` how many points of top-1 are lost; without labels of agreement or of
    equal integers, whichever loses more; None where there is nothing to count. `equal` is the
    share of equal integers, which takes the place of SQNR and agreement where no output is float;
    None where some is. `own` is the figure of a person's metric, where that is followed: points are
    told apart by it, and `drop` is what it loses; else None.
    """

    plan: QuantPlan
    bytes: int
    bit_operations: int
    predicted_db: float
    measured_db: float
    agreement: float | None
    drop: float | None
    equal: float | None = None
    own: TaskFigure | None = None

    @property
    def quality(self) -> float:
        """What points are told apart by, higher is better: SQNR, the share of equal integers, or
        the metric.
        """
        found = self.equal if self.own is None else self.own.rank
        return self.measured_db if found is None else found


@dataclass(frozen=True)
class Front:
    """Points from small to large, each of higher quality than the one before.

    `doubt` is said where the float network is no better on the labels than guessing.
    """

    model: str
    samples: int
    float_bytes: int
    float_bit_operations: int
    points: tuple[FrontPoint, ...]
    chosen: FrontPoint
    doubt: str | None = None

    def to_json(self) -> dict[str, Any]:
        """A JSON object with the same parts; `chosen` is a place in `points`."""
        data: dict[str, Any] = as_json(self)
        for row, point in zip(data["points"], self.points, strict=True):
            row["plan"] = point.plan.to_json()
        data["chosen"] = self.points.index(self.chosen)
        return data

    def to_rows(self) -> list[dict[str, Any]]:
        """A flat row a point."""
        return [
            {
                "bytes": point.bytes,
                "bit_operations": point.bit_operations,
                "predicted_db": point.predicted_db,
                "measured_db": point.measured_db,
                "agreement": point.agreement,
                "drop": point.drop,
                "equal": point.equal,
                **({} if point.own is None else {"own": point.own.candidate}),
                "chosen": point is self.chosen,
            }
            for point in self.points
        ]


def undominated(points: Iterable[FrontPoint]) -> tuple[FrontPoint, ...]:
    """The points whose quality no smaller one equals; outputs of nan are none."""
    known = [point for point in points if point.quality >= float("-inf")]
    found: list[FrontPoint] = []
    for point in sorted(known, key=lambda p: (p.bytes, p.bit_operations, -p.quality)):
        if point.quality > (found[-1].quality if found else float("-inf")):
            found.append(point)
    return tuple(found)
