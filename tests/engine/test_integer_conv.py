"""Integer convolutions against onnxruntime, bit for bit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quantengine.formats.dtype import INT8, UINT8, IntegerType
from quantengine.formats.integer_conv import conv_accumulate, conv_transpose_accumulate
from quantengine.formats.requantize import FixedPoint, output_multiplier, requantize, to_int32

few = settings(max_examples=60)


@dataclass(frozen=True)
class Case:
    x_type: IntegerType
    w_type: IntegerType
    x: np.ndarray
    w: np.ndarray
    x_zero: np.ndarray
    w_zero: np.ndarray
    attributes: dict

    def keywords(self) -> dict:
        return {"x_zero": int(self.x_zero), "w_zero": self.w_zero, **self.attributes}


@st.composite
def cases(draw: st.DrawFn, *, transpose: bool = False, signed_input: bool = True) -> Case:
    """Any rank, groups, strides, pads and dilations; 7-bit weights, where nothing saturates."""
    types = [(UINT8, INT8), (UINT8, UINT8), (INT8, INT8)]
    x_type, w_type = draw(st.sampled_from(types if signed_input else types[:2]))
    rank = draw(st.sampled_from([1, 2, 2, 3]))
    group = draw(st.sampled_from([1, 1, 2, 4, 16]))
    inputs = group * draw(st.integers(1, 1 if group > 2 else 5))
    outputs = group * draw(st.integers(1, 1 if group > 2 else 5))

    def per_axis(low: int, high: int, count: int = rank) -> list[int]:
        return draw(st.lists(st.integers(low, high), min_size=count, max_size=count))

    kernel = per_axis(1, 3)
    attributes = {
        "strides": per_axis(1, 3),
        "dilations": per_axis(1, 2),
        "pads": per_axis(0, 2, 2 * rank),
        "group": group,
    }
    generator = np.random.default_rng(draw(st.integers(0, 2**32)))
    shape = (inputs, outputs // group) if transpose else (outputs, inputs // group)

    def codes(dtype: IntegerType, size, low=None) -> np.ndarray:
        low, high = (low, ~low) if low else (dtype.qmin, dtype.qmax)
        return generator.integers(low, high, size, endpoint=True).astype(dtype.numpy)

    return Case(
        x_type,
        w_type,
        codes(x_type, (2, inputs, *per_axis(5, 7))),
        codes(w_type, (*shape, *kernel), -64 if w_type.signed else None),
        codes(x_type, ()),
        codes(w_type, ()),
        attributes,
    )


@few
@given(cases(signed_input=False))
def test_conv_integer(run_node, case):
    expected = run_node(
        "ConvInteger", [case.x, case.w, case.x_zero, case.w_zero], **case.attributes
    )
    acc = conv_accumulate(case.x, case.w, **case.keywords())
    np.testing.assert_array_equal(to_int32(acc), expected)


@few
@given(cases(), st.booleans(), st.booleans())
def test_qlinear_conv(run_node, constant, case, per_channel, fixed_weights):
    generator = np.random.default_rng(abs(int(case.x.sum())))
    outputs = case.w.shape[0]
    channels = (outputs,) if per_channel else ()
    x_scale, y_scale = generator.uniform(0.001, 0.1, 2).astype(np.float32)
    w_scale = generator.uniform(0.001, 0.1, channels).astype(np.float32)
    bias = generator.integers(-5000, 5000, outputs, dtype=np.int32)
    y_zero = generator.integers(case.x_type.qmin, case.x_type.qmax, endpoint=True)
    inputs = [
        case.x,
        x_scale,
        case.x_zero,
        case.w,
        w_scale,
        np.full(channels, case.w_zero, case.w_type.numpy),
        y_scale,
        np.asarray(y_zero, case.x_type.numpy),
        bias,
    ]
    if fixed_weights:
        inputs = [case.x, *(constant(value) for value in inputs[1:])]
    expected = run_node("QLinearConv", inputs, **case.attributes)
    acc = conv_accumulate(case.x, case.w, bias=bias, **case.keywords())
    multiplier = output_multiplier(x_scale, w_scale, y_scale)
    axis = 1 if per_channel else None
    ours = requantize(acc, multiplier, int(y_zero), case.x_type, axis=axis)
    np.testing.assert_array_equal(ours, expected)
    fixed = requantize(acc, FixedPoint.of(multiplier), int(y_zero), case.x_type, axis=axis)
    assert np.max(np.abs(fixed.astype(int) - expected)) <= 1


@few
@given(cases(transpose=True), st.data())
def test_conv_transpose_equals_the_float_operator_on_centred_codes(run_node, case, data):
    """onnxruntime has no integer ConvTranspose; float32 is exact for sums this small."""
    extra = [data.draw(st.integers(0, stride - 1)) for stride in case.attributes["strides"]]
    attributes = {**case.attributes, "output_padding": extra}
    attributes["pads"] = [min(p, 1) for p in attributes["pads"]]
    real = [v.astype(np.float32) - z for v, z in ((case.x, case.x_zero), (case.w, case.w_zero))]
    bias = np.arange(case.w.shape[1] * attributes["group"], dtype=np.int32)
    expected = run_node("ConvTranspose", [*real, bias.astype(np.float32)], **attributes)
    keywords = {**case.keywords(), **attributes}
    acc = conv_transpose_accumulate(case.x, case.w, bias=bias, **keywords)
    np.testing.assert_array_equal(acc, expected)


def test_each_output_channel_may_have_its_own_zero_point():
    generator = np.random.default_rng(0)
    x = generator.integers(0, 256, (1, 4, 6, 6), dtype=np.uint8)
    w = generator.integers(0, 256, (6, 2, 3, 3), dtype=np.uint8)
    zeros = generator.integers(0, 256, 6)
    acc = conv_accumulate(x, w, x_zero=9, w_zero=zeros, group=2, pads=[1] * 4)
    for channel in range(6):
        alone = conv_accumulate(x, w, x_zero=9, w_zero=zeros[channel], group=2, pads=[1] * 4)
        np.testing.assert_array_equal(acc[:, channel], alone[:, channel])


def test_pads_stand_for_real_zero():
    x = np.full((1, 1, 2, 2), 128, np.uint8)
    w = np.full((1, 1, 3, 3), 50, np.int8)
    acc = conv_accumulate(x, w, x_zero=128, w_zero=3, pads=[1] * 4, bias=[7])
    assert acc.tolist() == [[[[7, 7], [7, 7]]]]


@pytest.mark.parametrize("pads", [None, [0, 0, 0, 0]])
def test_missing_attributes_take_the_defaults_of_onnx(pads):
    x = np.arange(16, dtype=np.uint8).reshape(1, 1, 4, 4)
    w = np.ones((1, 1, 2, 2), np.int8)
    acc = conv_accumulate(x, w, pads=pads)
    assert acc.shape == (1, 1, 3, 3)
    assert acc[0, 0, 0, 0] == 0 + 1 + 4 + 5
