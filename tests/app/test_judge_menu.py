"""What decides is chosen beside the figures; a metric of a project runs once it is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from app.command_line import quantize_command
from app.main_window import MainWindow
from app.settings import Settings
from quantengine.export.options import ExportOptions
from quantengine.metric.metric import Metric
from quantengine.project_file import load_project, save_project
from quantengine.verdict.judge import POOLED
from quantengine.verdict.verdict import Verdict
from quantengine.work.judging import Judging
from tests.app.conftest import WAIT_MS
from tests.app.header import verdict

_METRIC = """
from pathlib import Path

def metric(outputs):
    Path(__file__).with_suffix(".ran").touch()
    return -abs(outputs["y"]).max()
"""


def _measured(qtbot: QtBot, window: MainWindow) -> Verdict:
    qtbot.waitUntil(lambda: not window.network.is_stale, timeout=WAIT_MS)
    assert window.network.measured is not None
    return window.network.measured.found


def test_what_decides_is_chosen_and_a_metric_waits_for_a_word(
    qtbot: QtBot, small: MainWindow, settings: Settings, tmp_path: Path
) -> None:
    document, menu = small.document, small.header.verdict.judge
    effect = _measured(qtbot, small)
    menu.choose(POOLED)
    assert document.outcome_is_stale
    pooled = _measured(qtbot, small)
    assert pooled.judged_db == pooled.sqnr_db == effect.sqnr_db
    assert menu.shown_text() == "judged by all outputs pooled"
    document.undo_stack.undo()
    assert menu.shown_text() == "judged by worst slice"

    own = tmp_path / "own.py"
    own.write_text(_METRIC)
    menu.take_metric(str(own))
    found = _measured(qtbot, small)
    assert found.own is not None
    assert found.own.candidate < 0
    assert f"{found.own.candidate:.4g}".replace("-", "\N{MINUS SIGN}") in (verdict(small))
    menu.choices.aboutToShow.emit()
    texts = [action.iconText() for action in menu.choices.actions()]
    assert {"metric own.py", "No metric", "y"} <= set(texts)
    assert settings.metrics == (Metric(own).digest,)
    with qtbot.waitSignal(small.network.rank().done, timeout=WAIT_MS):
        pass
    rows = small.network.rows(document.outcome)
    assert all((row.sensitivity_own is None) == (row.sensitivity_db is None) for row in rows)
    assert any(row.gain_own is not None for row in rows)
    menu.drop_metric()
    assert _measured(qtbot, small).own is None


@pytest.mark.parametrize("allowed", [False, True])
def test_the_metric_of_a_project_runs_once_it_is_allowed(
    qtbot: QtBot, small: MainWindow, tmp_path: Path, allowed: bool
) -> None:
    own, ran = tmp_path / "own.py", tmp_path / "own.ran"
    own.write_text(_METRIC)
    project = tmp_path / "p.qscope"
    with qtbot.waitSignal(small.projects.save(project).done, timeout=WAIT_MS):
        pass
    held = load_project(project)
    named = Judging.by(Metric(own))
    object.__setattr__(held, "judging", named)
    save_project(held, project)
    assert load_project(project).judging == named
    job = small.projects.open(project)
    with qtbot.waitSignal(job.done, timeout=WAIT_MS):
        pass
    assert _measured(qtbot, small).own is None
    assert not ran.exists()
    offers = small.notice.offers()
    offers["Run it" if allowed else "Judge without it"].click()
    assert (_measured(qtbot, small).own is not None) == allowed
    assert ran.exists() == allowed
    assert small.document.decided.judging == (named if allowed else Judging())


def test_allowed_metrics_are_remembered_by_their_content(tmp_path: Path) -> None:
    known = Settings(QSettings(str(tmp_path / "s.ini"), QSettings.Format.IniFormat))
    own = tmp_path / "own.py"
    own.write_text(_METRIC)
    judging = Judging.by(Metric(own))
    assert judging.judge(known.metrics).metric is None
    known.allow_metric(judging.digest)
    allowed = judging.judge(known.metrics)
    assert allowed.metric == Metric(own)
    told = quantize_command(Path("m"), None, Path("p"), Path("o"), ExportOptions(), judge=allowed)
    assert told.endswith(f"--metric {own}:metric")
    allowed = judging.following(POOLED).judge(known.metrics)
    told = quantize_command(Path("m"), None, Path("p"), Path("o"), ExportOptions(), judge=allowed)
    assert told.endswith("metric --judge pooled")
    own.write_text(_METRIC + "\n")
    assert Judging.by(Metric(own)).judge(known.metrics).metric is None
