from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper, parser

from quantengine.analyze.evaluate import evaluate
from quantengine.cli.main import main
from quantengine.data.dataset import Sample
from quantengine.data.open import in_memory
from quantengine.errors import PlanError
from quantengine.verdict.judge import Judge
from quantengine.verdict.reading import Reading
from quantengine.verdict.reference import Reference
from quantengine.verdict.tasks.figure import TaskRecord, task_figures
from quantengine.verdict.tasks.measure import SHARE, SHARE_OF, Measure
from quantengine.verdict.together import Together

HEADER = '<ir_version: 8, opset_import: ["" : 17]>\n'
CLASSES = "g (float[n,4] x) => (float[n,6] logits) { logits = MatMul(x, w) }"
PICTURES = "g (float[n,1,8,8] x) => (float[n,1,8,8] y) { y = Conv(x, w) }"

random = np.random.default_rng(4)


def model(path: Path, text: str, weight: np.ndarray) -> Path:
    proto = parser.parse_model(HEADER + text)
    proto.graph.initializer.append(numpy_helper.from_array(weight.astype(np.float32), "w"))
    onnx.save(proto, path)
    return path


def test_classes_are_judged_by_the_best_with_and_without_labels(tmp_path: Path) -> None:
    weight = random.normal(size=(4, 6))
    rows = random.normal(size=(60, 4)).astype(np.float32)
    pair = [
        model(tmp_path / f"{k}.onnx", CLASSES, weight + k * random.normal(size=(4, 6)))
        for k in (0, 0.2)
    ]
    labels = (rows @ weight).argmax(1)
    found = evaluate(*pair, in_memory({"x": rows}, list(labels))).verdict
    assert found.task is not None and found.task.name == "classification"
    assert list(found.figures) == ["agreement", "top1", "top5"]
    top1 = found.figures["top1"]
    assert (top1.reference, top1.candidate) == (found.accuracy_reference, found.accuracy)
    assert (top1.unit, top1.n) == ("share", 60)
    assert top1.interval is not None
    assert top1.interval[0] < top1.candidate < top1.interval[1] < 1
    unlabelled = evaluate(*pair, in_memory({"x": rows})).verdict
    assert list(unlabelled.figures) == ["agreement"]
    assert unlabelled.figures["agreement"].candidate == found.agreement


def test_pictures_have_no_classes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pair = [model(tmp_path / f"{k}.onnx", PICTURES, np.full((1, 1, 1, 1), k)) for k in (1, 0.9)]
    np.save(tmp_path / "x.npy", random.random((5, 1, 8, 8)).astype(np.float32))
    words = ["evaluate", *map(str, pair), "--data", str(tmp_path / "x.npy")]
    assert main([*words, "--json"]) == 0
    printed = capsys.readouterr()
    assert "Taken as dense: 'y' holds numbers [1, 1, 8, 8]; --task sets it." in printed.err
    found = json.loads(printed.out)
    assert (found["task"], found["agreement"]) == ("dense", None)
    psnr = found["figures"]["psnr"]
    assert psnr["reference"] is None
    assert 20 < psnr["interval"][0] <= psnr["candidate"] <= psnr["interval"][1] < 30
    assert found["figures"]["relative_error"]["candidate"] == pytest.approx(0.1, rel=1e-4)
    assert main([*words, "--task", "classification"]) == 2
    assert "do not fit the task classification" in capsys.readouterr().err
    assert main([*words, "--task", "dance"]) == 2
    assert "There is no task 'dance': choose " in capsys.readouterr().err


def test_an_interval_is_of_the_pair_and_always_the_same() -> None:
    right = random.random(200) < 0.5
    wrong = right.copy()
    wrong[:4] = False
    both = Measure("both", SHARE, SHARE_OF, perfect=None)
    records = [
        TaskRecord({"both": np.array([b, 1.0])}, {"both": np.array([a, 1.0])})
        for a, b in zip(right, wrong, strict=True)
    ]
    found, again = (task_figures([both], records, intervals=True)["both"] for _ in range(2))
    assert found == again
    assert found.interval is not None
    assert found.interval[1] - found.interval[0] < 0.04  # a single share of 200: about 0.14
    assert found.interval[1] <= found.reference


def test_a_task_that_does_not_fit_is_one_sentence(tmp_path: Path) -> None:
    path = model(tmp_path / "m.onnx", PICTURES, np.ones((1, 1, 1, 1)))
    rows = random.random((3, 1, 8, 8)).astype(np.float32)
    with pytest.raises(PlanError, match="needs scores"):
        evaluate(path, path, in_memory({"x": rows}), task="classification")


def test_the_sample_that_suffers_most_is_named_with_both_answers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    weight = np.eye(4, 6)
    other = weight.copy()
    other[2, [2, 5]] = [0.1, 1]  # what was class 2 becomes class 5
    pair = [model(tmp_path / f"{k}.onnx", CLASSES, w) for k, w in enumerate((weight, other))]
    rows = np.eye(4)[[0, 1, 3, 2, 0]].astype(np.float32)
    np.save(tmp_path / "x.npy", rows)
    words = ["evaluate", *map(str, pair), "--data", str(tmp_path / "x.npy"), "--worst", "2"]
    page = tmp_path / "worst.html"
    assert main([*words, "--html", str(page), "--json"]) == 0
    first, second = json.loads(capsys.readouterr().out)["worst_samples"]
    assert (first["name"], first["figure"], second["figure"]) == ("x[000003]", 0, 1)
    assert (first["reference"], first["candidate"]) == ("class 2 (1)", "class 5 (1)")
    text = page.read_text()
    assert text.index("<b>1. x[000003]") < text.index("class 5 (1)") < text.index("<b>2. ")
    assert text.count("<polyline") == 4
    assert main(words) == 0
    assert "1. x[000003]: agreement 0, " in capsys.readouterr().out


def test_samples_that_ran_together_are_taken_for_what_each_is_alone() -> None:
    """A stack of `[1, 7, 64]`, boxes and scores along the second axis, is no picture."""
    pixels = random.uniform(8, 200, (6, 4, 64))
    y = np.concatenate([pixels, random.random((6, 3, 64))], axis=1).astype(np.float32)
    run = Sample("", {"x": np.zeros((6, 3, 224, 224), np.float32)})
    alone = Sample("", {"x": run.feeds["x"][:1]})
    for places, one in ((range(6), run), ((0,), alone)):
        reference = Reference(
            lambda feeds: {"y": y[: len(feeds["x"])]},
            Reading(("y",)),
            [one],
            together=Together([places]),
            judge=Judge("task"),
        )
        taken = reference.reading.taken
        assert taken is not None and (taken.task, taken.certain) == ("detection", True)
