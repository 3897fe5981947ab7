from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from quantengine.analyze.cures import curing_parts
from quantengine.analyze.sensitivity import Sensitivity, sensitivity
from quantengine.analyze.simulate import Active, Simulator
from quantengine.errors import Cancelled, PlanError
from quantengine.graph.model import FloatModel
from quantengine.monitor import Monitor
from quantengine.observe.calibrate import calibrate
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.resolve.resolve import Resolution, resolve_plan
from quantengine.runtime import Session
from quantengine.verdict.verdict import Verdict
from tests.engine.judged import judged
from tests.engine.small_network import chain, images, network


def resolved(model: FloatModel, plan: QuantPlan | None = None) -> Resolution:
    table = calibrate(model, images(), model_taps(model), workers=1)
    return resolve_plan(model, plan or QuantPlan(), table)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[FloatModel, Resolution, Sensitivity]:
    model = network(tmp_path_factory.mktemp("model"))
    resolution = resolved(model)
    return model, resolution, sensitivity(model, resolution, images())


def test_each_layer_is_what_the_whole_network_says(
    found: tuple[FloatModel, Resolution, Sensitivity],
) -> None:
    model, resolution, result = found
    simulator = Simulator(model)
    session = Session(model.proto, optimize=False)
    parts = curing_parts(model, resolution)
    assert len(parts) > 3
    feeds = [images().load(index).feeds for index in range(len(images()))]

    def verdict(active: Active) -> Verdict:
        return judged(
            *(
                (session.run(one), simulator.run(one, resolution.encodings, active=active))
                for one in feeds
            )
        )

    for part in parts:
        row = result.layer(part.name)
        assert row.alone == verdict(part.active)
        assert row.without == verdict(part.others(resolution.encodings))


def test_a_layer_that_is_not_quantized_changes_nothing(tmp_path: Path) -> None:
    model = network(tmp_path)
    layer = model.producers["c"].name
    result = sensitivity(model, resolved(model, QuantPlan().with_float(layer)), images())
    row = result.layer(layer)
    assert not row.quantized
    assert row.alone.sqnr_db == math.inf
    assert row.alone.max_error == 0
    assert row.gain_db == 0
    assert all(other.alone.sqnr_db < math.inf for other in result.layers if other.quantized)


@pytest.mark.parametrize("granularity", ["tensor", "channel"])
def test_a_planted_bad_layer_is_ranked_first(tmp_path: Path, granularity: str) -> None:
    plan = QuantPlan().with_override("*", **{"weights.granularity": granularity})
    good, bad = (chain(tmp_path, planted=planted) for planted in (False, True))
    layer = bad.producers["c"].name
    result = sensitivity(bad, resolved(bad, plan), images())
    assert result.ranked[0].name == layer
    sound = sensitivity(good, resolved(good, plan), images()).layer(layer)
    assert sound.alone.sqnr_db > result.layer(layer).alone.sqnr_db + 20


def test_all_together_is_the_quantized_network(
    found: tuple[FloatModel, Resolution, Sensitivity],
) -> None:
    model, resolution, result = found
    session, simulator = Session(model.proto, optimize=False), Simulator(model)
    feeds = [images().load(index).feeds for index in range(len(images()))]
    pairs = ((session.run(one), simulator.run(one, resolution.encodings)) for one in feeds)
    assert result.everything == judged(*pairs)
    assert result.everything.agreement is not None


def test_results_are_json_and_rows(found: tuple[FloatModel, Resolution, Sensitivity]) -> None:
    data = json.loads(json.dumps(found[2].to_json(), allow_nan=False))
    assert len(data["layers"]) == len(found[2].to_rows())


def test_dynamic_ranges_are_refused_with_a_way_out(
    found: tuple[FloatModel, Resolution, Sensitivity],
) -> None:
    plan = QuantPlan().with_override("*", **{"activations.dtype": "dynamic"})
    with pytest.raises(PlanError, match="uint8"):
        sensitivity(found[0], resolve_plan(found[0], plan), images())


def test_it_can_be_stopped(found: tuple[FloatModel, Resolution, Sensitivity]) -> None:
    monitor = Monitor()
    monitor.cancel()
    with pytest.raises(Cancelled):
        sensitivity(found[0], found[1], images(), monitor=monitor)


def test_outputs_made_before_a_layer_stay_as_they_are(tmp_path: Path) -> None:
    from tests.engine.onnx_text import text_model

    graph = """
    g (float[n,3,8,8] x) => (float[n,4,8,8] early, float[n,4,8,8] late) {
      early = Conv <pads: ints = [1,1,1,1]> (x, w1)
      a = Relu (early)
      late = Conv <pads: ints = [1,1,1,1]> (a, w2)
    }
    """
    rng = np.random.default_rng(2)
    shapes = {"w1": (4, 3, 3, 3), "w2": (4, 4, 3, 3)}
    weights = {name: rng.normal(size=s).astype("f") for name, s in shapes.items()}
    model = text_model(tmp_path / "two.onnx", graph, weights)
    result = sensitivity(model, resolved(model), images())
    last = result.layer(model.producers["late"].name)
    assert 0 < last.alone.max_error < math.inf
    assert last.without.sqnr_db > result.everything.sqnr_db
