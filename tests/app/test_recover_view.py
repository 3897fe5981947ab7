from __future__ import annotations

import json
import shlex
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.edits import set_tensor
from app.jobs import Job
from app.main_window import MainWindow
from app.panels.compare import CompareView
from app.panels.export import ExportView
from app.panels.recover import RecoverView
from app.text import NOTHING, share
from quantengine.cli.main import main
from quantengine.data.options import DataOptions
from quantengine.graph.load import open_model
from quantengine.project_file import load_project
from quantengine.recover.report import StepReport
from quantengine.runtime import Session
from quantengine.sentence import Sentence
from quantengine.work.recipe import Recipe
from tests.app.conftest import WAIT_MS, settled
from tests.app.header import verdict

TENSOR = "block2.project.norm"


@pytest.fixture
def view(demo: MainWindow) -> RecoverView:
    made = demo.views.show_view("recover")
    assert isinstance(made, RecoverView)
    return made


def done(qtbot: QtBot, window: MainWindow, job: Job | None) -> None:
    """Waits for a job, and for what follows from it."""
    assert job is not None
    with qtbot.waitSignal(job.finished, timeout=WAIT_MS):
        pass
    settled(qtbot, window)


def recovered(qtbot: QtBot, window: MainWindow, view: RecoverView, *steps: str) -> None:
    for step, box in view.boxes.items():
        box.setChecked(step in steps)
    done(qtbot, window, view.recover(view.steps()))


def test_steps_are_shown_with_their_gain_and_undone_as_one(
    qtbot: QtBot, demo: MainWindow, view: RecoverView
) -> None:
    document = demo.document
    document.edit("alone", recipe=Recipe())
    qtbot.waitUntil(lambda: not demo.network.is_stale, timeout=WAIT_MS)
    plain, before = document.outcome, demo.network.measured.found.sqnr_db
    view.quick.click()
    done(qtbot, demo, demo.jobs.running("treatment"))
    shown = view.shown.table.texts()
    assert [row[0].splitlines()[0] for row in shown] == ["bias"]
    assert shown[-1][4] == "kept"
    assert float(shown[-1][2]) > float(shown[-1][1])
    assert "Done when the model was opened: 17 nodes folded" in view.shown.idle.text()
    assert "Nothing to do: mend, front, dynamic, equalize" in view.shown.idle.text()
    assert "every channel of the weights has its own scale" in view.shown.idle.toolTip()
    assert "(measured)" in view.expected.text() and "~" in view.quick.text()
    assert document.outcome.recipe == Recipe(("quick",))
    assert document.outcome.resolution.encodings.biases
    qtbot.waitUntil(lambda: not demo.network.is_stale, timeout=WAIT_MS)
    assert demo.network.measured.found.sqnr_db != before
    assert "recovered" in verdict(demo)
    document.undo_stack.undo()
    settled(qtbot, demo)
    assert document.outcome.recipe == Recipe()
    assert document.outcome.plan == plain.plan
    document.undo_stack.redo()
    settled(qtbot, demo)
    assert document.outcome.candidate.recipe == Recipe(("quick",))
    assert demo.jobs.running("treatment") is None


def test_another_plan_is_recovered_too_and_undo_brings_back_what_was(
    qtbot: QtBot, demo: MainWindow, view: RecoverView
) -> None:
    document = demo.document
    recovered(qtbot, demo, view, "smooth", "bias")
    before = document.outcome
    document.edit("set", plan=set_tensor(document.plan, "activations", [TENSOR], {"bits": 4}))
    qtbot.waitUntil(lambda: document.candidate is not None, timeout=WAIT_MS)
    settled(qtbot, demo)
    assert document.outcome.candidate.recipe == Recipe(("smooth", "bias"))
    assert document.outcome.plan != before.plan
    document.undo_stack.undo()
    settled(qtbot, demo)
    assert document.outcome.candidate.recipe == Recipe(("smooth", "bias"))
    view.forget.click()
    assert document.decided.recipe == Recipe()
    settled(qtbot, demo)
    assert not document.outcome.resolution.encodings.biases
    assert not view.results.isVisible()


