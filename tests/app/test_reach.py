"""What a plan can say can be said in the window; tests/engine/test_reach.py: by a command."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

import pytest
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.panels.tensor_form import TensorForm
from quantengine.plan import DYNAMIC, FLOAT, QuantPlan, TensorPlan
from quantengine.ranges.registry import METHODS
from quantengine.recover.steps import STEPS
from tests.app.conftest import settled

pytestmark = pytest.mark.usefixtures("plan_alone")

ELSEWHERE = {"given", "pair_safe", "edges"}
"""From a table of another tool, from the target, and in the sheet of export."""
LAYER = "block2.project.conv"

Press = Callable[[MainWindow], object]
PLAN: dict[str, Press] = {
    "target": lambda window: window.header.chain.choose_target("tensorrt"),
    "weights": lambda window: window.header.chain.choose_target("vitisai-xint8"),
    "activations": lambda window: window.actions_["weights_alone"].trigger(),
    "keep_float": lambda window: window.tune.keep.click(),
    "overrides": lambda window: window.tune.weight.bits.buttons[1].click(),
    "quantize_outputs": lambda window: window.actions_["quantize_outputs"].trigger(),
    "observe_quantized": lambda window: window.actions_["observe_quantized"].trigger(),
}


def _enter(form: TensorForm) -> dict[str, Callable[[], object]]:
    return {
        "dtype": form.bits.buttons[8].click,
        "symmetric": form.symmetric.click,
        "granularity": lambda: form.granularity.activated.emit(0),
        "method": lambda: form.method.activated.emit(0),
        "parameters": lambda: form._enter("iterations", 3.0),
        "low": lambda: form.low.entered.emit(-1.0),
        "high": lambda: form.high.entered.emit(1.0),
    }


def test_every_decision_of_a_plan_can_be_made(qtbot: QtBot, demo: MainWindow) -> None:
    assert set(PLAN) == {field.name for field in fields(QuantPlan)} - ELSEWHERE
    document = demo.document
    document.select(LAYER)
    settled(qtbot, demo)
    before = document.plan
    for name, press in PLAN.items():
        press(demo)
        assert getattr(document.plan, name) != getattr(before, name), name
        demo.jobs.cancel_all()
        document.undo_stack.setIndex(0)
        assert document.plan == before
    demo.actions_["dynamic_ranges"].trigger()
    assert document.plan.activations.dtype == DYNAMIC
    demo.actions_["weights_alone"].trigger()
    assert document.plan.activations.dtype == FLOAT
    demo.actions_["weights_alone"].trigger()
    assert document.plan == before
    settled(qtbot, demo)
    assert set(demo.views.view("recover").boxes) == set(STEPS)


def test_every_decision_of_a_tensor_can_be_made(qtbot: QtBot) -> None:
    form = TensorForm("Output", "activations")
    qtbot.addWidget(form)
    form.show_plans([TensorPlan("uint8", symmetric=False, method="admm", low=-2.0, high=2.0)])
    changed: dict[str, object] = {}
    form.changed.connect(changed.update)
    known = _enter(form)
    assert set(known) == {field.name for field in fields(TensorPlan)}
    for name, enter in known.items():
        changed.clear()
        enter()
        asked = {"dtype": "bits", "parameters": "iterations"}.get(name, name)
        assert asked in changed, name
    assert {form.method.itemData(place) for place in range(form.method.count())} == set(METHODS)
