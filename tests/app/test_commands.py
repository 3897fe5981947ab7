from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.widgets.number_field import NumberField

ROOT = Path(__file__).resolve().parents[2]


def test_the_palette_finds_layers_and_commands(qtbot: QtBot, demo: MainWindow) -> None:
    demo.open_palette()
    QTest.keyClicks(demo.palette_.text, "block4 depth")
    QTest.keyClick(demo.palette_.text, Qt.Key.Key_Return)
    assert demo.document.selection.layers == ("block4.depthwise.conv",)
    demo.open_palette()
    QTest.keyClicks(demo.palette_.text, "keep float")
    QTest.keyClick(demo.palette_.text, Qt.Key.Key_Return)
    assert demo.document.plan.keep_float == ("block4.depthwise.conv",)
    assert not demo.palette_.isVisible()


def test_the_sheet_shows_every_shortcut_once(demo: MainWindow) -> None:
    demo.open_shortcuts()
    assert demo.sheet.isVisible()
    keys = [a.shortcut().toString() for a in demo.actions_ if not a.shortcut().isEmpty()]
    assert len(keys) == len(set(keys))
    QTest.keyClick(demo.sheet, Qt.Key.Key_Escape)
    assert not demo.sheet.isVisible()


def test_about_tells_version_and_licences(demo: MainWindow) -> None:
    demo.open_about()
    told = " ".join(label.text() for label in demo.sheet.findChildren(QLabel))
    assert f"Quantscope {version('quantscope')}" in told
    assert all(word in told for word in ("Apache-2.0", "LGPL", "Lucide", "onnxruntime"))
    QTest.mouseClick(demo.sheet, Qt.MouseButton.LeftButton)
    assert not demo.sheet.isVisible()


def test_a_target_changes_the_defaults_as_one_step(qtbot: QtBot, demo: MainWindow) -> None:
    before = demo.document.plan
    target = demo.header.chain.target
    target.choices.aboutToShow.emit()
    next(each for each in target.choices.actions() if each.iconText() == "tensorrt").trigger()
    assert demo.document.plan.activations.symmetric
    assert demo.document.undo_stack.count() == 1
    demo.actions_["undo"].trigger()
    assert demo.document.plan == before
    assert target.shown_text() == before.target


def test_filter_and_sort_keep_the_selection(demo: MainWindow) -> None:
    table, document = demo.layers.table, demo.document
    document.select("block3.add")
    demo.layers.filter.setText("add")
    assert [table.layer_at(row).operator for row in table.layer_places()] == ["Add"] * 3
    names = [c.name for c in table.columns]
    table.sort(names.index("output_sqnr"), Qt.SortOrder.DescendingOrder)
    values = [table.layer_at(row).activation_sqnr_db for row in range(3)]
    assert values == sorted(values, reverse=True)
    assert document.selection.layers == ("block3.add",)
    chosen = demo.layers.view.selectionModel().selectedRows()
    assert [table.layer_at(index.row()).name for index in chosen] == ["block3.add"]


def test_every_control_has_a_name_for_screen_readers(demo: MainWindow) -> None:
    for name in demo.views.names:
        demo.views.view(name)
    fields = [f for f in demo.findChildren(NumberField) if not f.accessibleName()]
    assert not fields


def test_a_bad_number_is_undone(qtbot: QtBot) -> None:
    field = NumberField("x")
    qtbot.addWidget(field)
    field.set_value(1.5)
    heard: list[float] = []
    field.entered.connect(heard.append)
    for text in ("what", "nan", ""):
        field.selectAll()
        QTest.keyClicks(field, text or " ")
        QTest.keyClick(field, Qt.Key.Key_Return)
        assert field.text() == "1.5"
    field.selectAll()
    field.setText("\N{MINUS SIGN}2,5")
    field.setModified(True)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert heard == [-2.5]


def test_screenshots_from_the_command_line(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}
    command = [sys.executable, "-m", "app", str(tmp_path / "no.onnx"), "--data", str(tmp_path)]
    done = subprocess.run(
        [*command, "--screenshots", str(tmp_path / "pics")],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "no.onnx" in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "pics" / "start.png").stat().st_size > 1000
