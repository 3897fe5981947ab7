"""Raw heads of detectors: scores of anchors over grids of the image, whose boxes nobody decoded."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from quantengine.counted import counted
from quantengine.verdict.tasks.box_layouts import best_of, shares
from quantengine.verdict.tasks.boxes import Boxes
from quantengine.verdict.tasks.subject import Array, Arrays, Subject

_BOX = 4
_BINS = 64
"""Coordinates of a box as the shares of 16 distances each (Li 2020), where heads give these."""
_STRIDES = tuple(2.0**power for power in range(2, 8))
_MOSTLY = 0.2
"""Objects are rare: of the anchors of a detector no larger share is sure of one."""
_OF_SCORES = ("cls", "class", "score", "conf", "prob", "heat", "hm")
_OF_OBJECTS = ("obj",)
_OF_PLACES = ("box", "reg", "loc", "dis", "kps", "landm", "offset", "point", "coef")


@dataclass(frozen=True)
class Head:
    """An output with `anchors` of `width` channels each along `axis`: scores from `first` on, the
    objectness before those of classes, where there is one.
    """

    output: str
    axis: int
    anchors: int
    width: int
    first: int
    objectness: bool

    def rows(self, outputs: Arrays) -> Array:
        """`[cells, scores]` as the network gives them."""
        values = np.moveaxis(outputs[self.output], self.axis, -1)
        return values.reshape(-1, self.width)[:, self.first :]


@dataclass(frozen=True)
class Heads:
    """Heads of several grids; `objects` give the objectness apart, if there are any."""

    heads: tuple[Head, ...]
    objects: tuple[Head, ...]
    logits: bool
    text: str
    certain: bool

    def cells(self, outputs: Arrays) -> Boxes:
        """The score and class of every anchor; its number stands for the box."""
        rows = np.concatenate([self._shares(head, outputs) for head in self.heads])
        if self.objects:
            sure = np.concatenate([self._shares(head, outputs) for head in self.objects])
            rows = rows * sure if len(sure) == len(rows) else rows
        if self.heads[0].objectness:
            rows = rows[:, 1:] * rows[:, :1] if rows.shape[1] > 1 else rows
        return best_of(np.zeros((len(rows), _BOX)), rows)

    def _shares(self, head: Head, outputs: Arrays) -> Array:
        rows = head.rows(outputs).astype(np.float64)
        return shares(rows) if self.logits else rows


def heads_of(subject: Subject) -> Heads | None:
    """The heads of a detector, as names, metadata and sizes of grids tell; None where none are."""
    size = subject.image_size
    if size is None:
        return None
    families = [each for each in _families(subject, size) if len(each) > 1]
    found = _combined(subject, families[0]) if len(families) == 1 else _apart(subject, families)
    return found if found is not None and _are_rare(subject, found) else None


@dataclass(frozen=True)
class _Grid:
    """An output of a `width` of channels along `axis`; `anchors` where an axis of its own has them,
    `places` on its grid.
    """

    output: str
    axis: int
    width: int
    anchors: int
    places: int


def _families(subject: Subject, size: tuple[int, int]) -> Iterator[list[_Grid]]:
    """Outputs that differ in the size of their grid alone, large grids first."""
    found: dict[tuple[int, int, int, str], list[_Grid]] = {}
    for name in subject.floats:
        grid = _grid(subject, name, size)
        if grid is not None:
            key = (len(subject.shape(name)), grid.width, grid.anchors, _kind(subject, name))
            found.setdefault(key, []).append(grid)
    for grids in found.values():
        if len({grid.places for grid in grids}) == len(grids):
            yield sorted(grids, key=lambda grid: -grid.places)


def _kind(subject: Subject, name: str) -> str:
    for kind, words in (("object", _OF_OBJECTS), ("place", _OF_PLACES), ("score", _OF_SCORES)):
        if subject.named(name, *words):
            return kind
    return ""


def _grid(subject: Subject, name: str, size: tuple[int, int]) -> _Grid | None:
    """`[1, K, H, W]`, `[1, H, W, K]`, `[1, A, H, W, K]` or `[1, places, K]`."""
    shape = subject.shape(name)
    if len(shape) not in (3, 4, 5) or shape[0] != 1:
        return None
    if len(shape) == 3:
        all_places = filter(None, (_places(size, stride) for stride in _STRIDES))
        fits = any(shape[1] % places == 0 for places in all_places)
        return _Grid(name, 2, shape[2], 1, shape[1]) if fits else None
    sides = {1: shape[2:], 3: shape[1:3]} if len(shape) == 4 else {4: shape[2:4]}
    for axis, grid in sides.items():
        if any(_sides(size, stride) == tuple(grid) for stride in _STRIDES):
            anchors = shape[1] if len(shape) == 5 else 1
            return _Grid(name, axis, shape[axis], anchors, math.prod(grid))
    return None


def _sides(size: tuple[int, int], stride: float) -> tuple[int, int]:
    return math.ceil(size[0] / stride), math.ceil(size[1] / stride)


def _places(size: tuple[int, int], stride: float) -> int:
    return math.prod(_sides(size, stride))


def _combined(subject: Subject, family: Sequence[_Grid]) -> Heads | None:
    """Boxes and scores in one output a grid."""
    first = family[0]
    anchors, start, objectness, told = _columns(subject, first)
    width = first.width // anchors
    classes = width - start - objectness
    if first.width % anchors or classes < (0 if objectness else 1):
        return None
    heads = tuple(
        Head(grid.output, grid.axis, anchors, width, start, objectness) for grid in family
    )
    each = anchors * first.anchors
    what = f"{each} x ({start + objectness} + {counted(classes, 'class')}) a place"
    named = told or subject.named(first.output, "head", "det", "yolo", "stride", "anchor")
    return _told(subject, heads, (), what, certain=named)


def _columns(subject: Subject, grid: _Grid) -> tuple[int, int, bool, bool]:
    """Anchors of a place, where scores begin, whether with an objectness, and if that is sure."""
    classes, width = subject.class_names, grid.width
    channels = subject.told.channels.get(grid.output)
    ends = set() if channels is None else {*accumulate(channels.parts)}
    if grid.anchors > 1:
        return 1, _BOX, True, True
    if classes is not None:
        for start, objectness in ((_BOX, True), (_BOX, False), (_BINS, False)):
            each = start + objectness + classes
            if width % each == 0:
                return width // each, start, objectness, True
    if _BINS in ends and width > _BINS:
        return 1, _BINS, False, True
    if _BOX in ends and width > _BOX:
        return 1, _BOX, _BOX + 1 in ends and width > _BOX + 1, True
    threes = len(subject.shape(grid.output)) == 4 and width % 3 == 0 and width // 3 > _BOX + 1
    return 3 if threes else 1, _BOX, True, False


def _apart(subject: Subject, families: Sequence[Sequence[_Grid]]) -> Heads | None:
    """Scores in outputs of their own, beside those of boxes."""
    kinds = {_kind(subject, family[0].output): family for family in families}
    scores, objects = kinds.get("score"), kinds.get("object", ())
    if scores is None or "place" not in kinds:
        return None
    anchors = _anchors(kinds["place"][0])
    fits = scores[0].width % anchors == 0
    each = anchors if fits else 1
    heads, sure = (
        tuple(Head(g.output, g.axis, each, g.width // each, 0, False) for g in family)
        for family in (scores, objects)
    )
    what = f"{counted(scores[0].width // each, 'class')} for {counted(each, 'anchor')} a place"
    return _told(subject, heads, sure, what, certain=True)


def _anchors(places: _Grid) -> int:
    """How many boxes a place has, by the four numbers of each."""
    several = places.width % _BOX == 0 and places.width < _BINS
    return places.width // _BOX if several else 1


def _told(
    subject: Subject,
    heads: tuple[Head, ...],
    objects: tuple[Head, ...],
    what: str,
    *,
    certain: bool,
) -> Heads:
    values = [head.rows(outputs) for head in (*heads, *objects) for _, outputs in subject.runs]
    logits = not all(bool(np.all((v >= 0) & (v <= 1))) for v in values)
    names = ", ".join(f"'{head.output}'" for head in heads)
    return Heads(
        heads, objects, logits, f"{names} hold raw heads, {what}; boxes are not decoded", certain
    )


def _are_rare(subject: Subject, heads: Heads) -> bool:
    sure = [heads.cells(outputs).scores >= 0.5 for _, outputs in subject.runs]
    return all(len(each) and float(np.mean(each)) <= _MOSTLY for each in sure)
