"""How samples stand side by side."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from quantengine.data.input import Input, first_alike, one_by_one, shapes_of, side_by_side


@pytest.mark.parametrize(
    ("shape", "fixed", "is_open"),
    [
        (("n", 3), None, True),
        ((None,), None, True),
        ((8, 3), 8, False),
        ((0, 3), 0, False),
        ((), None, False),
        (None, None, False),
    ],
)
def test_only_an_open_first_axis_may_hold_samples(
    shape: Any, fixed: int | None, is_open: bool
) -> None:
    found = Input("x", np.dtype("f"), shape)
    assert (found.fixed_batch, found.is_open) == (fixed, is_open)


def test_samples_of_one_shape_are_found_joined_and_told_apart_again() -> None:
    draw = np.random.default_rng(0)
    feeds = [{"x": draw.normal(size=(1, size)), "k": np.full((1, 1), size)} for size in (2, 3, 3)]
    places = first_alike(enumerate(map(shapes_of, feeds)))
    assert places == (1, 2)
    assert first_alike(enumerate(map(shapes_of, feeds[:2]))) is None
    pair = [feeds[place] for place in places]
    run = {name: side_by_side([one[name] for one in pair]) for name in pair[0]}
    assert run["x"].shape == (2, 3)
    for one, other in zip(one_by_one(run), pair, strict=True):
        assert all(np.array_equal(one[name], other[name]) for name in other)


def test_a_single_sample_is_not_copied() -> None:
    alone = np.zeros((1, 4))
    assert side_by_side([alone]) is alone
