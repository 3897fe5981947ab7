"""Few channels that rule the input of products are made smaller, and the function stays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from quantengine.data.dataset import Dataset
from quantengine.data.open import in_memory
from quantengine.decisions import plan_taps
from quantengine.graph.model import FloatModel
from quantengine.observe.calibrate import calibrate
from quantengine.observe.collector import stats_of
from quantengine.observe.table import CalibrationTable
from quantengine.observe.tap import Tap
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.recover import outliers
from quantengine.recover import state as states
from quantengine.recover.outliers import Channels
from quantengine.recover.smooth import dominated, smooth
from quantengine.runtime import Session
from quantengine.verdict.reference import Reference
from quantengine.work.default import default_recipe
from quantengine.work.export import ExportOptions, export_candidate
from quantengine.work.make import make
from quantengine.work.recipe import Recipe
from quantengine.work.work import Work
from tests.engine.onnx_text import text_model

NORMAL = "a = LayerNormalization <axis: int = -1> (x, scale, shift)"
PARTS = """
  mean = ReduceMean <axes: ints = [-1]> (x)  centred = Sub (x, mean)
  squares = Mul (centred, centred)  variance = ReduceMean <axes: ints = [-1]> (squares)
  deviation = Sqrt (variance)  unit = Div (centred, deviation)
  scaled = Mul (unit, scale)  a = Add (shift, scaled)
