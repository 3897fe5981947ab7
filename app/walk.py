"""A walk of the ends of a range in steps, which leads back to where it began."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Walk:
    """`start` is (low, high) of `tensor` before the first step; `steps` of each end so far.

    The step stays that of the start, though a range that has changed has another scale.
    """

    tensor: str
    start: tuple[float, float]
    step: float
    steps: tuple[int, int] = (0, 0)

    @property
    def ends(self) -> tuple[float, float]:
        low, high = (x + n * self.step for x, n in zip(self.start, self.steps, strict=True))
        return low, high

    def moved(self, end: int, steps: int, *, mirrored: bool) -> Walk:
        """One end is 0 for low and 1 for high; `mirrored` ties the other to it."""
        low, high = self.steps
        if end == 0:
            return replace(self, steps=(low + steps, high - steps if mirrored else high))
        return replace(self, steps=(low - steps if mirrored else low, high + steps))

    def stands_at(self, tensor: str, ends: tuple[float, float]) -> bool:
        """Whether nothing moved the range since."""
        return self.tensor == tensor and self.ends == ends
