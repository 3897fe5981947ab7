from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quantengine.bundled import demo_model
from quantengine.data.options import DataOptions, InputOptions
from quantengine.errors import ProjectError, QuantError
from quantengine.finetune.settings import Settings
from quantengine.observe.collector import stats_of
from quantengine.observe.table import CalibrationTable
from quantengine.plan import QuantPlan
from quantengine.project import Project
from quantengine.project_file import load_project, save_project
from quantengine.work.judging import Judging
from quantengine.work.recipe import Recipe
from quantengine.work.saved_plan import SavedPlan

GOLDEN = Path(__file__).parents[1] / "golden"
VALUES = np.random.default_rng(3).normal(size=(4, 8)).astype(np.float32)


def project(folder: Path) -> Project:
    stats = stats_of(VALUES, "x")
    table = CalibrationTable("abc", ("one",), (b"\0" * 16,), {"x": stats})
    plan = QuantPlan().with_override("conv*", bits=4).with_float("head")
    named = {"x:0": InputOptions(crop=(3, 4), std=(0.5, 0.25, 1.0)), "mask": InputOptions(raw=True)}
    options = DataOptions(
        preset="imagenet", resize=(8, 9), mean=(0.5,), mapping={"y": 1.0}, inputs=named
    )
    return Project(
        folder / "m.onnx",
        "abc",
        SavedPlan(plan, Recipe(("bias",), Settings(epochs=3, methods=(("a*", "ste"),)))),
        (("first", SavedPlan(QuantPlan())), ("alone", SavedPlan(QuantPlan(), Recipe()))),
        folder / "data",
        options,
        table,
        judging=Judging(task="dense"),
    )


def test_what_is_saved_comes_back(tmp_path: Path) -> None:
    saved, path = project(tmp_path), tmp_path / "a.qscope"
    held_out = DataOptions(
        images="eval",
        labels="right",
        fit="letterbox:114",
        stored="float32:3x8x8",
        rate=16_000,
        frames=576,
        loops={"state": "stateN", "token": "logits"},
        teacher_forced=True,
        inputs={"x": InputOptions(fit="crop", resize=(0, 48))},
    )
    saved = replace(saved, judged_path=tmp_path / "held.npz", judged_options=held_out)
    save_project(saved, path)
    found = load_project(path)
    assert (found.judged_path, found.judged_options) == (tmp_path / "held.npz", held_out)
    assert (found.decided, found.snapshots) == (saved.decided, saved.snapshots)
    assert (found.data_path, found.data_options) == (saved.data_path, saved.data_options)
    assert (found.model_path, found.model_hash) == (saved.model_path, "abc")
    assert found.judging.judge(()).task == "dense"
    assert found.table is not None
    assert found.table.data_hash == saved.table.data_hash
    assert found.table.tensors["x"].high == VALUES.max()


def test_a_project_from_before_inputs_had_their_own_options_still_opens(tmp_path: Path) -> None:
    saved, path = project(tmp_path), tmp_path / "a.qscope"
    save_project(saved, path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    header = json.loads(parts["project.json"])
    del header["data"]["options"]["inputs"]
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in {**parts, "project.json": json.dumps(header)}.items():
            archive.writestr(name, content)
    assert load_project(path).data_options == replace(saved.data_options, inputs={})


def test_model_and_project_may_move_together(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    (old / "m.onnx").touch()
    save_project(project(old), old / "a.qscope")
    old.rename(new)
    assert load_project(new / "a.qscope").model_path == new / "m.onnx"


def test_a_project_of_version_1_still_opens() -> None:
    found = load_project(GOLDEN / "version1.qscope")
    plan = QuantPlan().with_override("block2.*", bits=4).with_float("classify")
    assert found.decided == SavedPlan(plan, Recipe(("bias",)))
    trained = Recipe(("auto",), Settings(epochs=2))
    assert found.snapshots == (
        ("first", SavedPlan(QuantPlan())),
        ("trained", SavedPlan(QuantPlan(), trained)),
    )
    assert found.model_path.samefile(demo_model())


def rewritten(path: Path, **changes: object) -> Path:
    with zipfile.ZipFile(path) as archive:
        header = json.loads(archive.read("project.json"))
        table = archive.read("statistics.npz")
    header.update(changes)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("project.json", json.dumps(header))
        archive.writestr("statistics.npz", table)
    return path


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"format": "other"}, "another kind"),
        ({"version": 9}, "version 9"),
        ({"plan": {"version": 1}}, "plan"),
        ({"data": {"path": "a", "relative": None, "options": {"what": 1}}}, "'what'"),
        ({"model": {"path": "a", "relative": None, "sha256": "b"}}, "another model"),
        ({"snapshots": 3}, "snapshots: a list is needed, not 3"),
        ({"recipes": {"": {"steps": ["bias"]}}}, "recovery and training cannot be read"),
        ({"recipes": {"": {"steps": ["what"], "training": None}}}, "'what' is not a recovery step"),
        ({"recipes": 3}, "recipes: an object is needed"),
        ({"model": []}, "model: an object is needed, not a list"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_wrong_content_is_refused_in_a_sentence(
    tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    path = tmp_path / "a.qscope"
    save_project(project(tmp_path), path)
    with pytest.raises(ProjectError, match=r"a\.qscope cannot be opened") as caught:
        load_project(rewritten(path, **changes))
    assert said in str(caught.value)


def test_bomb_missing_and_cut_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.qscope"
    with pytest.raises(ProjectError, match="does not exist"):
        load_project(path)
    save_project(project(tmp_path), path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ProjectError, match="cut off"):
        load_project(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.json", b" " * (65 << 20))
    with pytest.raises(ProjectError, match="claims more"):
        load_project(path)


@given(place=st.integers(0, 10_000), value=st.integers(0, 255))
def test_a_changed_byte_never_ends_in_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, place: int, value: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "flipped.qscope"
    save_project(project(path.parent), path)
    content = bytearray(path.read_bytes())
    content[place % len(content)] = value
    path.write_bytes(content)
    try:
        load_project(path)
    except QuantError as error:
        assert "flipped.qscope" in str(error)
