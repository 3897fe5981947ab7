"""The Hessian trace against the exact Hessian of a small network."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from quantengine.finetune.fake_network import FakeNetwork
from quantengine.finetune.hessian import measure_deltas, traces
from quantengine.finetune.quantizers import STRONGEST
from quantengine.finetune.settings import Settings
from tests.engine.finetune.graphs import images, quantized, residual


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
    found = traces(gradients, w, random, draws=4000)
    assert found == pytest.approx(exact, rel=0.05)


def test_one_draw_is_exact_for_a_diagonal_hessian():
    w = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
    gradients = torch.autograd.grad((w**3).sum(), [w], create_graph=True)
    (found,) = traces(gradients, [w], torch.Generator().manual_seed(1))
    assert found == pytest.approx(6 * 6.0)


@pytest.mark.parametrize("bits", [2, 4])
def test_every_quantizer_of_ewgs_gets_a_delta(tmp_path, bits):
    model, data = residual(tmp_path / "m.onnx"), images()
    network = FakeNetwork(model, quantized(model, data, bits, bits), Settings())
    feeds = {"x": torch.from_numpy(data.load(0).feeds["x"])}

    def loss():
        return network.run(feeds)["scores"].square().sum()

    deltas = measure_deltas(network, loss, torch.Generator().manual_seed(0), draws=8)
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

    deltas = measure_deltas(network, loss, torch.Generator().manual_seed(0))
    assert {"weight:w1", "weight:w2", "activation:a"}.isdisjoint(deltas)
    assert {"weight:w3", "weight:w4"} <= set(deltas)


def test_a_straight_through_network_needs_none(tmp_path):
    model, data = residual(tmp_path / "m.onnx"), images()
    network = FakeNetwork(model, quantized(model, data, 4, 4), Settings(method="lsq"))
    feeds = {"x": torch.from_numpy(data.load(0).feeds["x"])}

    def loss():
        return network.run(feeds)["scores"].sum()

    found = measure_deltas(network, loss, torch.Generator())
    assert found == {}
