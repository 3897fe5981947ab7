from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from quantengine.analyze.integer_view import integer_view, integer_views
from quantengine.analyze.simulate import Simulator
from quantengine.data.open import in_memory
from quantengine.errors import PlanError
from quantengine.graph.model import FloatModel
from quantengine.observe.calibrate import calibrate
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.resolve.resolve import Resolution, resolve_plan
from tests.engine.onnx_text import text_model
from tests.engine.small_network import images, network


def resolved(model: FloatModel, plan: QuantPlan | None = None) -> Resolution:
    table = calibrate(model, images(), model_taps(model), workers=1)
    return resolve_plan(model, plan or QuantPlan(), table)


@pytest.mark.parametrize("tensor", ["a", "c", "y"])
def test_the_sums_are_the_output_in_units_of_its_scale(tmp_path: Path, tensor: str) -> None:
    model = network(tmp_path)
    plan = QuantPlan().with_override("*", **{"weights.granularity": "tensor"})
    resolution = resolved(model, plan)
    node = model.producers[tensor]
    encodings = resolution.encodings
    x, w = encodings.of(node.input[0]), encodings.weights[node.input[1]]
    assert x is not None
    view = integer_view(model, resolution, node.name, images(), limit=None)
    found = [
        Simulator(model).watched(images().load(i).feeds, encodings, [tensor])[1][tensor]
        for i in range(len(images()))
    ]
    if encodings.of(tensor) is None:
        unit = float(x.scale) * float(w.scale)
        assert view.accumulator.high * unit == pytest.approx(float(np.max(found)), rel=1e-3)
        assert view.accumulator.low * unit == pytest.approx(float(np.min(found)), rel=1e-3)
    assert view.accumulator.low < view.accumulator.high
    assert view.samples == len(images())
    assert not view.to_json()["overflows"]


def test_saturation_is_told_with_and_without_data(tmp_path: Path) -> None:
    graph = "g (float[n,4] x) => (float[n,3] y) { y = MatMul (x, w) }"
    model = text_model(tmp_path / "m.onnx", graph, {"w": np.ones((4, 3), np.float32)})

    def view(values: list[float]) -> tuple[int, int]:
        data = in_memory({"x": np.array([values, [0.0, 0.0, 0.0, 1.0]], np.float32)})
        table = calibrate(model, data, model_taps(model), workers=1)
        found = integer_view(
            model, resolve_plan(model, QuantPlan(), table), model.graph.node[0].name, data
        )
        return found.saturable_pairs, found.saturated_pairs

    assert view([1.0, 1.0, 1.0, 1.0]) == (6, 6)
    assert view([1.0, 0.0, 0.0, 0.0]) == (6, 0)


def test_a_product_with_a_vector_has_the_sums_of_one_with_a_column(tmp_path: Path) -> None:
    data = in_memory({"x": np.random.default_rng(0).normal(size=(2, 3, 9)).astype("f")})
    column = np.random.default_rng(1).normal(size=(9, 1)).astype("f")
    views = []
    for name, w, output in (("column", column, "3,1"), ("vector", column[:, 0], "3")):
        graph = f"g (float[n,3,9] x) => (float[n,{output}] y) {{ y = MatMul (x, w) }}"
        model = text_model(tmp_path / f"{name}.onnx", graph, {"w": w})
        plan = QuantPlan().with_override("w", granularity="tensor")
        table = calibrate(model, data, model_taps(model), workers=1)
        views += integer_views(model, resolve_plan(model, plan, table), data, limit=None)
    assert views[0] == views[1]
    assert views[0].accumulator.low < views[0].accumulator.high


def test_self_padding_convolutions_pad_as_onnx_says(tmp_path: Path) -> None:
    graph = """
    g (float[n,1,7,6] x) => (float[n,1,4,3] y) {
      y = Conv <auto_pad: string = "SAME_LOWER", strides: ints = [2,2]> (x, w)
    }
    """
    rng = np.random.default_rng(0)
    model = text_model(tmp_path / "m.onnx", graph, {"w": rng.normal(size=(1, 1, 3, 3)).astype("f")})
    data = in_memory({"x": rng.normal(size=(2, 1, 7, 6)).astype("f")})
    table = calibrate(model, data, model_taps(model), workers=1)
    plan = QuantPlan().with_override("y", dtype="float")
    resolution = resolve_plan(model, plan, table)
    node = model.graph.node[0]
    view = integer_view(model, resolution, node.name, data)
    x, w = resolution.encodings.activations["x"], resolution.encodings.weights["w"]
    found = [Simulator(model).run(data.load(i).feeds, resolution.encodings)["y"] for i in (0, 1)]
    unit = float(x.scale) * float(w.scale[0])
    assert view.accumulator.high * unit == pytest.approx(float(np.max(found)), rel=1e-4)
    assert view.accumulator.low * unit == pytest.approx(float(np.min(found)), rel=1e-4)


def test_a_layer_without_integer_sums_is_refused(tmp_path: Path) -> None:
    model = network(tmp_path)
    resolution = resolved(model)
    with pytest.raises(PlanError, match="no integer sums"):
        integer_view(model, resolution, model.producers["d"].name, images())
    with pytest.raises(PlanError, match="no such layer"):
        integer_view(model, resolution, "nowhere", images())


def test_all_layers_at_once_are_the_layers_one_by_one(tmp_path: Path) -> None:
    model = network(tmp_path)
    resolution = resolved(model)
    found = integer_views(model, resolution, images(), limit=2)
    assert [view.layer for view in found] == [model.producers[t].name for t in ("a", "c", "y")]
    for view in found:
        assert view == integer_view(model, resolution, view.layer, images(), limit=2)