def test_a_cancelled_recovery_changes_nothing(
    qtbot: QtBot, demo: MainWindow, view: RecoverView
) -> None:
    qtbot.waitUntil(lambda: demo.document.outcome.settled, timeout=WAIT_MS)
    known = demo.document.outcome
    shown = view.shown.table.texts()
    job = view.recover(("auto",))
    with qtbot.waitSignal(job.finished, timeout=WAIT_MS):
        demo.strip.cancel_shown()
    assert demo.document.decided.recipe is None
    assert demo.document.outcome is known
    qtbot.waitUntil(lambda: view.shown.table.texts() == shown, timeout=WAIT_MS)
    assert view.full.isEnabled()


def test_no_step_chosen_offers_nothing_to_run(view: RecoverView) -> None:
    assert not view.chosen.isEnabled()
    view.boxes["bias"].click()
    assert view.chosen.isEnabled() and view.words() == ("bias",)
    view.judged.click()
    assert view.words() == ("judged", "bias")


def test_columns_under_a_metric_are_in_its_unit(demo: MainWindow, view: RecoverView) -> None:
    report = StepReport("bias", 20.0, 21.0, True, Sentence(""), before_own=0.8, after_own=0.85)
    view.shown.show_reports([report])
    assert view.shown.table.horizontalHeaderItem(1).text() == "Before, metric"
    assert view.shown.table.texts()[0][1:] == ["0.8", "0.85", "+0.05", "kept"]
    worse = replace(report, before_own=0.85, after_own=0.8, harms=True)
    view.shown.show_reports([worse])
    assert view.shown.table.texts()[0][3:] == ["\N{MINUS SIGN}0.05", "kept, harms"]


def test_the_exported_file_is_that_of_the_copied_command(
    qtbot: QtBot, demo: MainWindow, view: RecoverView, tmp_path: Path
) -> None:
    recovered(qtbot, demo, view, "bias")
    export = demo.views.show_view("export")
    assert isinstance(export, ExportView)
    export.path.setText(str(tmp_path / "window.onnx"))
    done(qtbot, demo, export.export())
    export.copy_command()
    words = shlex.split(QGuiApplication.clipboard().text())
    plan = json.loads(Path(words[words.index("--plan") + 1]).read_text())
    assert plan["recipe"] == {"steps": ["bias"], "training": None}
    words[words.index("-o") + 1] = str(tmp_path / "command.onnx")
    assert main([*words[1:], "--json"]) == 0
    sample = demo.document.dataset.load(0).feeds
    ours, theirs = (
        Session(tmp_path / f"{name}.onnx").run(sample)["logits"] for name in ("window", "command")
    )
    assert (ours == theirs).all()
    plain = open_model(demo.document.model.path)
    assert (ours != Session(plain.proto).run(sample)["logits"]).any()


def test_without_recovery_the_command_says_so(
    qtbot: QtBot, demo: MainWindow, tmp_path: Path
) -> None:
    export = demo.views.show_view("export")
    assert isinstance(export, ExportView)
    export.path.setText(str(tmp_path / "plain.onnx"))
    for corrects, steps in ((True, ["judged", "bias"]), (False, [])):
        if export.form.mending.isChecked() != corrects:
            export.form.mending.click()
            settled(qtbot, demo)
        done(qtbot, demo, export.export())
        export.copy_command()
        words = shlex.split(QGuiApplication.clipboard().text())
        plan = json.loads(Path(words[words.index("--plan") + 1]).read_text())
        assert plan["recipe"]["steps"] == steps


