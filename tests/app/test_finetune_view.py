from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.command_line import quantize_command
from app.jobs import Job
from app.main_window import MainWindow
from app.panels import finetune as panel
from app.panels import widths
from app.panels.finetune import FinetuneView
from app.panels.widths import WidthsView
from app.text import NOTHING
from quantengine.cli.finetune import add_arguments
from quantengine.cli.parser import Parser
from quantengine.cli.training_options import training_settings
from quantengine.export.options import ExportOptions
from quantengine.extras import install_command
from quantengine.finetune.outcome import FineTuned, Point
from quantengine.finetune.settings import Settings
from quantengine.graph.changed import with_constants
from quantengine.monitor import Monitor
from quantengine.plan import QuantPlan
from quantengine.verdict.verdict import Verdict
from quantengine.work.candidate import Candidate
from quantengine.work.make import make as honest
from quantengine.work.recipe import Recipe
from quantengine.work.saved_plan import SavedPlan
from quantengine.work.width_curve import WidthCurve, WidthPoint
from quantengine.work.width_table import WidthCell, WidthTable
from quantengine.work.work import Work
from tests.app.conftest import WAIT_MS, settled
from tests.app.header import verdict

WEIGHT = "classify"


@pytest.fixture
def torch_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(panel, "torch_is_installed", lambda: True)


@pytest.fixture
def view(torch_there: None, demo: MainWindow) -> FinetuneView:
    return shown(demo)


@pytest.fixture
def small_view(torch_there: None, small: MainWindow) -> FinetuneView:
    return shown(small)


def shown(window: MainWindow) -> FinetuneView:
    made = window.views.show_view("finetune")
    assert isinstance(made, FinetuneView)
    return made


def swept(window: MainWindow) -> WidthsView:
    made = window.views.show_view("widths")
    assert isinstance(made, WidthsView)
    return made


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """A training that halves the last weight, tells three points, and waits to be cancelled."""
    calls: list[dict[str, object]] = []
    monkeypatch.setattr("quantengine.work.make.make", _maker(calls))
    return calls


def _maker(calls: list[dict[str, object]]) -> Callable[..., Candidate]:
    def make(work: Work, recipe: Recipe, **more: object) -> Candidate:
        settings = recipe.training
        assert settings is not None
        calls.append({"settings": settings, "steps": recipe.steps, **more})
        monitor, watch, checkpoint = more["monitor"], more["watch"], more["checkpoint"]
        assert isinstance(monitor, Monitor)
        total = 4 if settings.epochs == 99 else 2
        points = tuple(
            Point(s, 1.0 / (1 + s), 1.0 / (1 + s), 20.0 + s, 0.8 + s / 20, total=total, freezes=1)
            for s in range(3)
        )
        for point in points:
            watch(point)
        if settings.epochs == 99:
            checkpoint.write_bytes(b"begun")
            while True:
                monitor.check()
        begun = honest(work, Recipe())
        model, resolution = begun.model, begun.resolution
        name = resolution.flow.nodes[WEIGHT].weights[0].tensor
        trained = with_constants(model, {name: 0.5 * model.constant(name)})
        tuned = FineTuned(
            trained,
            resolution,
            points[0],
            points[-1],
            points,
            1.0,
            512 * 10**6,
            "cpu",
            ("a note",),
            {f"weight:{name}": 0.25},
        )
        return Candidate(work, recipe, trained, begun.table, resolution, trained=tuned)

    return make


def done(qtbot: QtBot, window: MainWindow, job: Job | None) -> None:
    assert job is not None
    with qtbot.waitSignal(job.finished, timeout=WAIT_MS):
        pass
    settled(qtbot, window)


def test_without_torch_one_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, demo: MainWindow
) -> None:
    monkeypatch.setattr(panel, "torch_is_installed", lambda: False)
    view = shown(demo)
    command = view.needs_torch.command
    assert command.isVisible()
    assert command.text.text() == install_command("train", "torch")
    assert "quantscope" not in command.text.text()
    command.button.click()
    assert QGuiApplication.clipboard().text() == command.text.text()
    assert not view.form.isVisible()
    assert not view.training.isVisible()


def test_without_torch_widths_are_swept_untrained(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, small: MainWindow
) -> None:
    monkeypatch.setattr(widths, "torch_is_installed", lambda: False)
    monkeypatch.setitem(sys.modules, "torch", None)
    view = swept(small)
    view.sweep.first.setCurrentIndex(view.sweep.first.findData(4))
    view.sweep.last.setCurrentIndex(view.sweep.last.findData(4))
    assert "train" not in view.sweep.button.toolTip()
    assert not view.results.isVisible()
    done(qtbot, small, view.sweep.sweep())
    assert [point.stage for point in view.sweep.points] == ["plain", "recovered"]
    assert view.results.isVisible()


