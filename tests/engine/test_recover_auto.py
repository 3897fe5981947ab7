from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from quantengine.cli.written import recovery_lines
from quantengine.data.dataset import Dataset
from quantengine.data.open import in_memory
from quantengine.errors import Cancelled, DataError, PlanError
from quantengine.formats.granularity import granularity_named
from quantengine.formats.metrics import Difference
from quantengine.graph.model import FloatModel
from quantengine.monitor import Monitor
from quantengine.observe.calibrate import calibrate
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.recover import samples as samples_module
from quantengine.recover import sides
from quantengine.recover import walk as walk_module
from quantengine.recover.analytic import clipped_normal_mean, correct_bias_analytic
from quantengine.recover.auto import recover_plan
from quantengine.recover.bias import correct_bias
from quantengine.recover.rounding import Rounding, round_weights
from quantengine.recover.samples import recovery_samples
from quantengine.recover.sides import Sides
from quantengine.recover.state import State
from quantengine.recover.step import Step
from quantengine.recover.steps import AUTO, QUICK, STEPS
from quantengine.recover.tune import tune_ranges
from quantengine.recover.walk import Treatment, Visit, walk
from quantengine.resolve.resolve import Resolution, resolve_plan
from quantengine.rewrite.encodings import Encodings
from quantengine.rewrite.qdq import qdq_model
from quantengine.runtime import Session
from quantengine.targets import plan_for
from quantengine.work.candidate import Candidate
from tests.engine.judged import held_db
from tests.engine.onnx_text import text_model

RNG = np.random.default_rng(21)

MIXING = np.array([[1.0, 0.2], [0.9, -0.4], [0.8, 0.6], [-1.1, 0.1]])

CHAIN = """
g (float[n,4,8,8] x) => (float[n,5] y) {
  a = Conv <pads: ints = [1,1,1,1]> (x, w1, b1)
  b = Relu (a)
  c = Conv <pads: ints = [1,1,1,1], group: int = 8> (b, dw, b2)
  d = Relu (c)
  e = Conv (d, w3)
  f = Relu (e)
  g = GlobalAveragePool (f)
  h = Flatten (g)
  y = Gemm (h, w4)
}
"""


def weight(*shape: int) -> np.ndarray:
    return RNG.normal(size=shape).astype(np.float32)


def chain(tmp_path: Path, planted: float = 1.0) -> FloatModel:
    weights = {
        "w1": weight(8, 4, 3, 3),
        "b1": weight(8),
        "dw": weight(8, 1, 3, 3),
        "b2": weight(8),
        "w3": weight(12, 8, 1, 1),
        "w4": weight(12, 5),
    }
    weights["w1"][3] *= planted
    weights["b1"][3] *= planted
    weights["dw"][3] /= planted
    return text_model(tmp_path / "chain.onnx", CHAIN, weights)


def data(count: int = 60, seed: int = 2) -> Dataset:
    """Images whose channels follow each other, as those of real networks do."""
    draw = np.random.default_rng(seed)
    mixed = np.einsum("cd,ndhw->nchw", MIXING, draw.normal(size=(count, 2, 8, 8)))
    values = mixed + 0.1 * draw.normal(size=mixed.shape) + 0.3
    return in_memory({"x": values.astype(np.float32)})


def resolved(model: FloatModel, plan: QuantPlan) -> Resolution:
    return resolve_plan(model, plan, calibrate(model, data(), model_taps(model), workers=1))


def with_bits(bits: int, granularity: str = "channel") -> QuantPlan:
    plan = QuantPlan()
    weights = replace(plan.weights, dtype=f"int{bits}", granularity=granularity_named(granularity))
    return replace(plan, weights=weights)


def unseen_db(model: FloatModel, found: FloatModel, resolution: Resolution) -> float:
    feeds = [data(20, seed=9).load(i).feeds for i in range(20)]
    reference = Session(model.proto, threads=1)
    candidate = Session(qdq_model(found, resolution.encodings), optimize=False, threads=1)
    difference = Difference()
    for sample in feeds:
        difference.add(reference.run(sample)["y"], candidate.run(sample)["y"])
    return difference.sqnr_db


