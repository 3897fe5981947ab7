from __future__ import annotations

from pathlib import Path

from quantengine.finetune.settings import Settings
from quantengine.plan import QuantPlan
from quantengine.work.recipe import Recipe
from tests.engine.test_kept import again, assert_same, made


def test_what_training_made_comes_back(tmp_path: Path) -> None:
    recipe = Recipe(("bias",), Settings(method="ewgs", epochs=1))
    candidate = made(tmp_path, QuantPlan(), recipe)
    assert_same(candidate, tmp_path)
    found, tuned = again(candidate).candidate.trained, candidate.trained
    assert found is not None and tuned is not None
    assert repr(found.points) == repr(tuned.points)
    assert found.layer_deltas() == tuned.layer_deltas()
    assert any(weights is not None for weights, _ in found.layer_deltas().values())
    assert (found.after.step, found.device) == (tuned.after.step, tuned.device)
