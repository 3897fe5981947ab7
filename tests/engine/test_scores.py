"""Which outputs are class scores, and how often two networks find the same class best."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from quantengine.analyze.evaluate import evaluate
from quantengine.data.open import in_memory
from quantengine.errors import PlanError
from quantengine.graph.model import FloatModel
from quantengine.observe.calibrate import calibrate
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.search.budget import Budget
from quantengine.verdict.tasks.classification import best_classes
from quantengine.work.search import search_widths
from quantengine.work.work import Work
from tests.engine.judged import judged
from tests.engine.onnx_text import text_model

RNG = np.random.default_rng(5)
ROWS = RNG.normal(size=(48, 16)).astype(np.float32)
WEIGHTS = {
    "w1": RNG.normal(size=(16, 24)).astype(np.float32),
    "w2": RNG.normal(size=(24, 6)).astype(np.float32),
    "zero": np.float32(0),
    "k": np.array([3]),
}
LAYERS = "a = MatMul (x, w1)  b = Relu (a)  c = MatMul (b, w2)"


def network(path: Path, outputs: str, nodes: str) -> FloatModel:
    graph = f"g (float[n,16] x) => ({outputs}) {{ {LAYERS}  {nodes} }}"
    return text_model(path / "m.onnx", graph, WEIGHTS)


def test_a_class_is_best_only_where_scores_tell_one() -> None:
    inf, nan = np.inf, np.nan
    scores = np.array([[0, 2, 1], [0, 0, 0], [nan, 1, 2], [-inf, -inf, -inf], [-inf, 1, -inf]])
    assert best_classes(scores).tolist() == [1, -1, -1, -1, 1]


def test_rows_in_order_of_size_are_no_classes() -> None:
    scores = RNG.normal(size=(30, 4))
    ranked = -np.sort(-scores, axis=1)
    for rows, share in ((scores, 1), (ranked, None)):
        assert judged(*(({"y": row[None]}, {"y": row[None]}) for row in rows)).agreement == share


def test_a_dead_candidate_agrees_with_nothing() -> None:
    found = judged(({"y": np.array([[3.0, 1.0]])}, {"y": np.array([[0.0, 0.0]])}))
    assert found.agreement == 0


def test_a_drop_counts_the_integers_where_scores_tell_nothing(tmp_path: Path) -> None:
    model = network(tmp_path, "float[n,3] v, int64[n,3] y", "v, y = TopK (c, k)")
    data = in_memory({"x": ROWS})
    assert evaluate(model.path, model.path, data).verdict.agreement is None
    table = calibrate(model, data, model_taps(model))
    found = search_widths(Work(model, QuantPlan(), data, table), Budget(max_drop=4.0), limit=None)
    drops = [point.drop for point in found.points if point.drop is not None]
    assert len(drops) == len(found.points)
    assert max(drops) > 10
    assert found.chosen.agreement is None
    assert found.chosen.drop in [drop for drop in drops if drop <= 4]


def test_no_drop_is_counted_by_outputs_that_are_always_zero(tmp_path: Path) -> None:
    model = network(tmp_path, "float[n,6] v, float[n,6] c", "v = Mul (c, zero)")
    data = in_memory({"x": ROWS})
    table = calibrate(model, data, model_taps(model))
    with pytest.raises(PlanError, match="no drop can be counted"):
        search_widths(Work(model, QuantPlan(), data, table), Budget(max_drop=4.0))
    found = search_widths(Work(model, QuantPlan(), data, table), Budget(target_sqnr_db=30.0))
    assert found.chosen.measured_db >= 30


def test_scores_that_tell_classes_apart_still_agree(tmp_path: Path) -> None:
    model, data = network(tmp_path, "float[n,6] c", ""), in_memory({"x": ROWS})
    assert evaluate(model.path, model.path, data).verdict.agreement == 1


@pytest.mark.parametrize(("broken", "advice"), [(True, "mend the model"), (False, "other data")])
def test_a_search_without_a_figure_says_what_to_do(
    tmp_path: Path, broken: bool, advice: str
) -> None:
    weight = WEIGHTS["w2"].copy()
    weight[0, 0] = np.nan if broken else 0
    graph = f"g (float[n,16] x) => (float[n,6] y) {{ {LAYERS}  y = Mul (c, zero) }}"
    model = text_model(tmp_path / "m.onnx", graph, {**WEIGHTS, "w2": weight})
    data = in_memory({"x": ROWS})
    table = calibrate(model, data, model_taps(model))
    with pytest.raises(PlanError, match=advice):
        search_widths(Work(model, QuantPlan(), data, table), Budget(target_sqnr_db=20.0))
