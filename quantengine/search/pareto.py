"""The order in which bits are worth spending."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from quantengine.search.knobs import Knob, Space, State
from quantengine.search.noise import Noise


@dataclass(frozen=True)
class Step:
    """Turning `knob` up to `level` removes `gain` of noise for every byte it moves."""

    knob: int
    level: int
    gain: float


def steps(space: Space, noise: Noise) -> tuple[Step, ...]:
    """Every step worth taking, the best first.

    The noise of knobs adds up and so do bytes, so the lower convex hull of each knob, all hulls
    sorted by slope, gives every optimum of noise + lambda x bytes (Shoham and Gersho 1988).
    """
    rows = _with_codes(space, noise)
    found = [
        step
        for number, knob in enumerate(space.knobs)
        for step in _hull(number, knob, rows[number])
    ]
    return tuple(sorted(found, key=lambda step: (-step.gain, step.knob, step.level)))


def _with_codes(space: Space, noise: Noise) -> Noise:
    """With what an activation of one width costs added to the layers that it has codes for.

    Each bears its share until it is float.
    """
    rows = [list(row) for row in noise]
    for tensor, row in zip(space.knobs, noise, strict=True):
        asking = [
            k for k, knob in enumerate(space.knobs) if not tensor.asking.isdisjoint(knob.layers)
        ]
        if tensor.maker or len(row) > 1 or not asking:
            continue
        for k in asking:
            for place, level in enumerate(space.knobs[k].levels):
                rows[k][place] += row[0] / len(asking) if level.bits is not None else 0.0
    return tuple(map(tuple, rows))


def _hull(number: int, knob: Knob, noise: Sequence[float]) -> Iterator[Step]:
    here = 0
    while True:
        ahead = [
            Step(number, level, _gain(knob, noise, here, level))
            for level in range(here + 1, len(knob.levels))
            if noise[level] < noise[here]
        ]
        if not ahead:
            return
        best = max(ahead, key=lambda step: (step.gain, -noise[step.level]))
        yield best
        here = best.level


def _gain(knob: Knob, noise: Sequence[float], here: int, level: int) -> float:
    moved = knob.levels[level].moved_bytes - knob.levels[here].moved_bytes
    return (noise[here] - noise[level]) / moved if moved > 0 else float("inf")


def states(space: Space, taken: Sequence[Step]) -> tuple[State, ...]:
    """The state before the first step, and after each."""
    state = list(space.lowest)
    found = [tuple(state)]
    for step in taken:
        state[step.knob] = step.level
        found.append(tuple(state))
    return tuple(found)


def filled(space: Space, taken: Sequence[Step], most_bytes: int) -> State:
    """The best steps in turn while they fit `most_bytes`, then the weights that still do.

    Activations store nothing: they stop where the next byte of weights no longer pays.
    """
    state, closed, overflowed = list(space.lowest), set[int](), False
    for step in taken:
        if step.knob in closed or (overflowed and space.knobs[step.knob].tensor is not None):
            continue
        trial = [*state]
        trial[step.knob] = step.level
        if space.stored_bytes(tuple(trial)) <= most_bytes:
            state = trial
        else:
            overflowed = True
            closed.add(step.knob)
    return tuple(state)
