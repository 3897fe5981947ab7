"""The exported file computes what the fake-quantized network computed."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import onnx
import pytest

torch = pytest.importorskip("torch")

from quantengine.data.options import DataOptions
from quantengine.finetune.fake_network import FakeNetwork
from quantengine.finetune.finish import finished
from quantengine.finetune.settings import Settings
from quantengine.finetune.train import finetune
from quantengine.formats.saturation import saturable_pairs
from quantengine.graph.load import open_model
from quantengine.observe.calibrate import calibrate
from quantengine.observe.inputs import open_model_data
from quantengine.observe.taps import model_taps
from quantengine.resolve.resolve import resolve_plan
from quantengine.rewrite.pair_codes import product_columns
from quantengine.rewrite.qdq import qdq_model
from quantengine.runtime import Session
from tests.engine.finetune.graphs import images, normed, quantized, residual

SAME_CODES = 0.999


def _jolted(network, size=0.1, seed=0):
    """A network whose every parameter has moved, as after training."""
    random = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in network.parameters().values():
            noise = torch.randn(parameter.tensor.shape, generator=random)
            parameter.tensor.add_((size if parameter.is_range else 10 * size) * noise)
    return network


def _with_outputs(proto, names):
    copy = onnx.ModelProto()
    copy.CopyFrom(proto)
    known = {value.name for value in copy.graph.output}
    copy.graph.output.extend(onnx.ValueInfoProto(name=n) for n in names if n not in known)
    return copy


def _last_step(model, resolution, output):
    """The integer step of the layer that gives a float output: of its int32 sums, by channel."""
    x, w = model.producers[output].input[:2]
    step = resolution.encodings.of(x).scale * resolution.encodings.weights[w].scale
    sides = len(model.types[output].shape) - 2
    return step.reshape(-1, *[1] * sides)


def _compare(network, feeds, step=None):
    """Holds outputs to one integer step and the codes of every layer to 99.9 %.

    `step` of an output: None for that of the last layer, else a share of its largest value.
    """
    model, resolution = finished(network)
    proto = qdq_model(model, resolution.encodings)
    seen = network.places.seen
    session = Session(_with_outputs(proto, [seen[n] for n in seen]), optimize=False)
    expected = session.run(feeds)
    tensors = {name: torch.from_numpy(array) for name, array in feeds.items()}
    with torch.no_grad():
        found = network.run(tensors, [*model.outputs, *seen.values()])
    for tensor, name in seen.items():
        scale = resolution.encodings.of(tensor).scale
        steps = np.rint((found[name].numpy() - expected[name]) / scale)
        assert np.mean(steps == 0) >= SAME_CODES, tensor
    for name in model.outputs:
        error, value = np.abs(found[name].numpy() - expected[name]), np.abs(expected[name]).max()
        allowed = _last_step(model, resolution, name) if step is None else step * value
        assert (error <= allowed).all()


@pytest.mark.parametrize("method", ["ste", "lsq", "ewgs"])
@pytest.mark.parametrize(("weights", "activations"), [(1, 1), (2, 2), (3, 4), (4, 8), (8, 8)])
def test_every_layer_has_the_codes_of_the_file(tmp_path, method, weights, activations):
    model, data = residual(tmp_path / "m.onnx"), images()
    start = quantized(model, data, weights, activations)
    network = _jolted(FakeNetwork(model, start, Settings(method=method)))
    feeds = {"x": np.concatenate([data.load(i).feeds["x"] for i in range(len(data))])}
    _compare(network, feeds)


def _trained(monkeypatch, model, start, data, settings):
    """The network that training ends with, not only what is made of it."""
    seen = []

    def watched(network):
        seen.append(network)
        return finished(network)

    monkeypatch.setattr("quantengine.finetune.train.finished", watched)
    tuned = finetune(model, start, data, settings)
    assert tuned.improved
    (network,) = seen
    return network


@pytest.mark.parametrize("method", ["ste", "lsq", "ewgs"])
@pytest.mark.parametrize(("weights", "activations"), [(1, 1), (2, 2), (3, 4)])
def test_a_trained_network_has_the_codes_of_the_file(
    tmp_path, monkeypatch, method, weights, activations
):
    model, data = residual(tmp_path / "m.onnx"), images(64)
    settings = Settings(method, epochs=8, batch=8, weight_rate=0.01)
    start = quantized(model, data, weights, activations)
    network = _trained(monkeypatch, model, start, data, settings)
    feeds = {"x": np.concatenate([data.load(i).feeds["x"] for i in range(len(data))])}
    _compare(network, feeds)


@pytest.mark.parametrize("method", ["ste", "lsq", "ewgs"])
def test_a_network_trained_with_its_norms_has_the_codes_of_the_file(tmp_path, monkeypatch, method):
    model, data = normed(tmp_path / "m.onnx"), images(64)
    settings = Settings(method, epochs=8, batch=16, batch_norm=True)
    network = _trained(monkeypatch, model, quantized(model, data, 2, 4), data, settings)
    assert network.norms
    feeds = {"x": np.concatenate([data.load(i).feeds["x"] for i in range(len(data))])}
    _compare(network, feeds)


@pytest.mark.parametrize("method", ["ste", "lsq", "ewgs"])
@pytest.mark.parametrize("pair_safe", [True, False])
def test_pairs_that_may_not_saturate_do_not_after_training(tmp_path, method, pair_safe):
    model, data = residual(tmp_path / "m.onnx"), images()
    plan = replace(quantized(model, data, 8, 8).plan, pair_safe=pair_safe)
    start = resolve_plan(model, plan, calibrate(model, data, model_taps(model)))
    network = _jolted(FakeNetwork(model, start, Settings(method=method)), 0.5)
    _, resolution = finished(network)
    nodes = [node for node in resolution.flow.nodes.values() if node.weights]
    codes = resolution.encodings.codes
    columns = [product_columns(n.node, codes[n.weights[0].tensor]) for n in nodes]
    assert (sum(map(saturable_pairs, columns)) == 0) is pair_safe
    feeds = {"x": np.concatenate([data.load(i).feeds["x"] for i in range(len(data))])}
    _compare(network, feeds)


def test_drawn_in_weights_keep_their_gradient(tmp_path):
    model, data = residual(tmp_path / "m.onnx"), images()
    plan = replace(quantized(model, data, 8, 8).plan, pair_safe=True)
    start = resolve_plan(model, plan, calibrate(model, data, model_taps(model)))
    network = _jolted(FakeNetwork(model, start, Settings()), 0.5)
    weight = network.folded_weight("w2")
    assert not torch.equal(weight, network.weights["w2"].value)
    learned = network.weights["w2"]
    (slope,) = torch.autograd.grad(weight.sum(), learned.tensor)
    assert torch.equal(slope, learned.unit.expand(learned.tensor.shape))


@pytest.mark.parametrize(
    ("name", "file", "options", "bits"),
    [
        (
            "mnist_cnn",
            "mnist.npz",
            DataOptions(preset="raw", images="calib_images", stop=16),
            (2, 2),
        ),
        (
            "resnet20_cifar10",
            "cifar10.npz",
            DataOptions(preset="imagenet", images="calib_images", stop=16),
            (4, 4),
        ),
    ],
)
def test_real_models_have_the_codes_of_the_file(shared, name, file, options, bits):
    model = open_model(shared / f"models/{name}.onnx")
    data = open_model_data(model, shared / "data" / file, options)
    network = _jolted(FakeNetwork(model, quantized(model, data, *bits), Settings()), 0.02)
    (port,) = model.inputs
    feeds = {port: np.concatenate([data.load(i).feeds[port] for i in range(len(data))])}
    # a code that falls on a tie moves sums by more than one: a step of 8 bits over the scores
    _compare(network, feeds, 1 / 255)


class _Given:
    """A quantizer whose codes are compared with the file's, which the next layer then gets."""

    def __init__(self, quantizer, expected, scale):
        self.quantizer, self.expected, self.scale = quantizer, torch.from_numpy(expected), scale
        self.grid, self.share = quantizer.grid, 0.0

    def __call__(self, value):
        expected = self.expected.reshape(value.shape)
        steps = torch.round((self.quantizer(value) - expected) / self.scale)
        self.share = float((steps == 0).double().mean())
        return expected


