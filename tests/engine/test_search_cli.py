from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from quantengine.bundled import demo_data, demo_model
from quantengine.cli.main import main
from quantengine.runtime import Session
from tests.engine.onnx_text import text_model

DATA = ["--data", str(demo_data()), "--images", "calib_images", "--labels", "calib_labels"]
MODEL = [str(demo_model()), *DATA, "--preset", "imagenet", "--limit", "16", "--workers", "1", "-q"]


def answer(capsys: pytest.CaptureFixture[str], *argv: str) -> Any:
    assert main([*argv, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_plan_found_is_quantized_like_any_other(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    plan, table, out = tmp_path / "plan.json", tmp_path / "front.csv", tmp_path / "out.onnx"
    wanted = ["--target-sqnr", "20", "--probes", "4", "--save-plan", str(plan), "--csv", str(table)]
    front = answer(capsys, "search", *MODEL, *wanted)
    chosen = front["points"][front["chosen"]]
    assert chosen["measured_db"] >= 20
    assert chosen["bytes"] < front["float_bytes"] / 3
    with table.open(newline="") as stream:
        marks = [row["chosen"] for row in csv.DictReader(stream)]
    assert marks.index("True") == front["chosen"]
    written = answer(capsys, "quantize", *MODEL, "--plan", str(plan), "-o", str(out))
    assert (
        front["written"]["recipe"]
        == written["recipe"]
        == {
            "steps": ["judged", "bias"],
            "training": None,
        }
    )
    assert front["written"]["sqnr_db"] >= chosen["measured_db"]
    assert written["plan"] == chosen["plan"] == json.loads(plan.read_text())["plan"]
    assert {layer["weights"] for layer in written["layers"]} > {"int4", "int8"}
    assert Session(out).outputs[0].name == "logits"


def test_the_front_is_a_table_with_the_chosen_row_marked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["search", *MODEL, "--max-bytes", "40 kB", "--probes", "2", "--no-float"]) == 0
    text = capsys.readouterr().out
    assert sum(line.startswith("->") for line in text.splitlines()) == 1
    assert "Chosen: weights 153 kB -> " in text
    assert "--save-plan" in text


def test_too_few_samples_for_a_drop_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", *MODEL, "--max-drop", "1", "--probes", "2"]) == 0
    assert "2 samples tell drops 50 points apart" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ([], "--target-sqnr --max-bytes --max-drop"),
        (["--target-sqnr", "20", "--max-bytes", "1MB"], "not allowed with"),
        (["--max-bytes", "much"], "is not a size"),
        (["--max-bytes", "1kB", "--probes", "1"], "take at least"),
        (["--max-drop", "-1"], "above zero"),
    ],
)
def test_a_search_nobody_can_do_is_one_sentence(
    capsys: pytest.CaptureFixture[str], flags: list[str], words: str
) -> None:
    try:
        code = main(["search", *MODEL, *flags])
    except SystemExit as stop:
        code = int(stop.code or 0)
    found = capsys.readouterr()
    assert code == 2
    assert words in found.err
    assert "Traceback" not in found.err
    assert found.out == ""


def test_a_drop_is_counted_of_the_figure_of_the_task(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draw = np.random.default_rng(5)
    weights = {name: draw.normal(size=(16, 16)).astype(np.float32) for name in "wv"}
    nodes = "a = MatMul (x, w) r = Relu (a) embedding = MatMul (r, v)"
    graph = f"g (float[n,16] x) => (float[n,16] embedding) {{ {nodes} }}"
    text_model(tmp_path / "m.onnx", graph, weights)
    np.save(tmp_path / "x.npy", draw.normal(size=(30, 16)).astype(np.float32))
    files = [str(tmp_path / "m.onnx"), "--data", str(tmp_path / "x.npy"), "--probes", "30"]
    wanted = ["--judge", "neighbours10", "--max-drop", "25", "--json"]
    assert main(["search", *files, *wanted]) == 0
    printed = capsys.readouterr()
    points = json.loads(printed.out)["points"]
    assert "Taken as embedding" in printed.err
    assert all(point["drop"] is not None for point in points)
    assert len({point["drop"] for point in points}) > 1
    assert main(["search", *files, "--judge", "neighbors", "--max-drop", "9"]) == 2
    assert "choose worst, pooled, task, " in (said := capsys.readouterr().err)
    assert "neighbours10, cosine" in said
