"""Whatever fails on the disk: a file is as it was or whole, nothing lies beside, and it is told."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import pytest

from quantengine.csv_file import write_csv
from quantengine.errors import Cancelled, QuantError
from quantengine.files import remove_begun, remove_left, whole_file
from quantengine.monitor import Monitor
from quantengine.observe.calibrate import calibrate
from quantengine.observe.table_file import read_table, write_table
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.project import Project
from quantengine.project_file import _table_bytes, load_project, save_project
from quantengine.runtime import Session
from quantengine.work.candidate import Candidate
from quantengine.work.export import export_candidate
from quantengine.work.kept import Kept, kept_bytes, take_up
from quantengine.work.make import make
from quantengine.work.recipe import Recipe
from quantengine.work.saved_plan import SavedPlan
from quantengine.work.work import Work
from tests.engine.onnx_text import text_model
from tests.faults import disk, each_fault

TEXT = "g (float[n,4] x) => (float[n,3] y) { a = MatMul (x, w)  y = Relu (a) }"
OLD = b"what was there before"


@pytest.fixture(scope="module")
def candidate(tmp_path_factory: pytest.TempPathFactory) -> Candidate:
    from quantengine.data.open import in_memory

    rng = np.random.default_rng(2)
    weights = {"w": rng.normal(size=(4, 3)).astype(np.float32)}
    model = text_model(tmp_path_factory.mktemp("faults") / "m.onnx", TEXT, weights)
    dataset = in_memory({"x": rng.normal(size=(4, 4)).astype(np.float32)})
    table = calibrate(model, dataset, model_taps(model))
    return make(Work(model, QuantPlan(), dataset, table), Recipe())


@dataclass(frozen=True)
class Action:
    name: str
    write: Callable[[Candidate, Path], object]
    read: Callable[[Path], object]


def _save(candidate: Candidate, path: Path) -> None:
    kept_bytes.cache_clear()
    _table_bytes.cache_clear()
    work = candidate.work
    assert work.table is not None
    saved = SavedPlan(work.plan, Recipe())
    save_project(
        Project(
            work.model.path, work.model.digest, saved, table=work.table, made=Kept(candidate, "")
        ),
        path,
    )


def _text(_: Candidate, path: Path) -> None:
    with whole_file(path) as beside:
        beside.write_text("whole", encoding="utf-8")


ACTIONS = (
    Action("statistics", lambda made, path: write_table(made.work.table, path), read_table),  # type: ignore[arg-type]
    Action("project", _save, load_project),
    Action("export", export_candidate, lambda path: Session(onnx.load(path))),
    Action("text", _text, lambda path: path.read_text(encoding="utf-8") == "whole"),
    Action("csv", lambda _, path: write_csv(path, [{"a": "b"}]), Path.read_text),
)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_a_file_is_old_or_whole_wherever_the_disk_fails(
    action: Action, candidate: Candidate, tmp_path: Path
) -> None:
    path = tmp_path / "file.out"

    met, told = set(), 0
    path.write_bytes(OLD)
    for broken, raised in each_fault(lambda: action.write(candidate, path)):
        assert raised is None or isinstance(raised, QuantError), (
            broken.done[broken.first or 0],
            raised,
        )
        assert [each.name for each in tmp_path.iterdir()] == [path.name]
        if path.read_bytes() != OLD:
            action.read(path)
        elif raised is not None:
            told += 1
        met.add(broken.done[broken.first or 0])
        path.write_bytes(OLD)
    assert {"write", "fsync", "replace", "close"} <= met
    assert told > 3


def test_what_is_opened_needs_no_disk_to_write_on(candidate: Candidate, tmp_path: Path) -> None:
    path = tmp_path / "a.qscope"
    _save(candidate, path)
    with disk(0) as full:
        found = load_project(path)
        assert found.made is not None
        take_up(found.made, candidate.work)
    assert found.table is not None
    assert full.done == []


def test_what_an_ended_program_left_goes_with_the_next_write(tmp_path: Path) -> None:
    path = tmp_path / "a.onnx"
    left, other, ours = (tmp_path / f".a.onnx.{word}" for word in ("abcd1234", "mine", "efgh5678"))
    for folder in (left, other, ours):
        folder.mkdir()
        (folder / "a.onnx").write_bytes(b"half")
    (left / ".writing").touch()
    (tmp_path / ".a.onnx.begun_00").mkdir()  # ended before it had a mark, or after that was removed
    with whole_file(path) as beside:
        (there,) = (each for each in tmp_path.iterdir() if each == beside.parent)
        beside.write_bytes(b"first")
        with whole_file(path) as second:
            second.write_bytes(b"second")
        assert there.exists()
    assert path.read_bytes() == b"first"
    assert {each.name for each in tmp_path.iterdir()} == {"a.onnx", other.name, ours.name}


def test_a_folder_taken_for_left_before_it_is_held_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, made, make = tmp_path / "a.onnx", [], tempfile.mkdtemp

    def taken_at_once(**place: str) -> str:
        made.append(make(**place))
        if len(made) == 1:
            remove_left(tmp_path, ".a.onnx.")
        return made[-1]

    monkeypatch.setattr(tempfile, "mkdtemp", taken_at_once)
    with whole_file(path) as beside:
        beside.write_bytes(b"whole")
    assert len(made) == 2
    assert [each.name for each in tmp_path.iterdir()] == ["a.onnx"]


def test_what_was_cancelled_puts_no_file_in_place(tmp_path: Path) -> None:
    path, monitor = tmp_path / "a.onnx", Monitor()
    path.write_bytes(OLD)
    with pytest.raises(Cancelled), whole_file(path, monitor=monitor) as beside:
        beside.write_bytes(b"too late")
        monitor.cancel()
    assert path.read_bytes() == OLD
    assert [each.name for each in tmp_path.iterdir()] == ["a.onnx"]


def test_what_ends_without_waiting_leaves_nothing_half_written(tmp_path: Path) -> None:
    with whole_file(tmp_path / "a.onnx") as beside:
        beside.write_bytes(b"half")
        remove_begun()
        assert not list(tmp_path.iterdir())
        beside.parent.mkdir()
        beside.write_bytes(b"whole")
