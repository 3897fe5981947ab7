"""What a person typed or kept stays, and what is shown is what it is called."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.facts import DataSource
from app.main_window import MainWindow
from app.panels.channels import ChannelsView
from app.panels.compare import CompareView
from app.panels.data import DataView
from app.panels.view import View
from quantengine.data.options import DataOptions
from tests.app.conftest import WAIT_MS
from tests.app.test_recovery_stays import ended, still
from tests.engine.onnx_text import text_model


def says(view: View) -> str:
    return " ".join(label.text() for label in view.findChildren(QLabel) if label.isVisible())


def test_what_is_typed_is_applied_or_kept(qtbot: QtBot, small: MainWindow, tmp_path: Path) -> None:
    view = small.views.show_view("data")
    assert isinstance(view, DataView)
    form, document = view.form, small.document
    form.limit.setText("8")
    form.labels.setText("wrong")
    assert form.typed.isVisible()
    small.steps.refuse("export", "Something else is wrong.")
    ended(qtbot, small, small.steps.open_data(document.decided.source))
    assert (form.limit.text(), form.labels.text()) == ("8", "wrong")
    form.labels.setText("")
    form.button.click()
    qtbot.waitUntil(lambda: len(document.dataset) == 8, timeout=WAIT_MS)
    assert not form.typed.isVisible()
    document.undo_stack.undo()
    qtbot.waitUntil(lambda: len(document.dataset) == 20, timeout=WAIT_MS)
    assert form.limit.text() == "" and not form.typed.isVisible()


def test_data_that_cannot_be_used_is_no_step_and_its_error_leaves_with_it(
    qtbot: QtBot, small: MainWindow, tmp_path: Path
) -> None:
    document, good = small.document, small.document.decided.source
    before, bad = document.dataset, tmp_path / "bad.npy"
    np.save(bad, np.zeros((4, 7), np.float32))
    ended(qtbot, small, small.steps.choose_data(DataSource(bad, DataOptions())))
    assert document.undo_stack.count() == 0 and document.decided.source == good
    assert document.dataset is before and small.notice.isVisible()
    view = small.views.show_view("data")
    assert str(bad) in says(view) and "x.npy is in use" in says(view)
    fewer = DataSource(good.path, replace(good.options, limit=9))
    ended(qtbot, small, small.steps.choose_data(fewer))
    assert not small.notice.isVisible() and document.refused is None
    assert document.undo_stack.count() == 1 and len(document.dataset) == 9


def test_an_empty_view_says_what_is_missing(
    qtbot: QtBot, small: MainWindow, tmp_path: Path
) -> None:
    document, path, data = small.document, small.document.model.path, tmp_path / "x.npy"
    ended(qtbot, small, small.steps.open_model(path))
    view = small.views.show_view("recover")
    assert "Choose data first." in says(view)
    ended(qtbot, small, small.steps.choose_data(DataSource(tmp_path / "no.npy", DataOptions())))
    assert "could not be opened" in says(view) and "Choose data" not in says(view)
    ended(qtbot, small, small.steps.choose_data(DataSource(data, DataOptions())))
    assert "Choose data" not in says(view)
    small.show_page("overview")
    assert [b.text() for b in small.findChildren(QPushButton) if b.isVisible()].count(
        "Calibrate"
    ) == 1
    small.show_view("recover")
    job = small.steps.calibrate()
    assert "Calibration is running." in says(view)
    ended(qtbot, small, job)
    assert document.table is not None and view.body.isVisible()


def test_channels_of_one_layer_never_stand_under_the_name_of_another(
    qtbot: QtBot, small: MainWindow
) -> None:
    view, document = small.views.show_view("channels"), small.document
    assert isinstance(view, ChannelsView)
    first, second = list(document.outcome.flow.nodes)[:2]
    document.select(first)
    qtbot.waitUntil(view.body.isVisible, timeout=WAIT_MS)
    document.select(second)
    assert not view.body.isVisible()
    qtbot.waitUntil(view.body.isVisible, timeout=WAIT_MS)
    assert view._of is not None and view._of[1] == second


def test_snapshots_outlive_undo(qtbot: QtBot, small: MainWindow) -> None:
    document, view = small.document, small.views.show_view("compare")
    assert isinstance(view, CompareView)
    plan = document.plan
    document.edit("keep", plan=plan.with_float("*"))
    view.keep_snapshot("float")
    document.undo_stack.undo()
    assert document.plan == plan
    assert [each.name for each in document.snapshots] == ["float"]
    assert document.undo_stack.count() == 1 and small.isWindowModified()
    view.keep_snapshot("eight")
    document.undo_stack.redo()
    view.remove(0)
    assert [each.name for each in document.snapshots] == ["eight"]
    document.undo_stack.undo()
    assert {each.name for each in document.snapshots} == {"eight", "float"}
    still(qtbot, small)


def test_a_model_with_nothing_to_observe_says_so(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    text = "g (int64[n,4] x) => (int64[n,4] y) { y = Add(x,x) }"
    text_model(tmp_path / "m.onnx", text, {})
    np.save(tmp_path / "x.npy", np.ones((12, 4), np.int64))
    ended(qtbot, window, window.steps.open_model(tmp_path / "m.onnx"))
    source = DataSource(tmp_path / "x.npy", DataOptions())
    ended(qtbot, window, window.steps.choose_data(source))
    for name in window.views.names:
        window.views.show_view(name)
    ended(qtbot, window, window.steps.calibrate())
    assert "nothing in this model can be quantized" in window.notice.text.text()
    assert "went wrong" not in window.notice.text.text()


def test_images_of_another_size_are_resized_by_one_click(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    text = "g (float[1,3,6,8] x) => (float[1,3,6,8] y) { y = Relu(x) }"
    text_model(tmp_path / "m.onnx", text, {})
    np.savez(tmp_path / "d.npz", images=np.zeros((4, 9, 9, 3), np.uint8))
    ended(qtbot, window, window.steps.open_model(tmp_path / "m.onnx"))
    options = DataOptions(preset="unit", crop=5)
    ended(qtbot, window, window.steps.choose_data(DataSource(tmp_path / "d.npz", options)))
    assert "8x6 is what this network takes" in window.notice.text.text()
    window.notice.offers()["Resize"].click()
    document = window.document
    qtbot.waitUntil(lambda: document.dataset is not None, timeout=WAIT_MS)
    assert document.dataset.load(0).feeds["x"].shape == (1, 3, 6, 8)
    assert not window.notice.isVisible()
