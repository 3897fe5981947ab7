"""The real data beside the checkout, read for the real models."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from quantengine.data.dataset import samples
from quantengine.data.input import Input
from quantengine.data.open import DataOptions, open_data

F32, I64 = np.dtype(np.float32), np.dtype(np.int64)


def top1(model: Path, data: object) -> float:
    import onnxruntime

    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    hits = [
        int(np.argmax(session.run(None, dict(sample.feeds))[0])) == sample.label
        for _, sample in samples(data)  # type: ignore[arg-type]
    ]
    return float(np.mean(hits))


def test_imagenet_folder_reaches_the_float_accuracy(shared: Path) -> None:
    spec = Input("input", F32, ("batch", 3, 224, 224))
    data = open_data(shared / "data/imagenet/calib", [spec], DataOptions(preset="tf"))
    assert data.preprocessing["input"].resize == 256
    assert top1(shared / "models/mobilenetv2.onnx", data) == 0.91


def test_cifar_and_mnist_reach_the_float_accuracy(shared: Path) -> None:
    spec = Input("input", F32, ("batch", 3, 32, 32))
    options = DataOptions(images="eval_images", labels="eval_labels", preset="imagenet")
    data = open_data(shared / "data/cifar10.npz", [spec], options)
    assert len(data.classes) == 10
    assert top1(shared / "models/resnet20_cifar10.onnx", data) == 0.8635
    spec = Input("Input3", F32, ("batch", 1, 28, 28))
    options = DataOptions(images="eval_images", labels="eval_labels", preset="raw")
    data = open_data(shared / "data/mnist.npz", [spec], options)
    assert top1(shared / "models/mnist_cnn.onnx", data) == 0.9895


def test_tokens_faces_and_luma_have_the_shapes_of_the_inputs(shared: Path) -> None:
    names = ("input_ids", "attention_mask", "token_type_ids")
    specs = [Input(name, I64, ("batch", "seq")) for name in names]
    mapping = {"input_ids": "calib_ids1", "attention_mask": "calib_mask1", "token_type_ids": 0}
    tokens = open_data(shared / "data/stsb_tokens.npz", specs, DataOptions(mapping=mapping))
    assert len(tokens) == 200
    assert {feed.shape for feed in tokens.load(0).feeds.values()} == {(1, 20)}

    spec = Input("input", F32, (1, 3, 240, 320))
    faces = open_data(shared / "data/faces", [spec], DataOptions(mean=(127,), std=(128,)))
    feed = faces.load(0).feeds["input"]
    assert feed.shape == (1, 3, 240, 320) and -1 <= feed.min() < feed.max() <= 1

    spec = Input("input", F32, ("batch", 1, "h", "w"))
    luma = open_data(shared / "data/faces", [spec], DataOptions(preset="unit", limit=2))
    feed = luma.load(0).feeds["input"]
    assert feed.shape[:2] == (1, 1) and 0 <= feed.min() < feed.max() <= 1
