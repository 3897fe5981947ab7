"""Which layout of boxes and scores the outputs of a detector have."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import accumulate

import numpy as np

from quantengine.counted import counted
from quantengine.verdict.tasks.box_layouts import Apart, BoxLayout, Finished, Listed, Rows
from quantengine.verdict.tasks.subject import Array, Subject

_TENSORFLOW = "detection_boxes"
PIXELS = 2.0
"""Coordinates beyond this are pixels, not shares of the image."""
_EXPORTED = ("detect", "segment", "pose", "obb")
"""What exporters of detectors write as their task."""


def layouts_of(subject: Subject) -> Iterator[tuple[BoxLayout, bool]]:
    """The layouts that the outputs may have, and whether it is certain, likely ones first."""
    yield from _listed(subject)
    yield from _apart(subject)
    for name in subject.floats:
        yield from _finished(subject, name)
    for name in subject.floats:
        yield from _rows(subject, name)


def _listed(subject: Subject) -> Iterator[tuple[BoxLayout, bool]]:
    corners = _boxes_output(subject)
    if corners is None:
        return
    size = int(np.prod(subject.shape(corners)[:-1]))
    alike = [
        name
        for name in subject.outputs
        if name != corners and int(np.prod(subject.shape(name))) == size and size
    ]
    scores = [n for n in alike if subject.is_float(n) and _lie_in_shares(subject.values(n))]
    scores.sort(key=lambda name: not subject.named(name, "score", "conf"))
    labels = [n for n in alike if subject.named(n, "class", "label") and n not in scores[:1]]
    labels += [n for n in alike if not subject.is_float(n)]
    counts = [n for n in subject.outputs if subject.named(n, "num", "count")]
    if scores and (labels or counts):
        count = next((n for n in counts if np.prod(subject.shape(n)) == 1), None)
        text = f"'{corners}' and '{scores[0]}' hold the boxes that are left and their scores"
        turned = corners == _TENSORFLOW
        label = next(iter(labels), None)
        yield Listed(corners, scores[0], label, count, turned, text), True


def _apart(subject: Subject) -> Iterator[tuple[BoxLayout, bool]]:
    corners = _boxes_output(subject)
    if corners is None or len(subject.shape(corners)) not in (2, 3, 4):
        return
    anchors = int(np.prod(subject.shape(corners)[:-1]))
    for name in subject.floats:
        shape = subject.shape(name)
        if name == corners or len(shape) < 2 or int(np.prod(shape[:-1])) != anchors:
            continue
        values = subject.rows(name)
        if values is None:
            continue
        shares = bool(np.all((values >= 0) & (values <= 1)))
        background = _background(values, shares=shares)
        kinds = shape[-1] - (background is not None)
        text = f"'{corners}' holds boxes and '{name}' scores of {_classes(kinds)}"
        centred = _are_centred([v.reshape(-1, 4) for v in subject.values(corners)])
        told = subject.named(corners, "box", "loc", "bbox") or subject.named(name, "score", "conf")
        yield Apart(corners, name, background, centred, not shares, text), told


def _boxes_output(subject: Subject) -> str | None:
    """The output `[.., 4]` that holds boxes: the one that is named so, or the only one."""
    alike = [n for n in subject.floats if subject.rows(n) is not None]
    found = [n for n in alike if subject.shape(n)[-1:] == (4,) and _ranks(subject, n)]
    named = [name for name in found if subject.named(name, "box", "loc", "coord", "rect")]
    return (named or found)[0] if len(named) == 1 or len(found) == 1 else None


def _ranks(subject: Subject, name: str) -> bool:
    return len(subject.shape(name)) in (2, 3) or subject.shape(name)[2:3] == (1,)


def _background(values: Array, *, shares: bool) -> int | None:
    """The column of what is no object: of shares of one whole, the one that is mostly best."""
    if values.shape[1] < 2 or not len(values):
        return None
    if shares and not np.allclose(values.sum(axis=1), 1, atol=1e-2):
        return None
    best = np.bincount(values.argmax(axis=1), minlength=values.shape[1])
    place, last = int(best.argmax()), values.shape[1] - 1
    outer = place in ((0, last) if shares else (last,))
    return place if outer and best[place] > len(values) / 2 else None


def _finished(subject: Subject, name: str) -> Iterator[tuple[BoxLayout, bool]]:
    """Rows of 6 (corners, score, class) or 7 (image, and in either order)."""
    shape = subject.shape(name)
    if len(shape) < 2 or shape[-1] not in (6, 7):
        return
    rows = subject.rows(name)
    if rows is None or not len(rows):
        return
    orders = ((0, 4, 5),) if shape[-1] == 6 else ((1, 6, 5), (3, 2, 1))
    for corners, score, label in orders:
        box = rows[:, corners : corners + 4]
        whole = np.all(rows[:, label] == np.round(rows[:, label])) and np.ptp(box) > 0
        upright = np.mean(np.all(box[:, 2:] >= box[:, :2], axis=1)) > 0.9
        if whole and upright and _lie_in_shares([rows[:, score]]):
            text = f"'{name}' holds the boxes that are left, with score and class"
            yield Finished(name, corners, score, label, text), True
            return


def _rows(subject: Subject, name: str) -> Iterator[tuple[BoxLayout, bool]]:
    shape = subject.shape(name)
    if len(shape) == 4 and shape[1] == 1:
        shape = (shape[0], *shape[2:])
    if len(shape) != 3 or min(shape[1:]) < 5 or shape[0] != 1:
        return
    channels = subject.told.channels.get(name)
    axis = 1 if shape[1] < shape[2] else 2
    if channels is not None and channels.axis in (1, 2) and len(channels.parts) > 1:
        axis = channels.axis
    parts = channels.parts if channels is not None and channels.axis == axis else ()
    objectness, classes = _columns(subject, axis, shape[axis], parts)
    values = subject.values(name)
    if any(v.size != math.prod(v.shape[-2:]) for v in values):
        return
    tables = [_as_rows(v, axis) for v in values]
    if len({table.shape[1] for table in tables}) > 1:
        return
    rows = np.concatenate(tables)
    scores, box = rows[:, 4 : 4 + objectness + classes], rows[:, :4]
    shares = bool(np.all((scores >= 0) & (scores <= 1)))
    pixels = float(np.max(box, initial=0)) > PIXELS and float(box.min(initial=0)) > -1e5
    joined = 4 in accumulate(parts)
    exported = subject.told.metadata.get("task") in _EXPORTED
    told = joined or exported or subject.named(name, "box", "det")
    if (subject.image_size is None and not joined) or not (told or (shares and pixels)):
        return
    text = f"'{name}' holds boxes and scores of {_classes(classes)}"
    yield (
        Rows(name, axis, objectness, classes, _are_centred([box]), not shares, text),
        shares and (pixels or told),
    )


def _as_rows(values: Array, axis: int) -> Array:
    table = values.reshape(values.shape[-2:])
    return table.T if axis == 1 else table


def _columns(subject: Subject, axis: int, size: int, parts: tuple[int, ...]) -> tuple[bool, int]:
    """Whether there is an objectness, and how many classes.

    As the exporter's names of classes tell, else the parts that the graph joins, else the usual:
    boxes along the second axis have one, boxes along the last have not.
    """
    names, ends = subject.class_names, list(accumulate(parts))
    if names is not None and names <= size - 4:
        return names == size - 5, names
    objectness = size > 5 and (5 in ends if 4 in ends else axis == 2)
    return objectness, size - 4 - objectness


def _are_centred(values: list[Array]) -> bool:
    """Whether boxes are middle and size: as corners some would be turned round."""
    rows = np.concatenate(values)
    return not bool(np.mean(np.all(rows[:, 2:] >= rows[:, :2], axis=1)) > 0.99)


def _lie_in_shares(values: list[Array]) -> bool:
    return all(bool(np.all((v >= 0) & (v <= 1))) for v in values)


def _classes(count: int) -> str:
    return counted(count, "class")
