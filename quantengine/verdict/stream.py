"""The outputs of a network for a sample, step by step where it is a sequence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from numpy.typing import NDArray

from quantengine.data.dataset import Sample
from quantengine.data.streams import joined
from quantengine.graph.channel_moves import Channels
from quantengine.runtime import Tensors

Run = Callable[[Tensors], Tensors]
"""From feeds to outputs by name."""


def run_steps(run: Run, sample: Sample) -> list[Tensors]:
    """What `run` gives at each step, of a sequence on the states that it gave itself."""
    found: list[Tensors] = []
    carried: Tensors = {}
    for feeds in sample.runs:
        found.append(run({**feeds, **carried}))
        if not sample.forced:
            carried = {one.input: one.fed(found[-1][one.output]) for one in sample.loops}
    return found


def run_forced(run: Run, sample: Sample) -> list[Tensors]:
    """The same, each step begun as the float network begins it."""
    return run_steps(run, replace(sample, forced=True))


def along_time(steps: Sequence[Tensors], channels: Mapping[str, Channels]) -> Tensors:
    """Outputs of all steps one behind the other along the first axis.

    Those `[1, T, C]` along their own time, `[1, C, T]` where `channels` say so.
    """
    axes = {name: _time_axis(value, channels.get(name)) for name, value in steps[0].items()}
    return joined(steps, axes)


def _time_axis(value: NDArray[Any], channels: Channels | None) -> int:
    if value.ndim < 3 or len(value) != 1:
        return 0
    return 2 if channels is not None and channels.axis == 1 else 1
