"""A person's metric is a figure of every verdict: whatever ranks, searches and keeps follows it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from quantengine.analyze.evaluate import evaluate
from quantengine.analyze.sensitivity import sensitivity
from quantengine.cli.asked import add_analysis_flags, asked
from quantengine.cli.main import main
from quantengine.data.dataset import Sample
from quantengine.errors import MetricError, PlanError
from quantengine.finetune.outcome import Point
from quantengine.metric.metric import Metric
from quantengine.monitor import Monitor
from quantengine.observe.calibrate import calibrate
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.recover.auto import recover_plan
from quantengine.resolve.resolve import resolve_plan
from quantengine.runtime import Session
from quantengine.search.budget import Budget
from quantengine.verdict.judge import Judge
from quantengine.work.search import search_widths
from quantengine.work.sweep import sweep_bits
from quantengine.work.work import Work
from tests.engine.detector_head import BOXES, CURE, head, head_data
from tests.engine.small_network import network

Outputs = Mapping[str, np.ndarray]
Captured = pytest.CaptureFixture[str]


def shift(reference: Outputs, candidate: Outputs) -> dict[str, float]:
    """How far boxes move, and how many channels there are."""
    apart = np.abs(reference["y"] - candidate["y"])[:, :BOXES]
    return {"apart": float(apart.mean()), "channels": apart.shape[1]}


shift.lower_is_better = True  # type: ignore[attr-defined]


def alive(outputs: Outputs) -> float:
    """The spread of the scores, which lie beside boxes that are far larger."""
    return float(outputs["y"][:, BOXES:].std())


def test_layers_and_widths_are_ranked_by_a_metric(tmp_path: Path) -> None:
    model, data = head(tmp_path, "Conv", 3), head_data("Conv", 3, 8)
    table = calibrate(model, data, model_taps(model))
    resolution = resolve_plan(model, QuantPlan(), table)
    by_boxes, by_scores = (
        sensitivity(model, resolution, data, judge=Judge(metric=Metric(own)))
        for own in (shift, alive)
    )
    assert by_boxes.figure == by_scores.figure == "own"
    assert by_scores.ranked[0].name in {"Concat_both", CURE["Conv"]}
    assert by_scores.ranked[0].alone.metric["alive"].candidate == 0
    assert by_boxes.best is not None
    assert by_boxes.best.name == "Conv_a"
    before, after = by_boxes.everything.metric["apart"], by_boxes.best.without.metric["apart"]
    assert by_boxes.best.gain_own == before.candidate - after.candidate > 0
    apart = [row.alone.metric["apart"].candidate for row in by_boxes.ranked if row.quantized]
    assert apart == sorted(apart, reverse=True)
    assert by_boxes.everything.metric["channels"].candidate == BOXES
    json.dumps(by_boxes.to_json())
    named = Judge("channels", metric=Metric(shift))
    swept = sweep_bits(Work(model, QuantPlan(), data, table, judge=named), bits=(4, 8))
    assert {point.effect.own.candidate for point in swept.points if point.effect} == {BOXES}
    with pytest.raises(PlanError, match=r"choose worst, pooled, task, metric, apart, channels, y"):
        sensitivity(model, resolution, data, judge=Judge("nothing", metric=Metric(shift)))
    with pytest.raises(PlanError, match=r"There is no figure, output or slice 'metric'"):
        sensitivity(model, resolution, data, judge=Judge("metric"))


def test_a_search_keeps_a_drop_in_the_unit_of_the_metric(tmp_path: Path) -> None:
    model, data = head(tmp_path, "Conv", 3), head_data("Conv", 3, 8)
    table = calibrate(model, data, model_taps(model))
    judge = Judge(metric=Metric(shift))
    fronts = [
        search_widths(Work(model, QuantPlan(), data, table, judge=judge), Budget(max_drop=d))
        for d in (8.0, 1.0)
    ]
    for front, most in zip(fronts, (8.0, 1.0), strict=True):
        assert front.chosen.own is not None
        assert front.chosen.drop == front.chosen.own.candidate <= most
        moved = [point.own.candidate for point in front.points if point.own is not None]
        assert moved == sorted(moved, reverse=True)
        assert front.to_rows()[-1]["own"] == moved[-1]
    assert fronts[0].chosen.bytes < fronts[1].chosen.bytes


def test_a_step_is_kept_by_the_metric_and_samples_answer_to_their_names(tmp_path: Path) -> None:
    model, data = network(tmp_path), _images()
    seen = set[tuple[str, int | None]]()

    def against(outputs: Outputs, sample: Sample) -> float:
        seen.add((sample.name, sample.label))
        assert len(outputs["y"]) == len(sample.feeds["x"]) == 1
        return -float(np.abs(outputs["y"]).sum())

    for lower in (True, False):
        against.lower_is_better = lower  # type: ignore[attr-defined]
        judge = Judge(metric=Metric(against))
        found = recover_plan(model, QuantPlan(), data, steps=["judged", "bias"], judge=judge)
        (step,) = found.steps
        assert step.before_own is not None
        assert step.after_own is not None
        better = step.after_own < step.before_own if lower else step.after_own > step.before_own
        assert step.kept == better
        assert "metric" in str(step)
    assert seen == {(data.names[place], data.labels[place]) for place in found.held_out}


def test_training_keeps_the_state_of_the_best_metric() -> None:
    low, high = (Point(1, 1.0, score, 9.0, own=own) for score, own in ((0.1, -2.0), (0.9, -1.0)))
    assert high.rank < low.rank


def test_evaluating_says_what_a_metric_says_of_both_files(tmp_path: Path, capsys: Captured) -> None:
    model, data = network(tmp_path), _images()
    fed = np.concatenate([data.load(place).feeds["x"] for place in range(len(data))])
    np.savez(tmp_path / "d.npz", x=fed)
    (tmp_path / "own.py").write_text(
        "import numpy as np\n"
        "def metric(outputs, sample):\n"
        "    print('seen')\n"
        "    return outputs['y'].max()\n"
        "def fails(outputs):\n"
        "    return outputs['z']\n"
    )
    out, own = tmp_path / "q.onnx", tmp_path / "own.py"
    given = ["--data", str(tmp_path / "d.npz"), "--metric", str(own)]
    plan, saves = tmp_path / "p.json", ["--save-plan", str(tmp_path / "p.json")]
    assert main(["quantize", str(model.path), "-o", str(out), *given, *saves, "-q"]) == 0
    quality = capsys.readouterr().out.splitlines()[-1]
    assert main(["evaluate", str(model.path), str(out), *given, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)["figures"]["metric"]
    for path, key in ((model.path, "reference"), (out, "candidate")):
        session = Session(path)
        best = [session.run({"x": row[None]})["y"].max() for row in fed]
        assert found[key] == pytest.approx(np.mean(best), rel=1e-5)
    assert found["n"] == len(fed)
    assert f"metric {found['candidate']:.4g} (float {found['reference']:.4g})" in quality
    assert found["interval"][0] <= found["candidate"] <= found["interval"][1]
    assert main(["quantize", str(model.path), "-o", str(own), *given]) == 2
    parser, flags = argparse.ArgumentParser(), [str(model.path), "--plan", str(plan), *given]
    add_analysis_flags(parser)
    asked(parser.parse_args(flags[:-2]), heard := Heard(), observe=False)
    asked(parser.parse_args(flags), again := Heard(), observe=False)
    assert "decided by 'metric' of own.py (SHA-256 " in "".join(heard.said)
    assert "decided by" not in "".join(again.said)
    assert own.read_text().startswith("import")
    said = r"own\.py fails in line 6 on sample 'x\[000000\]': KeyError: 'z'\.$"
    with pytest.raises(MetricError, match=said):
        evaluate(model.path, out, data, metric=Metric(f"{own}:fails"))


class Heard(Monitor):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def say(self, text: str) -> None:
        self.said.append(text)


def _images() -> Any:
    from quantengine.data.open import in_memory

    fed = np.random.default_rng(5).normal(size=(20, 3, 8, 8)).astype(np.float32)
    return in_memory({"x": fed}, [place % 5 for place in range(20)])
