from __future__ import annotations

import argparse
import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path
from unicodedata import category

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtGui import Qt as Text
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QGraphicsView,
    QHeaderView,
    QLabel,
    QListView,
    QMenu,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.decided import Snapshot
from app.facts import DataSource
from app.main_window import MainWindow
from app.panels.export import ExportView
from app.start import _open
from app.text import on_button, shown
from app.widgets.label import Label, plain_tip
from quantengine.bundled import demo_images, demo_model
from quantengine.data.options import DataOptions
from tests.app.conftest import WAIT_MS
from tests.hostile_names import NAMES, PICTURE, hostile_model

APP = Path(__file__).resolve().parents[2] / "app"
SEEN = {"\n", "\t", "\u200b", "\N{REPLACEMENT CHARACTER}"}
WIDEST = 1900


def test_a_tooltip_says_how_many_lines_it_leaves_out() -> None:
    tip = plain_tip("\n".join(map(str, range(5000))))
    assert tip.endswith("\n29\nand 4970 more")


@pytest.fixture
def hostile(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> MainWindow:
    """The window with a network, data and snapshots of hostile names, all of it worked out."""
    images = tmp_path / "<b>images&amp;"
    images.mkdir()
    rng = np.random.default_rng(2)
    for name in ("<img src=x>&amp;[*].png", "\x1b[31m\u202e.png", "two\nlines.png", "b" * 240):
        path = images / (name if name.endswith(".png") else f"{name}.png")
        Image.fromarray(rng.integers(0, 256, (8, 8, 3), np.uint8)).save(path)
    model = hostile_model(tmp_path / "<img src=x>&amp;[*]\u202e.onnx")
    document = window.document
    with qtbot.waitSignal(document.model_changed, timeout=WAIT_MS):
        window.files.open_path(model)
    with qtbot.waitSignal(document.data_changed, timeout=WAIT_MS):
        window.steps.choose_data(DataSource(images, DataOptions(preset="unit")))
    with qtbot.waitSignal(
        document.outcome_changed,
        timeout=WAIT_MS,
        check_params_cb=lambda: bool(document.outcome and document.outcome.resolution),
    ):
        window.steps.calibrate()
    kept = tuple(Snapshot(name, document.plan.with_float("*")) for name in NAMES)
    document.edit(f"snapshots {PICTURE} &amp;", snapshots=kept)
    for work in (window.network.compare, window.network.rank):
        work()
        qtbot.waitUntil(lambda: not window.jobs.jobs, timeout=WAIT_MS)
    return window


def test_no_view_obeys_a_name(hostile: MainWindow, qtbot: QtBot) -> None:
    outcome = hostile.document.outcome
    assert outcome is not None
    assert set(NAMES[:1] + NAMES[2:5]) <= {row.name for row in outcome.rows}
    seen: set[str] = set()
    for name in hostile.views.names:
        hostile.views.show_view(name)
        for row in outcome.rows:
            hostile.document.select(row.name)
            qtbot.waitUntil(lambda: not hostile.jobs.jobs, timeout=WAIT_MS)
            seen |= set(_check(hostile, f"{name}, {row.name!r}"))
        tensors = [tensor for row in outcome.rows for tensor in (row.output, row.weight) if tensor]
        for tensor in tensors:
            hostile.document.select(outcome.rows[0].name, tensor=tensor)
        assert hostile.minimumSizeHint().width() < WIDEST, name
        assert not hostile.grab().isNull()
    shown_names = [text for text in seen if shown(PICTURE) in text]
    assert len(shown_names) > 3  # shown, as text
    assert any("&amp;" in text for text in seen)


def test_what_the_window_says_is_text(hostile: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    for name in NAMES:
        hostile.notice.show_error(f"'{name}' cannot be read.", "details")
        _check(hostile, "error")
        hostile.notice.show_offer(f"{name} has moved.", {"Stop": lambda: None})
        _check(hostile, "offer")
        hostile.notice.hide()
        layers = [row.name for row in hostile.document.outcome.rows][:3]
        hostile.document.select(*layers)
        hostile.document.edit(
            f"reset {name}", plan=hostile.document.plan.with_float(name[:3] + "*")
        )
        _check(hostile, "undo")
        hostile.document.undo_stack.undo()
    hostile.open_palette()
    assert _check(hostile, "palette")
    hostile.palette_.hide()
    hostile.open_shortcuts()
    _check(hostile, "shortcuts")
    hostile.sheet.hide()
    hostile.start_page.refresh()
    hostile.pages.setCurrentWidget(hostile.start_page)
    _check(hostile, "start")
    assert hostile.minimumSizeHint().width() < WIDEST


def test_the_title_shows_the_whole_name(hostile: MainWindow) -> None:
    assert hostile.windowTitle().startswith(
        "<img src=x>&amp;[*][*]\N{REPLACEMENT CHARACTER}.onnx[*]"
    )


def test_undo_names_what_it_undoes(hostile: MainWindow) -> None:
    undo = hostile.actions_["undo"]
    assert undo.text().endswith(f"snapshots {PICTURE} &&amp;")
    assert undo.toolTip().startswith("<")
    assert "&lt;img" in undo.toolTip()


def _check(window: MainWindow, where: str) -> list[str]:
    """All texts of the window, none of which is obeyed; `where` is told on failure."""
    found = [*_texts(window)]
    for kind, text in found:
        assert _unseen(text) <= SEEN, (where, kind, text)
        assert len(text) < 8000, (where, kind)
    for kind, told in _tips(window):
        obeyed = Text.mightBeRichText(told) and re.search(r"<(?!/?(p|br|head|html)\b)", told)
        assert not obeyed, (where, kind, told)
        assert _unseen(told) <= SEEN, (where, kind, told)
        assert len(told) < 40_000, (where, kind)
    for widget in window.findChildren(QLabel):  # a form makes plain ones of its captions
        plain = widget.textFormat() == Qt.TextFormat.PlainText
        assert plain or not Text.mightBeRichText(widget.text()), where
        assert isinstance(widget, Label) or not any(n in widget.text() for n in NAMES), where
    return [text for _, text in found]


def _unseen(text: str) -> set[str]:
    return {sign for sign in text if not sign.isprintable() and category(sign) != "Zs"}


def _texts(window: MainWindow) -> Iterator[tuple[str, str]]:
    for widget in (window, *window.findChildren(QWidget)):
        yield "title", widget.windowTitle()
        if isinstance(widget, QLabel | QAbstractButton):
            yield type(widget).__name__, widget.text()
        elif isinstance(widget, QComboBox):
            yield from (("combo", widget.itemText(place)) for place in range(widget.count()))
        elif isinstance(widget, QTabBar):
            yield from (("tab", widget.tabText(place)) for place in range(widget.count()))
        elif isinstance(widget, QMenu):
            yield "menu", widget.title()
        elif isinstance(widget, QAbstractItemView):
            yield from _items(widget, Qt.ItemDataRole.DisplayRole)
    yield "status", window.statusBar().currentMessage()
    for action in window.findChildren(QAction):
        yield "action", action.text()


def _tips(window: MainWindow) -> Iterator[tuple[str, str]]:
    tip = Qt.ItemDataRole.ToolTipRole
    for widget in (window, *window.findChildren(QWidget)):
        yield type(widget).__name__, widget.toolTip()
        if isinstance(widget, QAbstractItemView):
            yield from _items(widget, tip)
        if isinstance(widget, QComboBox):
            places = range(widget.count())
            yield from (("combo", str(widget.itemData(place, tip) or "")) for place in places)
        if isinstance(widget, QTabBar):
            yield from (("tab", widget.tabToolTip(place)) for place in range(widget.count()))
        if isinstance(widget, QGraphicsView):
            scene = widget.scene()
            yield from (("graphics", item.toolTip()) for item in scene.items()) if scene else ()
    for action in window.findChildren(QAction):
        yield "action", action.toolTip()


def _items(view: QAbstractItemView, role: Qt.ItemDataRole) -> Iterator[tuple[str, str]]:
    model = view.model()
    if model is None or isinstance(view, QHeaderView):
        return
    columns = 1 if isinstance(view, QListView) else model.columnCount()
    for column in range(columns):
        for row in range(model.rowCount()):
            yield type(view).__name__, str(model.index(row, column).data(role) or "")
        heading = model.headerData(column, Qt.Orientation.Horizontal, role)
        yield "heading", str(heading or "")


def test_a_label_breaks_and_cuts_what_is_long(qtbot: QtBot) -> None:
    label = Label("short")
    qtbot.addWidget(label)
    assert label.text() == "short"
    label.setText("x" * 10_000)
    assert len(label.text()) < 250
    assert label.minimumSizeHint().width() <= 400
    label.setWordWrap(True)
    assert label.minimumSizeHint().width() <= 400
    label.setText("word " * 10_000)
    assert len(label.text()) < 5000


def test_marks_of_keys_and_tags_are_text() -> None:
    assert on_button("a&b\nc") == "a&&b\N{REPLACEMENT CHARACTER}c"
    assert plain_tip("a < b & c") == "a < b & c"
    assert "<img" not in plain_tip(PICTURE)
    assert "&amp;lt;" in plain_tip("&lt;b&gt; <b>")


def test_only_one_label_and_no_bare_tooltip() -> None:
    """Every label is ours, and every tooltip that is no constant goes through `plain_tip`."""
    for path in APP.rglob("*.py"):
        text = path.read_text()
        if path.name != "label.py":
            assert not re.search(r"\bQLabel\b(?!\[)", text), path
        assert "setHtml" not in text, path
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                told = _told(node)
                assert told is None or _is_safe(told), f"{path}:{node.lineno}"


def _told(call: ast.Call) -> ast.expr | None:
    """What a call makes a tooltip of."""
    assert isinstance(call.func, ast.Attribute)
    if call.func.attr in ("setToolTip", "setTabToolTip", "setStatusTip", "setWhatsThis"):
        return call.args[-1]
    if call.func.attr == "setItemData" and "ToolTipRole" in ast.dump(call.args[-1]):
        return call.args[1]
    return None


def _is_safe(told: ast.expr) -> bool:
    if isinstance(told, ast.Constant):
        return True
    if not isinstance(told, ast.Call):
        return False
    name = told.func.attr if isinstance(told.func, ast.Attribute) else ast.unparse(told.func)
    constant = all(isinstance(argument, ast.Constant) for argument in told.args)
    return name == "plain_tip" or (name in ("tr", "translate") and constant)


@pytest.mark.parametrize("way", ["command line", "drop", "recent"])
def test_files_whose_names_are_no_utf8_work(
    way: str, qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    images = tmp_path / os.fsdecode(b"d\xe9")
    images.mkdir()
    for place, path in enumerate(sorted(demo_images().rglob("*.png"))[:4]):
        (images / os.fsdecode(b"\xe9%d.png" % place)).write_bytes(path.read_bytes())
    model = images / os.fsdecode(b"m\xe9.onnx")
    model.write_bytes(demo_model().read_bytes())
    document = window.document
    with qtbot.waitSignal(document.model_changed, timeout=WAIT_MS):
        if way == "drop":
            _drop(window, model)
        elif way == "recent":
            window.settings.add_recent(model)
            window.start_page.refresh()
            item = window.start_page.recent.item(0)
            assert item.text().startswith("m\N{REPLACEMENT CHARACTER}.onnx")
            window.start_page.recent.itemActivated.emit(item)
        else:
            wanted = {"demo": False, "project": None, "data": None, "judge_on": None}
            _open(window, argparse.Namespace(model=model, **wanted))
    assert document.model is not None
    assert document.model.path == model
    assert window.windowTitle().startswith("m\N{REPLACEMENT CHARACTER}.onnx")
    with qtbot.waitSignal(document.data_changed, timeout=WAIT_MS):
        if way == "drop":
            _drop(window, images)
        else:
            window.files.take_data(images)
    with qtbot.waitSignal(document.outcome_changed, timeout=WAIT_MS):
        window.steps.calibrate()
    for name in window.views.names:
        window.views.show_view(name)
    view = window.views.show_view("export")
    assert isinstance(view, ExportView)
    job = view.export()
    assert job is not None
    with qtbot.waitSignal(job.done, timeout=WAIT_MS):
        pass
    assert model.with_name(os.fsdecode(b"m\xe9.int8.onnx")).exists()
    project = images / os.fsdecode(b"p\xe9.qscope")
    saved = window.projects.save(project)
    assert saved is not None
    with qtbot.waitSignal(saved.done, timeout=WAIT_MS):
        pass
    with qtbot.waitSignal(document.project_changed, timeout=WAIT_MS):
        window.projects.open(project)
    assert document.model.path == model


def _drop(window: MainWindow, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromEncoded(path.as_uri().encode())])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    copy = Qt.DropAction.CopyAction
    enter = QDragEnterEvent(QPoint(), copy, data, buttons, keys)
    drop = QDropEvent(QPointF(), copy, data, buttons, keys)
    for event in (enter, drop):
        QApplication.sendEvent(window, event)
    assert drop.isAccepted()
