"""Operators that onnx's reference evaluator lacks, each in a few lines of numpy."""

from __future__ import annotations

from typing import Any

import numpy as np
from onnx.reference import ReferenceEvaluator
from onnx.reference.op_run import OpRun
from onnx.reference.ops.op_conv import _conv_implementation

Array = Any


def evaluate(proto: Any, feeds: dict[str, Array]) -> dict[str, Array]:
    """Outputs of a written file by name, as ONNX and the documents of com.microsoft say."""
    evaluator = ReferenceEvaluator(proto, new_ops=OPERATORS)
    return dict(zip(evaluator.output_names, evaluator.run(None, feeds), strict=True))


def real(codes: Array, scale: Array, zero: Array | None) -> Array:
    shift = 0 if zero is None else np.asarray(zero, np.int64)
    return (codes.astype(np.int64) - shift) * np.asarray(scale, np.float64)


def coded(values: Array, scale: Array, zero: Array) -> Array:
    limits = np.iinfo(zero.dtype)
    steps = np.rint(values / np.float64(scale)) + int(zero)
    return np.clip(steps, limits.min, limits.max).astype(zero.dtype)


class _Microsoft(OpRun):
    op_domain = "com.microsoft"


class QLinearConv(OpRun):
    """ONNX's own knows images only."""

    op_domain = ""

    def _run(self, x, sx, zx, w, sw, zw, sy, zy, bias=None, **attributes):  # type: ignore[no-untyped-def]
        column = (-1, *[1] * (w.ndim - 1))
        weight = real(w, np.reshape(sw, column), np.reshape(zw, column))
        scale = (np.float64(sx) * np.asarray(sw, np.float64)) * np.ones(len(w))
        added = None if bias is None else bias * scale
        names = ("auto_pad", "dilations", "group", "kernel_shape", "pads", "strides")
        order = [attributes.get(name) for name in names]
        order[0], order[2] = order[0] or "NOTSET", order[2] or 1
        return (coded(_conv_implementation(real(x, sx, zx), weight, added, *order), sy, zy),)


class QLinearAdd(_Microsoft):
    def _run(self, a, sa, za, b, sb, zb, sy, zy):  # type: ignore[no-untyped-def]
        return (coded(real(a, sa, za) + real(b, sb, zb), sy, zy),)


class QLinearMul(_Microsoft):
    def _run(self, a, sa, za, b, sb, zb, sy, zy):  # type: ignore[no-untyped-def]
        return (coded(real(a, sa, za) * real(b, sb, zb), sy, zy),)


class QLinearConcat(_Microsoft):
    def _run(self, sy, zy, *triples, axis):  # type: ignore[no-untyped-def]
        parts = [real(*triples[i : i + 3]) for i in range(0, len(triples), 3)]
        return (coded(np.concatenate(parts, axis), sy, zy),)


class QLinearSigmoid(_Microsoft):
    def _run(self, x, sx, zx, sy, zy):  # type: ignore[no-untyped-def]
        return (coded(1 / (1 + np.exp(-real(x, sx, zx))), sy, zy),)


class QLinearLeakyRelu(_Microsoft):
    def _run(self, x, sx, zx, sy, zy, alpha=None):  # type: ignore[no-untyped-def]
        values = real(x, sx, zx)
        slope = 0.01 if alpha is None else alpha
        return (coded(np.where(values < 0, slope * values, values), sy, zy),)


class QLinearGlobalAveragePool(_Microsoft):
    def _run(self, x, sx, zx, sy, zy, **_):  # type: ignore[no-untyped-def]
        values = real(x, sx, zx)
        return (coded(values.mean(axis=tuple(range(2, x.ndim)), keepdims=True), sy, zy),)


class QLinearAveragePool(_Microsoft):
    def _run(self, x, sx, zx, sy, zy, kernel_shape=None, strides=None, pads=None, **rest):  # type: ignore[no-untyped-def]
        rank = x.ndim - 2
        steps, pads = strides or [1] * rank, pads or [0] * 2 * rank
        around = [(0, 0), (0, 0), *zip(pads[:rank], pads[rank:], strict=True)]
        counted = 1 if rest.get("count_include_pad") else 0
        values = np.pad(real(x, sx, zx), around)
        counts = np.pad(np.ones(x.shape), around, constant_values=counted)
        sums, counts = (_window_sums(part, kernel_shape, steps) for part in (values, counts))
        return (coded(sums / counts, sy, zy),)


def _window_sums(values: Array, kernel: list[int], steps: list[int]) -> Array:
    axes = tuple(range(2, values.ndim))
    views = np.lib.stride_tricks.sliding_window_view(values, kernel, axes)
    views = views[(slice(None), slice(None), *(slice(None, None, step) for step in steps))]
    return views.sum(axis=tuple(range(-len(axes), 0)))


class QGemm(_Microsoft):
    def _run(self, a, sa, za, b, sb, zb, c=None, sy=None, zy=None, **turned):  # type: ignore[no-untyped-def]
        left = real(a.T if turned.get("transA") else a, sa, za)
        # scales belong to the columns of the product, however the matrix is stored
        product = left @ real(b.T if turned.get("transB") else b, sb, zb)
        if c is not None:
            product = product + c * (np.float64(sa) * np.asarray(sb, np.float64))
        return (product.astype(np.float32) if sy is None else coded(product, sy, zy),)


class MatMulIntegerToFloat(_Microsoft):
    def _run(self, a, b, sa, sb, za=None, zb=None, bias=None):  # type: ignore[no-untyped-def]
        product = np.matmul(real(a, sa, za), real(b, sb, zb))
        return ((product if bias is None else product + bias).astype(np.float32),)


OPERATORS = [
    QLinearConv,
    QLinearAdd,
    QLinearMul,
    QLinearConcat,
    QLinearSigmoid,
    QLinearLeakyRelu,
    QLinearGlobalAveragePool,
    QLinearAveragePool,
    QGemm,
    MatMulIntegerToFloat,
]
