from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import onnx
import pytest
from onnx import numpy_helper, parser

from quantengine.analyze import guard
from quantengine.analyze.evaluate import Evaluation
from quantengine.analyze.guard import Bound, held_to
from quantengine.analyze.guard_names import DROP, PLAIN
from quantengine.cli.main import main
from quantengine.errors import PlanError
from quantengine.verdict.tasks.figure import TaskFigure
from quantengine.verdict.tasks.registry import TASKS
from quantengine.verdict.tasks.task import Reader
from quantengine.verdict.tasks.verdict import TaskVerdict
from quantengine.verdict.titles import FIGURES
from quantengine.verdict.verdict import Verdict

_TASK = TaskVerdict(
    "text",
    True,
    "equal_texts",
    {
        "agreement": TaskFigure(1.0, 0.99, "share", 90, (0.97, 1.0)),
        "cer": TaskFigure(0.02, 0.05, "share", 80, lower_is_better=True),
        "psnr_labels": TaskFigure(30.0, 28.5, "dB", 80),
        "mean_iou": TaskFigure(1.0, None, "share", 80),
    },
)
_VERDICT = Verdict(
    20.0, 0.9, math.nan, 0.99, 0.87, accuracy_reference=0.875, samples=100, task=_TASK
)
FOUND = Evaluation(_VERDICT, 8_000_000, 2_000_000, 3.0, 1.5)


def holds(figure: str, side: str, value: float) -> bool:
    (held,) = held_to(FOUND, [Bound(figure, side == "min", value)])
    return held.holds


def test_every_name_has_a_figure_and_every_measure_a_name() -> None:
    assert {*guard._PLAIN, DROP} == {*PLAIN}
    assert len(Reader.__subclasses__()) >= len(TASKS)
    measures = {each.name for reader in Reader.__subclasses__() for each in reader.measures}
    assert len(measures) > 30
    assert measures <= {*FIGURES}


@pytest.mark.parametrize(
    ("figure", "side", "kept", "not_kept"),
    [
        ("agreement", "min", 0.99, 0.991),
        ("sqnr_db", "min", 20, 20.01),
        ("mb", "max", 2, 1.99),
        ("speedup", "min", 2, 2.1),
        ("drop", "max", 0.5, 0.49),
        ("cer", "max", 0.05, 0.04),
        ("drop_cer", "max", 3, 2.9),
        ("drop_psnr_labels", "max", 1.5, 1.4),
    ],
)
def test_a_bound_is_kept_up_to_its_value(
    figure: str, side: str, kept: float, not_kept: float
) -> None:
    assert holds(figure, side, kept)
    assert not holds(figure, side, not_kept)


@pytest.mark.parametrize("figure", ["max_error", "mean_iou", "drop_mean_iou", "top5", "no_such"])
def test_what_has_no_figure_keeps_no_bound(figure: str) -> None:
    assert not holds(figure, "min", -1e9)
    assert not holds(figure, "max", 1e9)


def test_without_labels_nothing_is_known_of_a_drop() -> None:
    found = replace(FOUND, verdict=replace(_VERDICT, accuracy=None, accuracy_reference=None))
    (held,) = held_to(found, [Bound("drop", False, 100.0)])
    assert not held.holds
    assert held.to_json()["found"] is None


def test_figures_tell_of_how_many_samples_and_how_far_they_are_trusted() -> None:
    (held,) = held_to(FOUND, [Bound("agreement", True, 0.9)])
    assert (held.n, held.interval) == (90, (0.97, 1.0))


def test_a_share_over_one_is_a_mistake_and_no_failure() -> None:
    with pytest.raises(PlanError, match="can never be 99"):
        held_to(FOUND, [Bound("agreement", True, 99.0)])


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("guard")
    random = np.random.default_rng(4)
    weight = random.normal(size=(4, 6)).astype(np.float32)
    text = '<ir_version: 8, opset_import: ["" : 17]> g (float[n,4] x) => (float[n,6] y) '
    noise = 0.4 * random.normal(size=weight.shape).astype(np.float32)
    for name, values in (("a", weight), ("b", weight + noise)):
        proto = parser.parse_model(text + "{ y = MatMul(x, w) }")
        proto.graph.initializer.append(numpy_helper.from_array(values, "w"))
        onnx.save(proto, folder / f"{name}.onnx")
    np.save(folder / "x.npy", random.normal(size=(30, 4)).astype(np.float32))
    return [*(str(folder / f"{name}.onnx") for name in "ab"), "--data", str(folder / "x.npy")]


def test_the_exit_code_says_it_and_a_case_a_bound_stands_in_the_file(
    pair: list[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        "quantengine.analyze.model_pair.median_latencies_ms", lambda *_, **__: (1.0, 1.0)
    )
    junit, told = tmp_path / "out.xml", tmp_path / "out.json"
    files = ["--junit", str(junit), "--json", str(told)]
    bounds = ["--min-worst-db", "30", "--max-mb", "1", "--min", "y=-10", "--max-drop", "5"]
    assert main(["check", *pair, "-q", *bounds, *files]) == 1
    printed = capsys.readouterr().out
    assert printed.count("NOT KEPT") == 2
    assert "2 of 4 bounds not kept." in printed
    cases = {case.get("name", ""): len(case) for case in ElementTree.parse(junit).getroot()}
    assert list(cases.values()) == [1, 0, 0, 1]
    assert "worst dB at least 30.0" in cases
    data: dict[str, Any] = json.loads(told.read_text())
    assert data["holds"] is False
    assert [bound["holds"] for bound in data["bounds"]] == [False, True, True, False]
    assert main(["check", *pair, "-q", "--max-mb", "1"]) == 0


@pytest.mark.parametrize("bad", [[], ["--min-top1", "nan"], ["--max", "y"], ["--min", "=3"]])
def test_a_bound_that_says_nothing_is_a_mistake(bad: list[str], pair: list[str]) -> None:
    try:
        code = main(["check", *pair, *bad])
    except SystemExit as ended:
        assert ended.code == 2
    else:
        assert code == 2
