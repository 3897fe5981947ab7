from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.edits import ACTIVATIONS, WEIGHTS, for_target
from app.panels.tensor_form import TensorForm
from quantengine.formats.granularity import PER_TENSOR
from quantengine.plan import Edges, GivenScales, QuantPlan, TensorPlan
from quantengine.targets import TARGETS


def offered(form: TensorForm) -> list[object]:
    return [width for width, button in form.bits.buttons.items() if not button.isHidden()]


def test_what_a_target_does_not_take_is_not_offered(qtbot: QtBot) -> None:
    weights, output = TensorForm("Weights", WEIGHTS), TensorForm("Output", ACTIVATIONS)
    for form in (weights, output):
        qtbot.addWidget(form)
        form.show_plans([TensorPlan("int8", symmetric=True)])
    for name, bits, symmetric in (
        ("onnxruntime-cpu", [1, 2, 3, 4, 6, 8, 16], True),
        ("tensorrt", [8], False),
        ("stm32mp2", [8], True),
    ):
        weights.suit(TARGETS[name])
        assert offered(weights) == bits
        assert weights.symmetric.isEnabled() == symmetric
    output.suit(TARGETS["qnn-htp"])
    assert offered(output) == [8, 16]
    assert output.symmetric.isEnabled()
    output.suit(TARGETS["vitisai-a16w8"])
    assert not output.symmetric.isEnabled()


def test_another_target_keeps_edges_and_what_is_said_of_single_names() -> None:
    taken = GivenScales("w", "int8", PER_TENSOR, (0.25,))
    plan = QuantPlan(given=(taken,), keep_float=("head",)).with_override("a", bits=4)
    plan = plan.with_edges(Edges("int8", outputs=("a",)))
    found = for_target(plan, "tensorrt")
    assert (found.given, found.keep_float, found.overrides) == (
        (taken,),
        plan.keep_float,
        plan.overrides,
    )
    assert for_target(plan, "stm32n6").edges == plan.edges
    assert for_target(plan, "stm32n6").quantize_outputs
