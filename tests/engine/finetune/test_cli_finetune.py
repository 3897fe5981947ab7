"""`quantengine finetune` from a model and data to a verified file."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from quantengine.cli.main import main
from quantengine.finetune.train import _Run
from quantengine.formats.metrics import Difference
from quantengine.graph.load import open_model
from quantengine.recover.auto import recover_plan
from quantengine.runtime import Session
from quantengine.work.saved_plan import SavedPlan
from tests.engine.finetune.graphs import images, residual


def _files(tmp_path):
    residual(tmp_path / "m.onnx")
    data = images(24)
    stacked = np.concatenate([data.load(i).feeds["x"] for i in range(len(data))])
    np.savez(tmp_path / "d.npz", x=stacked)
    return ["finetune", str(tmp_path / "m.onnx"), "--data", str(tmp_path / "d.npz"), "-q"]


@pytest.mark.parametrize(
    "extra", [[], ["--recover"], ["--layer-method", "w1=ste", "--blocks", "1"]]
)
def test_everything_asked_for_is_written(tmp_path, capsys, extra):
    out, plan, model = tmp_path / "o.onnx", tmp_path / "p.json", tmp_path / "f.onnx"
    command = [*_files(tmp_path), "-o", str(out), "--save-plan", str(plan), "--json", *extra]
    command += ["--save-model", str(model), "--weights", "3", "--activations", "4"]
    assert main([*command, "--epochs", "2", "--batch", "8", "--method", "lsq"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["settings"]["method"] == "lsq"
    assert len(report["curve"]) == 3
    assert report["deltas"] == {}
    assert report["after"]["score"] <= report["before"]["score"]
    assert report["simulation_sqnr_db"] is None or report["simulation_sqnr_db"] > 20
    assert Session(out).outputs[0].name == "scores"
    assert open_model(model).quantized is None
    assert SavedPlan.from_text(plan.read_text()).plan.overrides


@pytest.mark.parametrize("method", ["ste", "lsq", "ewgs"])
@pytest.mark.parametrize("bits", [2, 4, 8])
def test_the_saved_model_under_the_saved_plan_is_the_result_again(tmp_path, method, bits):
    out, plan, model, again = (str(tmp_path / n) for n in ("o.onnx", "p.json", "f.onnx", "a.onnx"))
    command = [*_files(tmp_path), "-o", out, "--save-plan", plan, "--save-model", model]
    command += ["--weights", str(bits), "--activations", "8", "--method", method]
    assert main([*command, "--epochs", "3", "--batch", "8"]) == 0
    command = ["quantize", model, "--plan", plan, "--recover", "none", "-q", "-o", again]
    assert main([*command, "--data", str(tmp_path / "d.npz")]) == 0
    found, sessions = Difference(), [Session(Path(file)) for file in (out, again)]
    for index in range(24):
        found.add(*(s.run(images(24).load(index).feeds)["scores"] for s in sessions))
    assert found.sqnr_db > 35


def test_what_scaled_the_gradients_of_each_layer_is_told(tmp_path, capsys):
    command = [*_files(tmp_path), "-o", str(tmp_path / "o.onnx"), "--json", "--epochs", "2"]
    assert main([*command, "--weights", "3", "--method", "ewgs", "--delta", "0.1"]) == 0
    told = json.loads(capsys.readouterr().out)["deltas"].values()
    weights = [each["weights"] for each in told if each["weights"] is not None]
    assert weights and all(0 < delta < 0.1 for delta in weights)


def test_recovery_keeps_to_the_share_and_the_statistics_it_is_given(tmp_path, monkeypatch):
    seen = []

    def recovering(model, plan, dataset, table=None, **more):
        seen.append((len(dataset), None if table is None else len(table.samples)))
        return recover_plan(model, plan, dataset, table, **more)

    monkeypatch.setattr("quantengine.work.make.recover_plan", recovering)
    command, stats = _files(tmp_path), str(tmp_path / "s.npz")
    few = ["--recover", "--epochs", "1", "-o", str(tmp_path / "o.onnx")]
    assert main(["calibrate", *command[1:], "--limit", "6", "-o", stats]) == 0
    assert main([*command, *few]) == 0
    assert main([*command, *few, "--held-out", "0.5", "--stats", stats]) == 0
    assert seen == [(19, 19), (12, 6)]


def test_what_cannot_be_trained_is_said_before_statistics(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("quantengine.work.work.calibrate", None)
    command = [*_files(tmp_path), "-o", str(tmp_path / "o.onnx")]
    assert main([*command, "--layer-method", "nothing*=ste"]) == 2
    assert "matches no layer or tensor" in capsys.readouterr().err


def test_a_run_that_is_stopped_says_how_it_goes_on(tmp_path, capsys, monkeypatch):
    step = _Run._train_one

    def impatient(self):
        step(self)
        self.monitor.cancel()

    command = [*_files(tmp_path), "-o", str(tmp_path / "o.onnx"), "--epochs", "2"]
    with monkeypatch.context() as patch:
        patch.setattr(_Run, "_train_one", impatient)
        assert main(command) == 130
        assert "nothing was left half-done" in capsys.readouterr().err
        command += ["--checkpoint", str(tmp_path / "run.npz")]
        assert main(command) == 130
    found = capsys.readouterr().err
    assert f"stopped; the same command goes on from {tmp_path / 'run.npz'}." in found
    assert main(command) == 0


def test_impossible_settings_are_one_sentence(tmp_path, capsys):
    command = [*_files(tmp_path), "-o", str(tmp_path / "o.onnx")]
    assert main([*command, "--epochs", "0"]) == 2
    assert "epochs must be at least 1" in capsys.readouterr().err
    assert main([*command, "--checkpoint", str(tmp_path / "o.onnx")]) == 2
    assert "same name" in capsys.readouterr().err
    assert not (tmp_path / "o.onnx").exists()
