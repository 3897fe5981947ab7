"""Boxes that detectors of the zoo say: decoded, thinned, matched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Boxes:
    """`corners` `[k, 4]`, the best first, and their `classes` `[k]`."""

    corners: Array
    classes: Array


def yolo(outputs: Mapping[str, Array], least: float) -> Boxes:
    """Of `[1, 4 + classes, anchors]`: middle and size, then scores."""
    rows = outputs["output0"][0].T
    scores, classes = rows[:, 4:].max(axis=1), rows[:, 4:].argmax(axis=1)
    middle, half = rows[:, :2], rows[:, 2:4] / 2
    corners = np.concatenate([middle - half, middle + half], axis=1)
    return thinned(corners, scores, classes, least, 0.45)


def ultraface(outputs: Mapping[str, Array], least: float) -> Boxes:
    scores = outputs["scores"][0, :, 1]
    return thinned(outputs["boxes"][0], scores, np.zeros(len(scores), int), least, 0.3)


def text_boxes(outputs: Mapping[str, Array], least: float) -> Boxes:
    """Upright boxes around what lies above 0.3 together, if above `least` in the mean (DB)."""
    from scipy import ndimage

    map_ = outputs["sigmoid_0.tmp_0"][0, 0]
    marked, count = ndimage.label(map_ > 0.3)
    places = ndimage.find_objects(marked)
    means = ndimage.mean(map_, marked, np.arange(1, count + 1)) if count else []
    kept = [
        [x.start, y.start, x.stop, y.stop]
        for (y, x), mean in zip(places, means, strict=True)
        if mean > least and min(x.stop - x.start, y.stop - y.start) >= 3
    ]
    return Boxes(np.array(kept, float).reshape(-1, 4), np.zeros(len(kept), int))


def thinned(corners: Array, scores: Array, classes: Array, least: float, overlap: float) -> Boxes:
    """Those above a score, without those that overlap a better one of their class."""
    order = np.argsort(-scores, kind="stable")
    order = order[scores[order] > least]
    kept: list[int] = []
    for place in order:
        rivals = [k for k in kept if classes[k] == classes[place]]
        if not rivals or overlaps(corners[place][None], corners[rivals]).max() < overlap:
            kept.append(int(place))
    return Boxes(corners[kept].reshape(-1, 4), classes[kept])


def overlaps(a: Array, b: Array) -> Array:
    """Shared area over that of both, `[len(a), len(b)]`."""
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = np.prod(np.clip(high - low, 0, None), axis=2)
    areas = [np.prod(np.clip(c[:, 2:] - c[:, :2], 0, None), axis=1) for c in (a, b)]
    both = areas[0][:, None] + areas[1][None] - shared
    found: Array = shared / np.maximum(both, 1e-12)
    return found


def matched(a: Boxes, b: Boxes, overlap: float) -> int:
    """How many of `a` have a box of `b` of their own."""
    if not len(a.classes) or not len(b.classes):
        return 0
    table = overlaps(a.corners, b.corners) * (a.classes[:, None] == b.classes[None])
    count = 0
    while table.max() >= overlap:
        row, column = np.unravel_index(int(table.argmax()), table.shape)
        table[row], table[:, column] = -1.0, -1.0
        count += 1
    return count
