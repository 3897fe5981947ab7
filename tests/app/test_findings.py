"""What the window finds out by itself, and what the third line of the header makes of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.context import Context
from app.edits import keep_float
from app.facts import DataSource
from app.flag import Act, Flag
from app.jobs import IDLE_LANE
from app.main_window import MainWindow
from app.network import Measured
from app.panels.flag_line import FlagLine
from app.sessions import Session
from app.settings import Settings
from quantengine.analyze.culprits import Culprits, Gains
from quantengine.data.options import DataOptions
from tests.app.conftest import WAIT_MS, settled
from tests.app.header import flag, press, verdict
from tests.engine.small_network import network


def found_out(window: MainWindow) -> bool:
    blamed, tried = window.network.blamed, window.findings.rehearsed
    current = window.network.is_current
    whole = blamed is not None and len(blamed.found.layers) == blamed.found.quantized
    return current(blamed) and current(tried) and whole and window.jobs.running(IDLE_LANE) is None


def blame(window: MainWindow, **gains: float) -> tuple[str, ...]:
    """As if keeping the first layers float had been tried, on 16 samples."""
    outcome, judged = window.document.outcome, window.document.judged
    names = [report.name for report in outcome.reports if report.weights is not None]
    layers = dict(zip(names, gains.values(), strict=False))
    window.network.take_blame(Measured(outcome, judged, Gains("judged_db", layers, 16, len(names))))
    return tuple(layers)


def test_nothing_clicked_and_all_is_found_out(
    qtbot: QtBot,
    window: MainWindow,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("quantengine.export.rehearsal._LONGEST_S", 0.02)
    settings.looks_by_itself = True
    network(tmp_path)
    rows = np.random.default_rng(5).normal(size=(20, 3, 8, 8)).astype("f")
    np.save(tmp_path / "x.npy", rows)
    source = DataSource(tmp_path / "x.npy", DataOptions())
    window.steps.open_model(tmp_path / "network.onnx", source)
    qtbot.waitUntil(lambda: found_out(window), timeout=WAIT_MS)
    tried, document = window.findings.rehearsed.found, window.document
    assert tried.verdict.samples == 20 and tried.bytes_reference == document.model.file_bytes
    shown = verdict(window)
    assert "Size" in shown and "Latency" in shown and "Weights" not in shown
    assert all(box.figure.n in (0, 20) for box in window.header.verdict.boxes if box.figure)
    culprits = window.findings.culprits
    assert flag(window).startswith(culprits.said(lambda name: name)[:3])
    gains = {row.name: row.gain_db for row in window.network.rows(document.outcome)}
    assert culprits.gains.layers.items() <= gains.items()
    assert window.document.undo_stack.count() == 0, "to look decides nothing"

    name = next(iter(culprits.gains.layers))
    every = [report.name for report in document.outcome.reports]
    window.findings.look_by_itself(False)
    document.edit("keep", plan=keep_float(document.plan, [name], every))
    window.header.verdict.refresh()
    assert window.header.verdict.is_stale and window.header.flag.isVisible()
    document.undo_stack.undo()
    settled(qtbot, window)
    qtbot.waitUntil(lambda: not window.network.is_stale, timeout=WAIT_MS)
    assert window.network.is_current(window.findings.rehearsed), "an undo costs nothing"


def test_looking_gives_way_and_can_be_stopped(qtbot: QtBot, small: MainWindow) -> None:
    findings, jobs = small.findings, small.jobs
    qtbot.waitUntil(lambda: not small.network.errors_are_stale, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not jobs.jobs, timeout=WAIT_MS)
    findings.look_by_itself(True)
    job = jobs.start(IDLE_LANE, "Looking", lambda monitor: monitor.pause(30))
    jobs.start("export", "Work", lambda _monitor: None)
    assert job.cancelled
    qtbot.waitUntil(lambda: findings.looking, timeout=WAIT_MS)
    small.strip.cancel_shown()
    qtbot.waitUntil(lambda: not jobs.jobs, timeout=WAIT_MS)
    assert not findings.will_look and not findings.looking


def test_culprits_are_named_with_cures_that_are_one_step(qtbot: QtBot, small: MainWindow) -> None:
    document = small.document
    worst, second = blame(small, first=3.25, second=1.0)
    said = flag(small)
    assert "costs 3.2 dB" in said and "1.0 dB of the output (16 samples)" in said
    assert {"Recover", "Keep these 2 float", "Show"} == set(small.header.flag.buttons)
    assert_readable(small.context)
    press(small, "Show")
    assert document.selection.layers == (worst, second)
    press(small, "Keep these 2 float")
    assert document.undo_stack.count() == 1
    assert document.outcome_is_stale
    settled(qtbot, small)
    assert {worst, second} <= document.outcome.decisions.kept_float
    small.header.flag.refresh()
    assert small.header.flag.flag.stale and set(small.header.flag.buttons) == {"Show"}
    press(small, "Show")
    document.undo_stack.undo()
    settled(qtbot, small)
    assert flag(small) == said


def assert_readable(context: Context) -> None:
    """However narrow the window is, with figures in tooltips where they take too much of it."""
    words = "expanded_conv/depthwise costs 3.4 dB, expanded_conv/project 1.1 dB of the output."
    keep = Act("Keep these 2 float  Top-1 +0.5, +3.4 dB, +24.5 kB", list)
    line = FlagLine(context, lambda _context: Flag(words * 2, (keep,)))
    for width, said in ((700, "Keep these 2 float"), (1280, keep.text)):
        line.resize(width, line.height())
        line.show()
        QApplication.processEvents()
        assert "".join(line.text._lines()).replace(" ", "") == (words * 2).replace(" ", "")
        (button,) = line.buttons.values()
        assert button.text() == said and keep.text in said + button.toolTip()
    button.setFocus()
    line._find = lambda _context: Flag(words, (Act("Other", list), Act("Keep these 2 float", list)))
    line.refresh()
    assert list(line.buttons) == ["Other", "Keep these 2 float"]
    assert line.buttons["Keep these 2 float"] is button and line.focusWidget() is button
    line.deleteLater()


@pytest.mark.parametrize("gain", [0.2, -1.0])
def test_where_nobody_stands_out_nobody_is_accused(small: MainWindow, gain: float) -> None:
    blame(small, first=gain)
    assert flag(small).startswith("Which layers cost most is not known yet"), "two are left to try"
    blame(small, first=gain, second=gain, third=gain)
    assert flag(small).startswith(("No layer stands out", "Keeping any one layer float"))
    assert not any(name.startswith("Keep") for name in small.header.flag.buttons)


def test_the_state_says_what_is_missing(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    assert flag(window) == "" and not window.header.verdict.isVisible()
    network(tmp_path)
    np.save(tmp_path / "x.npy", np.ones((4, 3, 8, 8), np.float32))
    with qtbot.waitSignal(window.document.model_changed, timeout=WAIT_MS):
        window.steps.open_model(tmp_path / "network.onnx")
    assert flag(window).startswith("Choose data")
    window.steps.choose_data(DataSource(tmp_path / "x.npy", DataOptions()))
    qtbot.waitUntil(lambda: flag(window).startswith("Calibrate to see"), timeout=WAIT_MS)
    assert "judged on the same 4" in window.header.chain.judged.shown_text()
    press(window, "Calibrate")
    qtbot.waitUntil(lambda: window.document.table is not None, timeout=WAIT_MS)


def test_a_session_is_remembered_with_its_data_and_verdict(
    qtbot: QtBot, small: MainWindow, settings: Settings
) -> None:
    document = small.document
    qtbot.waitUntil(lambda: not small.network.is_stale, timeout=WAIT_MS)
    small.sessions.note()
    session = settings.sessions[0]
    assert session.path == document.model.path and session.data == document.decided.source
    assert " dB" in session.verdict and session.verdict.endswith("n 16")
    assert Session.from_json(session.to_json()) == session
    small.start_page.refresh()
    assert session.verdict in small.start_page.recent.item(0).text()
    small.start_page.session_chosen.emit(session)
    with qtbot.waitSignal(document.data_changed, timeout=WAIT_MS):
        pass
    qtbot.waitUntil(lambda: document.dataset is not None, timeout=WAIT_MS)
    assert document.decided.source == session.data


def test_the_last_edit_tells_its_effect(qtbot: QtBot, small: MainWindow) -> None:
    document = small.document
    qtbot.waitUntil(lambda: not small.network.is_stale, timeout=WAIT_MS)
    name = next(r.name for r in document.outcome.reports if r.weights is not None)
    before = small.network.measured.found.sqnr_db
    every = [report.name for report in document.outcome.reports]
    document.edit("keep it", plan=keep_float(document.plan, [name], every))
    qtbot.waitUntil(lambda: not small.network.is_stale, timeout=WAIT_MS)
    change = small.network.measured.found.sqnr_db - before
    small.strip.show_edit()
    said = f"last edit: keep it: output {change:+.1f} dB".replace("-", "\N{MINUS SIGN}")
    assert small.strip.edit.text() == said
    small.strip.undo.click()
    assert not document.undo_stack.canUndo()


def test_the_sentence_is_that_of_the_engine() -> None:
    gains = Gains("judged_db", {"a": 3.0}, 16, 2, uncorrected=True)
    assert Culprits.of(gains).said() == (
        "a costs 3.0 dB of the output (16 samples, before biases are corrected)."
    )
