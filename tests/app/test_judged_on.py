"""Samples that judge are chosen apart from those of calibration."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.command_line import quantize_command
from app.facts import DataSource
from app.held_out import other_arrays
from app.main_window import MainWindow
from quantengine.data.options import DataOptions
from quantengine.export.options import ExportOptions
from tests.app.conftest import WAIT_MS, settled


def held_out(folder: Path) -> DataSource:
    rows = np.random.default_rng(9).normal(size=(7, 3, 8, 8)).astype("f")
    np.save(folder / "held.npy", rows)
    return DataSource(folder / "held.npy", DataOptions())


def test_held_out_data_judges_until_it_is_undone(
    qtbot: QtBot, small: MainWindow, tmp_path: Path
) -> None:
    document, network = small.document, small.network
    qtbot.waitUntil(lambda: network.measured is not None, timeout=WAIT_MS)
    assert document.judged is document.dataset and document.judges_source is None
    small.judges.choose(held_out(tmp_path))
    qtbot.waitUntil(lambda: document.judges_source is not None, timeout=WAIT_MS)
    assert document.judged is not None and len(document.judged) == 7
    assert document.dataset is not None and len(document.dataset) == 20
    assert not document.table_is_stale and not document.outcome_is_stale
    assert network.is_stale
    qtbot.waitUntil(lambda: not network.is_stale, timeout=WAIT_MS)
    assert network.measured is not None and network.measured.found.samples == 7
    document.undo_stack.undo()
    assert document.judged is document.dataset
    qtbot.waitUntil(lambda: not network.is_stale, timeout=WAIT_MS)
    assert network.measured.found.samples == 16
    document.undo_stack.redo()
    qtbot.waitUntil(lambda: document.judges_source is not None, timeout=WAIT_MS)
    assert document.judged is not None and len(document.judged) == 7


def test_a_project_brings_it_back_and_nothing_is_written_over_it(
    qtbot: QtBot, small: MainWindow, tmp_path: Path
) -> None:
    document, source = small.document, held_out(tmp_path)
    small.judges.choose(source)
    qtbot.waitUntil(lambda: document.judges_source is not None, timeout=WAIT_MS)
    path = tmp_path / "a.qscope"
    with qtbot.waitSignal(document.project_changed, timeout=WAIT_MS):
        small.projects.save(path)
    document.undo_stack.undo()
    small.projects.open(path)
    qtbot.waitUntil(lambda: document.judges_source is not None, timeout=WAIT_MS)
    assert document.decided.judged_on == source
    job = small.projects.save(source.path)
    assert job is not None
    with qtbot.waitSignal(job.failed, timeout=WAIT_MS) as failed:
        pass
    assert "held.npy is read by this command" in str(failed.args[0])


def test_its_preprocessing_is_that_of_calibration_and_the_command_judges_on_it() -> None:
    own = DataSource(Path("c"), DataOptions(preset="tf", images="a", limit=3))
    judged = DataSource(Path("e"), DataOptions(labels="b")).prepared_as(own)
    assert judged.options == DataOptions(preset="tf", labels="b")
    said = quantize_command(
        Path("m"), own, Path("p"), Path("o"), ExportOptions(), judged_on=judged
    ).splitlines()
    assert said[1] == "quantengine evaluate m o --data e --labels b --preset tf"


def test_other_arrays_of_the_file_may_judge_with_the_labels_of_their_name(tmp_path: Path) -> None:
    path = tmp_path / "all.npz"
    pictures, numbers = np.zeros((4, 8, 8, 3), np.uint8), np.arange(4)
    np.savez(
        path,
        calib_images=pictures,
        calib_labels=numbers,
        eval_images=pictures[:3],
        eval_labels=numbers[:3],
        small=pictures[:, :4],
    )
    own = DataSource(path, DataOptions(images="calib_images", labels="calib_labels"))
    other = DataSource(path, DataOptions(images="eval_images", labels="eval_labels"))
    assert other_arrays(own) == (other,) and other.name == "eval_images"
    assert other_arrays(DataSource(path, DataOptions())) == ()
    assert other_arrays(DataSource(tmp_path / "x.npy", DataOptions(images="a"))) == ()


def test_the_menu_offers_them_without_reading_the_file(
    qtbot: QtBot, demo: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled(qtbot, demo)
    monkeypatch.setattr("app.judges.other_arrays", lambda _source: pytest.fail("a file was read"))
    menu = demo.header.chain.judged.choices
    menu.aboutToShow.emit()
    first = menu.actions()[0]
    assert first.text().replace("&", "") == "eval_images"
    assert [each.name for each in demo.judges.others] == ["eval_images"]
