"""Ranges are found while running where samples differ so much in level that little is left."""

from __future__ import annotations

import numpy as np
import pytest

from quantengine.data.open import in_memory
from quantengine.graph.model import FloatModel
from quantengine.plan import QuantPlan
from quantengine.recover.auto import Recovered, recover_plan
from quantengine.targets import plan_for
from quantengine.work.default import default_recipe
from quantengine.work.work import Work, observed
from tests.engine.onnx_text import text_model
from tests.engine.test_front import WEIGHT, sounds

EVENED = """g (float[n,64] x) => (float[n,6] y) {
  c = Reshape (x, rows)  h = MatMul (c, bands)
  s = Mul (h, h)  m = ReduceMean <axes: ints = [1]> (s)
  a = Add (m, least)  r = Sqrt (a)  e = Div (h, r)  y = MatMul (e, w)
}"""
ROWS = np.array([-1, 64])
BANDS = np.random.default_rng(1).normal(size=(64, 24)).astype(np.float32) / 8


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> FloatModel:
    held = {"bands": BANDS, "w": WEIGHT, "least": np.float32(1e-12), "rows": ROWS}
    return text_model(tmp_path_factory.mktemp("levels") / "m.onnx", EVENED, held)


def recovered(model: FloatModel, quietest: float, plan: QuantPlan) -> Recovered:
    return recover_plan(model, plan, in_memory(sounds(quietest)), steps=("judged", "dynamic"))


def test_quiet_samples_get_ranges_of_their_own_where_that_gains_much(model: FloatModel) -> None:
    found = recovered(model, 0.0005, QuantPlan())
    (step,) = found.steps
    assert step.kept and step.after_db > 25 > step.before_db + 10
    assert "Ranges of 2 layers are found while running" in step.text
    assert found.resolution.encodings.dynamic == {"MatMul_h", "MatMul_y"}
    work = observed(Work(model, QuantPlan(), in_memory(sounds(0.0005))))
    assert "dynamic" in default_recipe(work).steps


def test_samples_alike_and_other_targets_keep_their_ranges(model: FloatModel) -> None:
    (alike,) = recovered(model, 0.9, QuantPlan()).steps
    assert not alike.kept and alike.text == "Samples do not differ much in level."
    work = observed(Work(model, QuantPlan(), in_memory(sounds(0.9))))
    assert "dynamic" not in default_recipe(work).steps
    (elsewhere,) = recovered(model, 0.0005, plan_for("openvino")).steps
    assert elsewhere.text == "openvino takes no ranges that are found while running."
