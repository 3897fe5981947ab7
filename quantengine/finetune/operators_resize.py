"""Resize along each axis, with the coordinates ONNX defines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quantengine.errors import ModelError
from quantengine.finetune.operators import Attributes, Trainable
from quantengine.finetune.pytorch import Tensor, torch


def _resize(
    a: Attributes,
    x: Tensor,
    _region: Tensor | None = None,
    scales: Tensor | None = None,
    sizes: Tensor | None = None,
) -> Any:
    if (
        a.get("antialias", 0)
        or "axes" in a
        or a.get("keep_aspect_ratio_policy")
        not in (
            None,
            "stretch",
        )
    ):
        raise ModelError("Resize with antialias, axes or an aspect policy cannot be trained.")
    for axis, size in enumerate(x.shape):
        if sizes is not None and sizes.numel():
            target = int(sizes[axis])
            factor = target / size
        else:
            assert scales is not None
            factor = float(scales[axis])
            target = int(size * factor)
        if target != size or factor != 1:
            x = _resized(a, x, axis, _coordinates(a, size, target, factor))
    return x


def _coordinates(a: Attributes, size: int, target: int, factor: float) -> Tensor:
    """Where each output value lies on the input axis."""
    place = torch.arange(target, dtype=torch.float64)
    mode = a.get("coordinate_transformation_mode", "half_pixel")
    if mode == "asymmetric":
        return place / factor
    if mode == "align_corners":
        return place * (size - 1) / max(target - 1, 1)
    if mode == "pytorch_half_pixel" and target <= 1:
        return torch.zeros(target, dtype=torch.float64)
    if mode in ("half_pixel", "pytorch_half_pixel"):
        return (place + 0.5) / factor - 0.5
    raise ModelError("Resize with coordinates {0} cannot be trained.", mode)


def _resized(a: Attributes, x: Tensor, axis: int, place: Tensor) -> Any:
    size, mode = x.shape[axis], a.get("mode", "nearest")
    if mode == "nearest":
        return x.index_select(axis, _nearest(a, place).clamp(0, size - 1).to(x.device))
    if mode != "linear":
        raise ModelError("Resize with mode {0} cannot be trained.", mode)
    place = place.clamp(0, size - 1)
    below = place.floor().long()
    share = (place - below).to(x.dtype).to(x.device)
    share = share.reshape([-1 if i == axis else 1 for i in range(x.ndim)])
    above = (below + 1).clamp(max=size - 1).to(x.device)
    return x.index_select(axis, below.to(x.device)) * (1 - share) + (
        x.index_select(axis, above) * share
    )


def _nearest(a: Attributes, place: Tensor) -> Tensor:
    rule = a.get("nearest_mode", "round_prefer_floor")
    if rule == "floor":
        return place.floor().long()
    if rule == "ceil":
        return place.ceil().long()
    half = 0.5 if rule == "round_prefer_ceil" else -0.5
    rounded = (place + half).floor() if half > 0 else (place + half).ceil()
    return rounded.long()


RESIZES: Mapping[str, Trainable] = {"Resize": _resize}
