"""Detection: boxes with scores, matched with those of the float network or with what is right."""

from __future__ import annotations

from collections import Counter
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from quantengine.data.truth.boxes import TrueBoxes
from quantengine.sentence import Sentence
from quantengine.verdict.tasks.average_precision import MAP50, MAP50_95, box_marks
from quantengine.verdict.tasks.box_guess import PIXELS, layouts_of
from quantengine.verdict.tasks.box_layouts import BoxLayout, Listed
from quantengine.verdict.tasks.boxes import Boxes
from quantengine.verdict.tasks.drawing import Pixels, with_boxes
from quantengine.verdict.tasks.figure import TaskRecord
from quantengine.verdict.tasks.heads import heads_of
from quantengine.verdict.tasks.measure import SHARE, SHARE_OF, Marks, Measure
from quantengine.verdict.tasks.overlap import matched, scores_left, suppressed
from quantengine.verdict.tasks.raw_detections import COUNTS, SHIFT, RawDetections
from quantengine.verdict.tasks.subject import Arrays, Subject, image_size
from quantengine.verdict.tasks.task import Guess, Misfit, Reader, Shown, Task

_LOW = 0.01
"""With labels every score ranks: boxes down to this one are looked at."""
_LEVELS = {"f1_iou50": 0.5, "f1_iou70": 0.7, "f1_iou90": 0.9}

F1 = tuple(Measure(name, SHARE, SHARE_OF) for name in _LEVELS)

_SAID = 3
"""Boxes that are told of one by one."""


class _Detections(Reader):
    measures = (*F1, SHIFT, MAP50, MAP50_95)
    follows = F1[0].name

    def __init__(self, layout: BoxLayout, *, pixels: bool, numbered: bool) -> None:
        """`pixels`: the unit of its boxes, else shares of the image; `numbered`: its classes are
        the numbers that the data has for them, else they are counted from 0.
        """
        self.layout = layout
        self.pixels = pixels
        self.numbered = numbered

    @classmethod
    def of(cls, subject: Subject) -> _Detections:
        found = next(layouts_of(subject), None)
        if found is None:
            raise Misfit(
                "boxes and scores as detectors give them: [N, 4 + classes, A], [N, A, 5 + "
                "classes], [N, A, 6], boxes [N, A, 4] beside scores, or raw heads of several grids"
            )
        layout = found[0]
        boxes = [layout.boxes(outputs, _LOW).above(_LOW) for _, outputs in subject.runs]
        largest = max((float(each.corners.max()) for each in boxes if len(each)), default=0.0)
        from_one = not any(bool(np.any(each.classes == 0)) for each in boxes)
        numbered = isinstance(layout, Listed) and from_one
        return cls(layout, pixels=largest > PIXELS, numbered=numbered)

    def record(self, shown: Shown) -> TaskRecord:
        ours = self.boxes(shown.expected, COUNTS)
        left = self.layout.boxes(shown.found, _LOW)
        theirs = self._one_each(left.above(COUNTS))
        hits = np.count_nonzero(matched(ours, theirs, np.array([*_LEVELS.values()])) >= 0, axis=1)
        marks: dict[str, Marks] = {
            name: np.array([2.0 * count, len(ours) + len(theirs)])
            for name, count in zip(_LEVELS, hits, strict=True)
        }
        marks[SHIFT.name] = _shift(ours, left)
        if not isinstance(shown.truth, TrueBoxes):
            return TaskRecord(marks, {})
        right = self._right(shown)
        every = self.boxes(shown.expected, _LOW), self._one_each(left.above(_LOW))
        scored = [box_marks(found, *right) for found in every]
        reference, labelled = ({MAP50.name: m, MAP50_95.name: m} for m in scored)
        return TaskRecord(marks | labelled, reference)

    def boxes(self, outputs: Arrays, least: float) -> Boxes:
        """Those of an image that reach a score, one for each object, best first."""
        return self._one_each(self.layout.boxes(outputs, least).above(least))

    def _one_each(self, found: Boxes) -> Boxes:
        return suppressed(found) if self.layout.overlapping else found

    def _right(self, shown: Shown) -> tuple[Boxes, NDArray[np.bool_]]:
        """What is right, in the unit of the network."""
        assert isinstance(shown.truth, TrueBoxes)
        size = image_size(shown.feeds)
        scale = np.ones(4)
        if not self.pixels and size is not None:
            scale = np.array([size[1], size[0], size[1], size[0]], np.float64)
        corners = shown.truth.corners / scale
        classes = shown.truth.numbers if self.numbered else shown.truth.classes
        return Boxes(corners, np.ones(len(corners)), classes), shown.truth.crowd

    def says(self, outputs: Arrays) -> str:
        found = self.boxes(outputs, COUNTS)
        if not len(found):
            return Sentence("no box above {0}", f"{COUNTS:g}")
        kinds = Counter(found.classes.tolist())
        if len(kinds) == 1 < len(found):
            label, score = found.classes[0], f"{found.scores.max():.2f}"
            return Sentence("{0} boxes of class {1}, best {2}", len(found), label, score)
        best = reduce(
            lambda before, each: Sentence("{0}, {1}", before, each),
            (_said(found, label, kinds[label]) for label in list(kinds)[:_SAID]),
        )
        if len(kinds) > _SAID:
            left = sum(kinds[label] for label in list(kinds)[_SAID:])
            best = Sentence("{0}, {1} more", best, left)
        if len(found) == 1:
            return Sentence("{0} box: {1}", len(found), best)
        return Sentence("{0} boxes: {1}", len(found), best)

    def drawn(self, outputs: Arrays, picture: Pixels | None) -> Pixels | None:
        if picture is None:
            return None
        found, (high, wide) = self.boxes(outputs, COUNTS), picture.shape[:2]
        scale = np.array([wide, high, wide, high]) if self.pixels else np.ones(4)
        return with_boxes(picture, found.corners / scale, found.classes)


def _said(found: Boxes, label: int, count: int) -> Sentence:
    """A class with its best score, and how many boxes have it."""
    best = f"{found.scores[found.classes == label].max():.2f}"
    if count == 1:
        return Sentence("class {0} {1}", label, best)
    return Sentence("{0} of class {1}, best {2}", count, label, best)


def _shift(ours: Boxes, theirs: Boxes) -> Marks:
    """[sum of distances, boxes of the float network], whatever score is left."""
    left = scores_left(ours, theirs, _LEVELS["f1_iou50"])
    return np.array([float(np.sum(np.abs(ours.scores - left))), len(ours)])


def _reader(subject: Subject) -> Reader:
    heads = heads_of(subject)
    return _Detections.of(subject) if heads is None else RawDetections(heads)


def _guess(subject: Subject) -> Guess | None:
    heads = heads_of(subject)
    if heads is not None:
        return Guess(heads.text, heads.certain)
    layout, certain = next(layouts_of(subject), (None, False))
    return None if layout is None else Guess(layout.text, certain)


DETECTION = Task("detection", "boxes with scores", _guess, _reader)
