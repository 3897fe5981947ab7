"""Batch norms in training: plain batch norm in the float limit, one inference graph at the end."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from quantengine.errors import PlanError
from quantengine.finetune import parts
from quantengine.finetune.batch_norm import MOMENTUM, FoldedNorm, norms_of
from quantengine.finetune.fake_network import FakeNetwork
from quantengine.finetune.finish import finished
from quantengine.finetune.network import OPERATORS
from quantengine.finetune.settings import Settings
from quantengine.finetune.train import _Run, finetune
from quantengine.runtime import Session
from tests.engine.finetune.graphs import images, normed, quantized, residual


def _norm(tmp_path):
    (constants,) = norms_of(normed(tmp_path / "m.onnx")).values()
    norm = FoldedNorm(constants, OPERATORS["Conv"], "cpu")
    norm.training = True
    return norm, torch.tensor(constants.w)


def _plain(norm, x, w, *, by_batch):
    c = norm.constants
    y = torch.nn.functional.conv2d(x, w, torch.tensor(c.bias), padding=1)
    mean, variance = (norm.watched[name].clone() for name in ("mean", "variance"))
    y = torch.nn.functional.batch_norm(
        y,
        mean,
        variance,
        *(p.value for p in norm.learned.values()),
        training=by_batch,
        momentum=MOMENTUM,
        eps=c.epsilon,
    )
    return y, mean, variance


PADS = {"pads": [1, 1, 1, 1]}


def test_until_frozen_it_is_plain_batch_norm_in_the_float_limit(tmp_path):
    norm, w = _norm(tmp_path)
    x = torch.randn(6, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    expected, mean, variance = _plain(norm, x, w, by_batch=True)
    found = norm.run(PADS, x, norm.folded_weight(w), norm.folded_bias(), w)
    assert torch.allclose(found, expected, atol=2e-4)
    norm.settle()
    # torch too keeps the unbiased variance
    assert torch.allclose(norm.watched["mean"], mean, atol=1e-5)
    assert torch.allclose(norm.watched["variance"], variance, rtol=1e-5)


def test_a_batch_in_parts_moves_the_running_statistics_like_the_whole(tmp_path):
    x = torch.randn(9, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    found = []
    for cut in ([x], [x[:2], x[2:5], x[5:]]):
        norm, w = _norm(tmp_path)
        for part in cut:
            norm.run(PADS, part, norm.folded_weight(w), norm.folded_bias(), w)
        norm.settle()
        found.append(norm.watched)
    for name in ("mean", "variance"):
        assert torch.allclose(found[0][name], found[1][name], rtol=1e-4, atol=1e-6)


def test_norms_are_not_trained_by_a_few_samples(tmp_path, monkeypatch):
    model, data = normed(tmp_path / "m.onnx"), images(40)
    start = quantized(model, data, 2, 4)
    settings = Settings(epochs=1, batch=20, batch_norm=True)
    monkeypatch.setattr(parts, "kept_bytes", lambda _: 50_000)
    with pytest.raises(PlanError, match=r"at least 8 samples at once, which needs --memory 1MB"):
        finetune(model, start, data, replace(settings, memory_bytes=700_000))
    tuned = finetune(model, start, data, replace(settings, memory_bytes=800_000))
    assert tuned.notes[1].startswith("Batch norms saw at most 16 of the 20 samples of a batch")
    # a whole batch that is smaller is what was asked for
    finetune(model, start, data, replace(settings, batch=2))


def test_what_a_sample_needs_is_measured_as_it_is_trained(tmp_path, monkeypatch):
    model, data = normed(tmp_path / "m.onnx"), images()
    found, run = [], FoldedNorm.run

    def watched(self, *inputs):
        found.append(self.by_batch)
        return run(self, *inputs)

    monkeypatch.setattr(FoldedNorm, "run", watched)
    finetune(model, quantized(model, data, 2, 4), data, Settings(epochs=1, batch_norm=True))
    assert found[0]


def test_frozen_it_uses_the_running_statistics_and_keeps_them(tmp_path):
    norm, w = _norm(tmp_path)
    norm.frozen = True
    x = torch.randn(6, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    expected, mean, _ = _plain(norm, x, w, by_batch=False)
    found = norm.run(PADS, x, norm.folded_weight(w), norm.folded_bias(), w)
    assert torch.allclose(found, expected, atol=2e-4)
    assert torch.equal(norm.watched["mean"], mean)


def test_one_wild_batch_moves_the_rounded_weight_by_the_running_variance_only(tmp_path):
    norm, w = _norm(tmp_path)
    wild = 100 * torch.randn(6, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    norm.run(PADS, wild, norm.folded_weight(w), norm.folded_bias(), w)
    norm.settle()
    seen = torch.nn.functional.conv2d(wild, w, padding=1).var((0, 2, 3))
    running = 0.9 * torch.tensor(norm.constants.variance) + 0.1 * seen
    scale = norm.learned["gamma"].value / torch.sqrt(running + norm.constants.epsilon)
    assert torch.allclose(norm.folded_weight(w), w * scale.reshape(-1, 1, 1, 1), rtol=1e-4)


def test_both_ways_start_from_the_same_inference_graph(tmp_path):
    model, data = normed(tmp_path / "m.onnx"), images()
    start = quantized(model, data, 6, 8)
    feeds = {"x": torch.from_numpy(data.load(0).feeds["x"])}
    found = []
    for norms in ({}, norms_of(model)):
        network = FakeNetwork(model, start, Settings(), norms=norms)
        assert len(network.norms) == len(norms)
        found.append(network.run(feeds)["y"].detach())
    assert torch.allclose(*found, atol=1e-4)


def test_trained_norms_end_folded(tmp_path):
    model, data = normed(tmp_path / "m.onnx"), images(40)
    start = quantized(model, data, 2, 4)
    settings = Settings(epochs=10, batch=8, batch_norm=True)
    tuned = finetune(model, start, data, settings)
    assert tuned.notes[0] == "1 batch norm trained and then folded."
    assert [n.op_type for n in tuned.model.graph.node] == [n.op_type for n in model.graph.node]
    assert tuned.after.score < tuned.before.score
    folded = finetune(model, start, data, replace(settings, batch_norm=False))
    assert folded.points != tuned.points


def test_folding_is_the_function_of_the_unfolded_model(tmp_path):
    model = normed(tmp_path / "m.onnx")
    start = quantized(model, images(), 16, 16)
    network = FakeNetwork(model, start, Settings(), norms=norms_of(model))
    back, _ = finished(network)
    feeds = images().load(1).feeds
    plain = Session(normed(tmp_path / "n.onnx", fold=False).proto).run(feeds)["y"]
    np.testing.assert_allclose(Session(back.proto).run(feeds)["y"], plain, rtol=1e-3, atol=1e-4)


def test_a_model_without_norms_has_none_to_train(tmp_path):
    assert norms_of(residual(tmp_path / "m.onnx")) == {}


@pytest.mark.parametrize(("freeze_at", "moving"), [(0.0, 0), (0.5, 6), (1.0, 12)])
def test_norms_freeze_after_their_share_of_the_steps(tmp_path, monkeypatch, freeze_at, moving):
    model, data = normed(tmp_path / "m.onnx"), images(15)
    means, train = [], _Run._train_one

    def watched(self):
        train(self)
        (norm,) = self.network.norms.values()
        means.append(norm.watched["mean"].tolist())

    monkeypatch.setattr(_Run, "_train_one", watched)
    settings = Settings(epochs=4, batch=4, batch_norm=True, freeze_at=freeze_at)
    tuned = finetune(model, quantized(model, data, 4, 8), data, settings)
    assert len(means) == 12
    assert {point.freezes for point in tuned.points} == {moving}
    (constants,) = norms_of(model).values()
    steps = zip([constants.mean.tolist(), *means], means, strict=False)
    assert [before != after for before, after in steps] == [step < moving for step in range(12)]
