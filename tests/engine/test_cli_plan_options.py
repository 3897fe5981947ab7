from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

import pytest

from quantengine.cli.plan_options import add_plan_flags, chosen_plan, parse_override
from quantengine.errors import PlanError
from quantengine.monitor import SILENT
from quantengine.plan import QuantPlan, apply_settings
from quantengine.targets import TARGETS, plan_for
from quantengine.work.saved_plan import SavedPlan


def plan(*flags: str) -> QuantPlan:
    parser = argparse.ArgumentParser()
    add_plan_flags(parser)
    return chosen_plan(parser.parse_args(list(flags)), SILENT).plan


def test_without_flags_the_plan_is_that_of_an_onnxruntime_target() -> None:
    assert plan() in (plan_for("onnxruntime-cpu"), plan_for("onnxruntime-no-vnni"))
    assert plan("--target", "tensorrt") == plan_for("tensorrt")


def test_help_names_every_target() -> None:
    parser = argparse.ArgumentParser()
    add_plan_flags(parser)
    assert all(target in parser.format_help() for target in TARGETS)


@pytest.mark.parametrize(
    ("flags", "dtype"),
    [("int4", "int4"), ("uint8", "uint8"), ("6", "int6"), ("16", "int16"), ("float", "float")],
)
def test_weights(flags: str, dtype: str) -> None:
    assert plan("--weights", flags).weights.dtype == dtype


def test_activations_granularity_and_methods() -> None:
    found = plan(
        *("--activations", "16", "--granularity", "block:32"),
        *("--method", "percentile:p=0.999", "--weight-method", "minmax"),
    )
    assert found.activations.dtype == "uint16"
    assert found.activations.method == "percentile"
    assert found.activations.parameters == (("p", 0.999),)
    assert (str(found.weights.granularity), found.weights.method) == ("block:32", "minmax")


def test_a_word_of_a_method_is_held_as_its_number() -> None:
    found = plan("--method", "admm:start=max", "--set", "x:method=golden,start=max")
    assert found.activations.parameters == (("start", 1.0),)
    assert apply_settings(found.activations, found.overrides[0].settings, "activations") == replace(
        found.activations, method="golden"
    )
    for flags in (("--method", "admm:start=top"), ("--method", "admm:start=0.5")):
        with pytest.raises(PlanError, match="ladder or max"):
            SavedPlan(plan(*flags)).from_json(plan(*flags).to_json())


def test_flags_add_to_a_saved_plan(tmp_path: Path) -> None:
    saved = QuantPlan().with_float("a*").with_override("b", bits=4.0)
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(saved.to_json()))
    assert plan("--plan", str(path)) == saved
    found = plan("--plan", str(path), "--keep-float", "c", "--set", "d:bits=6")
    assert found.keep_float == ("a*", "c")
    assert [override.pattern for override in found.overrides] == ["b", "d"]
    with pytest.raises(PlanError, match="exclude each other"):
        plan("--plan", str(path), "--target", "tensorrt")


@pytest.mark.parametrize(
    ("text", "pattern", "settings"),
    [
        ("conv*:bits=4,method=mse", "conv*", (("bits", 4.0), ("method", "mse"))),
        ("a:0:granularity=block:32", "a:0", (("granularity", "block:32"),)),
        ("re:^x[12]$:weights.symmetric=false", "re:^x[12]$", (("weights.symmetric", False),)),
        ("x:low=-1e-3,high=6", "x", (("low", -0.001), ("high", 6.0))),
    ],
)
def test_set(text: str, pattern: str, settings: tuple[tuple[str, object], ...]) -> None:
    found = parse_override(text)
    assert (found.pattern, found.settings) == (pattern, settings)


@pytest.mark.parametrize("text", ["conv", "conv:", ":bits=4", "conv:bits=", "conv:bits=4,mse"])
def test_set_without_settings_is_refused(text: str) -> None:
    with pytest.raises(PlanError):
        parse_override(text)


@pytest.mark.parametrize(
    "flags",
    [
        ("--target", "abacus"),
        ("--weights", "int99"),
        ("--weights", "words"),
        ("--granularity", "row"),
        ("--method", "percentile:p=high"),
        ("--plan", "no/such/plan.json"),
    ],
)
def test_unknown_words_are_refused(flags: tuple[str, ...]) -> None:
    with pytest.raises(PlanError) as caught:
        plan(*flags)
    assert "\n" not in str(caught.value)


def test_a_plan_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PlanError, match="it is not text"):
        plan("--plan", str(path))
