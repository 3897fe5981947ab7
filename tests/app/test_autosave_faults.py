"""Whatever fails on the disk: an autosave is as it was or whole, and nothing lies beside it."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from quantengine.errors import QuantError
from quantengine.project_file import load_project
from tests.app.conftest import settled
from tests.faults import each_fault


def test_an_autosave_is_old_or_whole_wherever_the_disk_fails(
    qtbot: QtBot, demo: MainWindow
) -> None:
    document, projects = demo.document, demo.projects
    before = document.plan.with_float("stem.conv")
    document.edit("keep float", plan=before)
    settled(qtbot, demo)
    assert projects._keep()
    path = projects.autosaves.path
    old = path.read_bytes()
    document.edit("keep another float", plan=before.with_float("block2.project.conv"))
    settled(qtbot, demo)
    path.write_bytes(old)
    met, told = set(), 0
    for disk, raised in each_fault(projects._keep):
        assert raised is None or isinstance(raised, QuantError)
        beside = {each.name for each in path.parent.iterdir()} - {path.with_suffix(".lock").name}
        assert beside == {path.name}
        is_old = path.read_bytes() == old
        assert is_old or load_project(path).decided.plan == document.plan
        told += raised is not None and is_old
        met.add(disk.done[disk.first or 0])
        path.write_bytes(old)
    assert {"write", "fsync", "replace", "close"} <= met
    assert told > 3
