"""Embedding: vectors compared by their cosine, pooled over positions where they have some."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from quantengine.data.truth.pairs import TruePairs
from quantengine.sentence import Sentence
from quantengine.verdict.positions import real_positions
from quantengine.verdict.tasks.figure import TaskRecord
from quantengine.verdict.tasks.measure import SHARE, SHARE_OF, Marks, Measure, Weighted
from quantengine.verdict.tasks.ranks import spearman
from quantengine.verdict.tasks.subject import Arrays, Subject
from quantengine.verdict.tasks.task import Guess, Misfit, Reader, Shown, Task

_NEAREST = 10
_AT_ONCE = 512
_LEAST_WIDTH = 16
_WORDS = ("emb", "feature", "vector", "pool", "hidden", "descriptor", "encod")


def _neighbours(marks: Sequence[Marks]) -> Weighted:
    """Of [float vector, quantized vector]: how many of the ten nearest stay, of other samples."""
    ours, theirs = np.split(np.stack(marks), 2, axis=1)
    if len(ours) <= _NEAREST + 1:
        return lambda _: math.nan
    shares = np.array(
        [
            len(np.intersect1d(a, b)) / _NEAREST
            for a, b in zip(_nearest(ours), _nearest(theirs), strict=True)
        ]
    )
    return lambda weights: float(weights @ shares / weights.sum())


def _nearest(vectors: Marks) -> NDArray[np.intp]:
    """`[n, 10]`: the other vectors of the highest cosine."""
    units, found = _units(vectors), []
    for start in range(0, len(units), _AT_ONCE):
        rows = units[start : start + _AT_ONCE]
        alike = rows @ units.T
        alike[np.arange(len(rows)), np.arange(start, start + len(rows))] = -np.inf
        found.append(np.argpartition(-alike, _NEAREST - 1, axis=1)[:, :_NEAREST])
    return np.concatenate(found)


def _units(vectors: Marks) -> Marks:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1))


def _pairs(marks: Sequence[Marks]) -> tuple[Marks, Marks, NDArray[np.intp], NDArray[np.intp]]:
    """Of [place, pairs, (other place, score) of each pair, vector]: cosines and scores of all
    pairs whose samples both were seen, which mark holds each, and where its other stands.
    """
    rows = {int(mark[0]): number for number, mark in enumerate(marks)}
    units = _units(np.stack([mark[2 + 2 * int(mark[1]) :] for mark in marks]))
    told = [
        (number, rows[int(other)], score)
        for number, mark in enumerate(marks)
        for other, score in mark[2 : 2 + 2 * int(mark[1])].reshape(-1, 2)
        if int(other) in rows
    ]
    first, second = (np.array([pair[k] for pair in told], np.intp) for k in (0, 1))
    cosines = np.sum(units[first] * units[second], axis=1)
    return cosines, np.array([pair[2] for pair in told]), first, second


def _spearman(marks: Sequence[Marks]) -> Weighted:
    cosines, scores, first, _ = _pairs(marks)
    if len(np.unique(scores)) < 3:
        return lambda _: math.nan
    return lambda weights: spearman(cosines, scores, weights[first])


def _recall(marks: Sequence[Marks]) -> Weighted:
    """The share of pairs with the highest score whose second is among the ten nearest."""
    _, scores, first, second = _pairs(marks)
    if len(marks) <= _NEAREST + 1 or not len(scores) or len(np.unique(scores)) >= 3:
        return lambda _: math.nan
    units = np.stack([mark[2 + 2 * int(mark[1]) :] for mark in marks])
    nearest, related = _nearest(units), scores == scores.max()
    hits = np.any(nearest[first] == second[:, None], axis=1)

    def weighted(weights: Marks) -> float:
        counts = weights[first] * related
        return float(counts @ hits / counts.sum()) if counts.sum() else math.nan

    return weighted


NEIGHBOURS = Measure("neighbours10", SHARE, _neighbours)
COSINE = Measure("cosine", "cosine", SHARE_OF)
SPEARMAN = Measure("spearman", "rank correlation", _spearman, perfect=None)
RECALL = Measure("recall10", SHARE, _recall, perfect=None)


class _Vectors(Reader):
    measures = (NEIGHBOURS, COSINE, SPEARMAN, RECALL)
    follows = NEIGHBOURS.name

    def __init__(self, subject: Subject) -> None:
        fit = [n for n in subject.floats if _is_vector(subject.shape(n))]
        named = [n for n in fit if subject.named(n, *_WORDS)]
        if not fit:
            raise Misfit("vectors [N, D] or [N, L, D]")
        pooled = [n for n in named if len(subject.shape(n)) == 2]
        self.output = (pooled or named or fit)[0]
        self.size = subject.shape(self.output)[-1]

    def record(self, shown: Shown) -> TaskRecord:
        ours, theirs = (self._vector(x, shown.feeds) for x in (shown.expected, shown.found))
        if ours.shape != theirs.shape or not np.all(np.isfinite(ours)):
            return TaskRecord({}, {})
        lengths = float(np.linalg.norm(ours) * np.linalg.norm(theirs))
        cosine = float(ours @ theirs) / lengths if lengths > 0 else math.nan
        marks = {NEIGHBOURS.name: np.concatenate([ours, theirs])}
        marks[COSINE.name] = np.array([cosine, 1.0])
        if not isinstance(shown.truth, TruePairs):
            return TaskRecord(marks, {})
        head = [shown.truth.place, len(shown.truth.scores)]
        pairs = np.column_stack([shown.truth.others, shown.truth.scores]).reshape(-1)
        labelled, reference = (
            dict.fromkeys((SPEARMAN.name, RECALL.name), np.concatenate([head, pairs, vector]))
            for vector in (theirs, ours)
        )
        return TaskRecord(marks | labelled, reference)

    def _vector(self, outputs: Arrays, feeds: Arrays) -> Marks:
        """The mean over what is no padding."""
        values = outputs[self.output]
        if values.ndim == 2 or values.shape[-1] != self.size:
            return np.asarray(values.reshape(-1), np.float64)
        read = real_positions(values, feeds).reshape(-1, values.shape[-1])
        return np.asarray(read.sum(axis=0, dtype=np.float64) / max(len(read), 1))

    def says(self, outputs: Arrays) -> str:
        values = outputs[self.output]
        length = f"{np.linalg.norm(values):.3g}"
        return Sentence("{0} numbers, length {1}", values.shape[-1], length)


def _is_vector(shape: tuple[int, ...]) -> bool:
    flat = len(shape) in (2, 3) or (len(shape) == 4 and shape[2:] == (1, 1))
    wide = flat and all(shape) and max(shape[1], shape[-1]) >= _LEAST_WIDTH
    return wide and shape[0] == 1


def _guess(subject: Subject) -> Guess | None:
    for name in subject.floats:
        shape = subject.shape(name)
        if not _is_vector(shape):
            continue
        why = f"'{name}' holds vectors of {shape[-1] if len(shape) < 4 else shape[1]} numbers"
        named = subject.named(name, *_WORDS)
        if len(shape) == 2 and (named or _have_length_one(subject, name)):
            return Guess(why, True)
        if len(shape) == 3 and subject.reads_tokens and not subject.named(name, "logit"):
            return Guess(why, named)
    return None


def _have_length_one(subject: Subject, name: str) -> bool:
    lengths = [float(np.linalg.norm(v)) for v in subject.values(name)]
    signed = any(bool(np.any(v < 0)) for v in subject.values(name))
    return signed and bool(np.allclose(lengths, 1, atol=1e-3))


EMBEDDING = Task("embedding", "vectors that are compared with each other", _guess, _Vectors)
