from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quantengine.formats.granularity import (
    PER_TENSOR,
    PerAxis,
    PerBlock,
    parameter_shape,
    rows,
    spread,
)


@st.composite
def tensors(draw: st.DrawFn) -> tuple[tuple[int, ...], object]:
    shape = tuple(draw(st.lists(st.integers(0, 7), min_size=1, max_size=4)))
    axis = draw(st.integers(-len(shape), len(shape) - 1))
    granularity = draw(
        st.one_of(
            st.just(PER_TENSOR),
            st.just(PerAxis(axis)),
            st.integers(1, 8).map(lambda size: PerBlock(axis, size)),
        )
    )
    return shape, granularity


@given(tensors())
def test_rows_hold_exactly_the_values_that_spread_gives_the_same_parameter(case):
    shape, granularity = case
    places = parameter_shape(granularity, shape)
    count = int(np.prod(places))
    owner = np.broadcast_to(spread(np.arange(count).reshape(places), granularity, shape), shape)
    groups = rows(owner, granularity)
    assert len(groups) == count
    assert sum(group.size for group in groups) == owner.size
    for place, group in enumerate(groups):
        assert np.all(group == place)


@pytest.mark.parametrize("axis", [1, -1])
def test_a_ragged_last_block_keeps_its_own_group(axis):
    tensor = np.arange(10).reshape(2, 5)
    granularity = PerBlock(axis, 2)
    assert parameter_shape(granularity, tensor.shape) == (2, 3)
    groups = [group.reshape(-1).tolist() for group in rows(tensor, granularity)]
    assert groups == [[0, 1], [2, 3], [4], [5, 6], [7, 8], [9]]
    parameters = np.arange(6).reshape(2, 3)
    expected = [[0, 0, 1, 1, 2], [3, 3, 4, 4, 5]]
    assert spread(parameters, granularity, tensor.shape).tolist() == expected


def test_blocks_along_the_first_axis():
    tensor = np.arange(6).reshape(3, 2)
    groups = [group.reshape(-1).tolist() for group in rows(tensor, PerBlock(0, 2))]
    assert groups == [[0, 2], [1, 3], [4], [5]]
    assert all(group.ndim == 1 for group in rows(tensor, PerBlock(0, 2)))
