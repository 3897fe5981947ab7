from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.facts import DataSource
from app.main_window import MainWindow
from app.start import _tell
from quantengine.bundled import demo_model
from quantengine.data.options import DataOptions
from quantengine.errors import QuantError
from tests.app.conftest import WAIT_MS
from tests.app.header import press
from tests.engine.small_network import network


def test_start_page_comes_first(window: MainWindow) -> None:
    assert window.pages.currentWidget() is window.start_page
    assert not window.actions_["calibrate"].isEnabled()
    assert "model" in window.actions_["calibrate"].toolTip()


def test_demo_fills_the_layer_table(demo: MainWindow) -> None:
    table = demo.layers.table
    demo.layers.columns.moving.setChecked(True)
    assert len(table.layer_places()) == 23
    column = [c.name for c in table.columns].index("output_sqnr")
    shown = [table.index(row, column).data() for row in table.layer_places()]
    assert all(float(text) > 10 for text in shown if text)
    assert demo.settings.recent == (demo_model().resolve(),)


def test_bad_model_gives_a_sentence_and_leaves_the_window_usable(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.onnx"
    bad.write_bytes(b"not a model")
    with qtbot.waitSignal(window.steps.failed, timeout=WAIT_MS):
        window.files.open_path(bad)
    assert window.notice.isVisible()
    assert "bad.onnx" in window.notice.text.text()
    assert "Traceback" not in window.notice.text.text()
    with qtbot.waitSignal(window.document.model_changed, timeout=WAIT_MS):
        window.files.open_path(demo_model())
    assert len(window.layers.table.layer_places()) == 22


def test_bad_data_gives_a_sentence_and_keeps_the_model(
    qtbot: QtBot, demo: MainWindow, tmp_path: Path
) -> None:
    known = demo.document.dataset
    with qtbot.waitSignal(demo.steps.failed, timeout=WAIT_MS) as failed:
        demo.steps.choose_data(DataSource(tmp_path, DataOptions()))
    assert str(tmp_path) in failed.args[0] or tmp_path.name in failed.args[0]
    assert demo.document.dataset is known


def test_the_header_asks_for_data_where_it_says_that_there_is_none(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network(tmp_path)
    np.save(tmp_path / "x.npy", np.zeros((4, 3, 8, 8), "f"))
    with qtbot.waitSignal(window.document.model_changed, timeout=WAIT_MS):
        window.files.open_path(tmp_path / "network.onnx")
    chosen = (str(tmp_path / "x.npy"), "")
    monkeypatch.setattr("app.files.QFileDialog.getOpenFileName", lambda *_: chosen)
    monkeypatch.setattr("app.files.QFileDialog.getExistingDirectory", lambda *_: "")
    press(window, "Choose a folder\N{HORIZONTAL ELLIPSIS}")
    assert window.document.decided.source is None
    press(window, "Choose a file\N{HORIZONTAL ELLIPSIS}")
    qtbot.waitUntil(lambda: window.document.dataset is not None, timeout=WAIT_MS)
    assert len(window.document.dataset) == 4


def test_calibration_can_be_cancelled_and_keeps_nothing(qtbot: QtBot, demo: MainWindow) -> None:
    before = demo.document.table
    job = demo.steps.calibrate()
    assert job is not None
    done: list[object] = []
    job.done.connect(done.append)
    with qtbot.waitSignal(job.finished, timeout=WAIT_MS):
        demo.strip.cancel.click()
    assert not done
    assert demo.document.table is before
    qtbot.waitUntil(lambda: not demo.strip.bar.isVisible(), timeout=WAIT_MS)


def test_what_goes_wrong_behind_a_menu_is_told_in_the_window(
    window: MainWindow, capsys: pytest.CaptureFixture[str]
) -> None:
    _tell(window, QuantError, QuantError("plot.png cannot be written: free some space."), None)
    assert window.notice.text.text() == "plot.png cannot be written: free some space."
    assert capsys.readouterr().err == "", "a sentence is no traceback"
    _tell(window, ValueError, ValueError("a mistake of ours"), None)
    assert "a mistake of ours" in window.notice.text.text()
    assert "ValueError: a mistake of ours" in capsys.readouterr().err