def test_a_planted_shift_is_corrected(tmp_path: Path) -> None:
    model = chain(tmp_path)
    resolution = resolved(model, QuantPlan())
    first = next(n for n in resolution.flow.nodes.values() if n.node.op_type == "Conv")
    stored = model.constant(first.bias)
    shifted = replace(resolution.encodings, biases={first.node.name: stored + 2})
    samples = recovery_samples(model, data())
    found = correct_bias(model, shifted, samples)
    assert held_db(model, samples, shifted) < 15
    assert held_db(model, samples, found.encodings) > 30
    assert np.abs(found.encodings.biases[first.node.name] - stored).max() < 0.05


def test_the_mean_of_a_clipped_normal_matches_samples() -> None:
    draws = np.random.default_rng(1).normal(size=(400_000, 3)) * [1.0, 2.0, 0.5] + [0.0, 1.0, 7.0]
    expected = np.clip(draws, 0, 6).mean(axis=0)
    mean, deviation = np.array([0.0, 1.0, 7.0]), np.array([1.0, 2.0, 0.5])
    assert np.allclose(clipped_normal_mean(mean, deviation, 0.0, 6.0), expected, atol=0.01)
    assert np.allclose(clipped_normal_mean(mean, deviation, -np.inf, np.inf), mean, atol=1e-9)


def test_analytic_correction_needs_a_batch_norm(tmp_path: Path) -> None:
    model = chain(tmp_path)
    found = correct_bias_analytic(model, resolved(model, QuantPlan()).encodings)
    assert not found.layers
    assert "no batch norm" in found.text


