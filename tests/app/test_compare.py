"""Other files beside the plan, and whether the data tells the ranges."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from pytestqt.qtbot import QtBot

from app.decided import Snapshot
from app.document import DataSource
from app.main_window import MainWindow
from app.panels.compare import CompareView
from app.panels.coverage import CoverageView, Told
from app.panels.distribution import DistributionView
from app.ranges_file import take_ranges
from app.text import NOTHING
from quantengine.analyze.simulate import tapped
from quantengine.data.options import DataOptions
from quantengine.diff.running import copied
from quantengine.runtime import Session
from tests.app.conftest import WAIT_MS, settled
from tests.app.test_recovery_stays import still
from tests.engine.onnx_text import text_model
from tests.engine.test_diff import GRAPH, ISLAND, ROWS, island, scaled, spoiled, static, weights

_OUTPUT_DB = -4


def test_a_file_of_the_same_network_stands_beside_the_plan(
    qtbot: QtBot, small: MainWindow, tmp_path: Path
) -> None:
    view, path = small.views.show_view("compare"), small.document.model.path
    assert isinstance(view, CompareView)
    view.compared.add_file(path)
    qtbot.waitUntil(lambda: view.table.texts()[2][_OUTPUT_DB] != NOTHING, timeout=WAIT_MS)
    assert view.table.texts()[2][0] == path.name
    assert view.table.texts()[2][_OUTPUT_DB] == "\N{INFINITY}"
    graph = "g (float[n,2] x) => (float[n,2] y) { y = Relu(x) }"
    text_model(tmp_path / "other.onnx", graph, {})
    view.compared.add_file(tmp_path / "other.onnx")
    qtbot.waitUntil(small.notice.isVisible, timeout=WAIT_MS)
    still(qtbot, small)
    assert view.table.texts()[3][_OUTPUT_DB] == NOTHING
    view.remove(1)
    assert len(view.table.texts()) == 3
    view.table.selectRow(2)
    view.drop.click()
    assert view.compared.files == ()
    measured: list[str] = []
    small.jobs.started.connect(lambda job: measured.append(job.lane))
    lost = small.document.plan.with_float("no_such_layer")
    small.document.keep_snapshots((*small.document.snapshots, Snapshot("lost", lost)))
    qtbot.waitUntil(lambda: "compared" in measured, timeout=WAIT_MS)
    still(qtbot, small)
    assert measured.count("compared") == 1  # what fails is not begun again by itself


def test_a_folder_of_dumped_values_is_read_as_it_fills(
    qtbot: QtBot, small: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("_WAIT_MS", "_AGAIN_MS"):
        monkeypatch.setattr(f"app.panels.dumped_values.{name}", 1)
    monkeypatch.setattr("app.panels.dumped_values._TRIES", 1000)
    view, model = small.views.show_view("compare"), small.document.model
    assert isinstance(view, CompareView) and model is not None
    dumped, folder = view.dumped, tmp_path / "dump"
    folder.mkdir()

    def told(text: str) -> None:
        qtbot.waitUntil(lambda: text in dumped.sentence.text(), timeout=WAIT_MS)

    dumped.show_folder(folder)
    told("holds no dumped arrays")
    rows = np.load(tmp_path / "x.npy")
    found = Session(tapped(copied(model.proto), ["b", "d"])).run({"x": rows}, ["b", "d"])
    np.save(folder / "b.npy", found["b"])
    told("Nothing breaks. Compared on 20 samples.")
    whole = tmp_path / "d.npy"
    np.save(whole, found["d"] / 2)
    (folder / "d.npy").write_bytes(whole.read_bytes()[:200])
    told("Still being written: 1 file.")
    (folder / "d.npy").write_bytes(whole.read_bytes())
    told("It breaks first at Add_d: all values are times 0.5")
    assert dumped.table.texts()[1][:2] == ["Add_d", "d"]
    dumped.drop.click()
    assert dumped.isHidden()


def test_a_file_says_where_it_breaks_and_is_taken_over_in_one_step(
    qtbot: QtBot, small: MainWindow
) -> None:
    model = small.document.model
    assert model is not None
    whole = static(model.path, "theirs", per_channel=True)
    path = spoiled(whole, scaled("d_scale", 1 / 8))
    view = small.views.show_view("compare")
    assert isinstance(view, CompareView)
    view.compared.add_file(path)
    view.table.selectRow(2)
    qtbot.waitUntil(lambda: view.layers.found is not None, timeout=WAIT_MS)
    still(qtbot, small)
    assert "the range of 'd' is too narrow" in view.layers.sentence.text()
    rows = {row[0]: row for row in view.layers.table.texts()}
    assert float(rows["Add_d"][1]) < 20 < float(rows["Add_d"][2])
    small.document.select("Add_d")
    drawn = small.views.show_view("distribution")
    assert isinstance(drawn, DistributionView)
    stored = {t.name: t for t in onnx.load(path).graph.initializer}
    scale, zero = (
        float(numpy_helper.to_array(stored[name])) for name in ("d_scale", "d_zero_point")
    )
    assert drawn.file_range.ends == pytest.approx((-zero * scale, (255 - zero) * scale))
    small.views.show_view("compare")
    before = small.document.plan
    view.layers.take.click()
    settled(qtbot, small)
    outcome = small.document.outcome
    assert outcome is not None and outcome.resolution is not None
    taken = float(outcome.resolution.encodings.activations["d"].scale)
    assert taken == scale
    small.document.undo_stack.undo()
    assert small.document.plan == before
    table = path.with_name("scales.csv")
    table.write_text("tensor,dtype,scale,zero_point\nd,uint8,0.25,100\nq,int8,1,0\n", "utf-8")
    take_ranges(small.context, table)
    qtbot.waitUntil(lambda: small.document.plan != before, timeout=WAIT_MS)
    settled(qtbot, small)
    outcome = small.document.outcome
    assert outcome is not None and outcome.resolution is not None
    assert float(outcome.resolution.encodings.activations["d"].scale) == 0.25
    assert "not in the model (1): 'q'" in small.notice.text.text()
    small.document.undo_stack.undo()
    assert small.document.plan == before
    view.table.selectRow(1)
    assert view.layers.isHidden()
    assert small.context.beside.of("d") is None


def test_a_layer_left_float_is_told_as_on_the_command_line(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    model = text_model(tmp_path / "float.onnx", GRAPH, weights())
    np.save(tmp_path / "x.npy", ROWS)
    source = DataSource(tmp_path / "x.npy", DataOptions())
    window.steps.open_model(model.path, source, then_calibrate=True)
    qtbot.waitUntil(lambda: window.document.table is not None, timeout=WAIT_MS)
    settled(qtbot, window)
    view = window.views.show_view("compare")
    assert isinstance(view, CompareView)
    view.compared.add_file(island(model, "e", bits=4))
    view.table.selectRow(2)
    qtbot.waitUntil(lambda: view.layers.found is not None, timeout=WAIT_MS)
    still(qtbot, window)
    assert f"It breaks first at Conv_e: {ISLAND}" in view.layers.sentence.text()


def test_tensors_whose_ranges_depend_on_the_samples_come_first(
    qtbot: QtBot, small: MainWindow
) -> None:
    view = small.views.show_view("coverage")
    assert isinstance(view, CoverageView)
    qtbot.waitUntil(lambda: bool(view.told), timeout=WAIT_MS)
    moved = [each.moved for each in view.told]
    assert moved == sorted(moved, reverse=True) and moved[0] > 0
    assert view.table.texts()[0][2] == NOTHING
    view.button.click()
    qtbot.waitUntil(lambda: view.told[0].outside is not None, timeout=WAIT_MS)
    assert view.table.texts()[0][2] != NOTHING and view.button.isHidden()
    assert Told("x", "", 0.2, 0.0).is_doubtful and Told("x", "", 0.0, 0.02).is_doubtful
    assert not Told("x", "", 0.1, None).is_doubtful
