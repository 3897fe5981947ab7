"""Windows that slide over an image: how a node pads it."""

from __future__ import annotations

from collections.abc import Sequence

import onnx

from quantengine.formats.windows import Window
from quantengine.graph.attributes import attribute

AUTOMATIC = ("SAME_UPPER", "SAME_LOWER")


def pads_itself(node: onnx.NodeProto) -> bool:
    """Whether what a node adds around an image depends on the size of that."""
    return attribute(node, "auto_pad", "NOTSET") in AUTOMATIC


def is_padded(node: onnx.NodeProto) -> bool:
    """Whether a node may add zeros around an image."""
    return pads_itself(node) or any(attribute(node, "pads", ()))


def window_of(node: onnx.NodeProto, kernel: Sequence[int], sides: Sequence[int] = ()) -> Window:
    """The window of a node with a weight of `kernel` over an image of `sides`."""
    given = (attribute(node, name, None) for name in ("strides", "pads", "dilations"))
    window = Window.of(kernel, *given)
    if not pads_itself(node):
        return window
    return window.same(sides, upper=attribute(node, "auto_pad", "") == "SAME_UPPER")
