"""Random actions, seeded: afterwards the document is what was decided, and means the same.

QUANTSCOPE_SOAK=300 takes so many actions, QUANTSCOPE_SEEDS=20 so many seeds.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from socket import gethostname

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.decided import Decided, Snapshot
from app.facts import DataSource
from app.garbage import Garbage
from app.jobs import Job
from app.main_window import MainWindow
from app.settings import Settings
from app.theme import Theme
from quantengine.analyze.report_layers import layer_reports
from quantengine.data.options import DataOptions
from quantengine.work.make import make
from quantengine.work.recipe import Recipe
from tests.app.conftest import WAIT_MS
from tests.app.header import flag
from tests.engine.onnx_text import text_model

ACTIONS = int(os.environ.get("QUANTSCOPE_SOAK", "30"))
SEEDS = range(int(os.environ.get("QUANTSCOPE_SEEDS", "1")))
NET = "g (float[n,4] x) => (float[n,3] y) { a = Gemm(x,w1,b1) b = Relu(a) y = Gemm(b,w2,b2) }"
LAYERS = ("Gemm_a", "Gemm_y")


@dataclass
class Expected:
    """What is open, told by the actions alone."""

    model: Path | None = None
    decided: Decided | None = None
    project: Path | None = None
    past: list[tuple[Decided, Decided]] = field(default_factory=list)
    future: list[tuple[Decided, Decided]] = field(default_factory=list)
    unsaved: bool = False


class Person:
    def __init__(self, qtbot: QtBot, make: Callable[[], MainWindow], folder: Path, seed: int):
        self.qtbot, self.make, self.folder, self.random = qtbot, make, folder, Random(seed)
        self.window = make()
        self.expected = Expected()
        self.files: dict[Path, tuple[Path, Decided]] = {}
        self.left: list[tuple[Path, Decided]] = []
        self.done: list[str] = []

    def act(self) -> None:
        acts = [self.open, self.edit, self.edit, self.undo, self.redo, self.snapshot]
        acts += [self.recover, self.save, self.reopen, self.kill, self.go_back, self.look]
        act = self.random.choice(acts)
        self.done.append(act.__name__)
        act()
        self.check()

    def check(self) -> None:
        document, expected = self.window.document, self.expected
        model = None if document.model is None else document.model.path
        assert (model, document.project) == (expected.model, expected.project), self.done
        if expected.decided is not None:
            assert document.decided == expected.decided, self.done
            assert not expected.unsaved or self.window.isWindowModified(), self.done

    def wait(self, job: Job | None) -> None:
        assert job is not None
        with self.qtbot.waitSignal(job.finished, timeout=WAIT_MS):
            pass

    def still(self) -> None:
        document = self.window.document
        self.qtbot.waitUntil(
            lambda: not self.window.jobs.jobs and not document.outcome_is_stale, timeout=WAIT_MS
        )

    def open(self) -> None:
        path = self.random.choice([self.folder / "a.onnx", self.folder / "b.onnx"])
        self.leave()
        source = DataSource(self.folder / "x.npy", DataOptions())
        self.wait(self.window.steps.open_model(path, source, then_calibrate=True))
        document = self.window.document
        self.qtbot.waitUntil(lambda: document.table is not None, timeout=WAIT_MS)
        self.expected = Expected(path, Decided(document.plan, source))

    def leave(self) -> None:
        was = self.expected
        if was.unsaved and was.model is not None and was.decided is not None:
            self.left.append((was.model, was.decided))

    def edit(self) -> None:
        document, expected = self.window.document, self.expected
        if expected.decided is None:
            return
        layer, bits = self.random.choice(LAYERS), self.random.choice([4, 6, 8])
        plan = document.plan.with_override(layer, **{"weights.bits": bits})
        if self.random.random() < 0.3:
            plan = document.plan.with_float(layer)
        self.push(replace(expected.decided, plan=plan))
        document.edit("edit", plan=plan)

    def push(self, after: Decided) -> None:
        expected = self.expected
        assert expected.decided is not None
        if after != expected.decided:
            expected.past.append((expected.decided, after))
            expected.future.clear()
            expected.decided, expected.unsaved = after, True

    def undo(self) -> None:
        self.window.document.undo_stack.undo()
        if self.expected.past:
            before, after = self.expected.past.pop()
            self.expected.future.append((before, after))
            self.put(before)

    def redo(self) -> None:
        self.window.document.undo_stack.redo()
        if self.expected.future:
            before, after = self.expected.future.pop()
            self.expected.past.append((before, after))
            self.put(after)

    def put(self, decided: Decided) -> None:
        assert self.expected.decided is not None
        snapshots = self.expected.decided.snapshots
        self.expected.decided = replace(decided, snapshots=snapshots)
        self.expected.unsaved = self.expected.decided != self.saved()

    def saved(self) -> Decided | None:
        project = self.expected.project
        return None if project is None else self.files[project][1]

    def snapshot(self) -> None:
        document, decided = self.window.document, self.expected.decided
        if decided is None:
            return
        kept = Snapshot(f"s{len(decided.snapshots)}", decided.plan, decided.recipe)
        snapshots = (*decided.snapshots, kept)
        document.keep_snapshots(snapshots)
        self.expected.decided = replace(decided, snapshots=snapshots)
        self.expected.unsaved = True

    def recover(self) -> None:
        if self.expected.decided is None or self.window.document.dataset is None:
            return
        recipe = Recipe(self.random.choice([("bias",), ("round",), ("smooth", "bias")]))
        self.wait(self.window.treatments.start(recipe))
        self.push(replace(self.expected.decided, recipe=recipe))

    def save(self) -> None:
        expected = self.expected
        if expected.decided is None or expected.model is None:
            return
        path = self.folder / f"p{self.random.randrange(3)}.qscope"
        self.wait(self.window.projects.save(path))
        self.files[path] = (expected.model, expected.decided)
        expected.project, expected.unsaved = path, False

    def reopen(self) -> None:
        if not self.files:
            return
        path = self.random.choice(sorted(self.files))
        self.leave()
        self.wait(self.window.files.open_path(path) or self.window.jobs.running("model"))
        self.come_back(path, *self.files[path])

    def come_back(self, project: Path | None, model: Path, decided: Decided) -> None:
        document = self.window.document
        self.expected = Expected(model, decided, project)
        self.qtbot.waitUntil(lambda: document.dataset is not None, timeout=WAIT_MS)

    def kill(self) -> None:
        """What is on the disk is all that the next window has."""
        expected, autosaves = self.expected, self.window.projects.autosaves
        is_modified = self.window.isWindowModified()  # statistics alone are kept too
        if is_modified:
            self.qtbot.waitUntil(
                lambda: self.window.jobs.running("autosave") is None, timeout=WAIT_MS
            )
        self.window.jobs.shutdown()
        autosaves.close()
        dead = autosaves.path.with_suffix(".lock")
        dead.parent.mkdir(exist_ok=True)
        dead.write_text(f"999999\nquantscope\n{gethostname()}\n")
        (dead.parent / f".{autosaves.path.name}.half").mkdir()
        self.window.hide()
        self.window = self.make()
        self.window.offer_recovery()
        self.left = []
        if not is_modified:
            assert not autosaves.path.exists(), self.done
            self.expected = Expected()
            return
        assert expected.model is not None and expected.decided is not None
        with self.qtbot.waitSignal(self.window.document.project_changed, timeout=WAIT_MS):
            self.wait(self.window.projects.recover(autosaves.path))
        self.come_back(expected.project, expected.model, expected.decided)
        self.expected.unsaved = True
        assert not list(dead.parent.glob("*.half")), self.done

    def go_back(self) -> None:
        """To what was left for another model."""
        offers = self.window.notice.offers()
        if not self.left or "Go back to it" not in offers or not self.window.notice.isVisible():
            return
        model, decided = self.left.pop()
        self.leave()
        with self.qtbot.waitSignal(self.window.document.project_changed, timeout=WAIT_MS):
            offers["Go back to it"].click()
        self.qtbot.waitUntil(lambda: self.window.projects.is_recovered, timeout=WAIT_MS)
        self.come_back(self.window.document.project, model, decided)
        self.expected.unsaved = True

    def look(self) -> None:
        """Time passes."""
        if self.expected.decided is not None:
            self.still()


@pytest.fixture
def person(
    qtbot: QtBot, qapp: QApplication, settings: Settings, theme: Theme, tmp_path: Path
) -> Iterator[Callable[[int], Person]]:
    made: list[MainWindow] = []

    def window() -> MainWindow:
        made.append(MainWindow(settings, theme, tmp_path / "autosave"))
        made[-1].show()
        return made[-1]

    rng = np.random.default_rng(7)
    shapes = {"w1": (4, 4), "b1": (4,), "w2": (4, 3), "b2": (3,)}
    for name in "ab":
        weights = {key: rng.normal(size=shape).astype("f") for key, shape in shapes.items()}
        text_model(tmp_path / f"{name}.onnx", NET, weights)
    np.save(tmp_path / "x.npy", rng.normal(size=(12, 4)).astype("f"))
    garbage = Garbage()
    garbage.begin()  # as the program does
    yield lambda seed: Person(qtbot, window, tmp_path, seed)
    garbage.end()
    for each in made:
        each.jobs.shutdown()
        each.projects.autosaves.close()
        each.hide()
        each.deleteLater()
    qapp.sendPostedEvents(None, 52)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_document_is_what_was_decided(person: Callable[[int], Person], seed: int) -> None:
    one = person(seed)
    one.open()
    for _ in range(ACTIONS):
        one.act()
    if one.expected.decided is None:
        one.open()
    one.still()
    one.check()
    document = one.window.document
    work, recipe = document.work, document.decided.recipe
    assert work is not None and document.outcome is not None
    if document.candidate is None and recipe is not None and not recipe.is_quick:
        assert "no longer fits" in flag(one.window), one.done
        recipe = Recipe()
    again, shown = make(work, recipe), document.outcome
    assert shown.resolution is not None
    rows = [row.to_json() for row in layer_reports(again.model, again.resolution)]
    assert rows == [row.to_json() for row in layer_reports(shown.model, shown.resolution)]
    for name, bias in again.resolution.encodings.biases.items():
        np.testing.assert_array_equal(bias, shown.resolution.encodings.biases[name])
