from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.edits import set_tensor
from app.main_window import MainWindow
from tests.app.conftest import WAIT_MS, settled

TENSOR = "block2.project.norm"


def column(window: MainWindow, name: str) -> int:
    return [each.name for each in window.layers.table.columns].index(name)


def texts(window: MainWindow, name: str) -> dict[str, str]:
    table = window.layers.table
    place = column(window, name)
    return {table.layer_at(row).name: table.cell(row, place).text for row in table.layer_places()}


def measured(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not window.network.errors_are_stale, timeout=WAIT_MS)


def test_accumulated_errors_come_by_themselves_and_fall_with_the_bits(
    qtbot: QtBot, demo: MainWindow
) -> None:
    measured(qtbot, demo)
    before = texts(demo, "accumulated")
    known = {name: float(text) for name, text in before.items() if text}
    assert set(known) == set(demo.document.outcome.flow.nodes) & set(before)
    plan = set_tensor(demo.document.plan, "activations", [TENSOR], {"bits": 3})
    demo.document.edit("bits", plan=plan)
    place = column(demo, "accumulated")
    table = demo.layers.table
    (row,) = table.places(("block2.project.conv",))
    assert demo.network.errors_are_stale
    assert table.cell(row, place).stale
    assert table.cell(row, place).level is None
    measured(qtbot, demo)
    after = texts(demo, "accumulated")
    assert float(after["block2.project.conv"]) < known["block2.project.conv"] - 6
    assert after["stem.conv"] == before["stem.conv"]
    assert table.cell(row, place).level is not None


def test_sensitivity_is_measured_when_asked(qtbot: QtBot, demo: MainWindow) -> None:
    assert not any(texts(demo, "sensitivity").values())
    demo.network.rank()
    qtbot.waitUntil(lambda: not demo.network.ranking_is_stale, timeout=WAIT_MS)
    found = texts(demo, "sensitivity")
    assert float(found["stem.conv"]) > 10
    demo.layers.table.sort(column(demo, "sensitivity"))
    levels = [float(text) for text in texts(demo, "sensitivity").values() if text]
    assert levels == sorted(levels)
    table = demo.layers.table
    gains = texts(demo, "gain")
    assert set(gains) == set(found)
    assert gains["stem.conv"] not in ("", "0")
    tip = table.data(table.index(0, column(demo, "gain")), Qt.ItemDataRole.ToolTipRole)
    assert "float changes the outputs by" in tip


def test_a_cancelled_ranking_leaves_the_column_empty(qtbot: QtBot, demo: MainWindow) -> None:
    job = demo.network.rank()
    with qtbot.waitSignal(job.finished, timeout=WAIT_MS):
        job.cancel()
    assert not any(texts(demo, "sensitivity").values())


@pytest.mark.parametrize("kept", [True, False])
def test_why_a_layer_stays_float_is_said(qtbot: QtBot, demo: MainWindow, kept: bool) -> None:
    name = "block2.project.conv"
    if kept:
        demo.document.edit("float", plan=demo.document.plan.with_float(name))
        settled(qtbot, demo)
    assert bool(texts(demo, "reason")[name]) is kept
