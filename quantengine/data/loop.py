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
        for which, known, word in ((name, specs, "input"), (output, made, "output")):
            if which not in known:
                raise DataError(
                    f"loop {name}={output}: the model has no {word} '{which}', it has "
                    f"{', '.join(known)}"
                )
        specs[name] = replace(specs[name], loop=_loop(specs[name], made[output]))
    return tuple(specs.values())


def _loop(spec: Input, made: Made) -> Loop:
    """Scores that feed integers are greedy decoding: the best of the last ones is fed."""
    greedy = spec.dtype.kind in "iu" and made.dtype.kind == "f"
    sides = tuple(side if isinstance(side, int) else 1 for side in spec.shape or ())
    if greedy and prod(sides) != 1:
        raise DataError(
            f"loop {spec.name}={made.name}: scores give one number a step, and input {spec} takes "
            f"{prod(sides)}"
        )
    if not greedy and not _fits(spec, made):
        raise DataError(
            f"loop {spec.name}={made.name}: what the output gives, {made.dtype} "
            f"{shape_text(made.shape)}, cannot feed input {spec} of {spec.dtype}"
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
        raise DataError(f"input {spec}: give its first value in the data, its shape is not known")
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
                f"input {spec}: give its first value in the data, the length '{side}' is not known"
            )
        else:
            sides.append(0)
    return np.zeros(sides, spec.dtype)