def test_torch_is_first_imported_when_training_starts(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, view: FinetuneView
) -> None:
    for name in [name for name in sys.modules if name.startswith("quantengine.finetune.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "torch", None)
    view.refresh()
    assert view.training.isVisible()
    with qtbot.waitSignal(view.context.steps.failed, timeout=WAIT_MS) as failed:
        view.training.train()
    assert "needs torch, which is not installed" in failed.args[0]


def test_what_was_trained_is_the_candidate_and_one_undo_step(
    qtbot: QtBot, demo: MainWindow, view: FinetuneView, fake: list[dict[str, object]]
) -> None:
    document = demo.document
    seen: list[int] = []
    demo.treatments.found.connect(lambda _point: seen.append(len(view.training.points)))
    assert not view.training.curves.isVisible()
    done(qtbot, demo, view.training.train())
    assert seen == [1, 2, 3]
    curves = view.training.curves
    assert curves.figure._lines[0].getData()[1].tolist() == pytest.approx([80, 85, 90])
    assert (curves.loss._frozen.isVisible(), curves.loss._frozen.value()) == (True, 1)
    facts = view.training.facts
    assert facts.value("loss") == "1 \u2192 0.333"
    assert facts.value("sqnr") == "20.0 \u2192 22.0 dB"
    assert facts.value("agreement") == "80 % \u2192 90 %"
    assert facts.value("step") == "2 / 2"
    assert facts.value("time") == "1 s"
    assert facts.value("memory") == "512 MB"
    assert facts.value("device") == "cpu"
    assert "a note" in view.training.state.text()
    assert not view.training.resume.isVisible()
    assert fake[0]["steps"] == ("auto",)
    assert document.outcome.candidate.trained is not None
    assert "In use" in view.training.state.text()
    qtbot.waitUntil(lambda: bool(view.training.layers.texts()), timeout=WAIT_MS)
    changes = {row[0]: float(row[3].replace("\u2212", "-")) for row in view.training.layers.texts()}
    assert changes["classify"] < -10
    assert changes["stem.conv"] == 0
    deltas = {row[0]: row[4:] for row in view.training.layers.texts()}
    assert [list(row) for row in deltas.values() if row[0] == "0.25"] == [["0.25", NOTHING]]
    assert "fine-tuned" in verdict(demo)
    document.undo_stack.undo()
    settled(qtbot, demo)
    assert document.outcome.recipe is None
    assert not view.training.layers.texts()


def test_a_cancelled_training_changes_nothing_and_can_be_resumed(
    qtbot: QtBot, demo: MainWindow, view: FinetuneView, fake: list[dict[str, object]]
) -> None:
    view.form.fields["epochs"].show_value(99)
    job = view.training.train()
    with qtbot.waitSignal(demo.treatments.found, timeout=WAIT_MS):
        pass
    training = view.training
    assert training.cancel.isVisible()
    assert not training.start.isVisible()
    with qtbot.waitSignal(job.finished, timeout=WAIT_MS):
        training.cancel.click()
    qtbot.waitUntil(training.start.isVisible, timeout=WAIT_MS)
    assert demo.document.decided.recipe is None
    assert training.resume.isEnabled()
    assert training.resume.property("primary")
    assert not training.start.property("primary")
    assert "stopped at step" in training.state.text()
    checkpoint = fake[0]["checkpoint"]
    assert isinstance(checkpoint, Path)
    assert checkpoint.exists()
    view.form.fields["epochs"].show_value(3)
    view.form.changed.emit()
    assert not training.resume.isVisible()
    assert training.start.property("primary")


def test_starting_anew_by_mistake_loses_nothing(
    qtbot: QtBot, demo: MainWindow, view: FinetuneView, fake: list[dict[str, object]]
) -> None:
    view.form.fields["epochs"].show_value(99)
    training = view.training
    for _ in range(2):
        job = training.train()
        with qtbot.waitSignal(demo.treatments.found, timeout=WAIT_MS):
            pass
        with qtbot.waitSignal(job.finished, timeout=WAIT_MS):
            training.cancel.click()
        checkpoint = fake[0]["checkpoint"]
        assert isinstance(checkpoint, Path)
        if len(fake) == 1:
            checkpoint.write_bytes(b"hours of work")
            checkpoint.with_suffix(".json").write_text('{"step": 900, "total": 1000}')
    assert fake[1]["checkpoint"] == checkpoint
    assert checkpoint.read_bytes() == b"hours of work"
    training.note_state()
    assert "at step 900 of 1000" in training.state.text()


def test_a_bad_rate_gives_a_sentence(qtbot: QtBot, demo: MainWindow, view: FinetuneView) -> None:
    view.form.fields["weight_rate"].show_value(-1.0)
    view.form.changed.emit()
    assert not view.training.start.isEnabled()
    assert "weight_rate must not be below 0" in view.training.state.text()
    with qtbot.waitSignal(demo.steps.failed, timeout=WAIT_MS) as failed:
        view.training.train()
    assert "weight_rate must not be below 0" in failed.args[0]


def test_the_sweep_draws_each_stage_as_it_comes(
    qtbot: QtBot, demo: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = swept(demo)
    points = tuple(
        WidthPoint(bits, stage, Verdict(10.0 * bits, 1.0, 0.0, 0.9, 0.1 * bits))
        for bits in (2, 3)
        for stage in ("plain", "recovered", "fine-tuned")
    )

    def width_curve(*_: object, watch: Callable[[WidthPoint], None], **more: object) -> WidthCurve:
        assert more["bits"] == (2, 3, 4, 5, 6)
        for point in points:
            watch(point)
        return WidthCurve("m", 7, points)

    monkeypatch.setattr("quantengine.work.width_curve.width_curve", width_curve)
    done(qtbot, demo, view.sweep.sweep())
    assert view.sweep.points == list(points)
    x, y = view.sweep.lines._lines["recovered"].getData()
    assert x.tolist() == [2, 3]
    assert y.tolist() == pytest.approx([20, 30])
    assert "7 samples" in view.state.text()
    assert view.sweep.canvas.getAxis("left").labelText == "top-1, %"

    cells = [
        WidthCell(scales, 4, 8, stage, points[0].effect)
        for scales in ("tensor", "channel")
        for stage in ("plain", "recovered")
    ]

    def width_table(*_: object, watch: Callable[[WidthCell], None], **more: object) -> WidthTable:
        assert not more["trains"]
        for cell in cells:
            watch(cell)
        return WidthTable("m", 7, tuple(cells))

    monkeypatch.setattr("quantengine.work.width_table.width_table", width_table)
    done(qtbot, demo, view.rows.measure())
    assert [row[:2] for row in view.rows.table.texts()] == [
        ["per tensor", "W4A8"],
        ["per channel", "W4A8"],
    ]
    assert [title for title, _ in view.rows.table.headings[2:]] == ["calibrated", "recovered"]
    assert "7 samples" in view.rows.note.text()


def test_the_copied_command_trains_with_the_same_settings() -> None:
    settings = Settings(
        "lsq", (("b*", "ste"),), 7, weight_rate=0.02, augment=False, batch_norm=True
    )
    for recipe in (Recipe((), settings), Recipe(("auto",), settings)):
        command = quantize_command(Path("m"), None, Path("p"), Path("o"), ExportOptions(), recipe)
        words = shlex.split(command)
        assert words[:2] == ["quantengine", "finetune"]
        parser = Parser()
        add_arguments(parser)
        known = parser.parse_args([*words[2:], "--data", "d"])
        assert known.recover is None
        assert training_settings(known, start=recipe.training) == settings
        saved = SavedPlan(QuantPlan(), recipe)
        assert SavedPlan.from_text(json.dumps(saved.to_json())) == saved


def test_a_real_sweep_draws_every_stage(qtbot: QtBot, small: MainWindow) -> None:
    pytest.importorskip("torch")
    small.document.edit("train", recipe=Recipe((), Settings(epochs=1)))
    view = swept(small)
    view.sweep.first.setCurrentIndex(view.sweep.first.findData(4))
    view.sweep.last.setCurrentIndex(view.sweep.last.findData(4))
    assert not view.sweep.canvas.isVisible()
    done(qtbot, small, view.sweep.sweep())
    assert view.sweep.canvas.isVisible()
    for line in view.sweep.lines._lines.values():
        x, _ = line.getData()
        assert x.tolist() == [4]
    bottom, top = view.sweep.canvas.getViewBox().viewRange()[1]
    heights = [line.getData()[1][0] for line in view.sweep.lines._lines.values()]
    assert bottom < min(heights) <= max(heights) < top
    box = view.sweep.canvas.getViewBox().sceneBoundingRect()
    legend = view.sweep.lines._legend
    assert not box.intersects(legend.mapRectToScene(legend.boundingRect()))


def test_real_training_gains_and_exports(
    qtbot: QtBot, small: MainWindow, small_view: FinetuneView
) -> None:
    pytest.importorskip("torch")
    document, view = small.document, small_view
    document.edit("bits", plan=document.plan.with_override("*", bits=4))
    settled(qtbot, small)
    view.form.fields["epochs"].show_value(2)
    job = view.training.train()
    with qtbot.waitSignal(job.finished, timeout=10 * WAIT_MS):
        pass
    tuned = document.candidate.trained
    assert tuned.after.score <= tuned.before.score
    assert len(view.training.points) == 3
