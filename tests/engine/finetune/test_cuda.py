"""Training on a CUDA device: the same numbers as on the CPU, and the same again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from quantengine.errors import Cancelled
from quantengine.finetune.fake_network import FakeNetwork
from quantengine.finetune.network import Network, check_against_runtime
from quantengine.finetune.pytorch import exact
from quantengine.finetune.settings import Settings
from quantengine.finetune.train import finetune
from quantengine.monitor import Monitor
from quantengine.rewrite.qdq import qdq_model
from quantengine.runtime import Session
from tests.engine.finetune.graphs import images, quantized, residual

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")

FEW = Settings(epochs=4, batch=8, device="cuda")
METHODS = ["ste", "lsq", "ewgs"]


@pytest.fixture(autouse=True)
def exact_products():
    with exact():
        yield


def test_the_float_network_agrees_with_onnxruntime(tmp_path):
    model, data = residual(tmp_path / "m.onnx"), images()
    network = Network(model.proto, device="cuda")
    assert check_against_runtime(network, model.proto, [data.load(0).feeds]) < 1e-5


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("bits", [1, 4, 8])
def test_outputs_and_gradients_are_those_of_the_cpu(tmp_path, method, bits):
    model, data = residual(tmp_path / "m.onnx"), images()
    start = quantized(model, data, bits, 8)
    x = np.concatenate([data.load(index).feeds["x"] for index in range(4)])
    seen = {}
    for device in ("cpu", "cuda"):
        network = FakeNetwork(model, start, Settings(method=method, delta=0.2), device=device)
        (scores,) = network.run({"x": network.network.tensor(x)}).values()
        scores.square().sum().backward()
        slopes = {
            name: p.tensor.grad.cpu().numpy()
            for name, p in network.parameters().items()
            if p.tensor.grad is not None
        }
        seen[device] = scores.detach().cpu().numpy(), slopes
    (ours, ours_slopes), (theirs, theirs_slopes) = seen["cuda"], seen["cpu"]
    np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-4)
    assert ours_slopes.keys() == theirs_slopes.keys()
    for name, slope in theirs_slopes.items():
        scale = np.abs(slope).max(initial=1e-6)
        np.testing.assert_allclose(ours_slopes[name] / scale, slope / scale, atol=2e-3)


def _trained(tmp_path, settings, **options):
    model, data = residual(tmp_path / "m.onnx"), images()
    return finetune(model, quantized(model, data, 4, 4), data, settings, **options)


@pytest.mark.parametrize("method", METHODS)
def test_what_was_trained_is_what_the_file_computes(tmp_path, method):
    tuned = _trained(tmp_path, replace(FEW, method=method, epochs=10, weight_rate=0.01))
    assert tuned.device == "cuda"
    assert tuned.memory_bytes > 0
    assert tuned.after.score <= tuned.before.score
    proto = qdq_model(tuned.model, tuned.resolution.encodings)
    feeds = images().load(0).feeds
    (scores,) = Session(proto, optimize=False).run(feeds).values()
    start = FakeNetwork(tuned.model, tuned.resolution, Settings(), device="cuda")
    with torch.no_grad():
        (found,) = start.run({"x": torch.tensor(feeds["x"]).cuda()}).values()
    np.testing.assert_allclose(found.cpu().numpy(), scores, rtol=1e-4, atol=1e-4)


class _Impatient(Monitor):
    def progress(self, done, total, text):  # noqa: ARG002
        if text.startswith("Fine-tuning") and done >= 4:
            self.cancel()


def test_stopped_and_gone_on_is_the_same_as_one_run(tmp_path):
    whole = _trained(tmp_path, FEW)
    path = tmp_path / "run.npz"
    with pytest.raises(Cancelled):
        _trained(tmp_path, FEW, checkpoint=path, monitor=_Impatient())
    resumed = _trained(tmp_path, FEW, checkpoint=path)
    assert resumed.points[1:] == whole.points[1:]
    for name in sorted(whole.model.initializers):
        ours, theirs = resumed.model.constant(name), whole.model.constant(name)
        np.testing.assert_array_equal(ours, theirs)
