"""What a wheel or an arrow key changes, and what it leaves."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox
from pytestqt.qtbot import QtBot

from app.edits import set_tensor
from app.main_window import MainWindow
from app.panels.distribution import DistributionView
from app.walk import Walk
from app.widgets.choice_box import ChoiceBox
from tests.app.conftest import WAIT_MS, settled

pytestmark = pytest.mark.usefixtures("plan_alone")

LAYER, TENSOR = "block2.project.conv", "block2.project.norm"


def test_the_wheel_over_a_closed_box_changes_nothing(demo: MainWindow, qtbot: QtBot) -> None:
    demo.document.select(LAYER)
    before, found = demo.document.decided, 0
    for name in demo.views.names:
        demo.views.show_view(name)
        for box in demo.findChildren(QComboBox):
            assert isinstance(box, ChoiceBox), (name, box.accessibleName())
            chosen = box.currentIndex()
            box.setFocus()
            for turned in (-120, 120, -120):
                QApplication.sendEvent(box, _wheel(turned))
            assert box.currentIndex() == chosen, (name, box.accessibleName())
            found += box.count() > 1 and box.isEnabled()
    assert found > 5
    assert demo.document.decided == before


def _wheel(turned: int) -> QWheelEvent:
    none, keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    at, by = QPointF(4, 4), QPoint(0, turned)
    return QWheelEvent(at, at, by, by, none, keys, Qt.ScrollPhase.NoScrollPhase, False)


@pytest.fixture
def view(qtbot: QtBot, demo: MainWindow) -> DistributionView:
    demo.document.select(LAYER)
    made = demo.views.show_view("distribution")
    assert isinstance(made, DistributionView)
    qtbot.waitUntil(lambda: bool(made.found), timeout=WAIT_MS)
    return made


@pytest.mark.parametrize("waits", [False, True])
@pytest.mark.parametrize("end", [0, 1])
@pytest.mark.parametrize("by_hand", [False, True])
def test_arrow_keys_move_one_end_there_and_back(
    by_hand: bool, end: int, waits: bool, view: DistributionView, demo: MainWindow, qtbot: QtBot
) -> None:
    document = demo.document
    if by_hand:
        asked = {"low": -21.553, "high": 21.723}
        document.edit("set", plan=set_tensor(document.plan, "activations", [TENSOR], asked))
        settled(qtbot, demo)
        assert (view.range.low, view.range.high) == (-21.553, 21.723)
    start = (view.range.low, view.range.high)
    count = 5 if waits else 20
    for step in (*[1] * count, *[-1] * count):
        view.nudge(end, step)
        assert (view.range.low, view.range.high)[1 - end] == start[1 - end]
        if waits:
            qtbot.waitUntil(lambda: not document.outcome_is_stale, timeout=WAIT_MS)
    settled(qtbot, demo)
    assert (view.range.low, view.range.high) == start
    decided = document.outcome.decisions.activations(LAYER, TENSOR)
    assert (decided.low, decided.high) == start
    view.nudge(end, 3)
    settled(qtbot, demo)
    moved = (view.range.low, view.range.high)
    assert moved[end] > start[end]
    assert (view.low.value, view.high.value) == moved
    form = demo.tune.output
    assert (form.low.value, form.high.value) == moved


def test_what_was_asked_for_and_what_codes_stand_for_are_told_apart(
    view: DistributionView, demo: MainWindow, qtbot: QtBot
) -> None:
    document = demo.document
    asked = {"low": -1.003, "high": 2.0}
    document.edit("set", plan=set_tensor(document.plan, "activations", [TENSOR], asked))
    settled(qtbot, demo)
    encoding = document.outcome.resolution.encodings.activations[TENSOR]
    assert float(encoding.low) != -1.003
    assert (view.low.value, view.high.value) == (-1.003, 2.0)
    low = f"{float(encoding.low):.5g}".replace("-", "\N{MINUS SIGN}")
    assert view.readout.value("codes").startswith(low)


def test_a_walk_leads_back() -> None:
    start = Walk("t", (-0.1, 0.3), 0.1)
    there = start
    for _ in range(7):
        there = there.moved(1, 1, mirrored=False)
    assert there.ends[0] == -0.1
    assert there.moved(1, -7, mirrored=False).ends == start.ends
    assert start.moved(0, -2, mirrored=True).steps == (-2, 2)
