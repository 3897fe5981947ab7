from __future__ import annotations

import argparse
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.start import _open
from quantengine.bundled import demo_images, demo_model
from quantengine.cli.main import main
from tests.app.conftest import WAIT_MS


@pytest.fixture(scope="module")
def quantized(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("quantized") / "q.onnx"
    data = ("--data", str(demo_images()), "--preset", "imagenet", "--limit", "4")
    assert main(["quantize", str(demo_model()), *data, "-o", str(path), "-q"]) == 0
    return path


def wanted(path: Path) -> argparse.Namespace:
    return argparse.Namespace(
        demo=False, project=None, model=path, data=None, judge_on=None, screenshots=None
    )


def test_a_project_is_opened_as_the_model_is(
    qtbot: QtBot, demo: MainWindow, tmp_path: Path
) -> None:
    document, path = demo.document, tmp_path / "a.QSCOPE"
    plan = document.plan.with_float("block2.project.conv")
    document.edit("keep", plan=plan)
    job = demo.projects.save(path)
    assert job is not None
    with qtbot.waitSignal(job.done, timeout=WAIT_MS):
        pass
    document.undo_stack.undo()
    with qtbot.waitSignal(document.project_changed, timeout=WAIT_MS):
        _open(demo, wanted(path))
    assert document.plan == plan
    assert document.project == path


def test_a_quantized_model_is_said_to_be_one(
    qtbot: QtBot, window: MainWindow, quantized: Path
) -> None:
    with qtbot.waitSignal(window.steps.noted, timeout=WAIT_MS) as noted:
        _open(window, wanted(quantized))
    qtbot.waitUntil(lambda: window.document.outcome is not None, timeout=WAIT_MS)
    assert noted.args[0].startswith("The model is quantized already")
    outcome = window.document.outcome
    said = {row.reason.text for row in outcome.rows}
    assert "quantized already" in said <= {"quantized already", "float in this file"}
    assert {"QuantizeLinear", "Conv"} <= {row.operator for row in outcome.rows}
    for name in ("calibrate", "tune", "recover", "search", "export"):
        action = window.actions_[name]
        assert not action.isEnabled(), name
        assert "quantized already" in action.toolTip(), name
    view = window.views.show_view("depth")
    assert "quantized already" in view._sentence.text()
    conv = next(row.name for row in outcome.rows if row.operator == "Conv")
    window.document.select(conv)
    weights = window.views.show_view("weights")
    qtbot.waitUntil(lambda: weights.shown is not None, timeout=WAIT_MS)
    assert weights.shown.counts.any(axis=1).all()
