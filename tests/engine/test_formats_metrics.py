from __future__ import annotations

import math

import numpy as np
import pytest

from quantengine.formats.metrics import Difference, sqnr_db


def difference(reference, candidate) -> Difference:
    result = Difference()
    result.add(reference, candidate)
    return result


def test_known_values():
    result = difference([3.0, 4.0], [3.0, 3.5])
    assert result.sqnr_db == pytest.approx(20.0)
    assert result.max_error == 0.5
    assert result.cosine == pytest.approx(23 / (5 * math.hypot(3, 3.5)))


def test_parts_add_up_to_the_whole():
    generator = np.random.default_rng(0)
    reference, candidate = generator.normal(size=(2, 10, 7)).astype(np.float32)
    parts = Difference()
    for part in range(10):
        parts.add(reference[part], candidate[part])
    whole = difference(reference, candidate)
    assert parts.sqnr_db == pytest.approx(whole.sqnr_db)
    assert parts.cosine == pytest.approx(whole.cosine)
    assert (parts.max_error, parts.count) == (whole.max_error, whole.count)


def test_equality_and_zero_reference():
    assert difference([1.0, 2.0], [1.0, 2.0]).sqnr_db == math.inf
    assert math.isnan(difference([0.0, 0.0], [0.0, 1.0]).sqnr_db)
    assert math.isnan(difference([0.0], [0.0]).cosine)
    assert math.isnan(Difference().sqnr_db)


def test_nan_shows():
    for result in (difference([1.0, math.nan], [1.0, 1.0]), difference([1.0], [math.nan])):
        assert math.isnan(result.sqnr_db)
        assert not math.isfinite(result.max_error)


@pytest.mark.parametrize("endless", [math.inf, -math.inf])
def test_the_same_infinity_in_both_is_no_difference(endless):
    masked = difference([3.0, 4.0, endless], [3.0, 3.5, endless])
    assert masked.sqnr_db == pytest.approx(20.0)
    assert masked.max_error == 0.5
    assert masked.cosine == pytest.approx(23 / (5 * math.hypot(3, 3.5)))
    assert masked.count == 3


@pytest.mark.parametrize(
    ("reference", "candidate"),
    [(-math.inf, 1.0), (1.0, -math.inf), (math.inf, -math.inf), (math.inf, 0.0)],
)
def test_an_infinity_in_one_alone_is_an_error_without_end(reference, candidate):
    result = difference([1.0, reference], [1.0, candidate])
    assert result.sqnr_db == -math.inf
    assert result.max_error == math.inf


def test_a_later_good_sample_does_not_hide_a_nan():
    result = difference([math.nan], [1.0])
    result.add([1.0], [1.0])
    assert math.isnan(result.max_error)


@pytest.mark.parametrize(
    ("reference", "candidate"),
    [([1.0], [1.0, 2.0]), ([1.0, 1.0], [1.0]), ([], [1.0]), ([[1.0, 2.0]], [1.0, 2.0])],
)
def test_another_shape_shows(reference, candidate):
    result = difference(reference, candidate)
    result.add([1.0], [1.0])
    assert math.isnan(result.sqnr_db)
    assert math.isnan(result.max_error)


def test_noise_without_end():
    assert sqnr_db(1.0, math.inf) == -math.inf
