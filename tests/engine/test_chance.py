"""A float network that is no better than guessing is remarked wherever accuracy is shown."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from quantengine.analyze.compare import compare
from quantengine.analyze.evaluate import evaluate
from quantengine.cli import main
from quantengine.data.dataset import Dataset
from quantengine.data.open import in_memory
from quantengine.graph.model import FloatModel
from quantengine.observe.calibrate import calibrate
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.resolve.resolve import resolve_plan
from quantengine.search.budget import Budget
from quantengine.verdict.chance import chance_remark
from quantengine.work.search import search_widths
from quantengine.work.sweep import sweep_bits
from quantengine.work.work import Work
from tests.engine.judged import judged
from tests.engine.onnx_text import text_model

CLASSES, COUNT = 10, 60
random = np.random.default_rng(0)
ROWS = random.normal(size=(COUNT, 16)).astype(np.float32)
WEIGHT = random.normal(size=(16, CLASSES)).astype(np.float32)
RIGHT = (ROWS @ WEIGHT).argmax(1)
WRONG = (RIGHT + 1) % CLASSES


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> FloatModel:
    path = tmp_path_factory.mktemp("chance") / "m.onnx"
    graph = "few (float[n,16] x) => (float[n,10] y) { y = MatMul(x, w) }"
    return text_model(path, graph, {"w": WEIGHT})


def labelled(labels: np.ndarray) -> Dataset:
    return in_memory({"x": ROWS}, labels.tolist())


@pytest.mark.parametrize(
    ("right", "labelled", "classes", "doubted"),
    [
        (0, 60, 10, True),
        (12, 60, 10, True),
        (13, 60, 10, False),
        (60, 60, 10, False),
        (0, 9, 1000, False),
        (0, 10, 1000, True),
        (1, 10, 1000, False),
        (5, 9, 12, False),
        (55, 100, 2, True),
        (66, 100, 2, False),
        (20, 40, 2, False),
        (5, 60, 1, False),
    ],
)
def test_three_sigmas_of_guessing(right: int, labelled: int, classes: int, doubted: bool) -> None:
    remark = chance_remark(right, labelled, classes)
    assert (remark is not None) == doubted
    assert remark is None or f"{right} of {labelled}" in remark


def test_guessing_itself_is_remarked_nearly_always() -> None:
    rows = np.random.default_rng(1).integers(0, 10, (400, 60)) == 0
    remarked = [chance_remark(int(row.sum()), 60, 10) is not None for row in rows]
    assert np.mean(remarked) > 0.98


def test_the_float_network_is_judged_not_the_quantized_one() -> None:
    eye = np.eye(CLASSES, dtype=np.float32)
    labels = [k % CLASSES for k in range(COUNT)]
    rows = [eye[label][None] for label in labels]
    found = judged(*(({"y": row}, {"y": -row}) for row in rows), labels=labels)
    assert found.accuracy == 0
    assert found.doubt is None


def test_every_figure_of_accuracy_carries_the_remark(network: FloatModel) -> None:
    plan = QuantPlan()
    for labels, doubted in ((RIGHT, False), (WRONG, True)):
        data = labelled(labels)
        table = calibrate(network, data, model_taps(network))
        resolution = resolve_plan(network, plan, table)
        found = compare(network, resolution, data, limit=None)
        swept = sweep_bits(Work(network, plan, data, table), bits=(8,), limit=None)
        front = search_widths(Work(network, plan, data, table), Budget(20.0), limit=None)
        evaluated = evaluate(network.path, network.path, data)
        said = [
            found.output.doubt,
            swept.points[0].effect.doubt if swept.points[0].effect else "",
            front.doubt,
            evaluated.verdict.doubt,
            front.to_json()["doubt"],
            evaluated.to_json()["doubt"],
            next((note for note in found.notes if "guessing" in note), None),
        ]
        assert [text is not None for text in said] == [doubted] * len(said)


def test_the_command_line_says_it(
    network: FloatModel, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = str(network.path)
    np.savez(tmp_path / "d.npz", x=ROWS, labels=WRONG, truth=RIGHT)
    more = ["--probes", "60"]
    commands = {
        "evaluate": ["evaluate", model, model],
        "sweep": ["sweep", model, "--bits", "8", *more],
        "sensitivity": ["sensitivity", model, *more],
        "search": ["search", model, "--target-sqnr", "20", *more],
        "analyze": ["analyze", model, *more],
    }
    for name, words in commands.items():
        for labels in ("labels", "truth"):
            given = ["--data", str(tmp_path / "d.npz"), "--labels", labels, "--map", "x=x"]
            assert main.main([*words, *given]) == 0
            told = " ".join(capsys.readouterr().out.split())
            assert ("wrong preprocessing or labels?" in told) == (labels == "labels"), name
