"""Plans, statistics, projects and data with wrong values somewhere: taken or refused in words."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.hostile import sound
from bench.hostile.case import Case
from bench.hostile.data import hostile_data
from bench.hostile.plans import hostile_plan, hostile_project, hostile_statistics
from quantengine.data.open import open_data
from quantengine.data.options import DataOptions
from quantengine.errors import QuantError
from quantengine.observe.inputs import model_inputs
from quantengine.observe.table_file import read_table
from quantengine.opening.open import open_model
from quantengine.plan import QuantPlan
from quantengine.project_file import load_project
from quantengine.work.kept import take_up
from quantengine.work.saved_plan import SavedPlan
from quantengine.work.work import Work


def _plan(folder: Path) -> None:
    with contextlib.suppress(UnicodeDecodeError):
        SavedPlan.from_text((folder / sound.PLAN).read_text(encoding="utf-8"))


def _statistics(folder: Path) -> None:
    read_table(folder / sound.STATS)


def _project(folder: Path) -> None:
    project = load_project(folder / sound.PROJECT)
    if isinstance(project.made, bytes):
        model = open_model(folder / sound.MODEL, compare=False)
        take_up(project.made, Work(model, QuantPlan(), None, project.table))


def _data(folder: Path) -> None:
    (name,) = (path for path in folder.iterdir() if path.name not in (sound.MODEL, sound.INT8))
    inputs = model_inputs(open_model(folder / sound.MODEL, compare=False))
    found = open_data(name, inputs, DataOptions())
    for index in range(min(3, len(found))):
        with contextlib.suppress(QuantError):
            found.load(index)


@pytest.mark.parametrize(
    ("make", "read", "count"),
    [
        (hostile_plan, _plan, 150),
        (hostile_statistics, _statistics, 100),
        (hostile_project, _project, 60),
        (hostile_data, _data, 80),
    ],
    ids=["plans", "statistics", "projects", "data"],
)
def test_what_is_hostile_is_taken_or_refused_in_words(
    make: Callable[[int], Case], read: Callable[[Path], None], count: int, tmp_path: Path
) -> None:
    refused = 0
    for number in range(count):
        case = make(number)
        if case.kind in ("data: bomb", "data: labels"):
            continue
        folder = tmp_path / str(number)
        folder.mkdir()
        case.write(folder)
        try:
            read(folder)
        except QuantError as error:
            refused += 1
            assert str(error), case.kind
    assert count // 3 < refused
