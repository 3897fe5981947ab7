from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.panels.samples import SETTLED, SamplesView
from quantengine.observe.convergence import extremes
from tests.app.conftest import WAIT_MS

pytestmark = pytest.mark.usefixtures("plan_alone")

LAYER, TENSOR = "block2.project.conv", "block2.project.norm"


@pytest.fixture
def samples(qtbot: QtBot, demo: MainWindow) -> SamplesView:
    demo.document.select(LAYER)
    view = demo.views.show_view("samples")
    assert isinstance(view, SamplesView)
    qtbot.waitUntil(lambda: view.settled is not None, timeout=WAIT_MS)
    return view


def test_the_samples_to_blame_are_named(demo: MainWindow, samples: SamplesView) -> None:
    found = extremes(demo.document.table, TENSOR)
    assert found.low_sample in samples.about.text() and found.high_sample in samples.about.text()


def test_the_last_stage_is_the_range_in_use(demo: MainWindow, samples: SamplesView) -> None:
    settled = samples.settled
    choice = demo.document.outcome.resolution.choices[TENSOR]
    assert settled.samples[-1] == len(demo.document.table.samples)
    assert (settled.low[-1], settled.high[-1]) == (choice.low, choice.high)
    assert ("has settled" in samples.verdict.text()) == (settled.last_change <= SETTLED)


def test_a_range_by_hand_has_nothing_to_settle(
    qtbot: QtBot, demo: MainWindow, samples: SamplesView
) -> None:
    demo.tune.output.changed.emit({"low": -1.0, "high": 1.0})
    qtbot.waitUntil(
        lambda: samples.settled is None and samples.verdict.text() == "", timeout=WAIT_MS
    )


def test_weights_know_no_samples(qtbot: QtBot, demo: MainWindow, samples: SamplesView) -> None:
    demo.document.select(LAYER, tensor=f"{LAYER}.weight")
    qtbot.waitUntil(lambda: not samples.body.isVisible(), timeout=WAIT_MS)


def test_the_data_can_be_copied(demo: MainWindow, samples: SamplesView) -> None:
    rows = samples.ranges_canvas.table()
    assert rows[0] == ("sample", "low", "high")
    assert len(rows) == len(demo.document.table.samples) + 1
