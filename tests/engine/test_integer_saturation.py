"""The pair sums we count are the ones that processors without VNNI lose."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quantengine.formats.integer_conv import conv_accumulate, conv_columns, weight_matrix
from quantengine.formats.integer_matmul import matmul_accumulate
from quantengine.formats.saturation import (
    conv_pair_saturation_count,
    pair_saturation_count,
    saturable_pairs,
)
from quantengine.formats.windows import Window


def pair_sums(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Sums of neighbouring products [M, K / 2, N], by the plain definition."""
    odd = x.shape[1] % 2
    left = np.pad(x.astype(int), [(0, 0), (0, odd)])
    right = np.pad(w.astype(int), [(0, odd), (0, 0)])
    products = left[:, :, None] * right[None]
    return products[:, 0::2] + products[:, 1::2]


def saturated(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    return np.clip(pair_sums(x, w), -(2**15), 2**15 - 1).sum(axis=1)


def draw(seed: int, shape: tuple[int, ...], kind: type) -> np.ndarray:
    limits = np.iinfo(kind)
    generator = np.random.default_rng(seed)
    return generator.integers(limits.min, limits.max, shape, kind, endpoint=True)


@given(st.integers(1, 6), st.integers(1, 9), st.integers(1, 6), st.integers(0, 2**32))
def test_count_equals_the_plain_definition(m, k, n, seed):
    x, w = draw(seed, (m, k), np.uint8), draw(seed + 1, (k, n), np.int8)
    sums = pair_sums(x, w)
    lost = (sums > 2**15 - 1) | (sums < -(2**15))
    assert pair_saturation_count(x, w) == lost.sum()
    assert lost.any(axis=0).sum() <= saturable_pairs(w)


@settings(max_examples=40)
@given(st.integers(1, 6), st.integers(1, 20), st.integers(1, 20), st.integers(0, 2**32))
def test_the_runtime_is_exact_or_saturates_where_counted(run_node, m, k, n, seed):
    x, w = draw(seed, (m, k), np.uint8), draw(seed + 1, (k, n), np.int8)
    result = run_node("MatMulInteger", [x, w])
    exact = matmul_accumulate(x, w)
    if pair_saturation_count(x, w) == 0:
        np.testing.assert_array_equal(result, exact)
    else:
        assert np.array_equal(result, exact) or np.array_equal(result, saturated(x, w))


@settings(max_examples=40)
@given(
    st.sampled_from([(1, 3, 5), (1, 8, 16), (2, 6, 4), (8, 8, 8)]),
    st.integers(1, 3),
    st.integers(0, 2**32),
)
def test_conv_neighbours_are_channels(run_node, channels, kernel, seed):
    group, inputs, outputs = channels
    x = draw(seed, (1, inputs, 5, 5), np.uint8)
    w = draw(seed + 1, (outputs, inputs // group, kernel, kernel), np.int8)
    attributes = {"group": group, "pads": [1, 0, 1, 0], "strides": [1, 2]}
    one, zero, y_scale = np.float32(1), np.uint8(200), np.float32(1000)
    inputs_of_node = [x, one, zero, w, one, np.int8(0), y_scale, np.uint8(128)]
    result = run_node("QLinearConv", inputs_of_node, **attributes)

    exact = conv_accumulate(x, w, x_zero=200, **attributes)
    columns, out = conv_columns(
        x, Window.of((kernel, kernel), (1, 2), (1, 0, 1, 0)), 200, group, channels_last=True
    )
    matrix = weight_matrix(w, group, channels_last=True)
    lost = [
        saturated(left, right) - left.astype(int) @ right
        for left, right in zip(columns, matrix, strict=True)
    ]
    loss = np.stack(lost).transpose(0, 2, 1).reshape(1, outputs, *out)

    def ending(acc: np.ndarray) -> np.ndarray:
        steps = np.rint(acc.astype(np.float32) * np.float32(0.001))
        return np.clip(steps + 128, 0, 255).astype(np.uint8)

    count = conv_pair_saturation_count(x, w, x_zero=200, **attributes)
    if count == 0:
        np.testing.assert_array_equal(result, ending(exact))
    else:
        assert saturable_pairs(weight_matrix(w, group, channels_last=True)) > 0
        assert np.array_equal(result, ending(exact)) or np.array_equal(result, ending(exact + loss))


def test_the_worst_pair_and_the_widest_safe_one():
    x = np.full((1, 2), 255, np.uint8)
    assert pair_saturation_count(x, np.full((2, 1), 127, np.int8)) == 1
    assert pair_saturation_count(x, np.full((2, 1), -128, np.int8)) == 1
    assert pair_saturation_count(x, np.int8([[127], [-128]])) == 0
    for safe in (64, -64):
        w = np.full((2, 1), safe, np.int8)
        assert (pair_saturation_count(x, w), saturable_pairs(w)) == (0, 0)
    assert saturable_pairs(np.full((2, 1), 65, np.int8)) == 1


def test_the_bound_does_not_look_at_the_data():
    quiet, w = np.full((3, 4), 100, np.uint8), np.full((4, 2), 127, np.int8)
    assert pair_saturation_count(quiet, w) == 0
    assert saturable_pairs(w) == 4


@pytest.mark.parametrize(("x_kind", "w_kind"), [(np.int8, np.int8), (np.uint8, np.uint8)])
def test_other_types_never_saturate(run_node, x_kind, w_kind):
    x, w = draw(0, (4, 30), x_kind), draw(1, (30, 5), w_kind)
    assert pair_saturation_count(x, w) == 0
    assert saturable_pairs(w) == 0 or w_kind is np.int8
    np.testing.assert_array_equal(run_node("MatMulInteger", [x, w]), matmul_accumulate(x, w))


def test_depthwise_kernels_never_saturate():
    x, w = np.full((1, 4, 3, 3), 255, np.uint8), np.full((4, 1, 3, 3), 127, np.int8)
    assert conv_pair_saturation_count(x, w, group=4) == 0
    assert conv_pair_saturation_count(x, np.full((1, 4, 3, 3), 127, np.int8)) == 18
