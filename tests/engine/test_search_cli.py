from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from quantengine.bundled import demo_data, demo_model
from quantengine.cli.main import main
from quantengine.runtime import Session

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
    assert front["written"]["recipe"] == written["recipe"] == {"steps": ["bias"], "training": None}
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
