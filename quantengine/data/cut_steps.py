"""What the data holds of a sequence, cut into steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import prod

import numpy as np

from quantengine.data.dataset import Array, Dimension
from quantengine.data.feed import feed_shape, fit
from quantengine.data.input import Input, lacks_batch, side_by_side
from quantengine.errors import DataError


@dataclass(frozen=True)
class StepCutter:
    """Cuts what feeds `specs`; `every` input gives names to lengths.

    `frames`: how long a step is along the first side of the input that is open beside its samples.
    """

    specs: tuple[Input, ...]
    every: tuple[Input, ...]
    frames: int | None

    def cut(self, feeds: Mapping[str, Array]) -> list[dict[str, Array]]:
        """The feeds of each step; what has no steps of its own feeds all of them.

        Raises DataError where the inputs have different numbers of steps, or values that fit none.
        """
        parts = {name: feeds[name] for name in feeds if name not in self._one}
        found = {name: self._of(spec, feeds[name]) for name, spec in self._one.items()}
        counts = {name: len(steps) for name, steps in found.items() if isinstance(steps, list)}
        if len(set(counts.values())) > 1:
            listed = ", ".join(f"'{name}' {count}" for name, count in counts.items())
            raise DataError("the inputs have different numbers of steps: {0}", listed)
        count = next(iter(counts.values()), 1)
        if not count:
            raise DataError("it is shorter than one step")
        return [
            parts | {name: s[k] if isinstance(s, list) else s for name, s in found.items()}
            for k in range(count)
        ]

    def are_single(self, feeds: Mapping[str, Array]) -> bool:
        """Whether these are the feeds of one step."""
        found = (self._of(spec, feeds[name]) for name, spec in self._one.items())
        return not any(isinstance(steps, list) for steps in found)

    def batch(self, feeds: Mapping[str, Array]) -> int:
        """How many sequences the network takes at once where these feeds hold one; else 1.

        Raises DataError where inputs fix different batches.
        """
        if all((spec.fixed_batch or 1) == 1 for spec in self.specs):
            return 1
        step = self.cut(feeds)[0]
        sizes = {spec.fixed_batch for spec in self._lacking(step)}
        if len(sizes) > 1:
            listed = ", ".join(map(str, sorted(size or 1 for size in sizes)))
            raise DataError("the inputs take batches of different sizes ({0})", listed)
        return next(iter(sizes), None) or 1

    def side_by_side(self, steps: Sequence[Mapping[str, Array]]) -> dict[str, Array]:
        """One step of several sequences; what has no batch to be part of is that of the first."""
        joined = {
            spec.name: side_by_side([step[spec.name] for step in steps], spec.batch_axis or 0)
            for spec in self._lacking(steps[0])
        }
        return {**steps[0], **joined}

    def _lacking(self, step: Mapping[str, Array]) -> list[Input]:
        """The inputs that take more samples at once than a step holds."""
        return [
            spec
            for spec in self.specs
            if spec.name in step and lacks_batch(step[spec.name].shape, spec) and spec.shape
        ]

    def lengths(self, step: Mapping[str, Array]) -> dict[Dimension, int]:
        """How long the named sides of inputs are."""
        return {
            side: length
            for spec in self.every
            if spec.name in step and spec.shape is not None
            for side, length in zip(spec.shape, step[spec.name].shape, strict=False)
            if isinstance(side, str)
        }

    @cached_property
    def _one(self) -> dict[str, Input]:
        """The inputs as one step feeds them."""
        return {spec.name: self._of_one_step(spec) for spec in self.specs}

    def _of_one_step(self, spec: Input) -> Input:
        if spec.shape is None:
            return spec
        shape = list(spec.shape)
        if spec.loop is not None and spec.loop.greedy:
            shape = [side if isinstance(side, int) else 1 for side in shape]
        elif self.frames is not None and (place := _open_side(spec)) is not None:
            shape[place] = self.frames
        return replace(spec, shape=tuple(shape))

    def _of(self, spec: Input, values: Array) -> Array | list[Array]:
        """The array of a single step, or those of all; `values` `[1, ..]` as they are stored."""
        row = values[0]
        shape = feed_shape(row.shape, spec, row=True)
        axis = spec.batch_axis
        if shape is not None and (axis is None or shape[axis : axis + 1] in ((1,), ())):
            return fit(row, spec, row=True)
        is_state = spec.loop is not None and not spec.loop.greedy
        pieces = [] if is_state else self._pieces(spec, row)
        if pieces:
            return pieces
        width = 0 if is_state else _width(spec)
        if row.ndim == 1 and width > 1:
            row = row[: len(row) // width * width].reshape(-1, width)
            return [fit(part.reshape(_of_batch(spec)), spec, row=True) for part in row]
        if row.ndim < 2 and width != 1:
            return fit(row, spec, row=True)
        return [fit(part, spec, row=True) for part in row]

    def _pieces(self, spec: Input, row: Array) -> list[Array]:
        """The row cut along the side that `frames` is the length of; nothing where it is shorter.

        What is left behind the last whole piece is left out.
        """
        whole = next(each for each in self.specs if each.name == spec.name)
        place, shape = _open_side(whole), feed_shape(row.shape, whole, row=True)
        if self.frames is None or place is None or shape is None or len(shape) <= place:
            return []
        values, size = fit(row, whole, row=True), self.frames
        cut = range(0, shape[place] - size + 1, size)
        return [np.take(values, range(first, first + size), axis=place) for first in cut]


def _open_side(spec: Input) -> int | None:
    """The first open axis that does not count samples."""
    sides = enumerate(spec.shape or ())
    return next(
        (axis for axis, side in sides if axis != spec.batch_axis and not isinstance(side, int)),
        None,
    )


def _width(spec: Input) -> int:
    """How many numbers a step takes; 0 where that is open."""
    sides = _of_batch(spec)
    return prod(sides) if sides else 0


def _of_batch(spec: Input) -> tuple[int, ...]:
    """The shape of one sample; empty where a side is open."""
    sides = [1 if axis == spec.batch_axis else side for axis, side in enumerate(spec.shape or ())]
    fixed: Sequence[int] = [side for side in sides if isinstance(side, int)]
    return tuple(fixed) if len(fixed) == len(sides) else ()