def test_each_layer_of_a_deep_network_has_the_codes_of_the_file(shared):
    # one layer at a time: in 53 of them a code that falls on a tie moves thousands after it
    model = open_model(shared / "models/mobilenetv2.onnx")
    data = open_model_data(model, shared / "data/imagenet/calib", DataOptions(preset="tf", stop=2))
    network = _jolted(FakeNetwork(model, quantized(model, data, 4, 8), Settings()), 0.02)
    trained, resolution = finished(network)
    seen = network.places.seen
    proto = _with_outputs(qdq_model(trained, resolution.encodings), [*seen.values()])
    feeds = {"input": np.concatenate([data.load(i).feeds["input"] for i in range(2)])}
    expected = Session(proto, optimize=False).run(feeds)
    for tensor, name in seen.items():
        owner = resolution.encodings.flow.owners[tensor]
        if owner == tensor:
            quantizer = network.activation_quantizers[owner]
            scale = float(resolution.encodings.of(tensor).scale)
            network.activation_quantizers[owner] = _Given(quantizer, expected[name], scale)
    with torch.no_grad():
        found = network.run({"input": torch.from_numpy(feeds["input"])})["logits"]
    given = [q for q in network.activation_quantizers.values() if isinstance(q, _Given)]
    assert len(given) > 60
    assert min(q.share for q in given) >= SAME_CODES
    np.testing.assert_allclose(found.numpy(), expected["logits"], rtol=1e-4, atol=1e-4)


def test_markers_stand_where_the_file_rounds(tmp_path):
    model = residual(tmp_path / "m.onnx")
    start = quantized(model, images(), 8, 8)
    network = FakeNetwork(model, start, Settings())
    written = qdq_model(model, start.encodings)
    pairs = [n for n in written.graph.node if n.op_type == "QuantizeLinear"]
    owners = [n for n in network.places.proto.graph.node if n.op_type == "QuantizeActivation"]
    assert len(owners) == len(pairs)
    rounded = [n for n in network.places.proto.graph.node if n.op_type == "QuantizeWeight"]
    stored = [t.name for t in written.graph.initializer if re.fullmatch(r"w\d_quantized", t.name)]
    assert len(rounded) == len(stored) == 4
