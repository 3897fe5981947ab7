"""Integer convolutions, accumulated without error: Conv, grouped, depthwise, ConvTranspose.

A padded position holds the zero point of the input, so that it stands for the real number zero
and the terms folded into the bias are the same at every position.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypedDict, Unpack

import numpy as np
from numpy.typing import ArrayLike

from quantengine.formats.integer_matmul import Accumulator, Codes, matmul_accumulate
from quantengine.formats.windows import Slides, Window, pad


class Terms(TypedDict, total=False):
    """Of each output channel: the zero point of its weights, a scalar or [M], and `bias` [M]."""

    w_zero: ArrayLike
    bias: ArrayLike | None


def conv_accumulate(
    x: Codes,
    w: Codes,
    *,
    group: int = 1,
    x_zero: int = 0,
    w_zero: ArrayLike = 0,
    bias: ArrayLike | None = None,
    **slides: Unpack[Slides],
) -> Accumulator:
    """Conv of codes `x` [N, C, *spatial] and `w` [M, C / group, *kernel]: [N, M, *out].

    `w_zero` is a scalar or [M], `bias` int32 [M], `pads` in ONNX order (begins, then ends).
    """
    window = Window.of(w.shape[2:], **slides)
    columns, out = conv_columns(x, window, x_zero, group)
    outputs = w.shape[0] // group
    w_zeros = np.broadcast_to(np.asarray(w_zero, np.int64), w.shape[0])
    biases = np.broadcast_to(np.asarray(0 if bias is None else bias, np.int64), w.shape[0])
    acc = matmul_accumulate(
        columns,
        weight_matrix(w, group),
        a_zero=x_zero,
        b_zero=w_zeros.reshape(group, 1, outputs),
        bias=biases.reshape(group, 1, outputs),
    )
    acc = acc.reshape(group, x.shape[0], math.prod(out), outputs).transpose(1, 0, 3, 2)
    return acc.reshape(x.shape[0], w.shape[0], *out)


def conv_columns(
    x: Codes, window: Window, x_zero: int, group: int, *, channels_last: bool = False
) -> tuple[Codes, tuple[int, ...]]:
    """What each output position multiplies: ([group, N * positions, K], spatial shape of out).

    K runs over (channel, *kernel) as in the ONNX weight, or over (*kernel, channel) as in
    kernels that work on channels-last memory.
    """
    rank = len(window.kernel)
    views = window.over(x, x_zero)
    out = views.shape[2 : 2 + rank]
    views = views.reshape(x.shape[0], group, -1, *views.shape[2:])
    place = list(range(3, 3 + rank))
    kernel = list(range(3 + rank, 3 + 2 * rank))
    inner = [*kernel, 2] if channels_last else [2, *kernel]
    depth = x.shape[1] // group * math.prod(window.kernel)
    columns = views.transpose(1, 0, *place, *inner)
    return columns.reshape(group, x.shape[0] * math.prod(out), depth), out


def weight_matrix(w: Codes, group: int, *, channels_last: bool = False) -> Codes:
    """[M, C / group, *kernel] as the [group, K, M / group] that `conv_columns` meets."""
    ordered = np.moveaxis(w, 1, -1) if channels_last else w
    return ordered.reshape(group, w.shape[0] // group, -1).transpose(0, 2, 1)


def conv_transpose_accumulate(
    x: Codes,
    w: Codes,
    *,
    x_zero: int = 0,
    strides: Sequence[int] | None = None,
    pads: Sequence[int] | None = None,
    dilations: Sequence[int] | None = None,
    output_padding: Sequence[int] | None = None,
    group: int = 1,
    **terms: Unpack[Terms],
) -> Accumulator:
    """ConvTranspose of codes `x` [N, C, *spatial] and `w` [C, M / group, *kernel]: [N, M, *out].

    Computed as a Conv with the mirrored kernel over `x` spread out by the strides, zero points
    between its values.
    """
    window = Window.of(w.shape[2:], strides, pads, dilations)
    extra = output_padding if output_padding is not None else (0,) * len(window.kernel)
    begins = [r - 1 - b for r, b in zip(window.reach, window.begins, strict=True)]
    ends = [r - 1 - e + o for r, e, o in zip(window.reach, window.ends, extra, strict=True)]
    return conv_accumulate(
        pad(_spread_out(x, window.strides, x_zero), begins, ends, x_zero),
        _mirrored(w, group),
        x_zero=x_zero,
        dilations=window.dilations,
        group=group,
        **terms,
    )


def _spread_out(x: Codes, strides: tuple[int, ...], fill: int) -> Codes:
    sizes = ((n - 1) * s + 1 for n, s in zip(x.shape[2:], strides, strict=True))
    wide = np.full((*x.shape[:2], *sizes), fill, x.dtype)
    wide[(slice(None), slice(None), *(slice(None, None, s) for s in strides))] = x
    return wide


def _mirrored(w: Codes, group: int) -> Codes:
    """[C, M / group, *kernel] as the [M, C / group, *kernel] of a Conv, kernel reversed."""
    grouped = w.reshape(group, -1, *w.shape[1:]).swapaxes(1, 2)
    flat = grouped.reshape(-1, *grouped.shape[2:])
    return np.flip(flat, axis=tuple(range(2, w.ndim)))
