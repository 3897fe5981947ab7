from __future__ import annotations

import json
import math
import weakref
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from quantengine.analyze.compare import compare
from quantengine.analyze.comparison import Comparison
from quantengine.analyze.simulate import Active, Simulator
from quantengine.data.open import in_memory
from quantengine.errors import Cancelled, DataError
from quantengine.graph.load import open_model
from quantengine.graph.model import FloatModel
from quantengine.monitor import Monitor
from quantengine.observe.calibrate import calibrate
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.resolve.resolve import Resolution, resolve_plan
from quantengine.runtime import Session
from tests.engine.small_network import chain, images, network


def resolved(model: FloatModel, plan: QuantPlan | None = None) -> Resolution:
    table = calibrate(model, images(), model_taps(model), workers=1)
    return resolve_plan(model, plan or QuantPlan(), table)


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> tuple[FloatModel, Resolution, Comparison]:
    model = network(tmp_path_factory.mktemp("model"))
    resolution = resolved(model)
    return model, resolution, compare(model, resolution, images())


def test_local_and_accumulated_errors_of_the_first_layer_are_equal(
    compared: tuple[FloatModel, Resolution, Comparison],
) -> None:
    first, second = compared[2].layers[:2]
    assert first.operator == "Conv"
    assert first.local == first.accumulated
    assert first.channels.local_db == first.channels.accumulated_db
    assert second.local != second.accumulated


def test_the_error_of_the_output_is_that_of_the_quantized_network(
    compared: tuple[FloatModel, Resolution, Comparison],
) -> None:
    model, resolution, found = compared
    simulator, session = Simulator(model), Session(model.proto, optimize=False)
    signal = noise = 0.0
    for index in range(len(images())):
        feeds = images().load(index).feeds
        reference = session.run(feeds)["y"].astype("d")
        candidate = simulator.run(feeds, resolution.encodings)["y"]
        signal += float(np.sum(reference**2))
        noise += float(np.sum((reference - candidate) ** 2))
    assert found.output.sqnr_db == pytest.approx(10 * math.log10(signal / noise))
    last = found.layers[-1]
    assert last.accumulated.both.sqnr_db == pytest.approx(found.output.sqnr_db)


def test_a_local_error_is_that_of_a_network_with_only_this_layer_quantized(
    compared: tuple[FloatModel, Resolution, Comparison],
) -> None:
    model, resolution, found = compared
    layer = found.layers[1]
    weight = resolution.flow.nodes[layer.name].weights[0].tensor
    simulator = Simulator(model)
    simulated = Active(frozenset({layer.output}), frozenset({weight}))
    worst = 0.0
    for index in range(len(images())):
        feeds = images().load(index).feeds
        _, seen = simulator.watched(feeds, resolution.encodings, [layer.output], simulated)
        proto = type(model.proto)()
        proto.CopyFrom(model.proto)
        proto.graph.output.add().name = layer.output
        reference = Session(proto, optimize=False).run(feeds)[layer.output]
        worst = max(worst, float(np.max(np.abs(reference - seen[layer.output]))))
    assert layer.local.both.max_error == pytest.approx(worst)


@pytest.mark.parametrize("granularity", ["tensor", "channel"])
def test_a_planted_bad_layer_is_ranked_first(tmp_path: Path, granularity: str) -> None:
    plan = QuantPlan().with_override("*", **{"weights.granularity": granularity})
    good, bad = (chain(tmp_path, planted=planted) for planted in (False, True))
    layer = bad.producers["c"].name
    result = compare(bad, resolved(bad, plan), images())
    assert result.ranked[0].name == layer
    sound = compare(good, resolved(good, plan), images()).layer(layer)
    assert sound.channels.mean_db > result.layer(layer).channels.mean_db + 20


def test_dead_channels_and_empty_weights_are_named(tmp_path: Path) -> None:
    model = network(tmp_path, dead="w1")
    found = compare(model, resolved(model), images())
    first = found.layers[0]
    assert first.channels.dead == (1,)
    assert found.tensor("w1").empty_channels == 1
    assert found.tensor("w2").empty_channels == 0


def test_weights_alone_and_activations_alone_are_told_apart(
    compared: tuple[FloatModel, Resolution, Comparison],
) -> None:
    model = compared[0]
    plan = QuantPlan().with_override("*", **{"weights.bits": 3})
    coarse = compare(model, resolved(model, plan), images())
    fine = compared[2]
    for before, after in zip(fine.layers, coarse.layers, strict=True):
        assert after.local.activations == before.local.activations
    assert coarse.output.sqnr_db < fine.output.sqnr_db - 10
    assert coarse.bytes_after < fine.bytes_after < fine.bytes_before


def test_a_layer_kept_float_has_no_row_and_its_tensors_are_exact(tmp_path: Path) -> None:
    model = network(tmp_path)
    plan = QuantPlan().with_float("*")
    found = compare(model, resolved(model, plan), images())
    assert found.layers == ()
    assert found.output.sqnr_db == math.inf
    assert found.output.agreement == 1


def test_results_are_json_and_rows(compared: tuple[FloatModel, Resolution, Comparison]) -> None:
    found = compared[2]
    data = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert len(data["layers"]) == len(found.to_rows()) == len(found.layers)
    assert data["layers"][0]["local"]["both"]["sqnr_db"] > 10


def test_a_shorter_run_uses_fewer_samples_and_none_is_an_error(
    compared: tuple[FloatModel, Resolution, Comparison],
) -> None:
    model, resolution, _ = compared
    assert compare(model, resolution, images(), limit=2).samples == 2
    with pytest.raises(DataError, match="no sample"):
        compare(model, resolution, [])


def test_comparing_can_be_stopped(compared: tuple[FloatModel, Resolution, Comparison]) -> None:
    monitor = Monitor()
    monitor.cancel()
    with pytest.raises(Cancelled):
        compare(compared[0], compared[1], images(), monitor=monitor)


def test_memory_does_not_grow_with_the_samples(
    compared: tuple[FloatModel, Resolution, Comparison],
) -> None:
    class Counting(Sequence[dict[str, np.ndarray]]):
        def __init__(self) -> None:
            self.made: list[weakref.ref[np.ndarray]] = []
            self.most = 0

        def __len__(self) -> int:
            return 40

        def __getitem__(self, index: int) -> dict[str, np.ndarray]:
            values = np.full((1, 3, 8, 8), index, np.float32)
            self.made.append(weakref.ref(values))
            self.most = max(self.most, sum(made() is not None for made in self.made))
            return {"x": values}

    probes = Counting()
    assert compare(compared[0], compared[1], probes, limit=None).samples == 40
    assert probes.most <= 16 + 3


def test_the_first_layer_of_a_real_network_has_one_error(shared: Path) -> None:
    model = open_model(shared / "models" / "resnet20_cifar10.onnx")
    rng = np.random.default_rng(0)
    data = in_memory({"input": rng.normal(size=(2, 3, 32, 32)).astype("f")})
    table = calibrate(model, data, model_taps(model))
    found = compare(model, resolve_plan(model, QuantPlan(), table), data)
    assert len(found.layers) > 25
    assert found.layers[0].local == found.layers[0].accumulated
    assert found.layers[-1].accumulated.both.sqnr_db == pytest.approx(
        found.output.sqnr_db, abs=0.01
    )
