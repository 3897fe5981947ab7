"""What an output gives is what an input takes one step later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import prod
from typing import Any

import numpy as np

from quantengine.data.dataset import Array, Dimension, Loop, shape_text
from quantengine.data.input import Input
from quantengine.errors import DataError

Said = Mapping[str, str]
"""Inputs and the output that feeds each."""


@dataclass(frozen=True)
class Made:
    """An output: type and shape as an `Input` has them."""

    name: str
    dtype: np.dtype[Any]
    shape: tuple[Dimension, ...] | None


def with_loops(inputs: Iterable[Input], outputs: Iterable[Made], said: Said) -> tuple[Input, ...]:
    """The inputs, each that `said` names with its loop; raises DataError where none can be."""
    specs, made = {spec.name: spec for spec in inputs}, {each.name: each for each in outputs}
    for name, output in said.items():
        loop, known = f"{name}={output}", (", ".join(specs), ", ".join(made))
        if name not in specs:
            raise DataError(
                "loop {0}: the model has no input '{1}', it has {2}", loop, name, known[0]
            )
        if output not in made:
            raise DataError(
                "loop {0}: the model has no output '{1}', it has {2}", loop, output, known[1]
            )
        specs[name] = replace(specs[name], loop=_loop(specs[name], made[output]))
    return tuple(specs.values())


def _loop(spec: Input, made: Made) -> Loop:
    """Scores that feed integers are greedy decoding: the best of the last ones is fed."""
    greedy = spec.dtype.kind in "iu" and made.dtype.kind == "f"
    sides = tuple(side if isinstance(side, int) else 1 for side in spec.shape or ())
    if greedy and prod(sides) != 1:
        raise DataError(
            "loop {0}: scores give one number a step, and input {1} takes {2}",
            f"{spec.name}={made.name}",
            spec,
            prod(sides),
        )
    if not greedy and not _fits(spec, made):
        raise DataError(
            "loop {0}: what the output gives, {1} {2}, cannot feed input {3} of {4}",
            f"{spec.name}={made.name}",
            made.dtype,
            shape_text(made.shape),
            spec,
            spec.dtype,
        )
    fixed = all(isinstance(side, int) for side in spec.shape or (None,))
    return Loop(spec.name, made.name, spec.dtype, sides if greedy or fixed else None, greedy)


def _fits(spec: Input, made: Made) -> bool:
    if (spec.dtype.kind == "f") != (made.dtype.kind == "f"):
        return False
    if spec.shape is None or made.shape is None:
        return True
    sides = [*spec.shape, *made.shape]
    if all(isinstance(side, int) for side in sides):
        return prod(map(int, map(str, spec.shape))) == prod(map(int, map(str, made.shape)))
    return len(spec.shape) == len(made.shape) and all(
        ours == theirs
        for ours, theirs in zip(spec.shape, made.shape, strict=True)
        if isinstance(ours, int) and isinstance(theirs, int)
    )


def first_state(spec: Input, made: Made, lengths: Mapping[Dimension, int]) -> Array:
    """Zeros, as an input takes them before anything was given.

    An open side is one sample, as long as the side of that name is in `lengths`, or else empty:
    that of a cache, which grows. Raises DataError where that is not known.
    """
    if spec.shape is None:
        raise DataError("input {0}: give its first value in the data, its shape is not known", spec)
    theirs = made.shape or (None,) * len(spec.shape)
    sides = []
    for axis, (side, other) in enumerate(zip(spec.shape, theirs, strict=False)):
        if isinstance(side, int):
            sides.append(side)
        elif axis == spec.batch_axis:
            sides.append(1)
        elif side is not None and side in lengths:
            sides.append(lengths[side])
        elif isinstance(other, int):
            sides.append(other)
        elif side is not None and side == other:
            raise DataError(
                "input {0}: give its first value in the data, the length '{1}' is not known",
                spec,
                side,
            )
        else:
            sides.append(0)
    return np.zeros(sides, spec.dtype)
