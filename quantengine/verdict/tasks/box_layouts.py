"""How detectors lay out boxes and scores in their outputs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from quantengine.verdict.tasks.boxes import NO_BOXES, Boxes, Doubles
from quantengine.verdict.tasks.subject import Array, Arrays


class BoxLayout(ABC):
    """`text` names it for people; `overlapping`: many boxes of an object are given."""

    text: str
    overlapping: bool = True

    @abstractmethod
    def boxes(self, outputs: Arrays, least: float) -> Boxes:
        """The boxes of one image that reach a score, and perhaps more, in the network's unit."""


@dataclass(frozen=True)
class Rows(BoxLayout):
    """One output, a row a box along `axis`: four coordinates, perhaps an objectness, then the
    scores of `classes`; what comes behind (masks, points) is not read.
    """

    output: str
    axis: int
    objectness: bool
    classes: int
    centred: bool
    logits: bool
    text: str = ""

    def boxes(self, outputs: Arrays, least: float) -> Boxes:
        rows = outputs[self.output]
        rows = rows.reshape(rows.shape[-2:])
        rows = self._likely(rows.T if self.axis == 1 else rows, least).astype(np.float64)
        scores = rows[:, 4 : 4 + self.objectness + self.classes]
        scores = shares(scores) if self.logits else scores
        if self.objectness:
            scores = scores[:, 1:] * scores[:, :1]
        return best_of(_corners(rows[:, :4], centred=self.centred), scores)

    def _likely(self, rows: Array, least: float) -> Array:
        """Rows whose objectness, or best class without one, reaches a score: most do not."""
        first = 4 + self.objectness
        scores = rows[:, 4:5] if self.objectness else rows[:, first : first + self.classes]
        best = np.fmax.reduce(scores, axis=1, initial=-np.inf).astype(np.float64)
        return rows[(shares(best) if self.logits else best) >= least]


@dataclass(frozen=True)
class Finished(BoxLayout):
    """One output of few boxes, the columns of each in the order of `columns`: corners, then the
    score and the class, where -1 is none.
    """

    output: str
    corners: int
    score: int
    label: int
    text: str = ""
    overlapping = False

    def boxes(self, outputs: Arrays, _: float) -> Boxes:
        rows = outputs[self.output].astype(np.float64)
        rows = rows.reshape(-1, rows.shape[-1])
        corners = rows[:, self.corners : self.corners + 4]
        return Boxes(corners, rows[:, self.score], _integers(rows[:, self.label]))


@dataclass(frozen=True)
class Apart(BoxLayout):
    """Boxes `[N, A, 4]` and scores `[N, A, C]` apart; the column `background` is no class."""

    corners: str
    scores: str
    background: int | None
    centred: bool
    logits: bool
    text: str = ""

    def boxes(self, outputs: Arrays, least: float) -> Boxes:
        corners = outputs[self.corners].reshape(-1, 4)
        scores = outputs[self.scores].astype(np.float64)
        scores = scores.reshape(-1, scores.shape[-1])
        if len(scores) != len(corners):
            return NO_BOXES
        if self.logits:
            scores = shares(scores) if self.background is None else _softmax(scores)
        if self.background is not None:
            scores = np.delete(scores, self.background, axis=1)
        likely = np.fmax.reduce(scores, axis=1, initial=-np.inf) >= least
        corners = corners[likely].astype(np.float64)
        return best_of(_corners(corners, centred=self.centred), scores[likely])


@dataclass(frozen=True)
class Listed(BoxLayout):
    """Boxes, scores and classes in outputs of their own, as suppression within the graph leaves
    them; `count`, where there is one, holds how many are meant. `turned` boxes are y1 x1 y2 x2.
    """

    corners: str
    scores: str
    labels: str | None
    count: str | None
    turned: bool
    text: str = ""
    overlapping = False

    def boxes(self, outputs: Arrays, _: float) -> Boxes:
        corners = outputs[self.corners].reshape(-1, 4).astype(np.float64)
        corners = corners[:, [1, 0, 3, 2]] if self.turned else corners
        scores = outputs[self.scores].reshape(-1).astype(np.float64)
        labels = np.zeros(len(scores)) if self.labels is None else outputs[self.labels].reshape(-1)
        meant = len(scores) if self.count is None else int(outputs[self.count].reshape(-1)[0])
        kept = max(0, min(meant, len(corners), len(scores), len(labels)))
        return Boxes(corners[:kept], scores[:kept], _integers(labels[:kept].astype(np.float64)))


def _integers(values: Doubles) -> Array:
    return np.where(np.isfinite(values), values, -1).round().astype(np.int64)


def shares(values: Doubles) -> Doubles:
    """Of logits, each for itself."""
    with np.errstate(over="ignore"):
        return np.asarray(1 / (1 + np.exp(-values)))


def _softmax(values: Doubles) -> Doubles:
    powers = np.exp(values - values.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def best_of(corners: Doubles, scores: Doubles) -> Boxes:
    """The best class of each row of `[k, classes]`."""
    if not len(scores) or not scores.shape[1]:
        return NO_BOXES
    best = np.argmax(np.nan_to_num(scores, nan=-1.0), axis=1)
    return Boxes(corners, scores[np.arange(len(scores)), best], best.astype(np.int64))


def _corners(coordinates: Doubles, *, centred: bool) -> Doubles:
    if not centred:
        return coordinates
    middle, half = coordinates[:, :2], coordinates[:, 2:] / 2
    return np.concatenate([middle - half, middle + half], axis=1)
