"""Text recognition: scores of characters along time, read as CTC reads them."""

from __future__ import annotations

import json

import numpy as np
from numpy.typing import NDArray

from quantengine.data.truth.texts import TrueText
from quantengine.verdict.tasks.edits import edits
from quantengine.verdict.tasks.figure import NOTHING, TaskRecord
from quantengine.verdict.tasks.measure import SHARE, SHARE_OF, Measure
from quantengine.verdict.tasks.subject import Array, Arrays, Subject
from quantengine.verdict.tasks.task import Guess, Misfit, Reader, Shown, Task

_MOSTLY = 0.3
_ALPHABETS = ("character", "characters", "charset", "alphabet", "vocab", "dictionary")

EQUAL = Measure("equal_texts", SHARE, SHARE_OF)
CHANGED = Measure("character_error", SHARE, SHARE_OF, perfect=0.0, lower_is_better=True)
EXACT = Measure("exact_match", SHARE, SHARE_OF, perfect=None)
CER = Measure("cer", SHARE, SHARE_OF, perfect=None, lower_is_better=True)
WER = Measure("wer", SHARE, SHARE_OF, perfect=None, lower_is_better=True)
"""Edits for each character, and for each word, of what is right (Levenshtein 1966)."""


class _Texts(Reader):
    """`[N, T, C]`, or `[T, N, C]` where time is first; `blank` is the class of no character."""

    measures = (EQUAL, CHANGED, EXACT, CER, WER)
    follows = CHANGED.name

    def __init__(self, subject: Subject) -> None:
        found = [n for n in subject.floats if _fits(subject, n)]
        if not found:
            raise Misfit("scores [N, T, characters] or [T, N, characters]")
        self.output = found[0]
        self.time_first = _time_first(subject, self.output)
        rows = np.concatenate(
            [self._rows(outputs).reshape(-1, self._width(outputs)) for _, outputs in subject.runs]
        )
        self.blank = _blank(rows)[0]
        self.alphabet = _alphabet(subject, rows.shape[1], self.blank)

    def record(self, shown: Shown) -> TaskRecord:
        if shown.expected[self.output].ndim != shown.found[self.output].ndim:
            return NOTHING
        ours, theirs = self.texts(shown.expected), self.texts(shown.found)
        if len(ours) != len(theirs):
            return NOTHING
        pairs = list(zip(ours, theirs, strict=True))
        marks = {
            EQUAL.name: np.array([sum(a == b for a, b in pairs), len(pairs)], np.float64),
            CHANGED.name: np.array(
                [sum(edits(a, b) for a, b in pairs), sum(map(len, ours))], np.float64
            ),
        }
        if not isinstance(shown.truth, TrueText) or len(pairs) != 1:
            return TaskRecord(marks, {})
        right = shown.truth.text
        labelled, reference = (
            {
                EXACT.name: np.array([float(found == right), 1.0]),
                CER.name: np.array([edits(right, found), len(right)], np.float64),
                WER.name: np.array(
                    [edits(right.split(), found.split()), len(right.split())], np.float64
                ),
            }
            for found in (theirs[0], ours[0])
        )
        return TaskRecord(marks | labelled, reference)

    def texts(self, outputs: Arrays) -> list[str]:
        """The text of each row: the best class at each time, repeats joined, blanks left out."""
        return ["".join(self._characters(row)) for row in self._rows(outputs).argmax(axis=2)]

    def _characters(self, best: NDArray[np.intp]) -> list[str]:
        starts = np.ones(len(best), np.bool_)
        starts[1:] = best[1:] != best[:-1]
        return [self.alphabet[k] for k in best[starts] if k != self.blank]

    def _rows(self, outputs: Arrays) -> Array:
        values = outputs[self.output]
        return np.moveaxis(values, 1, 0) if self.time_first else values

    def _width(self, outputs: Arrays) -> int:
        return int(outputs[self.output].shape[2])

    def says(self, outputs: Arrays) -> str:
        return f"“{self.texts(outputs)[0]}”"


def _fits(subject: Subject, name: str) -> bool:
    shape = subject.shape(name)
    fits = len(shape) == 3 and shape[2] >= 3 and 1 in shape[:2] and not subject.reads_tokens
    rows = subject.rows(name) if fits else None
    return rows is not None and len(rows) > 0


def _time_first(subject: Subject, name: str) -> bool:
    shape = subject.shape(name)
    return shape[1] == 1 and shape[0] > 1


def _blank(rows: Array) -> tuple[int, float]:
    """The first or the last class, whichever is more often best, and how often that is."""
    best, last = rows.argmax(axis=1), rows.shape[1] - 1
    first, end = (float(np.mean(best == k)) for k in (0, last))
    return (0, first) if first >= end else (last, end)


def _alphabet(subject: Subject, classes: int, blank: int) -> tuple[str, ...]:
    """A text for each class: as the exporter left them, else characters beyond any script."""
    for key in _ALPHABETS:
        known = _listed(subject.told.metadata.get(key, ""))
        if len(known) == classes:
            return known
        if len(known) in (classes - 1, classes - 2):
            known = (*known, " ")[: classes - 1]
            return ("", *known) if blank == 0 else (*known, "")
    return tuple(chr(0x30 + k) if k < 79 else chr(0x4E00 + k) for k in range(classes))


def _listed(text: str) -> tuple[str, ...]:
    """A JSON list, lines, or one character after the other."""
    try:
        found = json.loads(text)
    except ValueError:
        found = text.splitlines() if "\n" in text else text
    return tuple(map(str, found)) if isinstance(found, list | str) else ()


def _guess(subject: Subject) -> Guess | None:
    for name in subject.floats:
        if not _fits(subject, name):
            continue
        rows = subject.rows(name)
        if rows is None:
            continue
        sums = (np.sum(rows, axis=1), np.sum(np.exp(np.minimum(rows, 1)), axis=1))
        whole = any(np.allclose(each, 1, atol=1e-2) for each in sums)
        named = subject.named(name, "ctc", "text", "char", "transcript")
        known = any(key in subject.told.metadata for key in _ALPHABETS)
        blank, often = _blank(rows)
        if named or (often >= _MOSTLY and (whole or known)):
            why = f"'{name}' holds scores of {rows.shape[1]} characters, {blank} is the blank"
            picture = subject.image_size is not None and whole
            return Guess(why, named or known or picture)
    return None


TEXT = Task("text", "scores of characters along time (CTC)", _guess, _Texts)
