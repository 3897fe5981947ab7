from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from quantengine.bundled import demo_data, demo_model
from quantengine.data.options import DataOptions
from quantengine.opening.open import open_model
from quantengine.work.presets import PresetTrial, better_preset, try_presets
from tests.engine.onnx_text import text_model

OPTIONS = DataOptions(images="calib_images", labels="calib_labels", preset="raw")


def test_the_preset_it_was_trained_with_is_the_best() -> None:
    model = open_model(demo_model())
    found = try_presets(model, demo_data(), replace(OPTIONS, mean=(0.5,)), limit=8)
    assert sorted(each.preset for each in found) == ["imagenet", "raw", "tf", "unit"]
    assert found[0].preset == "imagenet"
    assert found[0].accuracy > found[-1].accuracy
    assert {each.samples for each in found} == {8}


def test_samples_without_labels_tell_nothing(tmp_path: Path) -> None:
    graph = "g (float[1,3,6,8] x) => (float[1,3,6,8] y) { y = Relu(x) }"
    model = text_model(tmp_path / "m.onnx", graph, {})
    np.savez(tmp_path / "d.npz", images=np.zeros((4, 6, 8, 3), np.uint8))
    assert try_presets(model, tmp_path / "d.npz", DataOptions()) == ()


@pytest.mark.parametrize(
    ("right", "now", "samples", "classes", "better"),
    [
        (1.0, 11 / 16, 16, 1000, True),
        (1.0, 15 / 16, 16, 1000, False),
        (1.0, 0.5, 8, 1000, False),
        (5 / 16, 1 / 16, 16, 10, False),  # guessing does that
        (9 / 16, 5 / 16, 16, 10, True),
        (float("nan"), 0.5, 16, None, False),
        (1.0, float("nan"), 16, None, False),
    ],
)
def test_what_is_clearly_better(
    right: float, now: float, samples: int, classes: int | None, better: bool
) -> None:
    trials = [PresetTrial("tf", right, samples, classes), PresetTrial("raw", now, samples, classes)]
    assert (better_preset(trials, "raw") is not None) == better
    assert better_preset(trials, "custom") is None


def test_a_preset_that_an_input_cannot_take_is_left_out(tmp_path: Path) -> None:
    graph = "g (float[1,1,6,8] x) => (float[1,2] y) { a = Flatten (x) y = MatMul (a, w) }"
    model = text_model(tmp_path / "m.onnx", graph, {"w": np.ones((48, 2), np.float32)})
    images = np.random.default_rng(0).integers(0, 255, (4, 6, 8, 1), np.uint8)
    np.savez(tmp_path / "d.npz", images=images, labels=np.zeros(4, np.int64))
    found = try_presets(model, tmp_path / "d.npz", DataOptions())
    assert sorted(each.preset for each in found) == ["raw", "tf", "unit"]
