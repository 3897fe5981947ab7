"""Files that ship with the program: in the checkout beside `quantengine`, installed inside it."""

from __future__ import annotations

from pathlib import Path

_INSIDE = Path(__file__).with_name("resources")

FOLDER = _INSIDE if _INSIDE.is_dir() else Path(__file__).parents[1] / "resources"


def demo_model() -> Path:
    """`demo.onnx`: input `image` float32 [batch, 3, 32, 32], output `logits` [batch, 10]."""
    return FOLDER / "demo" / "demo.onnx"


def demo_data() -> Path:
    """`demo.npz`: `calib_images`, `calib_labels`, `eval_images`, `eval_labels`, `class_names`.

    Images are uint8 [N, 32, 32, 3] RGB and want the `imagenet` preprocessing; labels are int64 [N].
    """
    return FOLDER / "demo" / "data" / "demo.npz"


def demo_images() -> Path:
    """A folder with some of the calibration images as PNG, one sub-folder for each class."""
    return FOLDER / "demo" / "images"


def guide() -> Path:
    """The guide as one page, its pictures beside it."""
    return FOLDER / "guide" / "index.html"
