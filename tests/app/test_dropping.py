from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from app.dropped import dropped
from app.main_window import MainWindow
from quantengine.bundled import demo_model

BUTTONS, KEYS, COPY = (
    Qt.MouseButton.LeftButton,
    Qt.KeyboardModifier.NoModifier,
    Qt.DropAction.CopyAction,
)


@pytest.mark.parametrize(
    ("names", "open_model", "said", "refused"),
    [
        (["m.ONNX"], None, "Open the model m.ONNX", False),
        (["p.qscope"], "m.onnx", "Open the project p.qscope", False),
        (["folder"], "m.onnx", "Use folder as data for m.onnx", False),
        (["x.npz"], "m.onnx", "Use x.npz as data for m.onnx", False),
        (["folder"], None, "open a model first", True),
        (["m.ONNX", "folder"], None, "Open m.ONNX with folder as its data", False),
        (["x.npz", "m.ONNX"], "other.onnx", "Open m.ONNX with x.npz as its data", False),
        (["m.ONNX", "p.qscope"], None, "Drop one model", True),
        (["x.npz", "folder"], "m.onnx", "Drop one model", True),
        (["notes.txt"], "m.onnx", "notes.txt is no model", True),
        (["gone.onnx"], None, "gone.onnx cannot be read.", True),
        (["a\nb.txt"], None, "a\N{REPLACEMENT CHARACTER}b.txt is no model", True),
    ],
)
def test_what_will_happen_is_said(
    names: list[str], open_model: str | None, said: str, refused: bool, tmp_path: Path
) -> None:
    for name in ("m.ONNX", "p.qscope", "x.npz", "notes.txt", "a\nb.txt"):
        (tmp_path / name).touch()
    (tmp_path / "folder").mkdir()
    told = dropped([tmp_path / name for name in names], open_model)
    assert said in told.text
    assert told.refused == refused
    assert (told.model, told.data, told.project) == (None, None, None) or not refused


@pytest.mark.filterwarnings("ignore:Function. 'QDrag:DeprecationWarning")  # since PySide6 6.12
def test_the_window_tells_while_something_is_dragged_and_does_it(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[Path] = []
    monkeypatch.setattr(window.steps, "open_model", lambda path, _data: taken.append(path))
    overlay = window.dropping.overlay
    good, bad = demo_model(), tmp_path / "notes.txt"
    bad.touch()
    for path, refused in ((good, False), (bad, True)):
        files = QMimeData()
        files.setUrls([QUrl.fromLocalFile(str(path))])
        enter = QDragEnterEvent(QPoint(5, 5), COPY, files, BUTTONS, KEYS)
        move = QDragMoveEvent(QPoint(9, 9), COPY, files, BUTTONS, KEYS)
        for event in (enter, move):
            QApplication.sendEvent(window, event)
        assert enter.isAccepted(), "else nothing would tell when it leaves"
        assert move.isAccepted() != refused
        assert overlay.isVisibleTo(window)
        assert (overlay.refused, path.name in overlay.text) == (refused, True)
        QApplication.sendEvent(window, QDragLeaveEvent())
        assert not overlay.isVisibleTo(window)
        QApplication.sendEvent(window, enter)
        drop = QDropEvent(QPointF(5, 5), COPY, files, BUTTONS, KEYS)
        QApplication.sendEvent(window, drop)
        assert drop.isAccepted() != refused
    assert taken == [good]
    text = QMimeData()
    text.setText("words")
    enter = QDragEnterEvent(QPoint(5, 5), COPY, text, BUTTONS, KEYS)
    enter.setAccepted(False)
    QApplication.sendEvent(window, enter)
    assert not enter.isAccepted()
    assert enter.type() == QEvent.Type.DragEnter
    assert not overlay.isVisibleTo(window)
