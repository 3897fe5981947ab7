"""How long work is to take: as it took before for this model, else guessed from what was made."""

from __future__ import annotations

import time
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from quantengine.work.recipe import Recipe

from .document import Document
from .jobs import Job, JobRunner
from .text import duration
from .treatments import LANE, Treatments

MADE, QUICK, FULL, SEARCH = "made", "quick", "full", "search"
CALIBRATED, WIDTH, EPOCH = "calibrated", "width", "epoch"
"""One pass over the data; one width of a sweep, and one epoch of training."""
_TIMES = {MADE: 1.0, QUICK: 1.8, FULL: 3.9, SEARCH: 2.1}
"""How much longer than what is done by default; within a factor of two on a small network (153 kB)
and on mobilenetv2, where it was measured.
"""
_TOLD_BY = {QUICK: (FULL, MADE), FULL: (QUICK, MADE), SEARCH: (MADE,)}
"""What tells how long another takes, the nearest first: a quick recovery is a part of a full."""
_RECIPES = {Recipe(("quick",)): QUICK, Recipe(("auto",)): FULL}
_LANES = {"search": SEARCH, "calibrate": CALIBRATED}
_SWEEP = "widths"
_LEAST_S = 0.5
"""What took less was known before."""


@dataclass(frozen=True)
class Expectation:
    """Seconds, and whether this very work was measured."""

    seconds: float
    measured: bool


class Expected(QObject):
    """Of the model that is open, on the machine as it is."""

    changed = Signal()

    def __init__(self, document: Document, jobs: JobRunner, treatments: Treatments) -> None:
        super().__init__(document)
        self._document, self._treatments = document, treatments
        self._took: dict[str, float] = {}
        document.model_changed.connect(self._forget)
        jobs.started.connect(self._watch)

    def of(self, name: str) -> Expectation | None:
        """None where nothing is known to tell by."""
        if name in self._took:
            return Expectation(self._took[name], measured=True)
        known = next((each for each in _TOLD_BY.get(name, ()) if each in self._took), None)
        if known is not None:
            return Expectation(self._took[known] * _TIMES[name] / _TIMES[known], measured=False)
        if name == WIDTH and CALIBRATED in self._took and MADE in self._took:
            seconds = self._took[CALIBRATED] + self._took[MADE] * _TIMES[FULL]
            return Expectation(seconds, measured=False)
        return None

    def named(self, text: str, name: str, count: int = 1) -> str:
        """`Full ~60 s`, where it is known; `count` of them, one after the other."""
        found = self.of(name)
        return text if found is None else f"{text} ~{duration(_rounded(count * found.seconds))}"

    def source(self, *names: str) -> str:
        """Where the times come from, as a sentence; empty where there are none."""
        found = [each for each in map(self.of, names) if each is not None]
        if not found:
            return ""
        if all(each.measured for each in found):
            return self.tr("The time is that of the last run.")
        if any(each.measured for each in found) or MADE not in self._took:
            return self.tr("Times are estimated from what was run before.")
        text = self.tr("The time is estimated: what is done by default took {0}.")
        return text.format(duration(self._took[MADE]))

    def _watch(self, job: Job) -> None:
        begun, lane = time.monotonic(), job.lane
        job.done.connect(lambda found: self._note(lane, found, time.monotonic() - begun))
        if lane in (LANE, _SWEEP):
            bits = set[int]()
            job.found.connect(lambda part: self._note_part(part, bits, time.monotonic() - begun))

    def _note_part(self, part: object, bits: set[int], seconds: float) -> None:
        """Also of work that is stopped it is known how long an epoch or a width took."""
        making = self._treatments.making
        training = None if making is None else making.training
        step, total = getattr(part, "step", None), getattr(part, "total", None)
        if training is not None and isinstance(step, int) and isinstance(total, int) and step > 0:
            self._take(EPOCH, seconds * total / (step * training.epochs))
        elif isinstance(getattr(part, "bits", None), int):
            bits.add(getattr(part, "bits", 0))
            self._take(WIDTH, seconds / len(bits))

    def _note(self, lane: str, found: object, seconds: float) -> None:
        name = _LANES.get(lane)
        if lane == "outcome" and self._document.decided.recipe is None:
            candidate = getattr(found, "candidate", None)
            made = candidate is not None and bool(candidate.reports)
            name = MADE if made and seconds >= _LEAST_S else None
        elif lane == LANE and self._treatments.making is not None:
            name = _RECIPES.get(self._treatments.making)
        if name is not None:
            self._take(name, seconds)

    def _take(self, name: str, seconds: float) -> None:
        self._took[name] = seconds
        self.changed.emit()

    def _forget(self) -> None:
        self._took = {}
        self.changed.emit()


def _rounded(seconds: float) -> float:
    """To about one digit: it is no promise."""
    step = 1 if seconds < 10 else 5 if seconds < 60 else 30
    return max(step, step * round(seconds / step))
