"""What a person wants of a search: an error, a size or a loss of accuracy not to go beyond."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from quantengine.errors import PlanError
from quantengine.search.front import FrontPoint


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
            raise PlanError(f"A limit of {given[0]:g} cannot be kept: give a number above zero.")

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

    def refusal(self, model: str, target: str, points: tuple[FrontPoint, ...]) -> str:
        """One sentence: what is reachable instead."""
        small, best = points[0], points[-1]
        if self.target_sqnr_db is not None and best.equal is not None:
            return (
                f"The outputs of {model} are integers, which have no SQNR: ask for a drop (points "
                "of values that may change) or a size."
            )
        if self.target_sqnr_db is not None:
            return (
                f"{model} reaches at most {best.measured_db:.1f} dB ({best.bytes} bytes) with the "
                f"widths allowed on {target}, not {self.target_sqnr_db:g} dB: ask for less."
            )
        if self.max_bytes is not None:
            return (
                f"The weights of {model} take at least {small.bytes} bytes with the widths allowed "
                f"on {target}, not {self.max_bytes}: allow more."
            )
        drops = [point.drop for point in points if point.drop is not None]
        if not drops:
            return (
                f"{model} has no figure that is a share, so no drop can be counted: ask for an "
                "SQNR, or follow the figure of what the outputs are for (--judge task)."
            )
        lost = f"{min(drops):.2f} points" if best.own is None else f"{min(drops):.4g} of the metric"
        return (
            f"{model} loses at least {lost} with the widths allowed on {target}, "
            f"not {self.max_drop:g}: allow more."
        )
