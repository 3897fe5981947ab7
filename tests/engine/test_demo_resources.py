"""The bundled demo: small, well formed, accurate, and drawn by the script beside it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import numpy_helper
from PIL import Image

import resources.demo
from quantengine.bundled import demo_data, demo_images, demo_model
from quantengine.runtime import Session
from resources.demo.network import to_onnx
from resources.demo.shapes import CLASS_NAMES, draw

MEAN = np.array([0.485, 0.456, 0.406], np.float32)
STD = np.array([0.229, 0.224, 0.225], np.float32)


@pytest.fixture(scope="module")
def model() -> onnx.ModelProto:
    return onnx.load(demo_model())


@pytest.fixture(scope="module")
def data() -> dict[str, NDArray[np.generic]]:
    with np.load(demo_data(), allow_pickle=False) as archive:
        return dict(archive)


@pytest.fixture(scope="module")
def weights(model: onnx.ModelProto) -> dict[str, NDArray[np.float32]]:
    return {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}


def top1(model: onnx.ModelProto | Path, data: dict[str, NDArray[np.generic]]) -> float:
    x = (data["eval_images"].astype(np.float32) / 255 - MEAN) / STD
    logits = Session(model, threads=1).run({"image": x.transpose(0, 3, 1, 2)})["logits"]
    return float((logits.argmax(axis=1) == data["eval_labels"]).mean())


def with_int8_weights(
    weights: dict[str, NDArray[np.float32]], *, per_channel: bool
) -> onnx.ModelProto:
    """Convolutions rounded as int8 stores them once the batch norm is folded into them."""
    rounded = dict(weights)
    for name in (name for name in weights if name.endswith(".conv.weight")):
        norm = name.replace(".conv.weight", ".norm")
        fold = weights[f"{norm}.weight"] / np.sqrt(weights[f"{norm}.running_var"] + 1e-5)
        fold = fold[:, None, None, None]
        kernels = weights[name] * fold
        axes = (1, 2, 3) if per_channel else None
        scale = np.abs(kernels).max(axis=axes, keepdims=True) / 127
        rounded[name] = np.rint(kernels / scale) * scale / fold
    return to_onnx({name: value for name, value in rounded.items() if "relu6" not in name})


def test_everything_together_stays_under_a_megabyte() -> None:
    folder = Path(resources.demo.__file__).parent
    sizes = [p.stat().st_size for p in folder.rglob("*") if p.is_file() and p.suffix != ".pyc"]
    assert len(sizes) > 20
    assert sum(sizes) < 1_000_000


def test_model_is_well_formed_and_keeps_its_batch_norms(model: onnx.ModelProto) -> None:
    onnx.checker.check_model(model, full_check=True)
    counts = {op: sum(n.op_type == op for n in model.graph.node) for op in ("Conv", "Clip", "Add")}
    norms = [node for node in model.graph.node if node.op_type == "BatchNormalization"]
    assert len(norms) == counts["Conv"] == 17
    assert counts["Clip"] == 12
    assert counts["Add"] == 3
    assert all(node.name for node in model.graph.node)
    assert model.opset_import[0].version == 17


def test_script_describes_the_file(
    model: onnx.ModelProto, weights: dict[str, NDArray[np.float32]]
) -> None:
    trained = {name: value for name, value in weights.items() if "relu6" not in name}
    assert to_onnx(trained).graph == model.graph


def test_batch_size_is_free() -> None:
    session = Session(demo_model(), threads=1)
    assert session.inputs[0].shape == ("batch", 3, 32, 32)
    for batch in (1, 3):
        feeds = {"image": np.zeros((batch, 3, 32, 32), np.float32)}
        assert session.run(feeds)["logits"].shape == (batch, 10)


def test_data_holds_every_class_in_both_splits(data: dict[str, NDArray[np.generic]]) -> None:
    assert tuple(data["class_names"]) == CLASS_NAMES
    for split, count in (("calib", 128), ("eval", 500)):
        images, labels = data[f"{split}_images"], data[f"{split}_labels"]
        assert images.shape == (count, 32, 32, 3)
        assert images.dtype == np.uint8
        assert set(labels.tolist()) == set(range(10))


@pytest.mark.parametrize(("split", "count", "seed"), [("calib", 128, 21), ("eval", 500, 22)])
def test_drawing_again_gives_the_bundled_data(
    data: dict[str, NDArray[np.generic]], split: str, count: int, seed: int
) -> None:
    images, labels = draw(count, seed)
    np.testing.assert_array_equal(labels, data[f"{split}_labels"])
    # Another machine's cosine may move a single pixel over a shape's edge.
    assert (images == data[f"{split}_images"]).mean() > 0.999
    other, _ = draw(count, seed + 10)
    assert (other == data[f"{split}_images"]).mean() < 0.5


def test_folder_holds_calibration_images_by_class(data: dict[str, NDArray[np.generic]]) -> None:
    paths = sorted(demo_images().rglob("*.png"))
    assert len(paths) == 40
    for path in paths:
        index = int(path.stem)
        assert path.parent.name == CLASS_NAMES[data["calib_labels"][index]]
        with Image.open(path) as image:
            np.testing.assert_array_equal(np.asarray(image), data["calib_images"][index])


def test_float_model_is_accurate_but_not_perfect(data: dict[str, NDArray[np.generic]]) -> None:
    assert 0.9 < top1(demo_model(), data) < 1.0


def test_one_scale_for_all_channels_ruins_what_a_scale_each_keeps(
    weights: dict[str, NDArray[np.float32]], data: dict[str, NDArray[np.generic]]
) -> None:
    reference = top1(demo_model(), data)
    assert top1(with_int8_weights(weights, per_channel=True), data) > reference - 0.02
    assert top1(with_int8_weights(weights, per_channel=False), data) < reference - 0.1