def test_a_project_recovers_again_when_its_data_is_there(
    qtbot: QtBot, demo: MainWindow, view: RecoverView, tmp_path: Path
) -> None:
    recovered(qtbot, demo, view, "bias")
    document, path = demo.document, tmp_path / "a.qscope"
    biases = document.outcome.resolution.encodings.biases
    with qtbot.waitSignal(demo.projects.save(path).finished, timeout=WAIT_MS):
        pass
    assert load_project(path).decided.recipe == Recipe(("bias",))
    with qtbot.waitSignal(document.model_changed, timeout=WAIT_MS):
        demo.projects.open(path)
    qtbot.waitUntil(lambda: document.candidate is not None, timeout=WAIT_MS)
    settled(qtbot, demo)
    found = document.outcome.resolution.encodings.biases
    assert {name: values.tolist() for name, values in found.items()} == {
        name: values.tolist() for name, values in biases.items()
    }
    assert document.undo_stack.count() == 0
    assert not demo.isWindowModified()


def test_snapshots_keep_what_was_recovered(
    qtbot: QtBot, demo: MainWindow, view: RecoverView
) -> None:
    recovered(qtbot, demo, view, "bias")
    compare = demo.views.show_view("compare")
    assert isinstance(compare, CompareView)
    compare.keep_snapshot("mended")
    demo.document.edit("alone", recipe=Recipe())
    qtbot.waitUntil(
        lambda: compare.table.texts()[2][-4] != compare.table.texts()[1][-4], timeout=WAIT_MS
    )
    qtbot.waitUntil(
        lambda: NOTHING not in {r[-4] for r in compare.table.texts()[1:]}, timeout=WAIT_MS
    )
    compare.load_snapshot(0)
    assert demo.document.decided.recipe == Recipe(("bias",))


def test_too_little_data_gives_a_sentence(
    qtbot: QtBot, demo: MainWindow, view: RecoverView
) -> None:
    source = demo.document.decided.source
    job = demo.steps.open_data(
        type(source)(source.path, DataOptions(images="calib_images", preset="imagenet", limit=1))
    )
    with qtbot.waitSignal(job.finished, timeout=WAIT_MS):
        pass
    with qtbot.waitSignal(demo.steps.failed, timeout=WAIT_MS) as failed:
        view.recover(("auto",))
    assert "at least 2 samples" in failed.args[0]
    assert demo.document.decided.recipe is None
    qtbot.waitUntil(view.full.isEnabled, timeout=WAIT_MS)


def test_what_recovery_did_to_a_layer_is_drawn(qtbot: QtBot, small: MainWindow) -> None:
    card, view = small.views.show_view("recover"), small.views.show_view("recovered")
    small.document.select("Conv_a")
    plan = small.document.plan.with_override("*", **{"weights.bits": 4})
    small.document.edit("four bits", plan=plan)
    settled(qtbot, small)
    small.treatments.start(Recipe(("equalize", "round")))
    settled(qtbot, small)
    small.views.show_view("recovered")
    qtbot.waitUntil(lambda: view.turned is not None, timeout=WAIT_MS)
    outcome = small.document.outcome
    encodings = outcome.resolution.encodings
    nearest = encodings.weights["w1"].quantize(outcome.model.weight("w1"))
    moved = (encodings.codes["w1"].astype(int) - nearest).reshape(4, -1)
    np.testing.assert_array_equal(view.codes_image._steps, moved)
    assert share(np.mean(moved == 1)) in view.said.text()
    qtbot.waitUntil(view.codes.isVisible, timeout=WAIT_MS)
    assert view.means.isVisible() == ("Conv_a" in view.found.shifts)
    line, place = (int(each[0]) for each in np.nonzero(moved))
    view.codes.canvas.pointed.emit(QPointF(place, line))
    assert f"channel {line}, value {place}: {moved[line, place]:+d}" in view.hover.text()
    small.views.show_view("recover")
    qtbot.waitUntil(card.layers.button.isEnabled)
    card.layers.button.click()
    qtbot.waitUntil(lambda: bool(card.layers.found), timeout=WAIT_MS)
    names = [each.layer for each in card.layers.found]
    card.layers.table.cellClicked.emit(names.index("Conv_a"), 0)
    assert view.isVisible()
    assert card.layers.table.texts()[names.index("Conv_a")][3] == share(np.mean(moved == 1))
