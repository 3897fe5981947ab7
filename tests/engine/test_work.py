"""From what is asked to what is written: one way, one file, and a plan that makes it again."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from quantengine.bundled import demo_data, demo_model
from quantengine.cli.main import main
from quantengine.data.open import in_memory
from quantengine.errors import DataError, PlanError
from quantengine.finetune.settings import Settings
from quantengine.opening.open import open_model
from quantengine.plan import QuantPlan
from quantengine.work.default import default_recipe
from quantengine.work.make import make
from quantengine.work.recipe import Recipe
from quantengine.work.saved_plan import NamedMetric, SavedPlan
from quantengine.work.work import Work
from tests.engine.onnx_text import text_model

FILES = [str(demo_model()), "--data", str(demo_data()), "--images", "calib_images"]
FILES += ["--preset", "imagenet", "--limit", "40", "--target", "onnxruntime-cpu", "-q"]
AGAIN = [part for part in FILES if part not in ("--target", "onnxruntime-cpu")]
SAMPLES = {"input": np.zeros((12, 3, 32, 32), np.float32)}


def test_the_saved_plan_makes_the_same_file(tmp_path: Path) -> None:
    plan, first, second = (tmp_path / name for name in ("p.json", "a.onnx", "b.onnx"))
    command = ["quantize", *FILES, "--recover", "smooth,bias", "-o", str(first)]
    assert main([*command, "--save-plan", str(plan), "--with-encodings"]) == 0
    saved = json.loads(plan.read_text())
    assert saved["recipe"]["steps"] == ["smooth", "bias"]
    assert main(["quantize", *AGAIN, "--plan", str(plan), "-o", str(second)]) == 0
    assert first.read_bytes() == second.read_bytes()
    stored = {t.name: numpy_helper.to_array(t) for t in onnx.load(first).graph.initializer}
    scales = [value.tolist() for value in stored.values() if value.dtype == np.float32]
    told = saved["encodings"]["weights"]["classify.weight"]
    assert told["dtype"] == "int8" and told["scale"] in scales
    assert saved["results"]["layers"] and saved["results"]["recovery"][1]["step"] == "bias"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ({"version": 3}, "reads 1 and 2"),
        ({"version": 2, "plan": 4, "recipe": None}, "JSON object"),
        ({"version": 2, "plan": QuantPlan().to_json(), "recipe": 7}, "cannot be read"),
        ({"version": 2, "plan": QuantPlan().to_json(), "what": 1}, "unknown part 'what'"),
        (
            {"version": 2, "plan": QuantPlan().to_json(), "judged_by": {"file": "a.py"}},
            "judged_by.name: this part is missing",
        ),
        (
            {"version": 2, "plan": QuantPlan().to_json(), "recipe": {"steps": ["x"]}},
            "cannot be read",
        ),
    ],
)
def test_a_damaged_plan_is_one_sentence(text: object, said: str) -> None:
    with pytest.raises(PlanError, match=said):
        SavedPlan.from_text(json.dumps(text))


def test_both_versions_are_read() -> None:
    plan = QuantPlan().with_override("a", bits=4)
    assert SavedPlan.from_json(plan.to_json()) == SavedPlan(plan)
    saved = SavedPlan(plan, Recipe(("bias:a*",), Settings(epochs=2)))
    assert SavedPlan.from_text(json.dumps(saved.to_json())) == saved
    judged = SavedPlan(plan, None, NamedMetric("score.py", "f1", "ab" * 32))
    assert SavedPlan.from_text(json.dumps(judged.to_json())) == judged


def test_steps_are_held_to_the_registry() -> None:
    with pytest.raises(PlanError, match="'shake' is not a recovery step"):
        Recipe(("shake",))


def test_without_data_nothing_is_done_by_default_and_recovery_asks_for_it() -> None:
    model = open_model(demo_model())
    work = Work(model, QuantPlan())
    assert default_recipe(work) == Recipe()
    corrected = Recipe(("judged", "bias"))
    assert default_recipe(Work(model, QuantPlan(), in_memory(SAMPLES))) == corrected
    with pytest.raises(DataError, match="give --data"):
        make(work)


def test_an_add_behind_a_product_is_a_bias_too(tmp_path: Path) -> None:
    """Operators with one input are asked as well."""
    nodes = "a = Transpose (x) b = MatMul (a, w) c = Add (b, shift) y = MatMul (c, w)"
    weights = {"w": np.eye(4, dtype=np.float32), "shift": np.ones(4, np.float32)}
    graph = f"g (float[4,4] x) => (float[4,4] y) {{ {nodes} }}"
    model = text_model(tmp_path / "m.onnx", graph, weights)
    data = in_memory({"x": np.ones((20, 4, 4), np.float32)})
    assert default_recipe(Work(model, QuantPlan(), data)) == Recipe(("judged", "bias"))
