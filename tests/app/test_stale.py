"""Statistics of other data are seen to be so, with the way out; those of the same data are not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.facts import DataSource
from app.main_window import MainWindow
from app.models.layer_columns import OF_STATISTICS
from tests.app.conftest import WAIT_MS
from tests.app.header import flag, press

AGAIN = "ranges and figures"


def looked_into(window: MainWindow, source: DataSource) -> bool:
    document = window.document
    known = document.fit is not None or document.table_is_stale
    return document.dataset_source == source and known and window.jobs.running("fit") is None


def choose(qtbot: QtBot, window: MainWindow, source: DataSource) -> None:
    window.steps.choose_data(source)
    qtbot.waitUntil(lambda: looked_into(window, source), timeout=WAIT_MS)


def changed(window: MainWindow, **options: object) -> DataSource:
    source = window.document.decided.source
    assert source is not None
    return replace(source, options=replace(source.options, **options))


def copied(window: MainWindow, path: Path, *, other: bool) -> DataSource:
    """The data in another file, one pixel of it other than it was."""
    source = window.document.decided.source
    assert source is not None
    arrays = dict(np.load(source.path))
    if other:
        arrays["calib_images"] = arrays["calib_images"].copy()
        arrays["calib_images"].flat[0] ^= 1
    np.savez(path, **arrays)
    return DataSource(path, source.options)


def assert_shown(qtbot: QtBot, window: MainWindow, *, stale: bool) -> None:
    assert window.document.table_is_stale is stale
    assert (AGAIN in flag(window)) is stale
    assert (window.layers.table.stale >= OF_STATISTICS) is stale
    window.header.verdict.refresh()
    assert window.header.verdict.is_stale is stale
    for name in ("distribution", "channels"):
        view = window.views.show_view(name)
        qtbot.waitUntil(view.body.isVisible, timeout=WAIT_MS)
        assert view.veil.isVisible() is stale
    assert not window.views.show_view("data").veil.isVisible()


@pytest.mark.parametrize("options", [{"preset": "raw"}, {"limit": 20}, {"images": "eval_images"}])
def test_other_preprocessing_or_samples_pale_the_figures_until_calibrated_again(
    qtbot: QtBot, demo: MainWindow, options: dict[str, object]
) -> None:
    network, before = demo.network, demo.document.table
    qtbot.waitUntil(lambda: not network.errors_are_stale, timeout=WAIT_MS)
    assert_shown(qtbot, demo, stale=False)
    choose(qtbot, demo, changed(demo, labels=None, **options))
    qtbot.waitUntil(lambda: not network.errors_are_stale, timeout=WAIT_MS)
    assert_shown(qtbot, demo, stale=True)
    press(demo, "Calibrate again")
    qtbot.waitUntil(lambda: demo.document.table is not before, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not network.errors_are_stale, timeout=WAIT_MS)
    assert_shown(qtbot, demo, stale=False)


def test_undo_brings_data_and_figures_together_again(qtbot: QtBot, demo: MainWindow) -> None:
    source = demo.document.decided.source
    choose(qtbot, demo, changed(demo, preset="raw"))
    assert demo.document.table_is_stale
    demo.document.undo_stack.undo()
    qtbot.waitUntil(lambda: looked_into(demo, source), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not demo.network.errors_are_stale, timeout=WAIT_MS)
    assert_shown(qtbot, demo, stale=False)


@pytest.mark.parametrize("other", [False, True])
def test_samples_are_the_same_by_what_they_hold(
    qtbot: QtBot, demo: MainWindow, tmp_path: Path, other: bool
) -> None:
    choose(qtbot, demo, copied(demo, tmp_path / "copy.npz", other=other))
    qtbot.waitUntil(lambda: not demo.network.errors_are_stale, timeout=WAIT_MS)
    assert_shown(qtbot, demo, stale=other)


def test_labels_are_nothing_that_statistics_know(qtbot: QtBot, demo: MainWindow) -> None:
    choose(qtbot, demo, changed(demo, labels=None))
    assert demo.document.fit.same and not demo.document.table_is_stale


def test_a_project_without_its_data_shows_nothing_as_stale(
    qtbot: QtBot, demo: MainWindow, tmp_path: Path
) -> None:
    document, path = demo.document, tmp_path / "p.qscope"
    document.edit("no data", source=None)
    demo.projects.save(path)
    qtbot.waitUntil(path.exists, timeout=WAIT_MS)
    demo.projects.open(path)
    qtbot.waitUntil(lambda: document.project == path and not demo.jobs.jobs, timeout=WAIT_MS)
    assert document.dataset is None and document.table is not None
    assert AGAIN not in flag(demo) and not demo.header.verdict.is_stale
    assert not demo.layers.table.stale & {"low", "high"}
