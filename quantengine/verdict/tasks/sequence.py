"""Sequence scores: a decision at each position, as in tagging and voice activity."""

from __future__ import annotations

import numpy as np

from quantengine.counted import counted
from quantengine.data.truth.steps import TrueSteps
from quantengine.errors import DataError
from quantengine.verdict.positions import real_positions
from quantengine.verdict.tasks.figure import TaskRecord
from quantengine.verdict.tasks.measure import SHARE, SHARE_OF, Marks, Measure
from quantengine.verdict.tasks.subject import Array, Arrays, Subject
from quantengine.verdict.tasks.task import Guess, Misfit, Reader, Shown, Task

_MOST_TAGS = 64
AGREEMENT = Measure("decision_agreement", SHARE, SHARE_OF)
SHIFT = Measure("score_shift", "score", SHARE_OF, perfect=0.0, lower_is_better=True)


ACCURACY = Measure("step_accuracy", SHARE, SHARE_OF, perfect=None)


class _Scores(Reader):
    """The best of channels along `axis` decides; None: each score for itself, above `threshold`."""

    measures = (AGREEMENT, SHIFT, ACCURACY)
    follows = AGREEMENT.name

    def __init__(self, subject: Subject) -> None:
        found = [n for n in subject.floats if len(subject.shape(n)) in (1, 2, 3)]
        if not found:
            raise Misfit("scores [N, T, C], [N, T] or [N, 1]")
        self.output = _chosen(subject, found)
        values, shape = subject.values(self.output), subject.shape(self.output)
        self.shares = all(bool(np.all((v >= 0) & (v <= 1))) for v in values)
        self.threshold = 0.5 if self.shares else 0.0
        channels = subject.told.channels.get(self.output)
        axis = 2 if channels is None or channels.axis == 0 else channels.axis
        several = len(shape) == 3 and shape[axis] > 1
        self.axis = axis - 3 if several and not subject.made_by(self.output, "Sigmoid") else None

    def record(self, shown: Shown) -> TaskRecord:
        ours, theirs = (
            real_positions(outputs[self.output], shown.feeds)
            for outputs in (shown.expected, shown.found)
        )
        if ours.shape != theirs.shape:
            return TaskRecord({}, {})
        before, after = self._decided(ours), self._decided(theirs)
        equal = np.array([np.count_nonzero(before == after), before.size], np.float64)
        marks = {AGREEMENT.name: equal}
        if self.shares:
            shift = float(np.sum(np.abs(ours.astype(np.float64) - theirs)))
            marks[SHIFT.name] = np.array([shift, ours.size])
        if not isinstance(shown.truth, TrueSteps):
            return TaskRecord(marks, {})
        reference, candidate = (_right(shown.truth, each) for each in (before, after))
        return TaskRecord(marks | candidate, reference)

    def _decided(self, scores: Array) -> Array:
        if self.axis is None:
            return np.asarray(scores > self.threshold)
        return np.asarray(scores.argmax(axis=self.axis))

    def says(self, outputs: Arrays) -> str:
        scores = outputs[self.output]
        decided = self._decided(scores)
        if self.axis is None:
            return f"{np.count_nonzero(decided)} of {decided.size} above {self.threshold:g}"
        numbers, counts = np.unique(decided, return_counts=True)
        return ", ".join(f"{k} x {n}" for k, n in list(zip(numbers, counts, strict=True))[:4])


def _right(truth: TrueSteps, decided: Array) -> dict[str, Marks]:
    """Raises DataError for labels of another length."""
    known = truth.classes
    if known.size != decided.size:
        raise DataError(
            "A label has {0}, the output {1}: give the class of each step, -1 where it does not "
            "count.",
            counted(known.size, "step"),
            decided.size,
        )
    counts = known >= 0
    right = np.count_nonzero((decided.reshape(-1) == known) & counts)
    return {ACCURACY.name: np.array([right, np.count_nonzero(counts)], np.float64)}


def _chosen(subject: Subject, names: list[str]) -> str:
    return next((n for n in names if subject.named(n, "logit", "prob", "score", "vad")), names[0])


def _guess(subject: Subject) -> Guess | None:
    if not subject.floats:
        return None
    name = subject.floats[0]
    shape, single = subject.shape(name), subject.made_by(name, "Sigmoid")
    named = subject.named(name, "logit", "prob", "score", "vad", "tag")
    if len(shape) == 3 and shape[0] == 1 and shape[2] <= _MOST_TAGS:
        whole = single or subject.made_by(name, "Softmax", "LogSoftmax")
        if subject.reads_tokens or whole:
            return Guess(f"'{name}' holds scores along a sequence {list(shape)}", named or whole)
    if len(shape) in (1, 2) and single:
        return Guess(f"'{name}' holds scores {list(shape)}, each for itself", shape[1:] == (1,))
    return None


SEQUENCE = Task("sequence", "scores along a sequence, or each for itself", _guess, _Scores)
