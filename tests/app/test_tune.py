from __future__ import annotations

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.panels.distribution import DistributionView
from app.text import breakable, number
from quantengine.formats.granularity import InBlocks
from quantengine.work.recipe import Recipe
from tests.app.conftest import WAIT_MS, settled

pytestmark = pytest.mark.usefixtures("plan_alone")

LAYER = "block2.project.conv"
TENSOR = "block2.project.norm"


@pytest.fixture
def distribution(qtbot: QtBot, demo: MainWindow) -> DistributionView:
    demo.document.select(LAYER)
    view = demo.views.show_view("distribution")
    pg.setConfigOption("mouseRateLimit", -1)
    assert isinstance(view, DistributionView)
    qtbot.waitUntil(lambda: bool(view.found), timeout=WAIT_MS)
    return view


def pixel(view: DistributionView, x: float) -> QPoint:
    box = view.canvas.getViewBox()
    middle = sum(box.viewRange()[1]) / 2
    return view.canvas.mapFromScene(box.mapViewToScene(QPointF(x, middle)))


def drag(view: DistributionView, start: float, end: float, *, free: bool = True) -> None:
    """With the mouse, in small moves, Alt held where `free`."""
    held = Qt.KeyboardModifier.AltModifier if free else Qt.KeyboardModifier.NoModifier
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    kinds = QEvent.Type
    a, b = pixel(view, start), pixel(view, end)
    _mouse(view, kinds.MouseMove, a, none, none, held)
    _mouse(view, kinds.MouseButtonPress, a, left, left, held)
    for part in range(1, 9):
        _mouse(view, kinds.MouseMove, a + (b - a) * part / 8, none, left, held)
    _mouse(view, kinds.MouseButtonRelease, b, left, none, held)


def _mouse(
    view: DistributionView,
    kind: QEvent.Type,
    at: QPoint,
    button: Qt.MouseButton,
    buttons: Qt.MouseButton,
    held: Qt.KeyboardModifier,
) -> None:
    target = view.canvas.viewport()
    place, screen = QPointF(at), QPointF(target.mapToGlobal(at))
    QApplication.sendEvent(target, QMouseEvent(kind, place, screen, button, buttons, held))


def test_dragging_a_clip_line_is_one_undo_step(
    qtbot: QtBot, demo: MainWindow, distribution: DistributionView
) -> None:
    document, before = demo.document, demo.document.plan
    high = distribution.range.high
    seen: list[float] = []
    distribution.range.moved.connect(lambda *ends: seen.append(ends[1]))
    drag(distribution, high, high / 2)
    settled(qtbot, demo)
    assert len(set(seen)) > 3
    assert document.undo_stack.count() == 1
    encoding = document.outcome.resolution.encodings.activations[TENSOR]
    assert float(encoding.high) == pytest.approx(high / 2, rel=0.03)
    assert distribution.readout.value("clipped") != "0 %"
    document.undo_stack.undo()
    settled(qtbot, demo)
    assert document.plan == before
    assert distribution.range.high == pytest.approx(high)
    document.undo_stack.redo()
    assert document.plan != before


def test_a_line_snaps_to_a_method_and_typing_is_as_good(
    qtbot: QtBot, demo: MainWindow, distribution: DistributionView
) -> None:
    before = distribution.range.high
    minmax = next(c for c in distribution.found if c.method == "minmax").figures.high
    pixels = distribution.canvas.getViewBox().viewPixelSize()[0]
    seen: list[float] = []
    distribution.range.moved.connect(lambda *ends: seen.append(ends[1]))
    drag(distribution, distribution.range.high, minmax + 3 * pixels, free=False)
    snapped = seen[-1]
    assert snapped != before
    assert min(abs(snapped - place) for place in distribution.markers.places) < 1e-6
    assert abs(snapped - minmax) < 6 * pixels
    distribution.high.setFocus()
    distribution.high.selectAll()
    QTest.keyClicks(distribution.high, "1.5")
    QTest.keyClick(distribution.high, Qt.Key.Key_Return)
    settled(qtbot, demo)
    encoding = demo.document.outcome.resolution.encodings.activations[TENSOR]
    assert float(encoding.high) == pytest.approx(1.5, abs=float(encoding.scale))


def test_arrow_keys_move_by_one_step_and_merge(
    qtbot: QtBot, demo: MainWindow, distribution: DistributionView
) -> None:
    before, step = distribution.range.high, distribution.figures.step
    for _ in range(3):
        QTest.keyClick(distribution.high, Qt.Key.Key_Down)
    assert distribution.range.high == pytest.approx(before - 3 * step, abs=step)
    assert distribution.range.high < before
    assert demo.document.undo_stack.count() == 1


