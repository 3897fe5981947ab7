"""Generation: scores of tokens, of which the best is fed back (greedy decoding)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from quantengine.data.truth.steps import TrueSteps
from quantengine.verdict.tasks.edits import edits
from quantengine.verdict.tasks.figure import TaskRecord
from quantengine.verdict.tasks.measure import SHARE, SHARE_OF, Measure
from quantengine.verdict.tasks.subject import Arrays, Subject
from quantengine.verdict.tasks.task import Guess, Misfit, Reader, Shown, Task

_SAID = 12
"""Tokens of a sequence that are told."""

BEFORE = Measure("tokens_before_difference", SHARE, SHARE_OF)
"""Of all tokens those before the first that differs."""
FIRST = Measure("first_difference", "token", SHARE_OF, perfect=None)
"""Which token of a sequence is the first that differs, in the mean; its length where none does."""
EQUAL = Measure("equal_sequences", SHARE, SHARE_OF)
ERROR = Measure("token_error", SHARE, SHARE_OF, perfect=None, lower_is_better=True)
"""Edits for each token that is right (Levenshtein 1966)."""


class _Tokens(Reader):
    """The best of the scores along the last axis of each step."""

    measures = (BEFORE, FIRST, EQUAL, ERROR)
    follows = BEFORE.name

    def __init__(self, subject: Subject) -> None:
        found = subject.told.decoded
        if found is None or found not in subject.outputs:
            raise Misfit("scores that --loop feeds back to an input of tokens")
        self.output = found

    def record(self, shown: Shown) -> TaskRecord:
        ours, theirs = self._tokens(shown.expected), self._tokens(shown.found)
        first = _first_difference(ours, theirs)
        marks = {
            BEFORE.name: np.array([first, len(ours)], np.float64),
            FIRST.name: np.array([first, 1.0]),
            EQUAL.name: np.array([float(first == len(ours)), 1.0]),
        }
        reference = {FIRST.name: np.array([len(ours), 1.0])}
        if isinstance(shown.truth, TrueSteps):
            right = [int(token) for token in shown.truth.classes if token >= 0]
            for found, said in ((marks, theirs), (reference, ours)):
                found[ERROR.name] = np.array([edits(right, said.tolist()), len(right)], np.float64)
        return TaskRecord(marks, reference)

    def _tokens(self, outputs: Arrays) -> NDArray[np.intp]:
        return np.asarray(outputs[self.output].argmax(axis=-1).reshape(-1))

    def says(self, outputs: Arrays) -> str:
        tokens = self._tokens(outputs)
        more = "" if len(tokens) <= _SAID else " .."
        return " ".join(map(str, tokens[:_SAID])) + more


def _first_difference(ours: NDArray[np.intp], theirs: NDArray[np.intp]) -> int:
    """The place of the first token that differs; how many there are where none does."""
    length = min(len(ours), len(theirs))
    differ = np.flatnonzero(ours[:length] != theirs[:length])
    return int(differ[0]) if differ.size else length


def _guess(subject: Subject) -> Guess | None:
    if subject.told.decoded is None:
        return None
    return Guess(f"the best of '{subject.told.decoded}' is fed back as a token", certain=True)


GENERATION = Task("generation", "tokens, each fed back (greedy decoding)", _guess, _Tokens)
