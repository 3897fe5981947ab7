from __future__ import annotations

import numpy as np
import pytest

from quantengine.analyze.grid_use import GridUse, quantized
from quantengine.formats.dtype import INT8, UINT8, IntegerType
from quantengine.formats.encoding import encode_range
from quantengine.formats.metrics import Difference
from quantengine.verdict.differences import ChannelDifference

RNG = np.random.default_rng(11)


def pair(*shape: int) -> tuple[np.ndarray, np.ndarray]:
    reference = RNG.normal(size=shape).astype(np.float32)
    return reference, reference + RNG.normal(size=shape).astype(np.float32) / 50


@pytest.mark.parametrize(("shape", "axis"), [((2, 3, 5, 7), 1), ((4, 6), 1), ((2, 9), None)])
def test_the_sums_are_those_of_the_plain_definition(shape: tuple[int, ...], axis: int) -> None:
    found, expected = ChannelDifference(axis), Difference()
    for reference, candidate in (pair(*shape), pair(*shape)):
        found.add(reference, candidate)
        expected.add(reference, candidate)
    whole = found.whole
    assert whole.count == expected.count
    for name in ("signal", "noise", "candidate_power", "product", "max_error"):
        assert getattr(whole, name) == pytest.approx(getattr(expected, name), rel=1e-6)


def test_channels_are_kept_apart() -> None:
    reference, candidate = pair(2, 3, 4, 4)
    candidate[:, 1] = reference[:, 1]
    found = ChannelDifference(1)
    found.add(reference, candidate)
    assert found.noise[1] == 0
    assert np.all(found.noise[[0, 2]] > 0)
    assert found.signal == pytest.approx(np.sum(reference.astype("d") ** 2, axis=(0, 2, 3)))
    assert found.unchanged.whole.sqnr_db == float("inf")


def test_nan_is_not_hidden() -> None:
    reference, candidate = pair(1, 2, 3, 3)
    candidate[0, 1, 2, 2] = np.nan
    found = ChannelDifference(1)
    found.add(reference, candidate)
    assert np.isnan(found.whole.sqnr_db)
    assert np.isnan(found.whole.max_error)


@pytest.mark.parametrize("dtype", [UINT8, INT8, IntegerType(3, False), IntegerType(16, True)])
def test_a_grid_gives_back_the_bits_of_the_encoding(dtype: IntegerType) -> None:
    values = np.append(RNG.normal(size=500) * 3, [np.inf, -np.inf, np.nan, 0, 1e30]).astype("f")
    encoding = encode_range(-2.0, 3.0, dtype, symmetric=dtype.signed)
    use = GridUse(encoding)
    assert np.array_equal(use.quantize(values), encoding.fake_quantize(values))
    assert np.array_equal(quantized(values, encoding), encoding.fake_quantize(values))


def test_use_counts_clamped_values_and_codes_that_occur() -> None:
    encoding = encode_range(0.0, 3.0, IntegerType(2, False), symmetric=False)
    use = GridUse(encoding)
    use.quantize(np.array([0.0, 0.1, 1.0, 9.0], np.float32))
    assert use.clipped_share == 0.25
    assert use.unused_share == 0.25


def test_channels_whose_number_varies_are_taken_together() -> None:
    found, expected = ChannelDifference(-1), Difference()
    for shape in ((2, 4), (2, 9), (2, 3), (5,), (), (1, 9)):
        reference, candidate = pair(*shape)
        found.add(reference, candidate)
        expected.add(reference, candidate)
    assert found.signal.shape == (1,)
    whole = found.whole
    assert whole.count == expected.count
    for name in ("signal", "noise", "candidate_power", "product", "max_error"):
        assert getattr(whole, name) == pytest.approx(getattr(expected, name), rel=1e-6)


@pytest.mark.parametrize("shape", [(2, 4), (3, 3), (0, 3), (2,)])
def test_a_candidate_of_another_shape_has_no_figure(shape: tuple[int, ...]) -> None:
    found = ChannelDifference(-1)
    found.add(*pair(2, 3))
    found.add(pair(2, 3)[0], np.zeros(shape, np.float32))
    found.add(*pair(2, 3))
    assert np.isnan(found.whole.sqnr_db)
    assert np.all(np.isnan(found.noise))