def test_bits_change_the_figures_of_one_layer(
    qtbot: QtBot, demo: MainWindow, distribution: DistributionView
) -> None:
    (row,) = demo.layers.table.places((LAYER,))
    column = [c.name for c in demo.layers.table.columns].index("output_sqnr")
    before = float(demo.layers.table.index(row, column).data())
    demo.tune.output.bits.buttons[4].click()
    settled(qtbot, demo)
    after = float(demo.layers.table.index(row, column).data())
    assert before - after > 12
    assert demo.document.outcome.decisions.activations(LAYER, TENSOR).dtype == "uint4"


def test_keep_float_and_back(qtbot: QtBot, demo: MainWindow) -> None:
    demo.document.select(LAYER, "block3.project.conv")
    demo.tune.keep.click()
    settled(qtbot, demo)
    rows = {row.name: row for row in demo.document.outcome.rows}
    assert str(rows[LAYER].reason) == "kept float by the plan"
    assert rows["block3.project.conv"].weights is None
    demo.tune.keep.click()
    settled(qtbot, demo)
    assert demo.document.plan.keep_float == ()


def test_best_method_and_reset(
    qtbot: QtBot, demo: MainWindow, distribution: DistributionView
) -> None:
    document = demo.document
    method = demo.tune.output.method
    method.setCurrentIndex(method.findText("minmax"))
    method.activated.emit(method.currentIndex())
    settled(qtbot, demo)
    before = document.outcome.resolution.sqnr_db[TENSOR]
    with qtbot.waitSignal(document.plan_changed, timeout=WAIT_MS):
        demo.tune.best_method()
    settled(qtbot, demo)
    assert document.outcome.resolution.sqnr_db[TENSOR] > before
    demo.tune.reset()
    assert document.plan.overrides == ()


def test_blocks_are_not_offered_for_convolutions(demo: MainWindow) -> None:
    demo.document.select(LAYER)
    choices = demo.tune.weight.granularity
    place = [choices.itemData(i) for i in range(choices.count())].index(InBlocks(32))
    assert not choices.model().item(place).isEnabled()
    demo.document.select("classify")
    assert choices.model().item(place).isEnabled()
    assert "stays float" in demo.tune.output.reason.text()


def test_a_long_name_does_not_push_the_form_out_of_sight(qtbot: QtBot, demo: MainWindow) -> None:
    demo.tune.title.setText(breakable("Network/expanded_convolution_16/project/Conv2D"))
    inner = demo.tune.widget()
    assert inner.minimumSizeHint().width() <= demo.tune.viewport().width()


def test_four_levels_around_zero_are_drawn_and_no_more(qtbot: QtBot, small: MainWindow) -> None:
    plan = small.document.plan.with_override("Conv_a", **{"weights.bits": 2})
    small.document.edit("two bits", plan=plan)
    settled(qtbot, small)
    small.treatments.start(Recipe(("midrise",)))
    settled(qtbot, small)
    small.document.select("Conv_a", tensor="w1", channel=1)
    view = small.views.show_view("distribution")
    assert isinstance(view, DistributionView)
    qtbot.waitUntil(lambda: view.canvas._chosen is not None, timeout=WAIT_MS)
    scale = float(small.document.outcome.resolution.encodings.weights["w1"].scale[1])
    assert view.canvas.levels._places == pytest.approx(np.array([-3, -1, 1, 3]) * scale)
    drawn = view.canvas.histogram.quantized
    assert drawn.isVisible() and drawn.getData()[1].size == 4
    assert view.range.ends == pytest.approx((-3 * scale, 3 * scale))
    assert not view.low.isEnabled()
    assert view.readout.value("step") == number(2 * scale)
    assert "around zero" in view._no_curve.text()


def test_a_channel_is_looked_at_with_its_own_scale(qtbot: QtBot, demo: MainWindow) -> None:
    demo.document.select(LAYER, tensor=f"{LAYER}.weight")
    view = demo.views.show_view("distribution")
    assert isinstance(view, DistributionView)
    qtbot.waitUntil(
        lambda: view.subject is not None and view.subject.place.role == "weight", timeout=WAIT_MS
    )
    qtbot.waitUntil(lambda: view.canvas._rounded is not None, timeout=WAIT_MS)
    drawn = view.canvas.histogram
    assert drawn.quantized.isVisible() and drawn.quantized.getData()[1].size == drawn.counts.size
    view.overlay_button.click()
    assert not drawn.quantized.isVisible()
    view.overlay_button.click()
    view.head.channel_chosen.emit(3)
    qtbot.waitUntil(lambda: view.figures is not None, timeout=WAIT_MS)
    encoding = demo.document.outcome.resolution.encodings.weights[f"{LAYER}.weight"]
    assert view.figures.step == pytest.approx(float(encoding.scale[3]))
    assert not view.low.isEnabled()
    view.tensors.roles.buttons["output"].click()
    assert demo.document.selection.tensor == TENSOR
    qtbot.waitUntil(view.low.isEnabled, timeout=WAIT_MS)
    demo.tune.weight.bits.buttons[6].click()
    assert demo.document.selection.tensor == f"{LAYER}.weight"
