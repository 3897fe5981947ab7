from __future__ import annotations

import gc
import weakref
from pathlib import Path

import numpy as np
import pytest

from quantengine.analyze.simulate import ALL, NONE, Active, Simulator
from quantengine.data.open import in_memory
from quantengine.graph.load import open_model
from quantengine.graph.model import FloatModel
from quantengine.observe.calibrate import calibrate
from quantengine.observe.table import CalibrationTable
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.resolve.resolve import resolve_plan
from quantengine.rewrite.qdq import qdq_model
from quantengine.runtime import Session
from quantengine.targets import plan_for
from tests.engine.small_network import images, network


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[FloatModel, CalibrationTable]:
    model = network(tmp_path_factory.mktemp("model"))
    return model, calibrate(model, images(), model_taps(model), workers=1)


PLANS = {
    "default": QuantPlan(),
    "symmetric": plan_for("tensorrt"),
    "odd widths": QuantPlan().with_override("*", bits=5),
    "wide": QuantPlan().with_override("*", bits=16),
    "per tensor": QuantPlan().with_override("*", **{"weights.granularity": "tensor"}),
    "one layer float": QuantPlan(),
    "outputs": QuantPlan(quantize_outputs=True),
    "float activations": QuantPlan().with_override("*", **{"activations.dtype": "float"}),
    "dynamic": QuantPlan().with_override("*", **{"activations.dtype": "dynamic"}),
}


@pytest.mark.parametrize("name", PLANS)
def test_the_simulation_equals_the_qdq_form_to_the_last_bit(
    prepared: tuple[FloatModel, CalibrationTable], name: str
) -> None:
    model, table = prepared
    plan = PLANS[name]
    if name == "one layer float":
        plan = QuantPlan().with_float(model.producers["c"].name)
    encodings = resolve_plan(model, plan, table).encodings
    feeds = images().load(0).feeds
    expected = Session(qdq_model(model, encodings), optimize=False).run(feeds)
    found = Simulator(model).run(feeds, encodings)
    assert np.array_equal(found["y"], expected["y"])


def test_plans_follow_each_other_in_one_session(
    prepared: tuple[FloatModel, CalibrationTable],
) -> None:
    model, table = prepared
    simulator, feeds = Simulator(model), images().load(1).feeds
    for bits in (8, 4, 8):
        encodings = resolve_plan(model, QuantPlan().with_override("*", bits=bits), table).encodings
        expected = Session(qdq_model(model, encodings), optimize=False).run(feeds)
        assert np.array_equal(simulator.run(feeds, encodings)["y"], expected["y"])


def test_nothing_active_is_the_float_network_and_everything_is_not(
    prepared: tuple[FloatModel, CalibrationTable],
) -> None:
    model, table = prepared
    encodings = resolve_plan(model, QuantPlan(), table).encodings
    feeds = images().load(0).feeds
    expected = Session(model.proto, optimize=False).run(feeds)["y"]
    simulator = Simulator(model)
    assert np.array_equal(simulator.run(feeds, encodings, active=NONE)["y"], expected)
    assert not np.array_equal(simulator.run(feeds, encodings, active=ALL)["y"], expected)


def test_a_tap_shows_what_the_next_layer_reads(
    prepared: tuple[FloatModel, CalibrationTable],
) -> None:
    model, table = prepared
    encodings = resolve_plan(model, QuantPlan(), table).encodings
    feeds = images().load(0).feeds
    _, found = Simulator(model).watched(feeds, encodings, ["x", "b"])
    on_grid = encodings.activations["x"].fake_quantize(feeds["x"])
    assert np.array_equal(found["x"], on_grid)
    assert np.array_equal(found["b"], encodings.activations["b"].fake_quantize(found["b"]))
    only_b = Active(tensors=frozenset({"b"}), weights=frozenset())
    _, passed = Simulator(model).watched(feeds, encodings, ["x"], only_b)
    assert np.array_equal(passed["x"], feeds["x"])


@pytest.mark.parametrize("name", ["mnist_cnn", "resnet20_cifar10", "ultraface_rfb320"])
def test_real_networks_are_simulated_to_the_last_bit(shared: Path, name: str) -> None:
    model = open_model(shared / "models" / f"{name}.onnx")
    shapes = {
        key: [side if isinstance(side, int) else 1 for side in kind.shape or ()]
        for key, kind in model.inputs.items()
    }
    rng = np.random.default_rng(0)
    data = in_memory({key: rng.normal(size=shape).astype("f") for key, shape in shapes.items()})
    table = calibrate(model, data, model_taps(model))
    simulator, feeds = Simulator(model), data.load(0).feeds
    for bits in (8, 5):
        encodings = resolve_plan(model, QuantPlan().with_override("*", bits=bits), table).encodings
        expected = Session(qdq_model(model, encodings), optimize=False).run(feeds)
        found = simulator.run(feeds, encodings)
        assert all(np.array_equal(found[key], value) for key, value in expected.items())


def test_a_session_keeps_the_encodings_it_is_known_by(
    prepared: tuple[FloatModel, CalibrationTable],
) -> None:
    model, table = prepared
    simulator = Simulator(model)
    encodings = resolve_plan(model, PLANS["dynamic"], table).encodings
    simulator.session(encodings)
    known_by = weakref.ref(encodings)
    del encodings
    gc.collect()
    assert known_by() is not None
