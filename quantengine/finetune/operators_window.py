"""ONNX operators that slide a window, as differentiable functions."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from quantengine.errors import ModelError
from quantengine.finetune.operators import Attributes, Trainable, functional
from quantengine.finetune.pytorch import Tensor, torch
from quantengine.formats.windows import Window

_CONV = (functional.conv1d, functional.conv2d, functional.conv3d)
_CONV_TRANSPOSE = (
    functional.conv_transpose1d,
    functional.conv_transpose2d,
    functional.conv_transpose3d,
)
_MAX_POOL = (functional.max_pool1d, functional.max_pool2d, functional.max_pool3d)
_AVERAGE_POOL = (functional.avg_pool1d, functional.avg_pool2d, functional.avg_pool3d)

Pads = list[tuple[int, int]]


def _pads(a: Attributes, x: Tensor, kernel: Sequence[int]) -> Pads:
    """Values before and after each spatial axis, as `auto_pad` or `pads` say."""
    rank, auto = len(kernel), a.get("auto_pad", "NOTSET")
    if auto == "VALID":
        return [(0, 0)] * rank
    if auto == "NOTSET":
        flat = a.get("pads", [0] * (2 * rank))
        return list(zip(flat[:rank], flat[rank:], strict=True))
    window = Window.of(kernel, a.get("strides"), None, a.get("dilations"))
    window = window.same(x.shape[2:], upper=auto == "SAME_UPPER")
    return list(zip(window.begins, window.ends, strict=True))


def padded(x: Tensor, pads: Pads, value: float) -> Any:
    """`x` with its last axes padded by a constant."""
    if not any(before or after for before, after in pads):
        return x
    flat = [count for pair in reversed(pads) for count in pair]
    return functional.pad(x, flat, value=value)


def _symmetric(pads: Pads) -> list[int] | None:
    same = all(before == after for before, after in pads)
    return [before for before, _ in pads] if same else None


def _conv(a: Attributes, x: Tensor, w: Tensor, bias: Tensor | None = None) -> Any:
    rank = w.ndim - 2
    pads = _pads(a, x, w.shape[2:])
    inside = _symmetric(pads)
    if inside is None:
        x, inside = padded(x, pads, 0.0), [0] * rank
    return _CONV[rank - 1](x, w, bias, padding=inside, **_window(a, rank))


def _conv_transpose(a: Attributes, x: Tensor, w: Tensor, bias: Tensor | None = None) -> Any:
    rank = w.ndim - 2
    pads = _symmetric(_pads({**a, "auto_pad": "NOTSET"}, x, w.shape[2:]))
    if pads is None or a.get("auto_pad", "NOTSET") != "NOTSET" or "output_shape" in a:
        raise ModelError("ConvTranspose with one-sided or automatic padding cannot be trained.")
    more = a.get("output_padding", [0] * rank)
    window = _window(a, rank)
    return _CONV_TRANSPOSE[rank - 1](x, w, bias, padding=pads, output_padding=more, **window)


def _window(a: Attributes, rank: int) -> dict[str, Any]:
    return {
        "stride": a.get("strides", [1] * rank),
        "dilation": a.get("dilations", [1] * rank),
        "groups": a.get("group", 1),
    }


def _max_pool(a: Attributes, x: Tensor) -> Any:
    kernel = a["kernel_shape"]
    rank = len(kernel)
    x = padded(x, _pads(a, x, kernel), -math.inf)
    return _MAX_POOL[rank - 1](
        x,
        kernel,
        stride=a.get("strides", [1] * rank),
        dilation=a.get("dilations", [1] * rank),
        ceil_mode=bool(a.get("ceil_mode", 0)),
    )


def _average_pool(a: Attributes, x: Tensor) -> Any:
    kernel = a["kernel_shape"]
    rank = len(kernel)
    if any(step != 1 for step in a.get("dilations", ())):
        raise ModelError("AveragePool with dilations cannot be trained.")
    pads, include = _pads(a, x, kernel), bool(a.get("count_include_pad", 0))
    pool = _AVERAGE_POOL[rank - 1]
    inside = _symmetric(pads)
    options = {
        "stride": a.get("strides", [1] * rank),
        "ceil_mode": bool(a.get("ceil_mode", 0)),
    }
    if inside is not None:
        return pool(x, kernel, padding=inside, count_include_pad=include, **options)
    y = pool(padded(x, pads, 0.0), kernel, **options)
    if include:
        return y
    present = padded(torch.ones_like(x[:1, :1]), pads, 0.0)
    return y / pool(present, kernel, **options)


def _over_space(x: Tensor) -> tuple[int, ...]:
    return tuple(range(2, x.ndim))


WINDOWS: Mapping[str, Trainable] = {
    "AveragePool": _average_pool,
    "Conv": _conv,
    "ConvTranspose": _conv_transpose,
    "GlobalAveragePool": lambda _, x: x.mean(_over_space(x), keepdim=True),
    "GlobalMaxPool": lambda _, x: x.amax(_over_space(x), keepdim=True),
    "MaxPool": _max_pool,
}
