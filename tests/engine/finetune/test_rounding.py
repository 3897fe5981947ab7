"""Gradients of rounding against the formulas of methods.md, section 6."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from quantengine.finetune.rounding import round_through, scale_gradient, to_steps
from quantengine.formats.dtype import IntegerType


def _gradient(values, slopes, delta):
    x = torch.tensor(values, requires_grad=True)
    y = round_through(x, delta)
    y.backward(torch.tensor(slopes))
    return y.detach(), x.grad


def test_rounding_is_exact_and_half_to_even():
    values = torch.cat([torch.randn(20000) * 300, torch.tensor([0.5, 1.5, -0.5, -2.5, 1e-9])])
    assert torch.equal(round_through(values), torch.round(values))


def test_ewgs_scales_each_gradient_by_its_rounding_error():
    values, slopes = [0.2, 0.2, 0.6, 1.4], [1.0, -1.0, 2.0, -0.5]
    rounded, found = _gradient(values, slopes, 0.5)
    x, g = torch.tensor(values), torch.tensor(slopes)
    assert torch.allclose(found, g * (1 + 0.5 * torch.sign(g) * (x - rounded)))
    assert not torch.equal(found, g)


def test_no_delta_is_the_straight_through_estimator_to_the_last_bit():
    x = torch.randn(1000)
    slopes = torch.randn(1000).tolist()
    plain = _gradient(x.tolist(), slopes, 0.0)
    assert torch.equal(plain[1], torch.tensor(slopes))


def test_the_scaled_gradient_has_a_derivative():
    x = torch.tensor([0.3, 0.8], requires_grad=True)
    y = round_through(x, 0.7)
    (first,) = torch.autograd.grad((y**3).sum(), x, create_graph=True)
    (second,) = torch.autograd.grad(first.sum(), x)
    assert second[0] == 0
    assert second[1] != 0


def test_steps_outside_the_range_have_no_gradient_but_move_the_ends():
    x = torch.tensor([-9.0, 0.4, 9.0], requires_grad=True)
    low, high = (torch.tensor(v, requires_grad=True) for v in (-2.0, 3.0))
    steps = to_steps(x, low, high, IntegerType(3, True))
    assert steps.tolist() == [-2.0, 0.0, 3.0]
    steps.sum().backward()
    assert x.grad.tolist() == [0.0, 1.0, 0.0]
    assert (low.grad, high.grad) == (1.0, 1.0)


def test_signs_have_no_zero():
    ends = torch.tensor(-1.0), torch.tensor(1.0)
    steps = to_steps(torch.tensor([-5.0, -0.1, 0.0, 0.1, 5.0]), *ends, IntegerType(1, True))
    assert steps.tolist() == [-1, -1, -1, 1, 1]


def test_scaled_gradients_leave_the_value_alone():
    x = torch.tensor([0.1, 0.7], requires_grad=True)
    y = scale_gradient(x, 0.25)
    assert torch.equal(y, x)
    y.sum().backward()
    assert x.grad.tolist() == [0.25, 0.25]