@pytest.mark.parametrize("method", ["second_order", "adaptive"])
@pytest.mark.parametrize("inputs", ["float", "quantized", "either"])
def test_rounding_is_better_than_to_nearest(
    tmp_path: Path, method: str, inputs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quantengine.recover.adaptive.MOST_STEPS", 400)
    model = chain(tmp_path)
    resolution = resolved(model, with_bits(4))
    found = round_weights(
        model, resolution.encodings, recovery_samples(model, data()), Rounding(method, inputs)
    )
    after = replace(resolution, encodings=found.encodings)
    assert found.layers
    assert unseen_db(model, model, after) > unseen_db(model, model, resolution) + 3
    for name, codes in found.encodings.codes.items():
        encoding = found.encodings.weights[name]
        assert encoding.qmin <= codes.min()
        assert codes.max() <= encoding.qmax


def test_rounding_keeps_pairs_safe(tmp_path: Path) -> None:
    model = chain(tmp_path)
    resolution = resolved(model, plan_for("onnxruntime-no-vnni"))
    found = round_weights(
        model, resolution.encodings, recovery_samples(model, data()), Rounding(pair_safe=True)
    )
    codes = next(c for c in found.encodings.codes.values() if c.shape == (8, 4, 3, 3))
    rows = np.moveaxis(codes, 1, -1).reshape(8, -1, 2).astype(int)
    assert max(np.maximum(rows, 0).sum(2).max(), np.maximum(-rows, 0).sum(2).max()) <= 128


def test_auto_mends_a_planted_bad_channel(tmp_path: Path) -> None:
    model = chain(tmp_path, planted=1000.0)
    found = recover_plan(model, with_bits(8, "tensor"), data())
    assert found.steps[0].step == "fold"
    before = resolved(model, with_bits(8, "tensor"))
    assert unseen_db(model, model, before) < 10
    assert unseen_db(model, found.model, found.resolution) > 25
    tree = [step for step in found.steps if step.tried]
    assert tree[0].name == "equalize" and tree[0].kept and tree[0].to_json()["behind"] == []
    assert any(step.step == "equalize" and step.kept and step.gain_db > 10 for step in found.steps)
    lines = recovery_lines(cast("Candidate", SimpleNamespace(reports=found.steps)))
    place = lines.index("Recovery tried sequences, each with quick rounding and biases behind it:")
    assert lines[place + 1].startswith("  equalize: ") and "Chosen." in lines[place + 1]


def test_a_step_that_harms_is_undone_and_said(tmp_path: Path) -> None:
    model = chain(tmp_path)
    found = recover_plan(model, with_bits(4), data())
    for step in found.steps:
        assert not step.kept or step.after_db >= step.before_db
        assert step.text
    before = resolved(model, with_bits(4))
    assert unseen_db(model, found.model, found.resolution) > unseen_db(model, model, before) + 3


def test_steps_that_have_nothing_to_do_say_why(tmp_path: Path) -> None:
    graph = "g (float[n,6] x) => (float[n,3] y) { y = MatMul (x, w) }"
    model = text_model(tmp_path / "m.onnx", graph, {"w": weight(6, 3)})
    rows = in_memory({"x": weight(20, 6)})
    steps = ("fold", "equalize", "smooth", "absorb", "bias")
    found = recover_plan(model, QuantPlan(), rows, steps=steps)
    assert [step.step for step in found.steps] == list(steps)
    assert all(not step.kept and len(step.text) > 20 for step in found.steps)
    assert not any(step.opened for step in found.steps)
    assert "MatMul without a bias" in found.steps[-1].text


def test_a_plan_that_keeps_all_float_is_not_told_of_scales(tmp_path: Path) -> None:
    found = recover_plan(chain(tmp_path), QuantPlan().with_float("*"), data())
    said = {step.step: step.text for step in found.steps}
    assert said["equalize"] == said["absorb"] == "No layer has weights as integers."


def test_bad_wishes_are_refused(tmp_path: Path) -> None:
    model = chain(tmp_path)
    with pytest.raises(PlanError, match="'magic' is not a recovery step"):
        recover_plan(model, QuantPlan(), data(), steps=("magic",))
    with pytest.raises(DataError, match="at least 2 samples"):
        recover_plan(model, QuantPlan(), data(1))


def test_recovery_can_be_cancelled(tmp_path: Path) -> None:
    class Impatient(Monitor):
        def progress(self, done: int, _: int | None, text: str) -> None:
            if text == "Rounding weights" and done == 1:
                self.cancel()

    with pytest.raises(Cancelled):
        recover_plan(chain(tmp_path), with_bits(4), data(), monitor=Impatient())


def test_tuned_ranges_are_kept_only_where_they_help(tmp_path: Path) -> None:
    model = chain(tmp_path)
    found = recover_plan(model, QuantPlan(), data(), steps=("tune",))
    (step,) = found.steps
    assert not step.kept or step.after_db >= step.before_db
    narrow = QuantPlan().with_override("b", **{"activations.low": 0.0, "activations.high": 0.5})
    spoilt = resolved(model, narrow)
    mended = tune_ranges(
        model, spoilt, [resolved(model, QuantPlan())], recovery_samples(model, data())
    )
    assert mended.changed >= 1
    after = replace(spoilt, encodings=mended.encodings)
    assert unseen_db(model, model, after) > unseen_db(model, model, spoilt) + 3


def test_biases_of_chosen_layers_alone_and_every_report_is_told(tmp_path: Path) -> None:
    model = chain(tmp_path)
    first, second, *_ = [node.name for node in model.graph.node if node.op_type == "Conv"]
    told: list[str] = []
    found = recover_plan(
        model,
        with_bits(4),
        data(),
        steps=(f"bias:{first}",),
        watch=lambda report: told.append(report.step),
    )
    assert told == [f"bias:{first}"]
    assert set(found.resolution.encodings.biases) <= {first}
    both = recover_plan(model, with_bits(4), data(), steps=("bias",))
    assert second in both.resolution.encodings.biases
    with pytest.raises(PlanError, match="'nothing' matches no layer"):
        recover_plan(model, QuantPlan(), data(), steps=("bias:nothing",))


@pytest.mark.parametrize(("word", "steps"), [("auto", AUTO), ("quick", QUICK)])
def test_a_word_stands_for_steps(tmp_path: Path, word: str, steps: tuple[str, ...]) -> None:
    found = recover_plan(chain(tmp_path), with_bits(4), data(), steps=(word,))
    assert [step.step for step in found.steps] == list(steps)
    rounded = bool(found.resolution.encodings.codes)
    assert rounded == (word == "auto")


def test_a_new_step_is_one_entry_and_judged_by_the_driver_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ruin(state: State) -> State:
        codes = {n: np.zeros_like(state.model.constant(n), int) for n in state.encodings.weights}
        return state.with_encodings(replace(state.encodings, codes=codes), "All became zero.")

    def report(state: State) -> State:
        return state.said(f"{len(state.encodings.weights)} weights are integers.")

    new = {"ruin": Step("Ruins it", ruin), "report": Step("Only reports", report)}
    monkeypatch.setattr("quantengine.recover.steps.STEPS", {**STEPS, **new})
    model = chain(tmp_path)
    found = recover_plan(model, QuantPlan(), data(), steps=("judged", "ruin", "report"))
    ruined, reported = found.steps
    assert ruined.judged
    assert not (ruined.kept or ruined.harms)
    assert not found.resolution.encodings.codes
    named = recover_plan(model, QuantPlan(), data(), steps=("ruin",))
    (stays,) = named.steps
    assert stays.kept and stays.harms and "stays since it was named" in stays.text
    assert (stays.before_db, stays.after_db) == (ruined.before_db, ruined.after_db)
    assert named.resolution.encodings.codes
    better = recover_plan(model, with_bits(4), data(), steps=("round",)).steps[0]
    assert better.kept and not better.harms
    assert not reported.judged
    assert str(reported) == "report: 4 weights are integers."
    with pytest.raises(PlanError, match="adaround, tune, ruin, report"):
        recover_plan(chain(tmp_path), QuantPlan(), data(), steps=("report:*",))


def test_rounding_ends_when_its_time_is_over(tmp_path: Path) -> None:
    model = chain(tmp_path)
    encodings = resolved(model, with_bits(4)).encodings
    samples = recovery_samples(model, data())
    found = round_weights(model, encodings, samples, Rounding(most_seconds=-1.0))
    assert not found.layers
    assert not found.encodings.codes
    assert found.late == 4
    assert "time did not suffice for 4" in found.text


def test_a_walk_that_may_hold_little_sees_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, given = chain(tmp_path), data(20)
    monkeypatch.setattr(samples_module, "_CHUNK_SAMPLES", 3)
    samples = recovery_samples(model, given)
    encodings = resolved(model, QuantPlan()).encodings
    assert len(samples.fit) > 1
    walked: list[list[Visit]] = []
    held: list[bool] = []

    class Watched(Sides):
        def holds(self, name: str) -> bool:
            held.append(super().holds(name))
            return held[-1]

    monkeypatch.setattr(walk_module, "Sides", Watched)
    for most in (sides.MOST_BYTES, 0):
        held.clear()
        monkeypatch.setattr(sides, "MOST_BYTES", most)
        visits: list[Visit] = []

        def treat(visit: Visit, found: Encodings, visits: list[Visit] = visits) -> Encodings:
            visits.append(visit)
            return found

        walk(model, encodings, samples, Treatment(treat, "", drawn=40))
        walked.append(visits)
        assert all(held) is bool(most)
    assert len(walked[0]) == len(walked[1]) == 4
    for one, other in zip(*walked, strict=True):
        for name in ("reference", "candidate", "reference_mean", "candidate_mean", "share"):
            for part in ("fit", "held"):
                seen = (getattr(getattr(visit, part), name) for visit in (one, other))
                np.testing.assert_allclose(*seen, rtol=1e-5, atol=1e-6)
