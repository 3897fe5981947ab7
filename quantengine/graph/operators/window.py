"""Windows that slide over an image: how a node pads it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeGuard

import onnx

from quantengine.formats.windows import Window
from quantengine.graph.attributes import attribute
from quantengine.graph.model import Dimension

_OF_WINDOWS = (("strides", 1, 1), ("dilations", 1, 1), ("pads", 2, -(2**31)))
"""Attributes: how many numbers they have for each axis, and the least that one may be."""
AUTOMATIC = ("SAME_UPPER", "SAME_LOWER")


def pads_itself(node: onnx.NodeProto) -> bool:
    """Whether what a node adds around an image depends on the size of that."""
    return attribute(node, "auto_pad", "NOTSET") in AUTOMATIC


def is_padded(node: onnx.NodeProto) -> bool:
    """Whether a node may add zeros around an image."""
    return pads_itself(node) or any(attribute(node, "pads", ()))


def wrong_window(node: onnx.NodeProto, kernel: Sequence[Dimension]) -> str | None:
    """What in the attributes of a node suits no window of the sides `kernel`."""
    told = attribute(node, "kernel_shape", None)
    if told is not None and not agree(told, kernel):
        return f"its kernel_shape {list(told)} is not that of its weight {list(kernel)}"
    for name, count, least in _OF_WINDOWS:
        steps = attribute(node, name, None)
        if steps is not None and (len(steps) != count * len(kernel) or min(steps) < least):
            return f"its {name} {list(steps)} suit no window with {len(kernel)} axes"
    return None


def agree(first: Sequence[Dimension], second: Sequence[Dimension]) -> bool:
    """Whether two shapes may be the same, as far as they are known."""
    known = [(a, b) for a, b in zip(first, second, strict=False) if is_number(a) and is_number(b)]
    return len(first) == len(second) and all(a == b for a, b in known)


def is_number(side: Dimension) -> TypeGuard[int]:
    return isinstance(side, int)


def window_of(node: onnx.NodeProto, kernel: Sequence[int], sides: Sequence[int] = ()) -> Window:
    """The window of a node with a weight of `kernel` over an image of `sides`."""
    given = (attribute(node, name, None) for name in ("strides", "pads", "dilations"))
    window = Window.of(kernel, *given)
    if not pads_itself(node):
        return window
    return window.same(sides, upper=attribute(node, "auto_pad", "") == "SAME_UPPER")
