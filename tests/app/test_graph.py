from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.folding import Folding
from app.main_window import MainWindow
from app.panels.graph import GraphView
from app.wiring import INPUT, MODULE, NODE, OUTPUT, lay_out
from app.wrapping import wrapped
from quantengine.bundled import demo_model
from quantengine.graph.load import open_model
from tests.app.conftest import WAIT_MS
from tests.app.test_recovery_stays import still
from tests.engine.onnx_text import text_model

LAYER = "block2.project.conv"


@pytest.fixture
def graph(qtbot: QtBot, demo: MainWindow) -> GraphView:
    demo.document.select(LAYER)
    view = demo.views.show_view("graph")
    assert isinstance(view, GraphView)
    qtbot.waitUntil(lambda: bool(view.canvas.boxes), timeout=WAIT_MS)
    return view


def middle(view: GraphView, name: str) -> QPoint:
    view.canvas.reveal((NODE, name))
    return view.canvas.mapFromScene(view.canvas.boxes[NODE, name].pos())


def chosen(view: GraphView) -> set[str]:
    return {key[1] for key, box in view.canvas.boxes.items() if box.chosen}


def test_boxes_stand_in_rows_and_no_two_share_a_place() -> None:
    model = open_model(demo_model())
    wiring = lay_out(model)
    assert len(wiring.places) == len(model.graph.node) + len(model.inputs) + len(model.outputs)
    assert len(set(wiring.places.values())) == len(wiring.places)
    for wire in wiring.wires:
        assert wiring.places[wire.start][1] < wiring.places[wire.end][1]
        assert wire.points[0] == wiring.places[wire.start]
        assert wire.points[-1] == wiring.places[wire.end]


def test_a_long_wire_bends_around_the_boxes_between() -> None:
    wiring = lay_out(open_model(demo_model()))
    skip = next(w for w in wiring.wires if w.start[1] == LAYER and w.end[1] == "block3.add")
    assert len(skip.points) > 3
    assert not set(skip.points[1:-1]) & set(wiring.places.values())


def test_every_tensor_between_boxes_is_a_wire() -> None:
    model = open_model(demo_model())
    wiring = lay_out(model)
    read = {name for node in model.graph.node for name in node.input if name in model.producers}
    assert read <= {wire.tensor for wire in wiring.wires}
    assert {key[0] for key in wiring.places} == {NODE, INPUT, OUTPUT}


def test_a_click_selects_the_layer_and_the_table_follows(
    demo: MainWindow, graph: GraphView
) -> None:
    assert chosen(graph) == {LAYER}
    QTest.mouseClick(
        graph.canvas.viewport(),
        Qt.MouseButton.LeftButton,
        pos=middle(graph, "block2.depthwise.conv"),
    )
    assert demo.document.selection.layers == ("block2.depthwise.conv",)
    rows = demo.layers.view.selectionModel().selectedRows()
    assert [demo.layers.table.layer_at(r.row()).name for r in rows] == ["block2.depthwise.conv"]
    assert chosen(graph) == {"block2.depthwise.conv"}


def test_a_clip_stands_in_the_box_of_its_layer(graph: GraphView) -> None:
    boxes = graph.canvas.boxes
    assert boxes[NODE, "block2.depthwise.conv"].operator == "Conv + Clip"
    assert (NODE, "block2.depthwise.relu6") not in boxes


def test_a_long_drawing_is_wrapped_and_no_two_boxes_share_a_place() -> None:
    long = lay_out(open_model(demo_model()))
    whole = wrapped(long)
    assert max(y for _, y in whole.places.values()) < max(y for _, y in long.places.values())
    assert len(set(whole.places.values())) == len(long.places)
    assert wrapped(whole).places.keys() == long.places.keys()


def test_a_wire_climbs_to_the_next_column_between_the_two() -> None:
    wiring = wrapped(lay_out(open_model(demo_model())))
    lines = [wire.points for wire in wiring.wires]
    climbs = [(a, b) for line in lines for a, b in pairwise(line) if b[1] < a[1]]
    assert climbs
    boxes = wiring.places.values()
    for (x, low), (same, high) in climbs:
        assert x == same
        assert not [box for box in boxes if abs(box[0] - x) <= 0.5 and high <= box[1] <= low]


