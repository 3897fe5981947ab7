from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.document import Document
from app.edits import keep_float, set_tensor
from app.main_window import MainWindow
from quantengine.bundled import demo_model
from quantengine.finetune.settings import Settings as TrainingSettings
from quantengine.plan import QuantPlan
from quantengine.project_file import load_project
from quantengine.work.recipe import Recipe
from tests.app.conftest import WAIT_MS, settled

LAYER = "block2.project.conv"

KILLED = """
import os, signal, sys
from pathlib import Path
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication
from app.main_window import MainWindow
from app.settings import Settings
from app.theme import LIGHT, Theme

folder = Path(sys.argv[1])
application = QApplication([])
store = QSettings(str(folder / "s.ini"), QSettings.Format.IniFormat)
window = MainWindow(Settings(store), Theme(application, LIGHT), folder / "autosave")
document, saves = window.document, []

def decide():
    plan = document.plan.with_float("block2.project.conv")
    if sys.argv[2] == "after":
        window.projects.autosaved.connect(die)
        document.edit("keep float", plan=plan)
        return
    document.edit("keep float", plan=plan)
    window.projects.autosaved.connect(decide_again, Qt.ConnectionType.SingleShotConnection)

def decide_again():
    import quantengine.project_file
    quantengine.project_file._table_bytes = die
    document.edit("keep another float", plan=document.plan.with_float("stem.conv"))

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

window.projects.autosaved.connect(decide, Qt.ConnectionType.SingleShotConnection)
window.steps.open_demo()
application.exec()
"""


def save(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    job = window.projects.save(path)
    assert job is not None
    with qtbot.waitSignal(job.finished, timeout=WAIT_MS):
        pass


def test_a_project_comes_back_as_it_was(qtbot: QtBot, demo: MainWindow, tmp_path: Path) -> None:
    document, path = demo.document, tmp_path / "a.qscope"
    assert demo.isWindowModified()
    plan = set_tensor(
        document.plan, "activations", ["block2.project.norm"], {"low": -1.0, "high": 2.0}
    )
    document.edit("set", plan=plan)
    save(qtbot, demo, path)
    assert not demo.isWindowModified()
    assert demo.settings.recent[0] == path
    document.undo_stack.undo()
    assert demo.isWindowModified()
    with qtbot.waitSignal(document.project_changed, timeout=WAIT_MS):
        demo.files.open_path(path)
    qtbot.waitUntil(lambda: document.project == path, timeout=WAIT_MS)
    settled(qtbot, demo)
    assert document.plan == plan
    choice = document.outcome.resolution.choices["block2.project.norm"]
    assert (choice.low, choice.high) == (-1.0, 2.0)
    qtbot.waitUntil(lambda: document.dataset is not None, timeout=WAIT_MS)
    assert not document.table_is_stale


def test_a_bad_project_gives_a_sentence(qtbot: QtBot, demo: MainWindow, tmp_path: Path) -> None:
    bad = tmp_path / "bad.qscope"
    bad.write_bytes(b"PK nothing")
    known = demo.document.plan
    with qtbot.waitSignal(demo.steps.failed, timeout=WAIT_MS) as failed:
        demo.files.open_path(bad)
    assert "bad.qscope cannot be opened" in failed.args[0]
    assert demo.document.plan is known


def test_a_moved_model_is_asked_for_and_checked(
    qtbot: QtBot, demo: MainWindow, tmp_path: Path, shared: Path
) -> None:
    here = tmp_path / "model.onnx"
    here.write_bytes(demo_model().read_bytes())
    path = tmp_path / "a.qscope"
    with qtbot.waitSignal(demo.document.model_changed, timeout=WAIT_MS):
        demo.steps.open_model(here)
    save(qtbot, demo, path)
    here.unlink()
    asked: list[object] = []
    demo.projects.model_wanted.disconnect()
    demo.projects.model_wanted.connect(lambda *place: asked.append(place))
    with qtbot.waitSignal(demo.projects.model_wanted, timeout=WAIT_MS):
        demo.projects.open(path)
    assert asked == [(path, here)]
    with qtbot.waitSignal(demo.steps.failed, timeout=WAIT_MS) as failed:
        demo.projects.open(path, shared / "models" / "mnist_cnn.onnx")
    assert "not the model" in failed.args[0]
    with qtbot.waitSignal(demo.document.project_changed, timeout=WAIT_MS):
        demo.projects.open(path, demo_model())


@pytest.mark.parametrize("when", ["after", "during"])
def test_a_kill_loses_no_decision(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, when: str
) -> None:
    """During: in the middle of the next autosave, of which nothing may remain."""
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path), when], env=environment, check=False, cwd=root
    )
    assert done.returncode == -signal.SIGKILL
    window.offer_recovery()
    (left,) = window.projects.autosaves.left_behind()
    assert load_project(left).decided.plan.keep_float == (LAYER,)
    with qtbot.waitSignal(window.document.plan_changed, timeout=WAIT_MS):
        window.notice.offers()["Recover"].click()
    qtbot.waitUntil(lambda: not window.projects.autosaves.left_behind(), timeout=WAIT_MS)
    assert window.document.plan.keep_float == (LAYER,)
    assert window.document.table is not None
    assert window.isWindowModified()
    kept = (tmp_path / "autosave").glob(".*")
    assert not [path for path in kept if left.name in path.name]


def test_a_project_of_version_1_is_taken_up(qtbot: QtBot, window: MainWindow) -> None:
    document, old = window.document, Path(__file__).parents[1] / "golden" / "version1.qscope"
    with qtbot.waitSignal(document.data_changed, timeout=WAIT_MS, check_params_cb=_has(document)):
        window.projects.open(old)
    assert document.plan == QuantPlan().with_override("block2.*", bits=4).with_float("classify")
    assert document.decided.recipe == Recipe(("bias",))
    assert [each.name for each in document.snapshots] == ["first", "trained"]
    assert document.snapshots[1].recipe == Recipe(("auto",), TrainingSettings(epochs=2))
    with qtbot.waitSignal(document.table_changed, timeout=WAIT_MS):
        window.steps.calibrate()
    qtbot.waitUntil(lambda: document.candidate is not None, timeout=WAIT_MS)
    assert document.candidate.reports[0].step == "bias"


def _has(document: Document) -> Callable[[], bool]:
    return lambda: document.dataset is not None


def test_keep_float_spells_out_a_pattern() -> None:
    from app.edits import quantize

    every = ["a1", "a2", "b"]
    plan = keep_float(QuantPlan().with_float("a*"), ["a1"], every)
    assert plan.keep_float == ("a*",)
    assert quantize(plan, ["a1"], every).keep_float == ("a2",)
