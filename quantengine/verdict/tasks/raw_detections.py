"""Detection by heads whose boxes are not decoded: anchors that are sure of an object, by place."""

from __future__ import annotations

import numpy as np

from quantengine.sentence import Sentence
from quantengine.verdict.tasks.figure import TaskRecord
from quantengine.verdict.tasks.heads import Heads
from quantengine.verdict.tasks.measure import SHARE, SHARE_OF, Measure
from quantengine.verdict.tasks.subject import Arrays
from quantengine.verdict.tasks.task import Reader, Shown

COUNTS = 0.3
"""Boxes of at least this score count, and anchors."""
CELLS = Measure("anchor_f1", SHARE, SHARE_OF)
"""Anchors that count in both networks and have the same class."""
SHIFT = Measure("score_shift", "score", SHARE_OF, perfect=0.0, lower_is_better=True)
"""Mean distance of the scores of matched boxes; a box that is gone has lost its score."""


class RawDetections(Reader):
    measures = (CELLS, SHIFT)
    follows = CELLS.name
    labelled = False

    def __init__(self, heads: Heads) -> None:
        self.heads = heads

    def record(self, shown: Shown) -> TaskRecord:
        ours, theirs = (self.heads.cells(outputs) for outputs in (shown.expected, shown.found))
        if len(ours) != len(theirs):
            return TaskRecord({}, {})
        before, after = (cells.scores >= COUNTS for cells in (ours, theirs))
        hits = np.count_nonzero(before & after & (ours.classes == theirs.classes))
        sure = np.count_nonzero(before) + np.count_nonzero(after)
        shift = np.sum(np.abs(ours.scores - np.nan_to_num(theirs.scores))[before])
        return TaskRecord(
            {
                CELLS.name: np.array([2.0 * hits, float(sure)]),
                SHIFT.name: np.array([float(shift), float(np.count_nonzero(before))]),
            },
            {},
        )

    def says(self, outputs: Arrays) -> str:
        found = self.heads.cells(outputs).above(COUNTS)
        if not len(found):
            return Sentence("no anchor above {0}", f"{COUNTS:g}")
        best = Sentence("class {0} {1}", found.classes[0], f"{found.scores[0]:.2f}")
        return Sentence("{0} above {1}, {2}", len(found), f"{COUNTS:g}", best)