def test_what_a_body_reads_from_around_it_is_wired_to_its_box(tmp_path: Path) -> None:
    text = """agraph (float[N] x, bool c) => (float[N] o) {
        h = Exp(x)
        o = If(c) <
            then_branch = t () => (float[N] y) { y = Relu(h) },
            else_branch = e () => (float[N] z) { z = Neg(h) }>
    }"""
    model = text_model(tmp_path / "m.onnx", text, {})
    ends = {(wire.start[1], wire.end[1]) for wire in lay_out(model).wires}
    maker, reader = model.producers["h"].name, model.producers["o"].name
    assert (maker, reader) in ends


def test_a_drag_pans_and_selects_nothing(demo: MainWindow, graph: GraphView) -> None:
    graph.canvas.scale(2, 2)
    target, start = graph.canvas.viewport(), middle(graph, LAYER)
    before = graph.canvas.verticalScrollBar().value()
    QTest.mousePress(target, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(target, start - QPoint(0, 90))
    QTest.mouseRelease(target, Qt.MouseButton.LeftButton, pos=start - QPoint(0, 90))
    assert graph.canvas.verticalScrollBar().value() == before + 90
    assert demo.document.selection.layers == (LAYER,)


def test_selecting_elsewhere_brings_the_box_into_view(demo: MainWindow, graph: GraphView) -> None:
    demo.document.select("classify")
    assert chosen(graph) == {"classify"}
    at = graph.canvas.mapFromScene(graph.canvas.boxes[NODE, "classify"].pos())
    assert graph.canvas.viewport().rect().contains(at)


def test_figures_follow_the_metric_and_the_plan(
    qtbot: QtBot, demo: MainWindow, graph: GraphView
) -> None:
    box = graph.canvas.boxes[NODE, LAYER]
    row = next(r for r in demo.document.outcome.rows if r.name == LAYER)
    assert box.look.figure == f"{row.activation_sqnr_db:.1f} dB"
    graph.colour_by.setCurrentIndex(graph.colour_by.findData("weight"))
    assert box.look.figure == f"{row.weight_sqnr_db:.1f} dB"
    demo.tune.keep.click()
    qtbot.waitUntil(lambda: box.look.keeps_float, timeout=WAIT_MS)
    assert box.look.figure == "" and box.look.colour is None


def test_accumulated_figures_come_on_demand_and_are_marked_when_old(
    qtbot: QtBot, demo: MainWindow, graph: GraphView
) -> None:
    graph.colour_by.setCurrentIndex(graph.colour_by.findData("accumulated"))
    box = graph.canvas.boxes[NODE, LAYER]
    assert box.look.figure == "" and "Not compared" in graph.state.text()
    graph.compare.click()
    qtbot.waitUntil(lambda: box.look.figure != "", timeout=WAIT_MS)
    assert graph.state.text() == "" and graph.compare.isHidden()
    demo.tune.keep.click()
    qtbot.waitUntil(lambda: "older plan" in graph.state.text(), timeout=WAIT_MS)
    assert not graph.compare.isHidden()


def test_find_fades_the_others_and_return_goes_on(demo: MainWindow, graph: GraphView) -> None:
    QTest.keyClicks(graph.search, "project conv")
    shown = [key[1] for key, box in graph.canvas.boxes.items() if box.opacity() == 1]
    assert shown == [f"block{n}.project.conv" for n in range(1, 6)]
    assert graph.count.text().startswith("5 of")
    QTest.keyClick(graph.search, Qt.Key.Key_Return)
    assert demo.document.selection.layers == ("block3.project.conv",)
    graph.search.clear()
    assert all(box.opacity() == 1 for box in graph.canvas.boxes.values())


def test_arrow_keys_follow_the_wires(demo: MainWindow, graph: GraphView) -> None:
    demo.document.select("block2.depthwise.conv")
    QTest.keyClick(graph.canvas, Qt.Key.Key_Down)
    assert demo.document.selection.layers == (LAYER,)
    QTest.keyClick(graph.canvas, Qt.Key.Key_Up)
    assert demo.document.selection.layers == ("block2.depthwise.conv",)


def test_the_whole_model_can_be_seen(graph: GraphView) -> None:
    graph.fit.click()
    seen = graph.canvas.viewport().rect()
    assert all(
        seen.contains(graph.canvas.mapFromScene(box.pos())) for box in graph.canvas.boxes.values()
    )


def test_the_picture_is_saved_whole(graph: GraphView, tmp_path: Path) -> None:
    graph.canvas.save(tmp_path / "graph.png")
    graph.canvas.save(tmp_path / "graph.svg")
    assert QImage(str(tmp_path / "graph.png")).width() > 100
    text = (tmp_path / "graph.svg").read_text()
    assert LAYER in text and "stem.conv" in text


def test_modules_are_boxes_that_open(qtbot: QtBot, demo: MainWindow, graph: GraphView) -> None:
    nodes = len(graph.canvas.boxes)
    assert graph.modules.isVisible() and not graph.modules.isChecked()
    outcome = demo.document.outcome
    assert outcome is not None
    graph._begin(outcome)
    assert graph._begun.tree is graph._folding.tree  # grouped once, however often it is asked for
    graph._draw(Folding(graph._folding.tree))
    qtbot.waitUntil(lambda: (MODULE, "block2") in graph.canvas.boxes, timeout=WAIT_MS)
    still(qtbot, demo)
    box = graph.canvas.boxes[MODULE, "block2"]
    assert len(graph.canvas.boxes) < nodes and box.look.figure and box.chosen
    assert graph.show_matches("block2.project") == ((MODULE, "block2"),)
    graph.search.clear()
    graph.select_box((MODULE, "block3"))
    assert len(demo.document.selection.layers) > 2
    assert graph.canvas.boxes[MODULE, "block3"].chosen
    graph.canvas.opened.emit((MODULE, "block3"))
    qtbot.waitUntil(lambda: (NODE, "block3.project.conv") in graph.canvas.boxes, timeout=WAIT_MS)
    assert (MODULE, "block3") not in graph.canvas.boxes
    assert (MODULE, "block2") in graph.canvas.boxes


def test_what_does_not_fit_has_a_small_map(
    qtbot: QtBot, demo: MainWindow, graph: GraphView
) -> None:
    canvas = graph.canvas
    canvas.fit()
    canvas.zoom_by(2.0)
    qtbot.waitUntil(canvas.minimap.isVisible, timeout=WAIT_MS)
    assert not canvas.minimap.grab().isNull()
    before = canvas.mapToScene(canvas.viewport().rect().center())
    QTest.mouseClick(canvas.minimap, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    after = canvas.mapToScene(canvas.viewport().rect().center())
    assert (after - before).manhattanLength() > 0
    canvas.zoom_by(0.01)
    qtbot.waitUntil(canvas.minimap.isHidden, timeout=WAIT_MS)


def test_folding_goes_as_deep_as_there_is_room_for() -> None:
    names = [f"s{s}/b{b}/n{n}" for s in range(5) for b in range(20) for n in range(3)]
    first = Folding.first(names)
    assert first.boxes == 100 and {"s0/b0", "s4/b19"} <= set(first.modules.values())
    assert first.whole.boxes == 300 and not first.whole.modules
    assert Folding(first.tree).boxes == 5
    assert first.whole.tree is first.folded.tree is first.tree
    assert not Folding.first(["a", "b"]).has_modules and first.has_modules


def test_modules_that_feed_each_other_are_drawn(tmp_path: Path) -> None:
    text = "g (float[n,2] x) => (float[n,2] y) { a = Relu(x) b = Abs(a) c = Neg(b) y = Exp(c) }"
    model = text_model(tmp_path / "m.onnx", text, {})
    names = [node.name for node in model.graph.node]
    modules = dict(zip(names, ("one", "two", "one", "two"), strict=True))
    wiring = lay_out(model, modules=modules)
    ends = {(wire.start[1], wire.end[1]) for wire in wiring.wires}
    assert ends == {("x", "one"), ("one", "two"), ("two", "one"), ("two", "y")}
