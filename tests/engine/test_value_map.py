from __future__ import annotations

import numpy as np
import pytest

from quantengine.analyze.value_map import value_map


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_counts_are_those_of_a_histogram_of_each_channel(axis: int) -> None:
    values = np.random.default_rng(1).normal(size=(3, 4, 50)).astype(np.float32)
    found = value_map(values, axis, 16)
    for channel, rest in enumerate(np.moveaxis(values, axis, 0)):
        expected, _ = np.histogram(rest, bins=16, range=(found.low, found.high))
        assert np.abs(found.counts[channel] - expected).sum() <= 2
    assert found.counts.sum() == values.size


def test_what_is_no_number_or_all_zero_has_a_place_or_none() -> None:
    found = value_map(np.array([[0.0, 0.0], [np.nan, np.inf]]), 0, 4)
    assert found.counts.sum(axis=1).tolist() == [2, 0]
    assert (found.low, found.high) == (-1.0, 1.0)
