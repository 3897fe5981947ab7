"""Classification: scores of classes, of which the best counts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.sentence import Sentence
from quantengine.verdict.record import ClassRecord
from quantengine.verdict.tasks.figure import NOTHING, TaskRecord
from quantengine.verdict.tasks.measure import SHARE, SHARE_OF, Marks, Measure, added, ratio
from quantengine.verdict.tasks.subject import Arrays, Subject
from quantengine.verdict.tasks.task import Guess, Misfit, Reader, Shown, Task

Array = NDArray[Any]

_LEAST_SCORES = 3
_LEAST_RANKED = 8
_TOP = 5
_NUMBERED = "class {0} ({1})"
"""How a class is told by its number and its score."""


def class_scores(output: Array) -> Array | None:
    """Scores `[N, classes]` of an output of that shape, or of `[N, classes, 1, ...]`; else None."""
    shaped = output.ndim >= 2 and all(side == 1 for side in output.shape[2:])
    if not shaped or output.shape[1] < 2 or output.dtype.kind != "f":
        return None
    return output.reshape(output.shape[:2])


def best_classes(scores: Array) -> NDArray[np.intp]:
    """`[N]`: the best class of scores `[N, classes]`.

    -1 where a score is NaN or all are the same, so that no class is best.
    """
    low, high = scores.min(axis=1), scores.max(axis=1)
    return np.asarray(np.where(low < high, scores.argmax(1), -1), np.intp)


def class_record(reference: Array, candidate: Array, label: int | None) -> ClassRecord | None:
    """What both outputs say of the classes; None where they hold no class scores.

    Rows in which the reference has no best class are left out.
    """
    ours, theirs = class_scores(reference), class_scores(candidate)
    if ours is None or theirs is None or ours.shape != theirs.shape:
        return None
    before, after = best_classes(ours), best_classes(theirs)
    told = before >= 0
    falls = np.zeros(len(ours), np.bool_)
    if ours.shape[1] >= _LEAST_SCORES:
        falls = np.all(ours[:, 1:] <= ours[:, :-1], axis=1)
    return ClassRecord(
        ours.shape[1],
        int(np.count_nonzero(told)),
        int(np.count_nonzero((before == after) & told)),
        int(np.count_nonzero(falls & told)),
        *(() if label is None or len(ours) != 1 else _right(ours[0], theirs[0], label)),
    )


def _right(reference: Array, candidate: Array, label: int) -> tuple[int, ...]:
    """1, and whether the label is the candidate's and the reference's best, and among the five."""
    ours, theirs = _best(reference), _best(candidate)
    return 1, theirs[0] == label, ours[0] == label, label in theirs, label in ours


def _best(scores: Array) -> list[int]:
    if np.any(np.isnan(scores)) or np.all(scores == scores[0]):
        return [-1]
    return [int(place) for place in np.argsort(-scores, kind="stable")[:_TOP]]


def _agreement(sums: Marks) -> float:
    """Of [equal, rows, ranked]; nan where every row is in order of size, as TopK gives it: its
    first is always best.
    """
    in_order = sums[1] >= _LEAST_RANKED and sums[2] == sums[1]
    return math.nan if in_order else ratio(sums)


AGREEMENT = Measure("agreement", SHARE, added(_agreement))
TOP1 = Measure("top1", SHARE, SHARE_OF, perfect=None)
TOP5 = Measure("top5", SHARE, SHARE_OF, perfect=None)
CLASS_MEASURES = (AGREEMENT, TOP1, TOP5)


def class_marks(record: ClassRecord) -> TaskRecord:
    """The marks of a record of classes: of agreement, and of labels where it has some."""
    candidate = {AGREEMENT.name: _marks(record.equal, record.rows, record.ranked)}
    if not record.labelled:
        return TaskRecord(candidate, {})
    candidate[TOP1.name], candidate[TOP5.name] = _marks(record.top1, 1), _marks(record.top5, 1)
    right = record.top1_reference, record.top5_reference
    reference = {TOP1.name: _marks(right[0], 1), TOP5.name: _marks(right[1], 1)}
    return TaskRecord(candidate, reference)


def _marks(*numbers: float) -> Marks:
    return np.array(numbers, np.float64)


class _Classes(Reader):
    measures = CLASS_MEASURES
    follows = AGREEMENT.name

    def __init__(self, subject: Subject) -> None:
        self.output = subject.outputs[0]
        scores = class_scores(subject.values(self.output)[0])
        if scores is None:
            raise Misfit(f"scores [N, classes] in its first output, '{self.output}'")

    def record(self, shown: Shown) -> TaskRecord:
        label = shown.truth if isinstance(shown.truth, int) else None
        ours, theirs = shown.expected[self.output], shown.found[self.output]
        record = class_record(ours, theirs, label)
        return NOTHING if record is None else class_marks(record)

    def says(self, outputs: Arrays) -> str:
        scores = class_scores(outputs[self.output])
        best = -1 if scores is None or not len(scores) else int(best_classes(scores[:1])[0])
        if scores is None or best < 0:
            return Sentence("no class")
        return Sentence("class {0} ({1})", best, f"{scores[0, best]:.3g}")


def named_class(text: str, classes: Sequence[str]) -> str:
    """What was said of a class, with its name in place of its number where it has one."""
    if not isinstance(text, Sentence) or text.pattern != _NUMBERED:
        return text
    number, score = text.names
    name = classes[int(number)] if int(number) < len(classes) else number
    return text if name == number else Sentence("{0} ({1})", name, score)


def _guess(subject: Subject) -> Guess | None:
    first = subject.outputs[0]
    scores = class_scores(subject.values(first)[0])
    if scores is None:
        return None
    told = subject.named(first, "logit", "prob", "class", "softmax", "pred", "score")
    certain = told or subject.made_by(first, "Softmax", "LogSoftmax")
    alone = len(subject.floats) == 1 and subject.image_size is not None
    why = f"'{first}' holds scores of {scores.shape[1]} classes"
    return Guess(why, certain or alone)


CLASSIFICATION = Task(
    "classification", "scores of classes, of which the best counts", _guess, _Classes
)
