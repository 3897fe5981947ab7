from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from quantengine.cli.main import main
from quantengine.ranges.registry import METHODS
from quantengine.work.saved_plan import SavedPlan
from tests.engine.onnx_text import text_model
from tests.engine.small_network import images, network


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("cli")
    model = network(folder)
    data = images()
    np.save(folder / "x.npy", np.concatenate([data.load(i).feeds["x"] for i in range(len(data))]))
    return [str(model.path), "--data", str(folder / "x.npy"), "--workers", "1", "--quiet"]


def answer(capsys: pytest.CaptureFixture[str], *argv: str) -> Any:
    assert main([*argv, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_analyze_shows_the_worst_layer_first(
    files: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    table = tmp_path / "layers.csv"
    parts = ("--granularities", "--integers", "--ranges", "--methods", "--recovery")
    parts += ("--chain", "Conv_a", "--recover", "bias")
    assert main(["analyze", *files, "--csv", str(table), *parts]) == 0
    text = capsys.readouterr().out
    assert "worst first" in text
    assert "per channel" in text
    assert "accumulator" in text
    assert "M = s_x s_w / s_y" in text
    assert "behind best, middle" in text
    assert "mean shift" in text
    with table.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows[0]["operator"] == "Conv"
    assert float(rows[0]["local_both_db"]) > 10


def test_analyze_as_json_has_every_part(
    files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("--granularities", "--integers", "--ranges", "--method", "admm:start=max")
    asked += ("--chain", "Conv_a")
    data = answer(capsys, "analyze", *files, *asked, "--probes", "2")
    assert data["samples"] == 2
    assert data["chain"]["layer"] == "Conv_a"
    told = data["ranges"][-1]
    assert (told["method"], told["parameters"]) == ("admm", {"start": "max"})
    losses = told["descent"]["mean_squared_error"]
    assert losses[-1] < losses[0]
    assert told["objective"]["of"] == "mean squared error"
    assert {"layers", "tensors", "output", "granularities", "integers"} <= set(data)
    assert len(data["integers"]) == 3


def test_sensitivity_ranks_layers(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    data = answer(capsys, "sensitivity", *files)
    assert any(layer["quantized"] for layer in data["layers"])
    assert main(["sensitivity", *files]) == 0
    assert " of the output (" in capsys.readouterr().out.replace("\n", " ")


def test_sweep_of_bits_saves_the_best_plan(
    files: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    saved = tmp_path / "plan.json"
    data = answer(capsys, "sweep", "--bits", "4..5,8", *files, "--save-plan", str(saved))
    assert [point["bits"] for point in data["points"]] == [4, 5, 8]
    assert SavedPlan.from_text(saved.read_text()).plan.weights.dtype == "int8"


def test_sweep_of_methods(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    data = answer(
        capsys, "sweep", "--methods", "mse,minmax", *files, "--quantized-inference", "--no-settings"
    )
    assert len(data["points"]) == 4
    assert main(["sweep", "--methods", "minmax,batchnorm", *files]) == 0
    assert "Best" in capsys.readouterr().out
    every = answer(capsys, "sweep", "--methods", "all", *files, "--no-settings")
    assert {point["method"] for point in every["points"]} == set(METHODS)


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--bits", "8..2"], "smaller one first"),
        (["--bits", "many"], "not a list of widths"),
        (["--methods", "best"], "no range method 'best'"),
        (["--bits", "4", "--layer", "nowhere"], "nowhere"),
        (["--methods", "mse", "--layer", "x"], "--layer goes with --bits"),
        ([], "--bits --methods"),
        (["--bits", "4", "--epochs", "3"], "--epochs is about training: add --finetune"),
        (["--bits", "4", "--layer-method", "a=ste"], "--layer-method is about training"),
        (["--bits", "4", "--finetune", "--save-plan", "p.json"], "leave --save-plan out"),
        (["--bits", "4", "--finetune", "--probes", "9"], "--limit says how many"),
        (["--finetune", "--methods", "mse"], "--finetune goes with --bits"),
    ],
)
def test_a_sweep_nobody_can_run_is_one_sentence(
    files: list[str], capsys: pytest.CaptureFixture[str], flags: list[str], words: str
) -> None:
    try:
        code = main(["sweep", *flags, *files])
    except SystemExit as stop:
        code = int(stop.code or 0)
    found = capsys.readouterr()
    assert code == 2
    assert words in found.err
    assert "Traceback" not in found.err


def test_answers_go_to_files_beside_the_table(
    capsys: pytest.CaptureFixture[str], files: list[str], tmp_path: Path
) -> None:
    told, rows, page = (tmp_path / name for name in ("a.json", "a.csv", "a.html"))
    flags = ("--json", str(told), "--csv", str(rows), "--html", str(page), "--probes", "2")
    assert main(["analyze", *files, *flags]) == 0
    shown = capsys.readouterr().out
    found = json.loads(told.read_text())
    assert found["layers"][0]["name"] in shown
    assert len(rows.read_text().splitlines()) == len(found["layers"]) + 1
    assert page.read_text().count('<tr id="layer-') >= len(found["layers"])


def test_a_json_file_is_told_from_the_model(
    capsys: pytest.CaptureFixture[str], files: list[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["analyze", "--json", *files])
    assert "write --json last" in capsys.readouterr().err


def test_what_is_said_where_all_or_nothing_is_lost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "g (float[n,8] x) => (float[n,8] y) { y = MatMul (x, w) }"
    weights = {"w": np.random.default_rng(0).normal(size=(8, 8)).astype(np.float32)}
    path = text_model(tmp_path / "m.onnx", text, weights).path
    np.save(tmp_path / "x.npy", np.random.default_rng(1).normal(size=(20, 8)).astype(np.float32))
    files = [str(path), "--data", str(tmp_path / "x.npy")]
    assert main(["sensitivity", *files]) == 0
    shown = capsys.readouterr().out
    assert "inf" not in shown
    assert "float it is equal to the float model (20 samples)." in shown.replace("\n", " ")
    assert main(["analyze", *files, "--keep-float", "*"]) == 0
    kept = capsys.readouterr().out
    assert "No layer is quantized. Output on 20 samples: equal to the float model" in kept
