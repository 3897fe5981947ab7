"""The Hessian trace against the exact Hessian of a small network."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from quantengine.finetune.deltas import Deltas, Trace
from quantengine.finetune.fake_network import FakeNetwork
from quantengine.finetune.hessian import Hutchinson, measure_deltas
from quantengine.finetune.notes import delta_notes
from quantengine.finetune.quantizers import STRONGEST
from quantengine.finetune.settings import Settings
from quantengine.finetune.train import finetune
from quantengine.plan import QuantPlan
from quantengine.resolve.resolve import resolve_plan
from tests.engine.finetune.graphs import images, quantized, residual
from tests.engine.onnx_text import text_model


def _loss(x, w):
    hidden = torch.tanh(w[0] @ x)
    return ((w[1] @ hidden) ** 2).sum() + (w[0] ** 4).sum()


def test_the_trace_is_that_of_the_exact_hessian():
    random = torch.Generator().manual_seed(0)
    w = [torch.randn(s, generator=random, requires_grad=True) for s in ((4, 3), (2, 4))]
    x = torch.randn(3, generator=random)
    exact = []
    for place in range(2):

        def alone(value, place=place):
            return _loss(x, [value if i == place else w[i].detach() for i in range(2)])

        hessian = torch.autograd.functional.hessian(alone, w[place].detach())
        exact.append(float(hessian.reshape(w[place].numel(), -1).trace()))
    gradients = torch.autograd.grad(_loss(x, w), w, create_graph=True)
    hutchinson = Hutchinson(gradients, w, random)
    for _ in range(4000):
        hutchinson.draw()
    found = hutchinson.traces
    assert [trace.mean for trace in found] == pytest.approx(exact, rel=0.05)
    for place, trace in enumerate(found):
        assert abs(trace.mean - exact[place]) < 4 * trace.error


def test_the_error_is_that_of_the_mean_of_the_draws():
    """v^T H v by hand for the same signs."""
    w = torch.randn(5, generator=torch.Generator().manual_seed(3), requires_grad=True)
    h = torch.randn(5, 5, generator=torch.Generator().manual_seed(4))
    gradients = torch.autograd.grad(w @ h @ w / 2, [w], create_graph=True)
    hutchinson, random = (
        Hutchinson(gradients, [w], torch.Generator().manual_seed(5)),
        torch.Generator().manual_seed(5),
    )
    products = []
    for _ in range(7):
        hutchinson.draw()
        v = 2.0 * torch.randint(0, 2, (5,), generator=random) - 1
        products.append(float(v @ h @ v))
    (trace,) = hutchinson.traces
    assert trace.mean == pytest.approx(np.mean(products), rel=1e-5)
    assert trace.error == pytest.approx(np.std(products, ddof=1) / 7**0.5, rel=1e-5)


def test_one_draw_is_exact_for_a_diagonal_hessian():
    w = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
    gradients = torch.autograd.grad((w**3).sum(), [w], create_graph=True)
    hutchinson = Hutchinson(gradients, [w], torch.Generator().manual_seed(1))
    for _ in range(2):
        hutchinson.draw()
    assert hutchinson.traces == [Trace(pytest.approx(6 * 6.0), pytest.approx(0.0, abs=1e-5))]


@pytest.mark.parametrize("bits", [2, 4])
def test_every_quantizer_of_ewgs_gets_a_delta(tmp_path, bits):
    model, data = residual(tmp_path / "m.onnx"), images()
    network = FakeNetwork(model, quantized(model, data, bits, bits), Settings())
    feeds = {"x": torch.from_numpy(data.load(0).feeds["x"])}

    def loss():
        return network.run(feeds)["scores"].square().sum()

    deltas = measure_deltas(network, loss, torch.Generator().manual_seed(0)).values
    assert {name for name, _ in network.quantizers()} >= set(deltas)
    assert all(0 <= delta <= STRONGEST for delta in deltas.values())
    assert any(delta > 0 for delta in deltas.values())
    assert all(quantizer.taken is None for _, quantizer in network.quantizers())


def test_layers_of_other_methods_do_not_hinder_it(tmp_path):
    model, data = residual(tmp_path / "m.onnx"), images()
    mixed = Settings(methods=(("w1", "ste"), ("w2", "lsq"), ("a", "ste")))
    network = FakeNetwork(model, quantized(model, data, 3, 3), mixed)
    feeds = {"x": torch.from_numpy(data.load(0).feeds["x"])}

    def loss():
        return network.run(feeds)["scores"].square().sum()

    deltas = measure_deltas(network, loss, torch.Generator().manual_seed(0)).values
    assert {"weight:w1", "weight:w2", "activation:a"}.isdisjoint(deltas)
    assert {"weight:w3", "weight:w4"} <= set(deltas)


def test_a_straight_through_network_needs_none(tmp_path):
    model, data = residual(tmp_path / "m.onnx"), images()
    network = FakeNetwork(model, quantized(model, data, 4, 4), Settings(method="lsq"))
    feeds = {"x": torch.from_numpy(data.load(0).feeds["x"])}

    def loss():
        return network.run(feeds)["scores"].sum()

    found = measure_deltas(network, loss, torch.Generator())
    assert found.values == {}


def _one_layer(tmp_path):
    """y = x w with w on 4 bits, and x float."""
    graph = "agraph (float[n, 4] x) => (float[n, 3] y) { y = MatMul (x, w) }"
    w = np.random.default_rng(5).normal(size=(4, 3)).astype(np.float32)
    model = text_model(tmp_path / "m.onnx", graph, {"w": w})
    plan = QuantPlan()
    plan = replace(
        plan,
        weights=replace(plan.weights, dtype="int4"),
        activations=replace(plan.activations, dtype="float"),
    )
    return FakeNetwork(model, resolve_plan(model, plan, None), Settings())


@pytest.mark.parametrize("size", [1e-2, 1.0, 1e4])
def test_delta_is_the_trace_over_how_many_over_three_deviations(tmp_path, size):
    network = _one_layer(tmp_path)
    quantizer = network.weight_quantizers["w"]
    scale = quantizer.grid.lattice().scale.detach()
    x = torch.randn(9, 4, generator=torch.Generator().manual_seed(2))

    def of(y):
        return size * (y.square().sum() + 0.1 * y.pow(3).sum())

    steps = torch.tensor(quantizer.codes(network.folded_weight("w")).astype(np.float32))
    exact = torch.autograd.functional.hessian(lambda t: of(x @ (t * scale)), steps)
    trace = float(exact.reshape(12, 12).trace())
    slope = torch.autograd.functional.jacobian(lambda t: of(x @ (t * scale)), steps)
    expected = trace / 12 / (3 * float(slope.std()))
    assert 0 < expected < STRONGEST
    random = torch.Generator().manual_seed(0)
    found = measure_deltas(network, lambda: of(network.run({"x": x})["y"]), random)
    assert found.unsure == ()
    assert 4 <= found.draws < 64, "no more draws than it takes to know it to a quarter"
    assert found.values["weight:w"] == pytest.approx(expected, rel=0.5)
    exactly = measure_deltas(network, lambda: of(network.run({"x": x})["y"]), random, least=2000)
    assert exactly.values["weight:w"] == pytest.approx(expected, rel=0.03)


@pytest.mark.parametrize(("sign", "expected"), [(-1.0, 0.0), (1.0, STRONGEST)])
def test_delta_has_ends(tmp_path, sign, expected):
    network = _one_layer(tmp_path)
    rest = network.weight_quantizers["w"](network.folded_weight("w")).detach()

    def loss():
        # curved with hardly any slope
        return sign * (network.run({"x": torch.eye(4)})["y"] - rest - 1e-3 * rest).square().sum()

    found = measure_deltas(network, loss, torch.Generator().manual_seed(0))
    assert found.values == {"weight:w": expected}


def test_a_fixed_delta_is_that_of_every_quantizer_and_is_not_measured(tmp_path, monkeypatch):
    model, data = residual(tmp_path / "m.onnx"), images()
    start, settings = quantized(model, data, 4, 4), Settings(epochs=1, batch=8, delta=0.9)
    network = FakeNetwork(model, start, settings)
    deltas = {name: quantizer.delta for name, quantizer in network.quantizers()}
    # int4 weights have 14 steps, uint4 activations 15
    assert set(deltas.values()) == {0.9 / 14, 0.9 / 15}
    monkeypatch.setattr("quantengine.finetune.train.measure_deltas", None)
    finetune(model, start, data, settings)


def test_a_trace_that_is_not_known_is_said():
    sure, small = Trace(4.0, 0.9), Trace(0.001, 0.004)
    assert sure.is_sure()
    assert small.is_sure(0.01)
    assert not Trace(4.0, 1.1).is_sure(0.01)
    assert not Trace(float("nan"), 0.0).is_sure(0.01)
    known = Deltas({"weight:w": 0.1, "weight:v": 0.2}, 64)
    assert [str(note) for note in delta_notes(known)] == [
        "delta of 2 tensors is the mean of 64 draws of the Hessian's trace."
    ]
    _, unsure = delta_notes(replace(known, unsure=("weight:v",)))
    assert "For 1 tensor the standard error" in unsure
