from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quantengine.analyze.grid import centres, density, judge, occupancy
from quantengine.formats.dtype import INT8, UINT8
from quantengine.formats.encoding import encode_range
from quantengine.observe.distribution import Distribution

VALUES = np.random.default_rng(3).normal(0, 1, 4000).astype(np.float32)


def test_every_value_takes_the_code_that_quantizing_gives_it() -> None:
    encoding = encode_range(-1.0, 2.0, UINT8, symmetric=False)
    codes = encoding.quantize(VALUES)
    expected = np.bincount(codes.reshape(-1).astype(int) - encoding.qmin, minlength=256)
    found = occupancy(Distribution.of_values(VALUES), encoding)
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_centres_are_what_the_codes_mean() -> None:
    encoding = encode_range(-3.0, 3.0, INT8, symmetric=True)
    codes = np.arange(encoding.qmin, encoding.qmax + 1, dtype=np.int8)
    np.testing.assert_allclose(centres(encoding), encoding.dequantize(codes), rtol=1e-6)


@given(st.lists(st.floats(-10, 10, width=32), min_size=1, max_size=50), st.integers(2, 40))
def test_density_loses_no_value(values: list[float], bins: int) -> None:
    seen = Distribution.of_values(np.float32(values))
    edges = np.linspace(seen.low - 1, seen.high, bins)
    assert density(seen, edges).sum() == pytest.approx(len(values))


def test_clipped_counts_what_lies_outside() -> None:
    figures = judge(Distribution.of_values(VALUES), encode_range(-1.0, 1.0, UINT8, symmetric=False))
    outside = np.mean((figures.low > VALUES) | (figures.high < VALUES))
    assert figures.clipped == pytest.approx(outside, abs=0.01)
    whole = judge(Distribution.of_values(VALUES), encode_range(-8.0, 8.0, UINT8, symmetric=False))
    assert whole.clipped == 0
    assert whole.sqnr_db > figures.sqnr_db
