"""What a person wants of a search: an error, a size or a loss of accuracy not to go beyond."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from quantengine.errors import PlanError
from quantengine.search.front import FrontPoint
from quantengine.sentence import Sentence


@dataclass(frozen=True)
class Budget:
    """One of the three: dB to reach, bytes of weights, points of top-1 (or agreement) to lose.

    What is lost is counted in the unit of a person's metric where that is followed, and in points
    of the task's figure where that is.
    """

    target_sqnr_db: float | None = None
    max_bytes: int | None = None
    max_drop: float | None = None

    def __post_init__(self) -> None:
        given = [v for v in (self.target_sqnr_db, self.max_bytes, self.max_drop) if v is not None]
        if len(given) != 1:
            raise PlanError("A search has one limit: choose an SQNR, a size or a drop.")
        if self.target_sqnr_db is None and not given[0] >= 0:
            raise PlanError(
                "A limit of {0} cannot be kept: give a number above zero.", f"{given[0]:g}"
            )

    def holds(self, point: FrontPoint) -> bool:
        """Whether a point keeps the limit, as measured."""
        if self.target_sqnr_db is not None:
            return point.measured_db >= self.target_sqnr_db
        if self.max_bytes is not None:
            return point.bytes <= self.max_bytes
        return point.drop is not None and point.drop <= (self.max_drop or 0.0)

    def best(self, points: Iterable[FrontPoint]) -> FrontPoint | None:
        """The best within a size, else the smallest; None where no point keeps the limit."""
        kept = [point for point in points if self.holds(point)]
        if self.max_bytes is not None:
            return max(kept, key=lambda point: point.quality, default=None)
        return min(kept, key=lambda point: (point.bytes, point.bit_operations), default=None)

    def refusal(self, model: str, target: str, points: tuple[FrontPoint, ...]) -> Sentence:
        """One sentence: what is reachable instead."""
        small, best = points[0], points[-1]
        if self.target_sqnr_db is not None and best.equal is not None:
            return Sentence(
                "The outputs of {0} are integers, which have no SQNR: ask for a drop (points of "
                "values that may change) or a size.",
                model,
            )
        if self.target_sqnr_db is not None:
            return Sentence(
                "{0} reaches at most {1} dB ({2} bytes) with the widths allowed on {3}, not {4} "
                "dB: ask for less.",
                model,
                f"{best.measured_db:.1f}",
                best.bytes,
                target,
                f"{self.target_sqnr_db:g}",
            )
        if self.max_bytes is not None:
            return Sentence(
                "The weights of {0} take at least {1} bytes with the widths allowed on {2}, not "
                "{3}: allow more.",
                model,
                small.bytes,
                target,
                self.max_bytes,
            )
        drops = [point.drop for point in points if point.drop is not None]
        if not drops:
            return Sentence(
                "{0} has no figure that is a share, so no drop can be counted: ask for an SQNR, or "
                "follow the figure of what the outputs are for (--judge task).",
                model,
            )
        lost = Sentence("{0} points", f"{min(drops):.2f}")
        if best.own is not None:
            lost = Sentence("{0} of the metric", f"{min(drops):.4g}")
        return Sentence(
            "{0} loses at least {1} with the widths allowed on {2}, not {3}: allow more.",
            model,
            lost,
            target,
            f"{self.max_drop:g}",
        )
