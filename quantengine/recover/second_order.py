"""Second-order rounding: each error is made up for by the weights still to be rounded."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from quantengine.recover.problem import Doubles, Grid, damped

_BLOCK = 64
SWEEPS = 2


class SecondOrder:
    """Rounds rows `[G, R, K]` for inputs with second moments `hessian` `[G, K, K]`."""

    def __init__(self, hessian: Doubles, damping: float = 0.01, *, sweeps: int = SWEEPS) -> None:
        self._sweeps = sweeps
        self._order = np.argsort(-np.einsum("gkk->gk", hessian), axis=1, kind="stable")
        self._damped = damped(hessian, damping)

    def codes(self, rows: Doubles, grid: Grid) -> NDArray[np.int32]:
        """Codes `[G, R, K]`, refined.

        Columns are rounded in order of falling H_ii, e = (w - q) / U_ii goes to the columns left,
        with U the upper Cholesky factor of the damped H^-1 (Frantar 2022; methods.md, section 5).
        """
        groups, outputs, depth = rows.shape
        left, scales = self._ordered(rows), self._ordered(grid.scale)
        zeros = np.take_along_axis(grid.zero, self._order[:, None, :], 2)
        upper = self._upper
        codes = np.empty(rows.shape, np.int32)
        for start in range(0, depth, _BLOCK):
            stop = min(start + _BLOCK, depth)
            errors = np.empty((groups, outputs, stop - start))
            for k in range(start, stop):
                w = left[:, :, k]
                q = np.clip(np.rint(w / scales[:, :, k]) + zeros[:, :, k], grid.qmin, grid.qmax)
                codes[:, :, k] = q
                error = (w - (q - zeros[:, :, k]) * scales[:, :, k]) / upper[:, k, k, None]
                left[:, :, k + 1 : stop] -= error[:, :, None] * upper[:, None, k, k + 1 : stop]
                errors[:, :, k - start] = error
            left[:, :, stop:] -= errors @ upper[:, start:stop, stop:]
        back = np.argsort(self._order, axis=1)
        return np.take_along_axis(codes, back[:, None, :], 2)

    def refined(self, rows: Doubles, grid: Grid, codes: NDArray[np.int32]) -> NDArray[np.int32]:
        """Codes of no more loss: each in turn goes where the others leave the least of it."""
        if not self._sweeps:
            return codes
        hessian, codes = self._damped, codes.copy()
        diagonal = np.einsum("gkk->gk", hessian)
        pull = (rows - grid.real(codes)) @ hessian
        for _ in range(self._sweeps):
            for start in range(0, rows.shape[2], _BLOCK):
                block = slice(start, start + _BLOCK)
                near, moved = pull[:, :, block].copy(), np.zeros_like(pull[:, :, block])
                for k in range(near.shape[2]):
                    place = start + k
                    scale, zero = grid.scale[:, :, place], grid.zero[:, :, place]
                    before = (codes[:, :, place] - zero) * scale
                    wanted = before + near[:, :, k] / diagonal[:, place, None]
                    after = np.clip(np.rint(wanted / scale) + zero, grid.qmin, grid.qmax)
                    codes[:, :, place] = after
                    moved[:, :, k] = (after - zero) * scale - before
                    near -= moved[:, :, k, None] * hessian[:, None, place, block]
                pull -= moved @ hessian[:, block]
        return codes

    def _ordered(self, values: Doubles) -> Doubles:
        return np.take_along_axis(values, self._order[:, None, :], 2)

    @cached_property
    def _upper(self) -> Doubles:
        """U with U^T U = H^-1, columns in order."""
        rows = np.take_along_axis(self._damped, self._order[:, :, None], 1)
        inverse = np.linalg.inv(np.take_along_axis(rows, self._order[:, None, :], 2))
        lower = np.linalg.cholesky((inverse + inverse.swapaxes(1, 2)) / 2)
        return np.asarray(lower.swapaxes(1, 2), np.float64)
