"""What a layer is comes from the resolved plan: all overridden is the same as the default."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from app.edits import ACTIVATIONS, WEIGHTS, set_tensor
from quantengine.bundled import demo_model
from quantengine.cli.main import main
from quantengine.data.dataset import Dataset
from quantengine.graph.model import FloatModel
from quantengine.observe.calibrate import calibrate
from quantengine.observe.table import CalibrationTable
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan, apply_settings
from quantengine.recover.auto import recover_plan
from quantengine.recover.report import Recovered
from quantengine.resolve.resolve import resolve_plan
from quantengine.rewrite.qdq import qdq_model
from quantengine.work.default import default_recipe
from quantengine.work.recipe import Recipe
from quantengine.work.sweep import sweep_methods
from quantengine.work.work import Work
from tests.engine.small_network import chain, images


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> FloatModel:
    return chain(tmp_path_factory.mktemp("model"), planted=False)


@pytest.fixture(scope="module")
def data() -> Dataset:
    return images(20)


@pytest.fixture(scope="module")
def table(model: FloatModel, data: Dataset) -> CalibrationTable:
    return calibrate(model, data, model_taps(model))


def defaults(plan: QuantPlan, **changes: Any) -> QuantPlan:
    """`changes` by role, as the defaults of the plan."""
    return replace(
        plan,
        **{
            role: apply_settings(getattr(plan, role), x.items(), role)
            for role, x in changes.items()
        },
    )


def overridden(plan: QuantPlan, **changes: Any) -> QuantPlan:
    """`changes` by role, as an override of every layer."""
    settings = {f"{role}.{key}": value for role, x in changes.items() for key, value in x.items()}
    return plan.with_override("*", **settings)


def tuned(model: FloatModel, table: CalibrationTable, **changes: Any) -> QuantPlan:
    """`changes` by role, as the window's Tune sets them for a selection of all layers."""
    encodings = resolve_plan(model, QuantPlan(), table).encodings
    names = {WEIGHTS: encodings.weights, ACTIVATIONS: encodings.activations}
    plan = QuantPlan()
    for role, found in changes.items():
        plan = set_tensor(plan, role, names[role], found)
    return plan


def graph(found: Recovered) -> bytes:
    proto: onnx.ModelProto = qdq_model(found.model, found.resolution.encodings)
    return proto.graph.SerializeToString()


CHANGES = {
    "per tensor": {"weights": {"granularity": "tensor"}},
    "4 bits": {"weights": {"dtype": "int4"}},
    "methods": {"activations": {"method": "minmax"}},
    "both": {
        "weights": {"dtype": "int4", "granularity": "tensor"},
        "activations": {"dtype": "uint16", "method": "minmax"},
    },
}


@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES)
def test_every_layer_overridden_is_the_same_as_the_default(
    model: FloatModel, data: Dataset, table: CalibrationTable, changes: dict[str, Any]
) -> None:
    plans = (
        defaults(QuantPlan(), **changes),
        overridden(QuantPlan(), **changes),
        tuned(model, table, **changes),
    )
    rounds = changes == CHANGES["4 bits"]
    steps = ["auto"] if rounds else ["quick"]
    first, *others = (recover_plan(model, plan, data, table, steps=steps) for plan in plans)
    for other in others:
        assert [str(step) for step in other.steps] == [str(step) for step in first.steps]
        assert graph(other) == graph(first)


def test_scales_of_whole_tensors_are_evened_out_however_they_were_asked_for(
    tmp_path: Path, data: Dataset
) -> None:
    model = chain(tmp_path, planted=True)
    table = calibrate(model, data, model_taps(model))
    plan = tuned(model, table, weights={"granularity": "tensor"})
    found = recover_plan(model, plan, data, table, steps=["quick"])
    step = next(step for step in found.steps if step.step == "equalize")
    assert step.kept
    assert step.gain_db > 5


def test_a_step_is_left_out_only_where_no_layer_needs_it(
    model: FloatModel, data: Dataset, table: CalibrationTable
) -> None:
    wide = defaults(QuantPlan(), weights={"dtype": "int16"})
    some = wide.with_override("Conv_c", **{"weights.dtype": "int4"})
    for plan, tried in ((wide, False), (some, True)):
        found = recover_plan(model, plan, data, table, steps=["auto"])
        text = next(step.text for step in found.steps if step.step == "round")
        assert ("lose little" not in text) == tried


def test_a_range_method_for_single_tensors_stays(
    model: FloatModel, data: Dataset, table: CalibrationTable
) -> None:
    plan = defaults(QuantPlan(), activations={"method": "minmax"})
    tensor = next(iter(resolve_plan(model, plan, table).encodings.activations))
    alone = plan.with_override(tensor, **{"activations.method": "mae"})
    found = recover_plan(model, alone, data, table, steps=["ranges"])
    assert found.resolution.activation_plans[tensor].method == "mae"


def test_bias_is_corrected_by_default_where_any_activation_is_an_integer(
    model: FloatModel, data: Dataset
) -> None:
    floats = defaults(QuantPlan(), activations={"dtype": "float"})
    integers = overridden(floats, activations={"dtype": "uint8"})
    none = overridden(QuantPlan(), activations={"dtype": "float"})
    found = [
        default_recipe(Work(model, plan, data)) for plan in (floats, none, integers, QuantPlan())
    ]
    assert found == [Recipe(), Recipe(), *[Recipe(("judged", "bias"))] * 2]


def test_statistics_are_collected_where_an_override_needs_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["quantize", str(demo_model()), "-o", str(tmp_path / "q.onnx")]
    floats = ["--activations", "float"]
    assert main([*command, *floats, "--set", "*:weights.bits=4"]) == 0
    assert main([*command, *floats, "--set", "*:activations.dtype=uint8"]) == 2
    assert "Ranges of activations are chosen from data" in capsys.readouterr().err


def test_a_sweep_of_methods_reaches_overridden_layers(
    model: FloatModel, data: Dataset, table: CalibrationTable
) -> None:
    plan = overridden(QuantPlan(), activations={"method": "mse", "dtype": "uint4"})
    found = sweep_methods(Work(model, plan, data, table), methods=["minmax", "mse"], limit=4)
    levels = [point.effect.sqnr_db for point in found.points if point.effect is not None]
    assert abs(np.subtract(*levels)) > 1
