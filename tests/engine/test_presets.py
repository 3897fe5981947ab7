from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from quantengine.bundled import demo_data, demo_model
from quantengine.data.options import DataOptions
from quantengine.opening.open import open_model
from quantengine.work.presets import try_presets
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
