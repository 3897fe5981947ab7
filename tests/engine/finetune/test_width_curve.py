"""The curve over widths: three stages, judged on samples that taught nothing."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from quantengine.cli.main import main
from quantengine.cli.width_curve import plot
from quantengine.errors import DataError
from quantengine.finetune.settings import Settings
from quantengine.plan import QuantPlan
from quantengine.work.width_curve import width_curve
from quantengine.work.work import Work
from tests.engine.finetune.graphs import images, residual


def test_each_width_has_three_stages(tmp_path):
    model, data = residual(tmp_path / "m.onnx"), images(40, labels=True)
    found = width_curve(
        Work(model, QuantPlan(), data), bits=[2], settings=Settings(epochs=4, batch=8)
    )
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
    curves = [width_curve(Work(model, plan, data), bits=[2], settings=few) for plan in plans]
    assert curves[0].points == curves[1].points


def test_too_few_samples_are_refused(tmp_path):
    with pytest.raises(DataError, match="at least four must teach"):
        width_curve(Work(residual(tmp_path / "m.onnx"), QuantPlan(), images(4)), bits=[4])


def test_the_command_trains_as_its_flags_say(tmp_path, capsys, monkeypatch):
    residual(tmp_path / "m.onnx")
    data = images(24)
    stacked = np.concatenate([data.load(index).feeds["x"] for index in range(len(data))])
    np.savez(tmp_path / "d.npz", x=stacked)
    seen = []

    def curve(work, **options):
        seen.append((options["settings"], work.table))
        return width_curve(work, **options)

    monkeypatch.setattr("quantengine.work.width_curve.width_curve", curve)
    files = [str(tmp_path / "m.onnx"), "--data", str(tmp_path / "d.npz"), "-q"]
    flags = ["--bits", "3", "--finetune", "lsq", "--epochs", "1", "--batch", "9", "--memory", "5MB"]
    assert main(["sweep", *files, *flags, "--layer-method", "w1=ste", "--seed", "4"]) == 0
    assert "Judged on 5 samples that taught nothing." in capsys.readouterr().out
    methods = (("w1", "ste"),)
    wanted = Settings("lsq", methods, epochs=1, batch=9, seed=4, memory_bytes=5 * 10**6)
    assert seen == [(wanted, None)]


def test_statistics_that_may_know_the_judges_are_told(tmp_path, capsys):
    data, stats = images(24), str(tmp_path / "s.npz")
    residual(tmp_path / "m.onnx")
    stacked = np.concatenate([data.load(index).feeds["x"] for index in range(len(data))])
    np.savez(tmp_path / "d.npz", x=stacked)
    files = [str(tmp_path / "m.onnx"), "--data", str(tmp_path / "d.npz"), "-q"]
    assert main(["calibrate", *files, "-o", stats]) == 0
    flags = ["--stats", stats, "--bits", "3", "--finetune", "--epochs", "1"]
    assert main(["sweep", *files, *flags]) == 0
    found = " ".join(capsys.readouterr().out.split())
    assert "Judged on 5 samples that were not trained with; the statistics of" in found
    assert "taught nothing" not in found
