"""The figures of a training: what it began with and what it found."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from quantengine.finetune.outcome import Point
from quantengine.work.candidate import Candidate

from ..text import decibel, duration, number, share, size
from ..widgets.facts import Facts

_ARROW = "\N{RIGHTWARDS ARROW}"


class TrainingFacts(Facts):
    """Of the start and the best state so far, or of the one in use."""

    def __init__(self) -> None:
        translate = QCoreApplication.translate
        super().__init__(
            {
                "loss": (
                    translate("TrainingFacts", "held-out loss"),
                    translate(
                        "TrainingFacts",
                        "Of samples that teach nothing, at the start and at the best state, which "
                        "is that of\nthe lowest loss and is kept. Lower is better.",
                    ),
                ),
                "sqnr": (
                    translate("TrainingFacts", "output SQNR"),
                    translate(
                        "TrainingFacts",
                        "Of the same samples and states, against the float model. The state of the "
                        "lowest\nloss need not have the highest SQNR.",
                    ),
                ),
                "agreement": (
                    translate("TrainingFacts", "agreement"),
                    translate(
                        "TrainingFacts",
                        "Share of the same samples whose best class is the float model's",
                    ),
                ),
                "step": (
                    translate("TrainingFacts", "best step"),
                    translate(
                        "TrainingFacts", "The step of the lowest held-out loss, of all there are"
                    ),
                ),
                "time": (
                    translate("TrainingFacts", "took"),
                    translate("TrainingFacts", "Since it was started, or resumed the last time"),
                ),
                "memory": (
                    translate("TrainingFacts", "memory"),
                    translate(
                        "TrainingFacts",
                        "The most that this program, or the CUDA device, held until the end",
                    ),
                ),
                "device": (
                    translate("TrainingFacts", "device"),
                    translate("TrainingFacts", "Where the training ran"),
                ),
            }
        )

    def show_points(self, points: Sequence[Point]) -> None:
        """While it runs, and after it was stopped."""
        if points:
            self.show_values(_states(points[0], best_of(points), points[-1].total))
        else:
            self.show_values({})

    def show_candidate(self, made: Candidate) -> None:
        """Once it is in use."""
        tuned = made.trained
        assert tuned is not None
        values = _states(tuned.before, tuned.after, tuned.after.total)
        values["time"] = duration(tuned.seconds)
        if tuned.memory_bytes is not None:
            values["memory"] = size(tuned.memory_bytes)
        values["device"] = tuned.device
        self.show_values(values)


def best_of(points: Sequence[Point]) -> Point:
    """The first of those with the lowest loss held out, which is the one that is kept."""
    return min(points, key=lambda point: point.score)


def _states(start: Point, best: Point, total: int) -> dict[str, str]:
    values = {
        "loss": f"{number(start.score, 3)} {_ARROW} {number(best.score, 3)}",
        "sqnr": f"{decibel(start.sqnr_db)} {_ARROW} {decibel(best.sqnr_db)} dB",
        "step": f"{best.step} / {total}",
    }
    if start.agreement is not None and best.agreement is not None:
        values["agreement"] = f"{share(start.agreement)} {_ARROW} {share(best.agreement)}"
    return values