"""
ALONE = "y = MatMul (a, w)"
FORMS = {
    "a normalization": (f"{NORMAL} {ALONE}", 0),
    "a normalization in parts": (f"{PARTS} {ALONE}", 0),
    "a factor": (f"a = Mul (x, scale) {ALONE}", 0),
    "one factor for all": (
        f"b = Mul (x, scale) c = Erf (b) d = Mul (b, c) a = Mul (d, half) {ALONE}",
        0,
    ),
    "beside a residual": (f"{NORMAL} b = MatMul (a, w) y = Add (a, b)", 1),
    "two layers and a residual": (
        f"{NORMAL} b = MatMul (a, w) c = Gemm <transB: int = 1> (a, w2)"
        " d = Mul (b, c) y = Add (a, d)",
        1,
    ),
    "an input": ("y = MatMul (x, w)", 1),
    "no constant before it": (f"b = Mul (x, scale) a = Mul (b, x) {ALONE}", 1),
}


def network(folder: Path, nodes: str, times: float = 60.0) -> FloatModel:
    """Channel 2 of 8 is `times` as large as others, and its weights are as much smaller."""
    rng = np.random.default_rng(3)
    scale, undone = np.ones(8), np.ones((8, 1))
    scale[2], undone[2] = times, 1 / times
    weights = {
        "scale": scale,
        "shift": 0.1 * scale,
        "w": rng.normal(size=(8, 8)) * undone,
        "w2": (rng.normal(size=(8, 8)) * undone).T,
        "half": 0.5,
    }
    used = {
        name: np.asarray(values, np.float32)
        for name, values in weights.items()
        if any(f"{before}{name}{after}" in nodes for before in "( " for after in ",)")
    }
    text = f"g (float[n,8] x) => (float[n,8] y) {{ {nodes} }}"
    return text_model(folder / "m.onnx", text, used)


def data(times: float = 1.0) -> np.ndarray:
    values = np.random.default_rng(4).normal(size=(40, 8)).astype(np.float32)
    values[:, 2] *= times
    return values


def table_of(model: FloatModel, values: np.ndarray) -> CalibrationTable:
    return calibrate(model, in_memory({"x": values}), model_taps(model), workers=1)


@pytest.mark.parametrize("form", FORMS)
def test_outliers_move_into_weights_and_the_function_stays(form: str, tmp_path: Path) -> None:
    nodes, added = FORMS[form]
    model, values = network(tmp_path, nodes), data(60 if form == "an input" else 1)
    table = table_of(model, values)
    found = smooth(model, table)
    assert (found.tensors, found.added) == (1, added)
    assert dominated(model, table, QuantPlan())
    ours, theirs = (
        Session(each).run({"x": values})["y"] for each in (model.path, found.model.proto)
    )
    np.testing.assert_allclose(theirs, ours, rtol=1e-4, atol=1e-4)
    candidate = make(Work(model, QuantPlan(), in_memory({"x": values})))
    step = next(step for step in candidate.reports if step.step == "smooth")
    assert step.kept and step.gain_db > 3
    export_candidate(candidate, tmp_path / "q.onnx", ExportOptions())
    samples = [in_memory({"x": values}).load(place) for place in range(len(values))]
    session = Session(tmp_path / "q.onnx")
    written = Reference.of(model, samples).judge(session.run(each.feeds) for each in samples)
    assert written.worst_db >= 28


@pytest.mark.parametrize("form", FORMS)
def test_only_what_smoothing_changed_is_observed_again(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nodes, added = FORMS[form]
    model, values = network(tmp_path, nodes), data(60 if form == "an input" else 1)
    begun, plan, given = table_of(model, values), QuantPlan(), in_memory({"x": values})
    model_of, taps_of = [], list[list[Tap]]()

    def watched(model: FloatModel, data: Dataset, taps: list[Tap], **rest: Any) -> CalibrationTable:
        model_of.append(model)
        taps_of.append(taps)
        return calibrate(model, data, taps, **rest)

    monkeypatch.setattr(states, "calibrate", watched)
    made = make(Work(model, plan, given, begun), Recipe(("smooth",)))
    assert made.table is not None and model_of == [made.model]
    whole = calibrate(made.model, given, plan_taps(made.model, plan))
    assert set(made.table.tensors) == set(whole.tensors)
    again = {tap.tensor for tap in taps_of[0]}
    assert again == (set(whole.tensors) - set(begun.tensors) if added else {"a"})
    for name, stats in whole.tensors.items():
        found = made.table.tensors[name]
        assert (found is begun.tensors.get(name)) is (name not in again)
        for field in ("low", "high", "mean", "variance"):
            ours, theirs = getattr(found, field), getattr(stats, field)
            np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5)


def test_where_statistics_are_of_other_data_all_is_observed_again(tmp_path: Path) -> None:
    model = network(tmp_path, FORMS["beside a residual"][0])
    other, given = table_of(model, 3 * data()), in_memory({"x": data()})
    made = make(Work(model, QuantPlan(), given, other), Recipe(("smooth",)))
    whole = calibrate(made.model, given, plan_taps(made.model, QuantPlan()))
    assert made.table is not None and made.table.data_hash == whole.data_hash
    assert set(made.table.tensors) == set(whole.tensors)
    for name, stats in whole.tensors.items():
        assert made.table.tensors[name].high == pytest.approx(stats.high, rel=1e-5)


def test_what_no_channel_rules_is_left_alone(tmp_path: Path) -> None:
    for form in ("beside a residual", "an input"):
        model, values = network(tmp_path, FORMS[form][0], times=1), data()
        table = table_of(model, values)
        assert not dominated(model, table, QuantPlan())
        assert smooth(model, table).added == 0
        work = Work(model, QuantPlan(), in_memory({"x": values}), table)
        assert "smooth" not in default_recipe(work).steps


@pytest.mark.parametrize(
    ("nodes", "plan", "why"),
    [
        (FORMS["beside a residual"][0], QuantPlan().with_override("a", bits=16), "decides for it"),
        ("a = MatMul (x, w) b = Relu (a) y = MatMul (b, w2)", QuantPlan(), ""),
        (FORMS["beside a residual"][0], QuantPlan().with_float("*"), ""),
    ],
)
def test_where_codes_or_a_plan_are_in_the_way_nothing_is_put_in(
    nodes: str, plan: QuantPlan, why: str, tmp_path: Path
) -> None:
    model, values = network(tmp_path, nodes), data()
    found = smooth(model, table_of(model, values), plan)
    assert found.added == 0 and why in found.text


def test_the_strength_is_that_of_least_noise_for_the_widths_of_the_plan() -> None:
    """Fewer bits of weights leave them more of the noise: they are spared."""
    values, plan = data(60), QuantPlan()
    stats = stats_of(values, channel_axis=-1).channels
    assert stats is not None
    weights = [np.random.default_rng(5).normal(size=(8, 16)).astype(np.float32)]
    factors = {}
    for bits in (4, 8):
        weight_plan = replace(plan.weights, dtype=f"int{bits}")
        factors[bits] = Channels.of(stats, plan.activations, weights, [weight_plan]).factor()
    assert factors[8].gain > factors[4].gain > 1
    assert factors[8].values[2] > factors[4].values[2] > 1
    alone = replace(plan.activations, dtype="float")
    assert Channels.of(stats, alone, weights, [plan.weights]).factor((1.0,)).gain < 1


def test_what_one_token_alone_makes_massive_is_smoothed() -> None:
    """One input that few rows have, and that goes to one result: others keep their steps."""
    rng = np.random.default_rng(4)
    weight = (rng.normal(size=(64, 32)) * 0.1).astype(np.float32)
    weight[0] = 0.0
    weight[0, 0] = 5.0
    low, high, power = np.full(64, -0.2), np.full(64, 3.0), np.full(64, 0.5)
    high[0], power[0] = 240.0, 240.0**2 / 17
    plan = QuantPlan()
    found = Channels(low, high, power, (weight,), plan.activations, (plan.weights,)).factor()
    assert found.gain > 20
    assert found.values[0] > 20 * np.median(found.values)


def test_channels_that_a_gelu_leaves_below_zero_take_fewer_codes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    draw, plan = np.random.default_rng(4), QuantPlan()
    high = np.where(np.arange(64) < 48, draw.uniform(0.5, 2, 64), 0.02)
    high[0] = 20.0
    low, power = np.full(64, -0.17), np.square(high) / 9 + 1e-3
    weight = draw.standard_normal((64, 32)).astype(np.float32)
    channels = Channels(low, high, power, (weight,), plan.activations, (plan.weights,))
    found = channels.factor()
    monkeypatch.setattr(outliers, "_SHARES", ())
    even = channels.factor()
    assert found.gain > even.gain
    below, before = (np.max(-low / f.values) / np.max(high / f.values) for f in (found, even))
    assert below < 0.6 * before
