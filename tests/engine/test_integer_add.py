from __future__ import annotations

import platform

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quantengine.formats.dtype import INT8, UINT8
from quantengine.formats.encoding import Encoding
from quantengine.formats.integer_add import add, add_fixed_point

# Elsewhere onnxruntime adds with other instructions, which round ties differently.
SLACK = 0 if platform.machine().lower() in {"x86_64", "amd64"} else 1

SHAPES = [
    ((2, 3, 4, 5), (2, 3, 4, 5)),
    ((2, 3, 4, 5), (1,)),
    ((1,), (2, 3, 4, 5)),
    ((2, 3, 4, 5), (2, 3, 1, 1)),
    ((2, 3, 1, 1), (2, 3, 4, 5)),
    ((5,), (2, 3, 4, 5)),
    ((2, 3, 4, 1), (2, 3, 1, 5)),
    ((2, 1, 4, 5), (1, 3, 4, 5)),
]


@settings(max_examples=80)
@given(
    st.sampled_from([UINT8, INT8]),
    st.sampled_from(SHAPES),
    st.tuples(st.integers(1, 60), st.integers(1, 60), st.integers(2, 60)),
    st.integers(0, 2**32),
)
def test_add_equals_qlinear_add(run_node, dtype, shapes, ratio, seed):
    """Ratios of small integers, so that many sums fall on or beside a tie."""
    generator = np.random.default_rng(seed)
    y_scale = np.float32(generator.uniform(0.01, 0.5))
    scales = [np.float32(y_scale * n / ratio[2]) for n in ratio[:2]] + [y_scale]
    zeros = generator.integers(dtype.qmin, dtype.qmax, 3, endpoint=True)
    encodings = [
        Encoding(dtype, np.asarray(scale), np.asarray(zero, np.int32))
        for scale, zero in zip(scales, zeros, strict=True)
    ]
    a, b = (
        generator.integers(dtype.qmin, dtype.qmax, shape, endpoint=True).astype(dtype.numpy)
        for shape in shapes
    )
    stored = [np.asarray(zero, dtype.numpy) for zero in zeros]
    inputs = [a, scales[0], stored[0], b, scales[1], stored[1], y_scale, stored[2]]
    expected = run_node("QLinearAdd", inputs, domain="com.microsoft")
    ours = add(a, b, *encodings)
    assert ours.dtype == expected.dtype
    assert np.max(np.abs(ours.astype(int) - expected)) <= SLACK
    fixed = add_fixed_point(a, b, *encodings)
    assert np.max(np.abs(fixed.astype(int) - expected)) <= 1


@pytest.mark.parametrize("addition", [add, add_fixed_point])
def test_known_sum(addition):
    a_enc = Encoding(UINT8, np.float32(0.5), np.int32(10))
    b_enc = Encoding(UINT8, np.float32(0.25), np.int32(0))
    y_enc = Encoding(UINT8, np.float32(1.0), np.int32(3))
    a, b = np.uint8([10, 20, 255, 0]), np.uint8([0, 8, 255, 0])
    assert addition(a, b, a_enc, b_enc, y_enc).tolist() == [3, 10, 189, 0]
