from __future__ import annotations

import argparse
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.facts import DataSource
from app.main_window import MainWindow
from app.panels.export import ExportView
from app.start import _open, _why_no_pictures
from quantengine.bundled import demo_data, demo_model
from quantengine.data.options import DataOptions
from quantengine.errors import QuantError
from tests.app.conftest import WAIT_MS


@pytest.fixture
def view(demo: MainWindow) -> ExportView:
    made = demo.views.show_view("export")
    assert isinstance(made, ExportView)
    return made


@pytest.mark.parametrize("victim", ["model", "data", "project", "pipe"])
def test_export_refuses_what_is_open(
    victim: str, qtbot: QtBot, demo: MainWindow, view: ExportView, tmp_path: Path
) -> None:
    project = tmp_path / "p.qscope"
    job = demo.projects.save(project)
    assert job is not None
    with qtbot.waitSignal(job.done, timeout=WAIT_MS):
        pass
    named = tmp_path / "another name.onnx"
    target = {"model": demo_model(), "data": demo_data(), "project": project, "pipe": "/dev/null"}
    named.symlink_to(target[victim])
    before = None if victim == "pipe" else named.read_bytes()
    view.path.setText(str(named))
    with qtbot.waitSignal(demo.steps.failed, timeout=WAIT_MS) as failed:
        view.button.click()
    says = "is a device or a pipe" if victim == "pipe" else "is read by this command"
    assert failed.args[0].startswith(f"{named} {says}")
    assert before is None or named.read_bytes() == before
    assert named.is_symlink()


@pytest.mark.parametrize("what", ["report", "plan", "layers"])
def test_what_tells_of_the_plan_refuses_it_too(
    what: str,
    qtbot: QtBot,
    demo: MainWindow,
    view: ExportView,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    named = tmp_path / "data.csv"
    named.symlink_to(demo_data())
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(named), ""))
    with qtbot.waitSignal(demo.steps.failed, timeout=WAIT_MS) as failed:
        next(button for button in view.savers if what in button.text()).click()
    assert f"{named} is read by this command" in failed.args[0]


@pytest.mark.parametrize("name", ["channels", "graph"])
def test_pictures_refuse_it_too(
    name: str, small: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = tmp_path / "plot.png"
    named.symlink_to(tmp_path / "x.npy")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(named), ""))
    canvas = small.views.show_view(name).canvas
    with pytest.raises(QuantError, match="is read by this command"):
        canvas._ask_save()
    canvas.save(tmp_path / "fine.png")
    assert (tmp_path / "fine.png").read_bytes().startswith(b"\x89PNG")


def test_a_project_never_replaces_data_or_another_project(
    qtbot: QtBot, demo: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named, other = tmp_path / "d.qscope", tmp_path / "my.v2.qscope"
    named.symlink_to(demo_data())
    other.write_bytes(b"precious")
    answers = iter([str(named), str(tmp_path / "my.v2")])
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (next(answers), ""))
    for says in ("is read by this command", "exists already"):
        with qtbot.waitSignal(demo.steps.failed, timeout=WAIT_MS) as failed:
            demo.files.save_as()
        assert says in failed.args[0]
    assert other.read_bytes() == b"precious"


def test_a_linked_model_keeps_the_name_it_was_given(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    named = tmp_path / "given" / "net.onnx"
    named.parent.mkdir()
    named.symlink_to(demo_model())
    wanted = argparse.Namespace(
        demo=False, project=None, model=named, data=None, judge_on=None, screenshots=None
    )
    with qtbot.waitSignal(window.document.model_changed, timeout=WAIT_MS):
        _open(window, wanted)
    assert window.document.model.path == named
    assert window.windowTitle().startswith("net.onnx")
    assert window.settings.recent == (named,)
    with qtbot.waitSignal(window.document.data_changed, timeout=WAIT_MS):
        window.steps.choose_data(DataSource(demo_data(), DataOptions(images="calib_images")))
    with qtbot.waitSignal(window.document.outcome_changed, timeout=WAIT_MS):
        window.steps.calibrate()
    view = window.views.show_view("export")
    assert view.path.text() == str(named.with_name("net.int8.onnx"))


def test_pictures_never_become_data(tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (4, 4)).save(tmp_path / "0.png")
    wanted = argparse.Namespace(screenshots=tmp_path, data=tmp_path)
    assert "would become part of the data" in (_why_no_pictures(wanted) or "")
    wanted.screenshots = tmp_path / "pictures"
    assert _why_no_pictures(wanted) is None
