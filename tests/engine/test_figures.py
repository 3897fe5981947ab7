"""Figures of outputs that hold infinities, integers or nothing to compare."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from quantengine.analyze.compare import compare
from quantengine.analyze.evaluate import evaluate
from quantengine.analyze.sensitivity import Sensitivity, sensitivity
from quantengine.data.dataset import Dataset
from quantengine.data.open import in_memory
from quantengine.errors import PlanError
from quantengine.export.export import export_model
from quantengine.graph.model import FloatModel
from quantengine.observe.calibrate import calibrate
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.recover.auto import recover_plan
from quantengine.resolve.resolve import resolve_plan
from quantengine.search.budget import Budget
from quantengine.verdict.figures import Judgement, common_figure, value_of
from quantengine.work.search import search_widths
from quantengine.work.sweep import Sweep, sweep_bits
from quantengine.work.work import Work
from tests.engine.judged import judged
from tests.engine.onnx_text import text_model

RNG = np.random.default_rng(8)
ROWS = RNG.normal(size=(40, 16)).astype(np.float32)
LEGAL = RNG.random((40, 6)) < 0.7
LEGAL[:, 0] = True

MASKED = """
g (float[n,16] x, bool[n,6] legal) => (float[n,6] y) {
  a = Gemm <transB: int = 1> (x, w1)
  b = Relu (a)
  c = Gemm <transB: int = 1> (b, w2)
  y = Where (legal, c, ninf)
}
"""
CLASSES = """
g (float[n,16] x) => (int64[n,1] y) {
  a = Gemm <transB: int = 1> (x, w1)
  b = Relu (a)
  c = Gemm <transB: int = 1> (b, w2)
  y = ArgMax <axis: int = 1> (c)
}
"""
ONE_LAYER = """
g (float[n,16] x) => (int64[n,1] y) {
  a = Gemm <transB: int = 1> (x, w2)
  y = ArgMax <axis: int = 1> (a)
}
"""
BOTH = """
g (float[n,16] x) => (float[n,6] c, bool[n,6] y) {
  a = Gemm <transB: int = 1> (x, w1)
  b = Relu (a)
  c = Gemm <transB: int = 1> (b, w2)
  y = Greater (c, zero)
}
"""
ZERO = """
g (float[n,16] x) => (float[n,6] y) {
  a = Gemm <transB: int = 1> (x, w2)
  y = Mul (a, zero)
}
"""


def model(folder: Path, text: str) -> FloatModel:
    rng = np.random.default_rng(2)
    width = 32 if "w1" in text else 16
    weights = {"w2": rng.normal(size=(6, width))}
    if "w1" in text:
        weights["w1"] = rng.normal(size=(32, 16))
    if "ninf" in text:
        weights["ninf"] = np.array(-np.inf)
    if "zero" in text:
        weights["zero"] = np.array(0.0)
    return text_model(
        folder / "m.onnx", text, {k: np.asarray(v, np.float32) for k, v in weights.items()}
    )


def data(found: FloatModel) -> Dataset:
    return in_memory({k: v for k, v in (("x", ROWS), ("legal", LEGAL)) if k in found.inputs})


def layers(found: FloatModel) -> Sensitivity:
    table = calibrate(found, data(found), model_taps(found), workers=1)
    return sensitivity(found, resolve_plan(found, QuantPlan(), table), data(found))


def widths(found: FloatModel) -> Sweep:
    table = calibrate(found, data(found), model_taps(found), workers=1)
    return sweep_bits(Work(found, QuantPlan(), data(found), table), bits=(2, 8))


def test_masked_scores_have_the_figures_of_what_is_not_masked(tmp_path: Path) -> None:
    found = model(tmp_path, MASKED)
    table = calibrate(found, data(found), model_taps(found), workers=1)
    resolution = resolve_plan(found, QuantPlan(), table)
    out = tmp_path / "q.onnx"
    export_model(found, resolution, out, table=table, probes=[data(found).load(0).feeds])
    evaluation = evaluate(found.path, out, data(found))
    assert 25 < evaluation.verdict.sqnr_db < 60
    assert 0.99 < evaluation.verdict.cosine <= 1
    assert evaluation.verdict.missing is None
    assert compare(found, resolution, data(found)).output.sqnr_db == pytest.approx(
        evaluation.verdict.sqnr_db, abs=1
    )
    ranked = layers(found)
    assert ranked.best is not None
    assert all(math.isfinite(row.alone.sqnr_db) for row in ranked.layers if row.quantized)
    best = widths(found).best
    assert best is not None
    assert best.bits == 8
    front = search_widths(Work(found, QuantPlan(), data(found), table), Budget(target_sqnr_db=25))
    assert front.chosen.measured_db >= 25


def test_integers_are_compared_by_the_share_that_is_equal(tmp_path: Path) -> None:
    found = model(tmp_path, CLASSES)
    ranked = layers(found)
    assert ranked.figure == "equal"
    assert ranked.everything.equal is not None
    assert 0.5 < ranked.everything.equal <= 1
    sweep = widths(found)
    shares = [point.effect.equal for point in sweep.points if point.effect is not None]
    assert shares[0] < shares[1]
    assert sweep.best is not None
    assert sweep.best.bits == 8
    table = calibrate(found, data(found), model_taps(found), workers=1)
    resolution = resolve_plan(found, QuantPlan(), table)
    output = compare(found, resolution, data(found)).output
    assert output.equal == ranked.everything.equal
    export_model(found, resolution, tmp_path / "q.onnx", probes=[data(found).load(0).feeds])
    evaluation = evaluate(found.path, tmp_path / "q.onnx", data(found))
    assert evaluation.verdict.equal is not None
    assert evaluation.verdict.equal >= 0.9
    assert evaluation.to_json()["sqnr_db"] is None


def test_a_search_counts_integers_that_change_as_the_drop(tmp_path: Path) -> None:
    found = model(tmp_path, CLASSES)
    table = calibrate(found, data(found), model_taps(found), workers=1)
    front = search_widths(
        Work(found, QuantPlan(), data(found), table), Budget(max_drop=5), limit=None
    )
    assert front.chosen.equal is not None
    assert front.chosen.drop == pytest.approx(100 * (1 - front.chosen.equal))
    assert front.chosen.drop <= 5
    assert [p.equal for p in front.points] == sorted(p.equal or 0 for p in front.points)
    with pytest.raises(PlanError, match="integers, which have no SQNR"):
        search_widths(Work(found, QuantPlan(), data(found), table), Budget(target_sqnr_db=20))


def test_recovery_of_a_network_of_integers_is_judged_by_them(tmp_path: Path) -> None:
    found = model(tmp_path, CLASSES)
    plan = QuantPlan().with_override("*", **{"weights.bits": 3})
    report = recover_plan(found, plan, data(found), steps=["bias", "round", "tune"])
    steps = [step for step in report.steps if step.judged]
    assert steps
    for step in steps:
        assert step.before_equal is not None
        assert step.after_equal is not None
        assert step.kept == (step.after_equal >= step.before_equal)
        assert "of the integers equal" in str(step)
        assert step.to_json()["before_db"] is None


def test_one_layer_before_an_index_is_quantized(tmp_path: Path) -> None:
    found = model(tmp_path, ONE_LAYER)
    table = calibrate(found, data(found), model_taps(found), workers=1)
    recovered = recover_plan(found, QuantPlan(), data(found), table)
    out = tmp_path / "q.onnx"
    export_model(recovered.model, recovered.resolution, out, probes=[data(found).load(0).feeds])
    assert (evaluate(found.path, out, data(found)).verdict.equal or 0) > 0.9


def test_floats_rank_where_there_are_some_and_truths_are_counted_beside(tmp_path: Path) -> None:
    ranked = layers(model(tmp_path, BOTH))
    assert ranked.figure == "judged_db"
    assert ranked.everything.equal is not None
    assert ranked.everything.equal > 0.9


def test_nothing_is_the_best_where_there_is_no_figure(tmp_path: Path) -> None:
    found = model(tmp_path, ZERO)
    ranked = layers(found)
    assert ranked.figure is None
    assert ranked.best is None
    assert ranked.everything.missing == "the float outputs are zero on these samples"
    sweep = widths(found)
    assert sweep.best is None
    assert sweep.missing == "the float outputs are zero on these samples"
    table = calibrate(found, data(found), model_taps(found), workers=1)
    with pytest.raises(PlanError, match="the float outputs are zero"):
        search_widths(Work(found, QuantPlan(), data(found), table), Budget(max_drop=1))


def test_who_gives_nan_is_told(tmp_path: Path) -> None:
    good, bad = np.eye(1, 3, dtype=np.float32), np.full((1, 3), np.nan, np.float32)
    for reference, candidate, whose in ((bad, good, "float"), (good, bad, "quantized")):
        found = judged(({"y": reference}, {"y": candidate}))
        assert found.missing == f"the {whose} network gives NaN at output 'y'"
    assert found.agreement == 0
    assert found.worst_db == -math.inf


def test_what_the_float_network_gives_as_nan_judges_nothing() -> None:
    reference = np.array([[1, np.nan, 2, 3]], np.float32)
    near = judged(({"y": reference}, {"y": np.array([[1, 7, 2.1, 3]], np.float32)}))
    assert 20 < near.sqnr_db < 40
    assert near.missing is None


def test_classes_of_scores_that_are_no_numbers_do_not_agree() -> None:
    bad = np.full((2, 3), np.nan, np.float32)
    assert judged(({"y": bad}, {"y": bad})).agreement is None


def test_outputs_of_another_length_are_no_figure_and_no_equal_integers() -> None:
    found = judged(
        (
            {"boxes": np.ones((2, 4), np.float32), "kept": np.array([1, 2])},
            {"boxes": np.ones((1, 4), np.float32), "kept": np.array([1])},
        )
    )
    assert found.sqnr_db == -math.inf
    assert found.missing == "output 'boxes' has another shape once quantized"
    assert found.equal == 0
    other = judged(
        ({"y": np.ones((3, 4), np.float32)}, {"y": np.ones((2, 4), np.float32)}), labels=[0]
    )
    assert other.agreement is None


def test_a_figure_that_is_none_never_wins() -> None:
    zero, one = np.zeros((1, 3), np.float32), np.ones((1, 3), np.float32)
    none, low = judged(({"y": zero}, {"y": one})), judged(({"y": one}, {"y": -one}))
    assert common_figure([none, low]) == "judged_db"
    assert value_of(none, "judged_db") < value_of(low, "worst_db")
    assert common_figure([none]) is None
    assert common_figure([]) is None


@pytest.mark.parametrize(
    ("after", "before", "kept"),
    [
        (math.nan, 10.0, False),
        (math.nan, math.nan, False),
        (10.0, math.nan, True),
        (-math.inf, math.nan, False),
        (9.0, 10.0, False),
        (10.0, 10.0, True),
        (math.inf, 10.0, True),
    ],
)
def test_what_cannot_be_judged_is_never_kept(after: float, before: float, kept: bool) -> None:
    assert Judgement(after).no_worse_than(Judgement(before)) is kept
