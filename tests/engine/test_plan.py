from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quantengine.decisions import decide
from quantengine.errors import PlanError
from quantengine.formats.granularity import (
    PER_CHANNEL,
    PER_TENSOR,
    InBlocks,
    PlannedGranularity,
)
from quantengine.plan import QuantPlan, TensorPlan, apply_settings
from quantengine.targets import plan_for

LAYERS = ("stem.conv", "block1.conv", "block1.add")
TENSORS = ("x", "block1.out")


def test_a_plan_survives_json() -> None:
    plan = (
        plan_for("tensorrt")
        .with_override("block1.*", bits=4, method="mse")
        .with_override("x", low=-1.0, high=1.0)
        .with_float("stem.*")
    )
    assert QuantPlan.from_text(json.dumps(plan.to_json())) == plan


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "null",
        '{"version": 99}',
        json.dumps({**QuantPlan().to_json(), "surprise": 1}),
        json.dumps({**QuantPlan().to_json(), "weights": {"dtype": "int99"}}),
        json.dumps({**QuantPlan().to_json(), "weights": None}),
        json.dumps({**QuantPlan().to_json(), "overrides": [{"pattern": 3}]}),
        "[" * 100_000,
    ],
)
def test_a_broken_plan_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(PlanError) as error:
        QuantPlan.from_text(text)
    assert "\n" not in str(error.value)


@given(st.text(max_size=40))
def test_no_text_breaks_the_reader(text: str) -> None:
    with pytest.raises(PlanError):
        QuantPlan.from_text(text)


def test_later_overrides_win_and_roles_are_told_apart() -> None:
    plan = (
        QuantPlan()
        .with_override("block1.*", bits=4)
        .with_override("block1.conv", **{"activations.bits": 16})
    )
    decisions = decide(plan, LAYERS, TENSORS)
    assert decisions.weights("block1.conv", "w").dtype == "int4"
    assert decisions.activations("block1.conv", "y").dtype == "uint16"
    assert decisions.weights("stem.conv", "w").dtype == "int8"


def test_a_tensor_can_be_set_by_its_own_name() -> None:
    plan = QuantPlan().with_override("x", low=-2.0, high=3.0)
    found = decide(plan, LAYERS, TENSORS).activations(None, "x")
    assert (found.low, found.high) == (-2.0, 3.0)


@pytest.mark.parametrize("pattern", ["nothing*", "re:^zzz$", "re:("])
def test_a_pattern_without_a_match_is_an_error(pattern: str) -> None:
    with pytest.raises(PlanError, match=r"matches no|regular expression"):
        decide(QuantPlan().with_float(pattern), LAYERS, TENSORS)
    with pytest.raises(PlanError, match=r"matches no|regular expression"):
        decide(QuantPlan().with_override(pattern, bits=4), LAYERS, TENSORS)


@pytest.mark.parametrize(
    "settings",
    [
        (("bits", "four"),),
        (("bits", 0.0),),
        (("bits", 40.0),),
        (("granularity", "rows"),),
        (("granularity", "block:0"),),
        (("dtype", "float8"),),
        (("symmetric", "maybe"),),
        (("low", 2.0), ("high", 1.0)),
        (("bias.bits", 4.0),),
    ],
)
def test_an_impossible_setting_is_refused(settings: tuple) -> None:
    with pytest.raises(PlanError):
        apply_settings(TensorPlan("int8", symmetric=True), settings, "weights")


def test_parameters_belong_to_their_method() -> None:
    base = TensorPlan("uint8", symmetric=False, method="percentile", parameters=(("p", 0.999),))
    assert apply_settings(base, (("method", "mse"),), "activations").parameters == ()
    kept = apply_settings(base, (("p", 0.99),), "activations")
    assert kept.parameters == (("p", 0.99),)


def test_an_unknown_target_names_the_known_ones() -> None:
    with pytest.raises(PlanError, match="onnxruntime-cpu"):
        plan_for("toaster")


@pytest.mark.parametrize(
    ("text", "value"),
    [("tensor", PER_TENSOR), ("channel", PER_CHANNEL), ("block:48", InBlocks(48))],
)
def test_a_granularity_is_one_value_however_it_was_given(
    text: str, value: PlannedGranularity
) -> None:
    base = QuantPlan().weights
    set_apart = apply_settings(base, [("weights.granularity", text)], "weights")
    assert set_apart.granularity == value
    plan = replace(QuantPlan(), weights=set_apart)
    written = plan.to_json()
    assert written["weights"]["granularity"] == text
    assert QuantPlan.from_json(written) == plan


def test_a_granularity_in_letters_is_refused() -> None:
    with pytest.raises(PlanError, match="'channel' is no granularity"):
        replace(QuantPlan().weights, granularity="channel")
