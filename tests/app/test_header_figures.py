from __future__ import annotations

import math

import pytest

from app.main_window import MainWindow
from app.network import Measured
from quantengine.verdict.verdict import Verdict
from tests.app.header import verdict

NAN = math.nan


@pytest.mark.parametrize(
    ("effect", "told", "untold"),
    [
        (Verdict(30.0, 1.0, 0.1), "Output 30.0 dB", "Equal"),
        (
            Verdict(NAN, NAN, 0.0, equal=0.975, missing="no output is float"),
            "Equal integers",
            "Output",
        ),
        (
            Verdict(NAN, NAN, NAN, missing="the outputs are zero"),
            "no figure the outputs are zero",
            "Equal",
        ),
    ],
    ids=["floats", "integers", "none"],
)
def test_the_header_tells_the_figure_there_is(
    demo: MainWindow, effect: Verdict, told: str, untold: str
) -> None:
    outcome, dataset = demo.document.outcome, demo.document.dataset
    assert outcome is not None
    assert dataset is not None
    demo.network.before = None
    demo.network.measured = Measured(outcome, dataset, effect)
    demo.network.changed.emit()
    text = verdict(demo)
    assert told in text
    assert untold not in text
