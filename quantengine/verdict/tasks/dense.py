"""Dense outputs and regression: numbers that should stay what they are."""

from __future__ import annotations

import math

import numpy as np

from quantengine.data.truth.pictures import TruePicture
from quantengine.errors import DataError
from quantengine.verdict.positions import real_positions
from quantengine.verdict.tasks.drawing import Pixels, as_picture
from quantengine.verdict.tasks.figure import TaskRecord
from quantengine.verdict.tasks.likeness import likeness
from quantengine.verdict.tasks.measure import DECIBELS, SHARE, SHARE_OF, Marks, Measure, added
from quantengine.verdict.tasks.subject import Array, Arrays, Subject
from quantengine.verdict.tasks.task import Guess, Misfit, Reader, Shown, Task

_LARGEST_SHARE = 8.0
"""Values that span more are no shares of white: 255 is white."""


def _psnr(sums: Marks) -> float:
    """Of [squared error / peak², values]: 10 log10(1 / their mean)."""
    if not sums[1] or math.isnan(sums[0]):
        return math.nan
    return math.inf if sums[0] == 0 else float(-10 * np.log10(sums[0] / sums[1]))


def _relative(sums: Marks) -> float:
    """Of [sum of absolute errors, sum of absolute values]."""
    return float(sums[0] / sums[1]) if sums[1] else math.nan


PSNR = Measure("psnr", DECIBELS, added(_psnr), perfect=math.inf)
RELATIVE = Measure("relative_error", SHARE, added(_relative), perfect=0.0, lower_is_better=True)


LABEL_PSNR = Measure("psnr_labels", DECIBELS, SHARE_OF, perfect=None)
LABEL_SSIM = Measure("ssim_labels", "ssim", SHARE_OF, perfect=None)
"""Means over pictures: of dB, equal ones counted as 100, and of how alike they are."""
_EQUAL_DB = 100.0


class _Numbers(Reader):
    """`peak` is 1 of values that lie in 0..1, else the span of the float ones."""

    measures = (PSNR, RELATIVE, LABEL_PSNR, LABEL_SSIM)
    follows = PSNR.name

    def __init__(self, subject: Subject) -> None:
        if not subject.floats:
            raise Misfit("a float output")
        self.outputs = subject.floats
        self.peaks = {name: _peak(subject.values(name)) for name in self.outputs}

    def record(self, shown: Shown) -> TaskRecord:
        marks = [self._marks(name, shown) for name in self.outputs]
        squares, values, errors, sizes = np.sum(marks, axis=0)
        found = {PSNR.name: np.array([squares, values]), RELATIVE.name: np.array([errors, sizes])}
        if not isinstance(shown.truth, TruePicture):
            return TaskRecord(found, {})
        reference, candidate = (
            self._beside(shown.truth, outputs) for outputs in (shown.expected, shown.found)
        )
        return TaskRecord(found | candidate, reference)

    def _beside(self, right: TruePicture, outputs: Arrays) -> dict[str, Marks]:
        """What a picture shows beside the one that is right; raises DataError for another size."""
        name = self.outputs[0]
        picture, white = outputs[name], 255.0 if self.peaks[name] > _LARGEST_SHARE else 1.0
        if picture.ndim != 4 or len(picture) != 1 or picture.shape[1] not in (1, 3):
            raise DataError(
                "'{0}' gives {1}, no picture to hold to labels", name, list(picture.shape)
            )
        known = right.channels(picture.shape[1])
        if known.shape != picture.shape[1:]:
            raise DataError(
                "A label is a picture of {0}x{1} pixels, '{2}' gives {3}x{4}: give pictures of "
                "that size.",
                known.shape[2],
                known.shape[1],
                name,
                picture.shape[3],
                picture.shape[2],
            )
        found = np.clip(np.nan_to_num(picture[0].astype(np.float64) / white), 0, 1)
        error = float(np.mean(np.square(found - known)))
        decibels = min(-10 * math.log10(error), _EQUAL_DB) if error else _EQUAL_DB
        alike = likeness(found, known)
        marks = {LABEL_PSNR.name: np.array([decibels, 1.0])}
        return marks if math.isnan(alike) else marks | {LABEL_SSIM.name: np.array([alike, 1.0])}

    def _marks(self, name: str, shown: Shown) -> Marks:
        ours, theirs = (
            real_positions(outputs[name], shown.feeds) for outputs in (shown.expected, shown.found)
        )
        if ours.shape != theirs.shape:
            return np.array([np.nan, 1, np.nan, 1])
        known = np.isfinite(ours)
        ours, theirs = (np.where(known, v, 0).astype(np.float64) for v in (ours, theirs))
        error = np.abs(ours - theirs)
        squares = float(np.sum(np.square(error / self.peaks[name])))
        return np.array([squares, np.count_nonzero(known), np.sum(error), np.sum(np.abs(ours))])

    def says(self, outputs: Arrays) -> str:
        values = outputs[self.outputs[0]]
        if values.size == 1:
            return f"{float(values.reshape(-1)[0]):.4g}"
        return f"{float(values.min()):.4g} .. {float(values.max()):.4g}" if values.size else "empty"

    def drawn(self, outputs: Arrays, picture: Pixels | None) -> Pixels | None:
        name = self.outputs[0]
        found = as_picture(outputs[name], self.peaks[name])
        return super().drawn(outputs, picture) if found is None else found


def _peak(values: list[Array]) -> float:
    finite = [v[np.isfinite(v)] for v in values]
    low = min((float(v.min()) for v in finite if v.size), default=0.0)
    high = max((float(v.max()) for v in finite if v.size), default=1.0)
    return 1.0 if (low >= 0 and 0.5 <= high <= 1) or high == low else high - low


def _guess(subject: Subject) -> Guess | None:
    if not subject.floats:
        return None
    first = subject.floats[0]
    shape, size = subject.shape(first), subject.image_size
    picture = len(shape) == 4 and size is not None and shape[1] in (1, 3)
    return Guess(f"'{first}' holds numbers {list(shape)}", picture or shape[1:] == (1,))


DENSE = Task("dense", "numbers: pictures, depth, audio, regression", _guess, _Numbers)
