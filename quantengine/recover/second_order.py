"""Second-order rounding: each error is made up for by the weights still to be rounded."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
_BLOCK = 64


def round_second_order(
    rows: Doubles,
    hessian: Doubles,
    scale: Doubles,
    zero: NDArray[np.int32],
    qmin: int,
    qmax: int,
    damping: float = 0.01,
) -> NDArray[np.int32]:
    """Codes `[G, R, K]` of `rows` for inputs with second moments `hessian` `[G, K, K]`.

    `scale` and `zero` broadcast against `[G, R, K]`. Columns are rounded in order of falling
    H_ii, e = (w - q) / U_ii goes to the columns left, with U the upper Cholesky factor of the
    damped H^-1 (Frantar 2022; methods.md, section 5).
    """
    groups, outputs, depth = rows.shape
    diagonal = np.einsum("gkk->gk", hessian)
    order = np.argsort(-diagonal, axis=1, kind="stable")
    spread = np.take_along_axis(rows, order[:, None, :], 2)
    scales = np.take_along_axis(np.broadcast_to(scale, rows.shape), order[:, None, :], 2)
    zeros = np.take_along_axis(np.broadcast_to(zero, rows.shape), order[:, None, :], 2)
    upper = _upper_factor(hessian, order, damping)
    codes = np.empty(rows.shape, np.int32)
    for start in range(0, depth, _BLOCK):
        stop = min(start + _BLOCK, depth)
        errors = np.empty((groups, outputs, stop - start))
        for k in range(start, stop):
            w = spread[:, :, k]
            q = np.clip(np.rint(w / scales[:, :, k]) + zeros[:, :, k], qmin, qmax)
            codes[:, :, k] = q
            error = (w - (q - zeros[:, :, k]) * scales[:, :, k]) / upper[:, k, k, None]
            spread[:, :, k + 1 : stop] -= error[:, :, None] * upper[:, None, k, k + 1 : stop]
            errors[:, :, k - start] = error
        spread[:, :, stop:] -= errors @ upper[:, start:stop, stop:]
    back = np.argsort(order, axis=1)
    return np.take_along_axis(codes, back[:, None, :], 2)


def _upper_factor(hessian: Doubles, order: NDArray[np.intp], damping: float) -> Doubles:
    """U with U^T U = H^-1, columns in `order`."""
    depth = hessian.shape[-1]
    sorted_rows = np.take_along_axis(hessian, order[:, :, None], 1)
    ordered = np.take_along_axis(sorted_rows, order[:, None, :], 2)
    mean = np.einsum("gkk->g", ordered) / depth
    ordered = ordered + np.eye(depth) * np.maximum(damping * mean, 1e-12)[:, None, None]
    inverse = np.linalg.inv(ordered)
    lower = np.linalg.cholesky((inverse + inverse.swapaxes(1, 2)) / 2)
    return np.asarray(lower.swapaxes(1, 2), np.float64)
