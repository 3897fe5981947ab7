"""What the engine knows and what the command line reaches are one list; so is the window's."""

from __future__ import annotations

import argparse
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from quantengine.cli.main import main
from quantengine.cli.plan_options import add_plan_flags, chosen_plan
from quantengine.cli.recover_options import add_recover_flag, chosen_recipe
from quantengine.cli.training_options import add_training_flags, training_settings
from quantengine.data.preprocessing import PRESETS
from quantengine.finetune.settings import Settings
from quantengine.monitor import SILENT
from quantengine.observe.calibrate import calibrate
from quantengine.observe.table_file import read_table
from quantengine.observe.taps import model_taps
from quantengine.plan import Edges, QuantPlan, TensorPlan, apply_settings
from quantengine.ranges.registry import METHODS
from quantengine.recover.auto import recover_plan
from quantengine.recover.steps import STEPS
from quantengine.resolve.resolve import resolve_plan
from quantengine.work.saved_plan import SavedPlan
from quantengine.work.sweep import sweep_methods
from quantengine.work.work import Work, observed
from tests.engine.small_network import images, network

NO_FLAG = {"given", "pair_safe"}
"""Scales come from a table (`--encodings`), pairs from the target."""
PLAN = {
    "target": ("--target", "tensorrt"),
    "weights": ("--weights", "int4"),
    "activations": ("--activations", "int8"),
    "keep_float": ("--keep-float", "a*"),
    "overrides": ("--set", "a:bits=4"),
    "quantize_outputs": ("--quantize-outputs",),
    "observe_quantized": ("--observe-quantized",),
    "edges": ("--io", "uint8"),
}
EDGES = {
    "io": ("--io", "uint8"),
    "shapes": ("--shape", "x=1,3"),
    "outputs": ("--outputs", "a,b"),
}
TENSOR = {
    "dtype": "dtype=int4",
    "symmetric": "symmetric=false",
    "granularity": "granularity=tensor",
    "method": "method=golden",
    "parameters": "method=lp,p=2.4",
    "low": "low=-1",
    "high": "high=1",
}
TRAINING = {
    "method": ("--method", "ste"),
    "methods": ("--layer-method", "a=ste"),
    "epochs": ("--epochs", "3"),
    "batch": ("--batch", "3"),
    "optimizer": ("--optimizer", "sgd"),
    "weight_rate": ("--weight-rate", "0.5"),
    "range_rate": ("--range-rate", "0.5"),
    "loss": ("--loss", "labels"),
    "layer_loss": ("--layer-loss", "0.5"),
    "blocks": ("--blocks", "2"),
    "augment": ("--augment", "no"),
    "held_out": ("--held-out", "0.5"),
    "seed": ("--seed", "7"),
    "device": ("--device", "cpu"),
    "range_update": ("--range-update", "running"),
    "range_momentum": ("--range-momentum", "0.9"),
    "delay": ("--delay", "0.25"),
    "delta": ("--delta", "0.1"),
    "hessian_every": ("--hessian-every", "5"),
    "batch_norm": ("--batch-norm",),
    "freeze_at": ("--freeze-at", "0.25"),
    "memory_bytes": ("--memory", "5"),
}


def plan(*flags: str) -> QuantPlan:
    parser = argparse.ArgumentParser()
    add_plan_flags(parser)
    return chosen_plan(parser.parse_args(list(flags)), SILENT).plan


def names(kind: type) -> set[str]:
    return {field.name for field in fields(kind)}


def test_every_decision_of_a_plan_has_a_flag_that_changes_it() -> None:
    assert set(PLAN) == names(QuantPlan) - NO_FLAG
    assert set(EDGES) == names(Edges)
    usual = plan("--target", "onnxruntime-cpu")
    for name, flags in PLAN.items():
        assert getattr(plan(*flags), name) != getattr(usual, name), name
    for name, flags in EDGES.items():
        assert getattr(plan(*flags).edges, name) != getattr(usual.edges, name), name


def test_every_decision_of_a_tensor_is_a_setting() -> None:

    assert set(TENSOR) == names(TensorPlan)
    usual = QuantPlan().weights
    for name, text in TENSOR.items():
        found = apply_settings(usual, plan("--set", f"a:{text}").overrides[0].settings, "weights")
        assert getattr(found, name) != getattr(usual, name), name


