"""What recovery made comes back from its bytes as it was, and writes the same file."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from quantengine.analyze.report_layers import layer_reports
from quantengine.errors import DataError
from quantengine.formats.granularity import PER_TENSOR
from quantengine.observe.calibrate import calibrate
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.work.candidate import Candidate
from quantengine.work.export import export_candidate
from quantengine.work.kept import Kept, data_name, kept_bytes, take_up
from quantengine.work.make import make
from quantengine.work.recipe import Recipe
from quantengine.work.work import Work
from tests.engine.small_network import chain, images

STEPS = ("equalize", "smooth", "absorb", "ranges", "round", "bias")


def made(folder: Path, plan: QuantPlan, recipe: Recipe) -> Candidate:
    model, dataset = chain(folder, planted=True), images(20)
    table = calibrate(model, dataset, model_taps(model))
    return make(Work(model, plan, dataset, table), recipe)


def again(candidate: Candidate) -> Kept:
    work = candidate.work
    stored = kept_bytes(candidate, work.table, data_name(work.dataset))
    return take_up(stored, replace(work, dataset=None))


def assert_same(candidate: Candidate, folder: Path) -> None:
    kept = again(candidate)
    found = replace(kept.candidate, work=replace(kept.candidate.work, dataset=images(20)))
    assert kept.data == data_name(images(20)) != data_name(images(19))
    assert repr(found.reports) == repr(candidate.reports)
    assert [each.text.names for each in found.reports] == [
        each.text.names for each in candidate.reports
    ]
    assert (found.recipe, found.held_out) == (candidate.recipe, candidate.held_out)
    ours, theirs = (
        [row.to_json() for row in layer_reports(each.model, each.resolution)]
        for each in (candidate, found)
    )
    assert ours == theirs
    for name, choice in candidate.resolution.choices.items():
        other = found.resolution.choices[name]
        assert (choice.low, choice.high, choice.note) == (other.low, other.high, other.note)
    files = [folder / "a.onnx", folder / "b.onnx"]
    for each, path in zip((candidate, found), files, strict=True):
        export_candidate(each, path)
    assert files[0].read_bytes() == files[1].read_bytes()


def test_what_recovery_made_comes_back(tmp_path: Path) -> None:
    plan = replace(QuantPlan(), weights=replace(QuantPlan().weights, granularity=PER_TENSOR))
    candidate = made(tmp_path, plan, Recipe(STEPS))
    kept = {report.step for report in candidate.reports if report.kept}
    assert {"equalize", "round"} <= kept, candidate.reports
    assert candidate.model is not candidate.work.model
    assert_same(candidate, tmp_path)


def test_damage_is_a_sentence(tmp_path: Path) -> None:
    candidate = made(tmp_path, QuantPlan(), Recipe(("bias",)))
    stored = kept_bytes(candidate, candidate.work.table, "")
    with np.load(io.BytesIO(stored)) as archive:
        arrays = dict(archive)
    scales = [name for name, values in arrays.items() if values.dtype == np.float32]
    spoiled = []
    for change in (np.zeros_like, np.negative, lambda values: np.stack([values, values])):
        stream = io.BytesIO()
        changed = {name: change(arrays[name]) for name in scales}
        np.savez(stream, **{**arrays, **changed})  # type: ignore[arg-type]
        spoiled.append(stream.getvalue())
    damaged = (b"nothing", stored[:-40], stored.replace(b'"reports"', b'"retorps"'))
    for bad in (*damaged, *spoiled):
        with pytest.raises(DataError):
            take_up(bad, candidate.work)
    np.testing.assert_equal(again(candidate).candidate.held_out, candidate.held_out)
