"""Fake quantizers: the values of `Encoding`, the gradients of the sources."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from quantengine.finetune.quantizers import STRONGEST, fixed_delta, make_quantizer
from quantengine.finetune.settings import Settings
from quantengine.formats.dtype import IntegerType
from quantengine.formats.encoding import encode_range
from quantengine.formats.granularity import PER_TENSOR, PerAxis, PerBlock

METHODS = ["ste", "lsq", "ewgs"]
WIDTHS = [*range(1, 9), 16]


def _encoding(dtype, granularity=PER_TENSOR, *, symmetric=False, shape=()):
    low = np.broadcast_to(np.float32(-1.3), shape)
    high = np.broadcast_to(np.float32(2.1), shape)
    return encode_range(
        low, high, dtype, symmetric=symmetric, narrow=symmetric, granularity=granularity
    )


def _quantizer(method, start, *, weight=False, values=10):
    return make_quantizer(method, start, symmetric=start.symmetric, values=values, weight=weight)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("bits", WIDTHS)
@pytest.mark.parametrize("signed", [True, False])
def test_start_is_the_encoding_to_the_last_bit(method, bits, signed):
    if bits == 1 and signed:
        start = _encoding(IntegerType(1, True), symmetric=True)
    else:
        start = _encoding(IntegerType(bits, signed), symmetric=signed)
    x = np.random.default_rng(bits).normal(0, 1.5, 4000).astype(np.float32)
    quantizer = _quantizer(method, start, weight=signed)
    found = quantizer(torch.from_numpy(x)).detach().numpy()
    np.testing.assert_array_equal(found, start.fake_quantize(x))
    np.testing.assert_array_equal(quantizer.codes(torch.from_numpy(x)), start.quantize(x))
    np.testing.assert_array_equal(quantizer.encoding().scale, start.scale)
    np.testing.assert_array_equal(quantizer.encoding().zero_point, start.zero_point)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("granularity", "shape"), [(PerAxis(1), (6,)), (PerBlock(0, 3), (3, 6)), (PER_TENSOR, ())]
)
def test_every_granularity(method, granularity, shape):
    start = _encoding(IntegerType(4, True), granularity, symmetric=True, shape=shape)
    x = np.random.default_rng(0).normal(size=(7, 6)).astype(np.float32)
    quantizer = _quantizer(method, start, weight=True)
    found = quantizer(torch.from_numpy(x)).detach().numpy()
    np.testing.assert_array_equal(found, start.fake_quantize(x))
    if method == "ste":
        quantizer.training = True
        quantizer(torch.from_numpy(x))
        quantizer.grid.settle()
        assert quantizer.grid.watched["low"].shape == start.scale.shape


def _moved(quantizer):
    """A grid that is not the start any more."""
    with torch.no_grad():
        for place, tensor in enumerate(quantizer.learned.values()):
            tensor.fill_(0.1 * (place + 1))
    return quantizer


@pytest.mark.parametrize("method", ["lsq", "ewgs"])
@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_what_was_learned_is_the_encoding_that_is_exported(method, bits):
    quantizer = _moved(_quantizer(method, _encoding(IntegerType(bits, False))))
    x = np.random.default_rng(bits).normal(0, 1.5, 4000).astype(np.float32)
    found = quantizer(torch.from_numpy(x)).detach().numpy()
    exported = quantizer.encoding()
    assert exported.scale != quantizer.grid.start.scale
    np.testing.assert_array_equal(found, exported.fake_quantize(x))


def test_learned_scale_has_the_gradient_of_lsq():
    start = _encoding(IntegerType(3, False))
    quantizer = _quantizer("lsq", start, values=40)
    x = torch.tensor([-9.0, -0.7, 0.0, 0.3, 1.1, 9.0], requires_grad=True)
    slopes = torch.tensor([1.0, 2.0, -1.0, 0.5, 3.0, -2.0])
    quantizer(x).backward(slopes)
    s, z = float(start.scale), int(start.zero_point)
    v = x.detach() / s
    inside = (v >= start.qmin - z) & (v <= start.qmax - z)
    by_scale = torch.where(inside, torch.round(v) - v, torch.where(v < 0, start.qmin - z, 7 - z))
    by_zero = torch.where(inside, 0.0, -s)
    factor = (40 * start.qmax) ** -0.5
    # parameters are relative: scale = s exp(p), zero point = z + 7 p
    expected = factor * s * (slopes * by_scale).sum()
    assert quantizer.learned["scale"].grad == pytest.approx(float(expected), rel=1e-5)
    expected = factor * 7 * (slopes * by_zero).sum()
    assert quantizer.learned["zero_point"].grad == pytest.approx(float(expected), rel=1e-5)
    assert torch.allclose(x.grad, torch.where(inside, slopes, 0.0))


def test_outside_the_range_the_gradient_of_the_scale_is_that_of_finite_differences():
    start = _encoding(IntegerType(4, True), symmetric=True)
    quantizer = _quantizer("lsq", start, values=1)
    x = torch.tensor([50.0, -40.0, 60.0, 70.0])
    quantizer(x).square().sum().backward()
    step, values = 1e-3, []
    for moved in (step, -step):
        with torch.no_grad():
            quantizer.learned["scale"].fill_(moved)
            values.append(float(quantizer(x).double().square().sum()))
    slope = (values[0] - values[1]) / (2 * step) * start.qmax**-0.5
    assert float(quantizer.learned["scale"].grad) == pytest.approx(slope, rel=1e-3)


class _Through(torch.autograd.Function):
    """The straight-through estimator, written out."""

    @staticmethod
    def forward(context, values):  # noqa: ARG004
        return torch.round(values)

    @staticmethod
    def backward(context, gradient):  # noqa: ARG004
        return gradient


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
@pytest.mark.parametrize("weight", [True, False])
def test_ewgs_without_delta_is_straight_through_to_the_last_bit(bits, weight):
    def made():
        return _moved(_quantizer("ewgs", _encoding(IntegerType(bits, False)), weight=weight))

    found = []
    for taken in (None, []):
        quantizer, x = made(), torch.linspace(-2, 3, 301, requires_grad=True)
        quantizer.delta, quantizer.taken = fixed_delta(Settings(delta=0).delta, quantizer), taken
        y = quantizer(x)
        (y**2).sum().backward()
        found.append((y.detach(), x.grad, *(p.grad for p in quantizer.learned.values())))
    quantizer, x = made(), torch.linspace(-2, 3, 301, requires_grad=True)
    grid = quantizer.grid.lattice()
    y = _Through.apply(torch.clamp(x / grid.threshold, grid.low, grid.high)) * grid.scale
    (y**2).sum().backward()
    expected = (y.detach(), x.grad, *(p.grad for p in quantizer.learned.values()))
    fused, plain = found
    assert all(torch.equal(a, b) for a, b in zip(plain, expected, strict=True))
    assert all(torch.equal(a, b) for a, b in zip(fused[:2], expected[:2], strict=True))
    # one loop adds up in float64
    for ours, theirs in zip(fused[2:], expected[2:], strict=True):
        assert torch.allclose(ours, theirs, rtol=1e-5)


class _Scaled(torch.autograd.Function):
    """EWGS of a normalised value (000): x_q = round(n x) / n, g (1 + delta sign(g) (x - x_q))."""

    @staticmethod
    def forward(context, values, steps, delta):
        rounded = torch.round(values * steps) / steps
        context.save_for_backward(values - rounded)
        context.delta = delta
        return rounded

    @staticmethod
    def backward(context, gradient):
        (error,) = context.saved_tensors
        return gradient * (1 + context.delta * torch.sign(gradient) * error), None, None


VALUES = (-9.0, -0.7, 0.0, 0.3, 1.1, 9.0)
SLOPES = torch.tensor([1.0, 2.0, -1.0, 0.5, 3.0, -2.0])


def _leaf(value):
    return torch.tensor(value, requires_grad=True)


@pytest.mark.parametrize("delta", [0.0, 2.0])
@pytest.mark.parametrize("bits", [2, 3, 5])
def test_ends_of_activations_have_the_gradients_of_ewgs(bits, delta):
    start = _encoding(IntegerType(bits, False))
    quantizer = _quantizer("ewgs", start)
    quantizer.delta = fixed_delta(delta, quantizer)
    x, other = _leaf(VALUES), _leaf(VALUES)
    quantizer(x).backward(SLOPES)
    low, high = _leaf(float(start.low)), _leaf(float(start.high))
    place = torch.clamp((other - low) / (high - low), 0, 1)
    y = (high - low) * _Scaled.apply(place, start.qmax - start.qmin, delta) + low
    y.backward(SLOPES)
    assert torch.allclose(x.grad, other.grad, rtol=1e-4, atol=1e-5)
    # parameters are relative: an end is its start times exp(parameter)
    for name, end in (("low", low), ("high", high)):
        expected = float(end.grad) * float(end.detach())
        assert float(quantizer.learned[name].grad) == pytest.approx(expected, rel=1e-3, abs=1e-4)


@pytest.mark.parametrize("delta", [0.0, 2.0])
@pytest.mark.parametrize("bits", [2, 3, 5])
def test_end_and_output_scale_of_weights_have_the_gradients_of_ewgs(bits, delta):
    start = _encoding(IntegerType(bits, True), symmetric=True)
    steps, scale = start.qmax - start.qmin, float(start.scale)
    quantizer = _quantizer("ewgs", start, weight=True)
    quantizer.delta = fixed_delta(delta, quantizer)
    x, other = _leaf(VALUES), _leaf(VALUES)
    quantizer(x).backward(SLOPES)
    high, worth = _leaf(scale * start.qmax), _leaf(scale)
    place = torch.clamp((other + high) / (2 * high), 0, 1)
    y = worth * (_Scaled.apply(place, steps, delta) - 0.5) * steps
    y.backward(SLOPES)
    assert torch.allclose(x.grad, other.grad, rtol=1e-4, atol=1e-5)
    for name, end in (("high", high), ("output_scale", worth)):
        expected = float(end.grad) * float(end.detach())
        assert float(quantizer.learned[name].grad) == pytest.approx(expected, rel=1e-3, abs=1e-4)


def _slope(quantizer, name, x):
    """The derivative of the sum of squares, by differences."""
    ends = []
    for moved in (1e-3, -1e-3):
        with torch.no_grad():
            quantizer.learned[name].fill_(moved)
            ends.append(float(quantizer(x).double().square().sum()))
            quantizer.learned[name].fill_(0.0)
    return (ends[0] - ends[1]) / 2e-3


def test_where_the_output_is_smooth_gradients_of_ewgs_are_finite_differences():
    weights = _quantizer("ewgs", _encoding(IntegerType(3, True), symmetric=True), weight=True)
    # a range that begins at zero keeps its zero point: values above it lie at its high end
    above = _quantizer("ewgs", encode_range(0.0, 6.0, IntegerType(4, False), symmetric=False))
    x = torch.tensor([0.4, -1.0, 50.0, -60.0])
    for quantizer, name, values in ((weights, "output_scale", x), (above, "high", x.abs() + 7)):
        quantizer.delta = 0.5
        quantizer(values).square().sum().backward()
        found = float(quantizer.learned[name].grad)
        assert found == pytest.approx(_slope(quantizer, name, values), rel=1e-3)


@pytest.mark.parametrize(
    ("dtype", "steps"), [(IntegerType(4, False), 15), (IntegerType(3, True), 6)]
)
def test_a_fixed_delta_is_for_normalised_values(dtype, steps):
    quantizer = _quantizer("ewgs", _encoding(dtype, symmetric=dtype.signed))
    assert fixed_delta(0.6, quantizer) == pytest.approx(0.6 / steps)
    assert fixed_delta(1e9, quantizer) == STRONGEST
    sign = _quantizer("ewgs", _encoding(IntegerType(1, True), symmetric=True))
    assert fixed_delta(0.6, sign) == 0.6


def test_delta_changes_gradients_by_the_formula():
    quantizer = _quantizer("ewgs", _encoding(IntegerType(2, False)))
    quantizer.delta = 0.8
    x = torch.tensor([0.3, 0.9, -0.4], requires_grad=True)
    slopes = torch.tensor([1.0, -2.0, 3.0])
    quantizer(x).backward(slopes)
    v = x.detach() / float(quantizer.grid.start.scale)
    expected = slopes * (1 + 0.8 * torch.sign(slopes) * (v - torch.round(v)))
    assert torch.allclose(x.grad, expected)


def test_weights_of_ewgs_have_an_output_scale_of_their_own():
    quantizer = _quantizer("ewgs", _encoding(IntegerType(2, True), symmetric=True), weight=True)
    x = torch.randn(200)
    before, codes = quantizer(x).detach(), quantizer.codes(x)
    with torch.no_grad():
        quantizer.learned["output_scale"].fill_(0.5)
    assert torch.allclose(quantizer(x).detach(), before * float(np.exp(0.5)))
    np.testing.assert_array_equal(quantizer.codes(x), codes)


@pytest.mark.parametrize(
    ("update", "momentum", "expected"),
    [("running", 0.99, 8.0), ("moving", 0.99, 2.1 * 0.99 + 0.08), ("moving", 0.5, 5.05)],
)
def test_watched_ranges_follow_the_largest_value_in_training_only(update, momentum, expected):
    start = _encoding(IntegerType(8, False))
    watching = Settings(range_update=update, range_momentum=momentum)
    quantizer = make_quantizer(
        "ste", start, symmetric=False, values=1, weight=False, watching=watching
    )
    quantizer(torch.tensor([8.0, -1.0]))
    assert float(quantizer.grid.watched["high"]) == pytest.approx(2.1, abs=0.02)
    quantizer.training = True
    # in two parts, which count once
    for part in ([8.0], [-1.0]):
        quantizer(torch.tensor(part))
    assert float(quantizer.grid.watched["high"]) == pytest.approx(2.1, abs=0.02)
    quantizer.grid.settle()
    quantizer.grid.settle()
    assert float(quantizer.grid.watched["high"]) == pytest.approx(expected, abs=0.02)


def test_the_size_that_signs_follow_is_that_of_all_parts_together():
    start = _encoding(IntegerType(1, True), symmetric=True)
    quantizer = make_quantizer("ste", start, symmetric=True, values=1, weight=False)
    quantizer.training = True
    for part in ([4.0, -2.0, 6.0], [8.0]):
        quantizer(torch.tensor(part))
    quantizer.grid.settle()
    before = float(start.high)
    assert float(quantizer.grid.watched["high"]) == pytest.approx(0.99 * before + 0.01 * 5.0)


def test_a_range_that_begins_at_zero_stays_there():
    start = encode_range(0.0, 6.0, IntegerType(4, False), symmetric=False)
    for method in ("lsq", "ewgs"):
        encoding = _moved(_quantizer(method, start)).encoding()
        assert encoding.low == 0
        assert encoding.high != start.high


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("delta", [0.0, 0.7])
@pytest.mark.parametrize(
    ("granularity", "shape"), [(PER_TENSOR, ()), (PerAxis(0), (4,)), (PerAxis(1), (6,))]
)
def test_one_loop_has_the_values_and_gradients_of_the_operations_one_by_one(
    method, delta, granularity, shape
):
    random = torch.Generator().manual_seed(1)
    values = torch.randn(4, 6, 5, generator=random).mul(2).transpose(1, 2).contiguous()
    values[0, 0, 0] = -1e30
    slopes = torch.randn(4, 6, 5, generator=random)
    found = []
    for taken in (None, []):
        start = _encoding(IntegerType(3, False), granularity, shape=shape)
        quantizer = _moved(_quantizer(method, start, weight=True))
        quantizer.delta, quantizer.taken = delta, taken
        # a view that is not contiguous is taken too
        x = values.clone().transpose(1, 2).requires_grad_()
        y = quantizer(x)
        y.backward(slopes)
        assert (type(y.grad_fn).__name__ == "_OnGridBackward") == (taken is None)
        found.append((y.detach(), x.grad, *(p.grad for p in quantizer.learned.values())))
    fused, plain = found
    assert torch.equal(fused[0], plain[0])
    for ours, theirs in zip(fused[1:], plain[1:], strict=True):
        assert torch.allclose(ours, theirs, rtol=1e-4, atol=1e-5)