def test_every_setting_of_training_has_a_flag_that_changes_it() -> None:
    assert set(TRAINING) == names(Settings)
    parser = argparse.ArgumentParser()
    add_training_flags(parser)
    parser.add_argument("--memory", type=int)
    for name, flags in TRAINING.items():
        found = training_settings(parser.parse_args(list(flags)))
        changed = {
            each for each in names(Settings) if getattr(found, each) != getattr(Settings(), each)
        }
        assert changed == {name}


def test_every_step_and_every_method_is_a_word() -> None:
    parser = argparse.ArgumentParser()
    add_recover_flag(parser)
    for step in STEPS:
        recipe = chosen_recipe(parser.parse_args(["--recover", step]).recover, None)
        assert recipe is not None
        assert recipe.steps == (step,)
    for method in METHODS:
        assert plan("--method", method).activations.method == method


@pytest.mark.parametrize(("preset", "alike"), [("imagenet", False), ("unit", True)])
def test_pixels_are_the_ends_that_a_byte_becomes(preset: str, alike: bool, tmp_path: Path) -> None:

    model, data = network(tmp_path), images()
    table = calibrate(model, data, model_taps(model))
    table = replace(table, preprocessing={"x": PRESETS[preset].to_json()})
    chosen = QuantPlan().with_override("x", method="pixels")
    grid = resolve_plan(model, chosen, table).encodings.activations["x"]
    every = np.stack([np.full((4, 4, 3), byte, np.uint8) for byte in (0, 255)])
    made = np.stack([PRESETS[preset].apply(image) for image in every])
    assert float(grid.low) == pytest.approx(made.min(), abs=float(grid.scale))
    assert float(grid.high) == pytest.approx(made.max(), abs=float(grid.scale))
    if alike:
        ramp = PRESETS[preset].apply(np.arange(256, dtype=np.uint8).reshape(16, 16, 1))
        np.testing.assert_array_equal(grid.quantize(ramp).reshape(-1), np.arange(256))
    everywhere = replace(chosen, activations=replace(chosen.activations, method="pixels"))
    notes = resolve_plan(model, everywhere, table).notes
    assert any("'pixels' needs an input that is made of images" in note for note in notes)


def replace_method(chosen: QuantPlan) -> QuantPlan:

    return replace(chosen, activations=replace(chosen.activations, method="pixels"))


def test_analytic_correction_is_a_step_that_says_why_not(tmp_path: Path) -> None:
    found = recover_plan(network(tmp_path), QuantPlan(), images(), steps=("analytic",))
    (report,) = found.steps
    assert "no batch norm tells the mean" in report.text


def test_statistics_of_another_kind_than_the_plan_asks_for_are_told(tmp_path: Path) -> None:
    model, data = network(tmp_path), images()
    values = np.concatenate([data.load(index).feeds["x"] for index in range(len(data))])
    np.save(tmp_path / "x.npy", values)
    given = [str(model.path), "--data", str(tmp_path / "x.npy"), "-q"]
    stats = tmp_path / "s.npz"
    assert main(["calibrate", *given, "-o", str(stats), "--observe-quantized"]) == 0
    table = read_table(stats)
    assert table.quantized_inputs
    (note,) = [n for n in resolve_plan(model, QuantPlan(), table).notes if "rounded inputs" in n]
    assert note.endswith("not of the float network.")
    asked = QuantPlan(observe_quantized=True)
    assert not any("rounded inputs" in n for n in resolve_plan(model, asked, table).notes)


def test_a_sweep_keeps_the_statistics_that_it_chose_by(tmp_path: Path) -> None:

    work = observed(Work(network(tmp_path), QuantPlan(), images()))
    found = sweep_methods(work, methods=("minmax",), quantized_inference=True)
    usual, rounded = (point.plan for point in found.points)
    saved = SavedPlan.from_json(SavedPlan(rounded).to_json()).plan
    assert (usual.observe_quantized, saved.observe_quantized) == (False, True)
    assert work.table is not None
    again = observed(Work(work.model, saved, work.dataset, work.table))
    assert again.table is not None
    assert again.table.quantized_inputs
    assert observed(work).table is work.table
