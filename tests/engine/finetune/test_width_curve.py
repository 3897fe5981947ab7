"""The curve over widths: three stages, judged on samples that taught nothing."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from quantengine.cli.width_curve import plot
from quantengine.errors import DataError
from quantengine.finetune.settings import Settings
from quantengine.plan import QuantPlan
from quantengine.recover.width_curve import width_curve
from tests.engine.finetune.graphs import images, residual


def test_each_width_has_three_stages(tmp_path):
    model, data = residual(tmp_path / "m.onnx"), images(40, labels=True)
    found = width_curve(model, QuantPlan(), data, bits=[2], settings=Settings(epochs=4, batch=8))
    stages = ["plain", "recovered", "fine-tuned"]
    assert [(p.bits, p.stage) for p in found.points] == [(2, stage) for stage in stages]
    assert found.samples == 8
    quality = {(p.bits, p.stage): p.effect.sqnr_db for p in found.points}
    assert quality[2, "fine-tuned"] > quality[2, "plain"]
    assert len(found.to_rows()) == len(found.to_json()["points"]) == 3
    drawn = plot(found)
    assert drawn.startswith("top-1 in %")
    assert all(mark in drawn for mark in "o+*")


def test_a_width_that_the_plan_overrides_is_swept_too(tmp_path):
    model, data = residual(tmp_path / "m.onnx"), images(40)
    few, plans = Settings(epochs=1, batch=8), (QuantPlan(), QuantPlan().with_override("*", bits=16))
    curves = [width_curve(model, plan, data, bits=[2], settings=few) for plan in plans]
    assert curves[0].points == curves[1].points


def test_too_few_samples_are_refused(tmp_path):
    with pytest.raises(DataError, match="at least four must teach"):
        width_curve(residual(tmp_path / "m.onnx"), QuantPlan(), images(4), bits=[4])
