"""The bundled demo: a small depthwise network, data it was not trained on, and their script."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def model_path() -> Path:
    """`demo.onnx`: input `image` float32 [batch, 3, 32, 32], output `logits` [batch, 10]."""
    return _path("demo.onnx")


def data_path() -> Path:
    """`demo.npz`: `calib_images`, `calib_labels`, `eval_images`, `eval_labels`, `class_names`.

    Images are uint8 [N, 32, 32, 3] RGB and want the `imagenet` preprocessing; labels are int64 [N].
    """
    return _path("data", "demo.npz")


def images_path() -> Path:
    """A folder with some of the calibration images as PNG, one subfolder for each class."""
    return _path("images")


def _path(*parts: str) -> Path:
    return Path(str(files(__name__).joinpath(*parts)))
