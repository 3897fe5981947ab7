"""Small changes to images, so that few of them teach more."""

from __future__ import annotations

import math
from typing import Any

from quantengine.finetune.operators import functional
from quantengine.finetune.pytorch import Tensor, torch

TURN = math.radians(10)
ZOOM = 0.1
SHIFT = 0.08
GAIN = 0.1
PATCH = (0.3, 0.8)
"""The least and the largest side of a patch, as a share of the image's."""
_COLOURS = 3


def is_image(x: Tensor) -> bool:
    """Whether a feed is [N, C, H, W] or [N, H, W, C] with 1 or 3 channels."""
    return bool(x.ndim == 4 and x.is_floating_point() and _channels_first(x) is not None)


def augment(x: Tensor, random: Any) -> Any:
    """Images turned, scaled, shifted and brightened a little; colour ones are also mirrored.

    `random` is a torch generator of the CPU, so that every device sees the same changes.
    """
    first = _channels_first(x)
    images = x if first else x.permute(0, 3, 1, 2)
    count, colours = images.shape[0], images.shape[1] == _COLOURS
    place = _placement(count, images.shape[2] / images.shape[3], random, mirror=colours)
    grid = functional.affine_grid(place.to(x.device), list(images.shape), align_corners=False)
    moved = functional.grid_sample(images, grid, padding_mode="border", align_corners=False)
    gain = 1 + GAIN * _uniform((count, 1, 1, 1), random)
    changed = moved * gain.to(x.device)
    return changed if first else changed.permute(0, 2, 3, 1).contiguous()


def mixed(x: Tensor, random: Any) -> Any:
    """Each image blended with its neighbour, at most half and half; every other gets a patch of it.

    What such images are is for a teacher to say, no label does (Zhang 2018, Yun 2019); that they
    teach far more than the few they are made of is seen in Beyer 2022.
    """
    others = x.roll(1, 0)
    share = 0.5 * torch.rand((x.shape[0], 1, 1, 1), generator=random).to(x.device)
    blended = x * (1 - share) + others * share
    return torch.where(_patches(x, random).to(x.device), others, blended)


def _patches(x: Tensor, random: Any) -> Any:
    """Where each image shows a rectangle of another; [N, C, H, W] or [N, H, W, C] of ones."""
    rows, columns = (2, 3) if _channels_first(x) else (1, 2)
    count = x.shape[0]
    shown = torch.rand((count, 1, 1, 1), generator=random) < 0.5
    side = PATCH[0] + (PATCH[1] - PATCH[0]) * torch.rand((count, 1, 1, 1), generator=random)
    for axis in (rows, columns):
        start = (1 - side) * torch.rand((count, 1, 1, 1), generator=random)
        place = (torch.arange(x.shape[axis]) + 0.5) / x.shape[axis]
        place = place.reshape([-1 if a == axis else 1 for a in range(4)])
        shown = shown & (place >= start) & (place < start + side)
    return shown


def _channels_first(x: Tensor) -> bool | None:
    if x.shape[1] in (1, _COLOURS):
        return True
    return False if x.shape[3] in (1, _COLOURS) else None


def _uniform(shape: tuple[int, ...], random: Any) -> Any:
    """Numbers between -1 and 1."""
    return 2 * torch.rand(shape, generator=random) - 1


def _placement(count: int, aspect: float, random: Any, *, mirror: bool) -> Any:
    """[N, 2, 3]: where each output pixel comes from."""
    angle = TURN * _uniform((count,), random)
    zoom = 1 + ZOOM * _uniform((count,), random)
    shift = 2 * SHIFT * _uniform((count, 2), random)
    flip = torch.sign(_uniform((count,), random)) if mirror else torch.ones(count)
    cos, sin = zoom * torch.cos(angle), zoom * torch.sin(angle)
    rows = [
        torch.stack([cos * flip, -sin * aspect, shift[:, 0]], 1),
        torch.stack([sin * flip / aspect, cos, shift[:, 1]], 1),
    ]
    return torch.stack(rows, 1)
