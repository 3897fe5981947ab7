"""How samples stand side by side."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from quantengine.data.dataset import shape_text
from quantengine.data.input import (
    Input,
    first_alike,
    one_by_one,
    shapes_of,
    side_by_side,
    with_batch_axes,
)
from quantengine.data.open import in_memory


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


@pytest.mark.parametrize(
    ("shapes", "axes"),
    [
        ([("N", 16), (2, "N", 8)], [0, 1]),
        ([("T", "N", 16), ("N",)], [1, 0]),
        ([("time", 1, 16), (2, 1, 8)], [1, 1]),
        ([(1, 512), (2, 1, 128), ()], [0, 1, None]),
        ([("batch", 3, "h", "w"), (4,)], [0, None]),
        ([("unk_1", 8), ("unk_2", 8), None], [0, 0, 0]),
        ([(None, 8), (2, None, 8)], [0, 1]),
        ([(4, 24), (4, 3)], [0, 0]),
        ([("seq", 8)], [0]),
    ],
)
def test_the_axis_of_samples_is_told_by_names_and_lengths(
    shapes: list[Any], axes: list[int | None]
) -> None:
    inputs = [Input(str(place), np.dtype("f"), shape) for place, shape in enumerate(shapes)]
    assert [spec.batch_axis for spec in with_batch_axes(inputs)] == axes


_STATEFUL = (Input("x", np.dtype("f4"), ("N", 3)), Input("s", np.dtype("f4"), (2, "N", 4)))


@pytest.mark.parametrize("layout", ["rows", "rows of one", "as the network takes them"])
def test_a_state_keeps_its_layers_apart_from_its_samples(layout: str) -> None:
    draw = np.random.default_rng(0)
    x, s = draw.normal(size=(5, 3)), draw.normal(size=(5, 2, 4))
    stored = {
        "rows": s,
        "rows of one": s[:, :, None],
        "as the network takes them": s.swapaxes(0, 1),
    }
    data = in_memory({"x": x, "s": stored[layout]}, inputs=with_batch_axes(_STATEFUL))
    assert len(data) == 5
    feeds = data.load(3).feeds
    np.testing.assert_array_equal(feeds["s"], s[3][:, None].astype("f4"))
    assert feeds["x"].shape == (1, 3)


def test_a_fixed_batch_is_filled_along_its_own_axis() -> None:
    inputs = with_batch_axes(
        [Input("x", np.dtype("f4"), (2, 3)), Input("s", np.dtype("f4"), (3, 2, 4))]
    )
    x, s = np.arange(18.0).reshape(6, 3), np.arange(72.0).reshape(6, 3, 4)
    data = in_memory({"x": x, "s": s}, inputs=inputs)
    assert len(data) == 3
    np.testing.assert_array_equal(data.load(1).feeds["s"], s[2:4].swapaxes(0, 1))
    np.testing.assert_array_equal(data.load(1).feeds["x"], x[2:4])


def test_a_formula_is_no_name_of_a_dimension() -> None:
    shape = ("batch", "floor(height/32 - 1/32) + 1", "unk__12", None, "sequence_length0", 3)
    assert shape_text(shape) == "[batch,?,?,?,sequence_length0,3]"
    assert shape_text(None) == "of unknown shape"
