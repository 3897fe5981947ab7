from __future__ import annotations

import math

import pytest

from app.main_window import MainWindow
from app.network import Measured
from quantengine.analyze.metrics import Effect

NAN = math.nan


@pytest.mark.parametrize(
    ("effect", "told", "untold"),
    [
        (Effect(30.0, 1.0, 0.1), "output SQNR 30.0 dB", "equal"),
        (
            Effect(NAN, NAN, 0.0, equal=0.975, missing="no output is float"),
            "equal integers",
            "SQNR",
        ),
        (
            Effect(NAN, NAN, NAN, missing="the outputs are zero"),
            "since the outputs are zero",
            "equal",
        ),
    ],
    ids=["floats", "integers", "none"],
)
def test_the_strip_tells_the_figure_there_is(
    demo: MainWindow, effect: Effect, told: str, untold: str
) -> None:
    outcome, dataset = demo.document.outcome, demo.document.dataset
    assert outcome is not None
    assert dataset is not None
    demo.network.before = None
    demo.network.measured = Measured(outcome, dataset, effect)
    demo.network.changed.emit()
    text = demo.strip.verdict.text()
    assert told in text
    assert untold not in text
