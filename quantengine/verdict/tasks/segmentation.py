"""Segmentation: a class for each pixel, from scores of channels, one mask, or numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.data.truth.masks import TrueMask
from quantengine.verdict.tasks.drawing import Pixels, with_classes
from quantengine.verdict.tasks.figure import TaskRecord
from quantengine.verdict.tasks.measure import SHARE, SHARE_OF, Marks, Measure, added
from quantengine.verdict.tasks.subject import Arrays, Subject
from quantengine.verdict.tasks.task import Guess, Misfit, Reader, Shown, Task

_MOST_CLASSES = 256
_LEAST_SHARE = 8
"""Masks are at most so many times smaller than the image."""
Classes = NDArray[np.int64]


def _mean_iou(sums: Marks) -> float:
    """Of [intersection and union of each class]: the mean over classes that occur."""
    shared, union = np.split(sums, 2)
    occurs = union > 0
    return float(np.mean(shared[occurs] / union[occurs])) if np.any(occurs) else math.nan


AGREEMENT = Measure("pixel_agreement", SHARE, SHARE_OF)
MEAN_IOU = Measure("mean_iou", SHARE, added(_mean_iou))
ACCURACY = Measure("pixel_accuracy", SHARE, SHARE_OF, perfect=None)
LABEL_IOU = Measure("mean_iou_labels", SHARE, added(_mean_iou), perfect=None)


def _best(values: NDArray[Any]) -> Classes:
    """`[N, H, W]`: the first of the best channels of `[N, C, H, W]`.

    Channel by channel: argmax along the second axis takes twice to three times as long.
    """
    found = np.zeros((len(values), *values.shape[2:]), np.int64)
    top = values[:, 0]
    for channel in range(1, values.shape[1]):
        found[values[:, channel] > top] = channel
        top = np.maximum(top, values[:, channel])
    return found


class _Masks(Reader):
    """`classes` channels along the second axis, 1: a mask of shares or logits, 0: of numbers."""

    measures = (AGREEMENT, MEAN_IOU, ACCURACY, LABEL_IOU)
    follows = MEAN_IOU.name

    def __init__(self, subject: Subject) -> None:
        name = _mask_output(subject)
        if name is None:
            raise Misfit("scores [N, classes, H, W], or a mask [N, 1, H, W] or [N, H, W]")
        self.output, shape = name, subject.shape(name)
        whole = not subject.is_float(name)
        self.last = len(shape) == 4 and not whole and _channels_last(subject, name)
        channels = 1 if len(shape) == 3 else shape[3 if self.last else 1]
        self.channels = 0 if whole else channels
        shares = all(np.all((v >= 0) & (v <= 1)) for v in subject.values(name))
        self.threshold = 0.5 if shares else 0.0
        self.count = channels if self.channels > 1 else _MOST_CLASSES if whole else 2

    def record(self, shown: Shown) -> TaskRecord:
        ours, theirs = self.classes(shown.expected), self.classes(shown.found)
        if ours.shape != theirs.shape:
            return TaskRecord({}, {})
        candidate = dict(
            zip((AGREEMENT.name, MEAN_IOU.name), self._marks(ours, theirs), strict=True)
        )
        if not isinstance(shown.truth, TrueMask):
            return TaskRecord(candidate, {})
        right = shown.truth.sized(*ours.shape[-2:])
        names = (ACCURACY.name, LABEL_IOU.name)
        reference, labelled = (
            dict(zip(names, self._marks(right, found[0]), strict=True)) for found in (ours, theirs)
        )
        return TaskRecord(candidate | labelled, reference)

    def classes(self, outputs: Arrays) -> Classes:
        """`[N, H, W]`: the class of each pixel."""
        values = outputs[self.output]
        if self.channels == 0:
            return values.reshape(-1, *values.shape[-2:]).astype(np.int64)
        if self.channels > 1:
            return _best(np.moveaxis(values, -1, 1) if self.last else values)
        flat = values[..., 0] if self.last else values.reshape(-1, *values.shape[-2:])
        return (flat > self.threshold).astype(np.int64)

    def _marks(self, ours: Classes, theirs: Classes) -> tuple[Marks, Marks]:
        """[equal, pixels] and [intersections, unions]; classes out of range are ignored."""
        known = (ours >= 0) & (ours < self.count)
        a, b = ours[known], np.clip(theirs[known], 0, self.count - 1)
        shared, first, second = (np.bincount(v, minlength=self.count) for v in (a[a == b], a, b))
        equal = np.array([float(shared.sum()), float(a.size)])
        return equal, np.concatenate([shared, first + second - shared]).astype(np.float64)

    def says(self, outputs: Arrays) -> str:
        found = self.classes(outputs)
        numbers, counts = np.unique(found, return_counts=True)
        order = np.argsort(-counts, kind="stable")[:4]
        shares = (f"class {numbers[k]} {counts[k] / found.size:.1%}" for k in order)
        return ", ".join(shares) or "no pixel"

    def drawn(self, outputs: Arrays, picture: Pixels | None) -> Pixels | None:
        return None if picture is None else with_classes(picture, self.classes(outputs)[0])


def _mask_output(subject: Subject) -> str | None:
    named = [n for n in subject.outputs if subject.named(n, "mask", "seg")]
    return next((n for n in (*named, *subject.outputs) if _fits(subject, n)), None)


def _fits(subject: Subject, name: str) -> bool:
    shape, size = subject.shape(name), subject.image_size
    if len(shape) not in (3, 4) or size is None or min(shape[-2:]) < 2 or not all(shape):
        return False
    high, wide = shape[1:3] if len(shape) == 4 and _channels_last(subject, name) else shape[-2:]
    return high * _LEAST_SHARE >= size[0] and wide * _LEAST_SHARE >= size[1]


def _channels_last(subject: Subject, name: str) -> bool:
    shape, size = subject.shape(name), subject.image_size
    return len(shape) == 4 and size is not None and shape[1:3] == size and shape[2:] != size


def _guess(subject: Subject) -> Guess | None:
    name = _mask_output(subject)
    if name is None or len(subject.floats) > 2:
        return None
    shape = subject.shape(name)
    named = subject.named(name, "mask", "seg", "matte")
    if not subject.is_float(name):
        return Guess(f"'{name}' holds a class for each pixel", named)
    channels = shape[3] if _channels_last(subject, name) else shape[1]
    normal = subject.made_by(name, "Softmax", "LogSoftmax", "Sigmoid")
    if len(shape) != 4 or (channels in (1, 3) and not (named or normal)):
        return None
    why = f"'{name}' holds scores of {channels} classes for each pixel"
    if channels == 1:
        return Guess(f"'{name}' holds a mask", named)
    return Guess(why, named or normal or subject.named(name, "logit", "class", "score"))


SEGMENTATION = Task("segmentation", "a class for each pixel", _guess, _Masks)
