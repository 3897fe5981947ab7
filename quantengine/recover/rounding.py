"""Rounding of weights chosen by what a layer makes of its own inputs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from quantengine.formats.dtype import INT8
from quantengine.formats.encoding import Encoding
from quantengine.formats.granularity import PerAxis, PerBlock, spread
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.recover.adaptive import round_adaptive
from quantengine.recover.local import (
    bias_now,
    codes_now,
    matching_bias,
    output_error,
    rows_now,
    takes_bias,
    with_bias,
)
from quantengine.recover.pairs import safe_channels
from quantengine.recover.product import Matrix
from quantengine.recover.samples import Samples
from quantengine.recover.second_order import round_second_order
from quantengine.recover.walk import Visit, walk
from quantengine.rewrite.encodings import Encodings

Doubles = NDArray[np.float64]
Method = Literal["second_order", "adaptive"]
Inputs = Literal["float", "quantized"]

SCALE_RATIOS = (0.8, 0.9, 1.0, 1.1, 1.2)
_DAMPING = 0.01


@dataclass(frozen=True, eq=False)
class Rounded:
    """Encodings with chosen codes and matching biases.

    `undone` counts layers where rounding to nearest stayed, since the held-out samples saw no
    gain; `refused` says which layers were left out and why.
    """

    encodings: Encodings
    layers: int
    undone: int
    refused: tuple[str, ...]

    @property
    def text(self) -> str:
        if not self.layers and not self.undone:
            return "No layer could be rounded" + (f": {self.refused[0]}" if self.refused else ".")
        undone = f"; {self.undone} stay as rounding to nearest left them" if self.undone else ""
        return f"The weights of {self.layers} layers were rounded anew{undone}."


def round_weights(
    model: FloatModel,
    encodings: Encodings,
    samples: Samples,
    *,
    method: Method = "second_order",
    inputs: Inputs = "quantized",
    ratios: tuple[float, ...] = (1.0,),
    pair_safe: bool = False,
    monitor: Monitor = SILENT,
) -> Rounded:
    """Codes and bias of each layer for least output error, layer by layer.

    `inputs` "quantized" fits ||W x - Ŵ x̂|| with x̂ from the network whose earlier layers are done,
    so that their errors are made up for too; "float" fits ||(W - Ŵ) x̂||, which follows the samples
    less closely. `ratios` multiply the scales; the best is chosen for each of them. Never worse
    for a layer than rounding to nearest with a matching bias, judged by held-out samples.
    `pair_safe` leaves channels rounded to nearest whose new codes could saturate in pairs.
    """
    work = _Rounding(method, inputs, ratios, pair_safe, monitor)
    found = walk(model, encodings, samples, work.treat, "Rounding weights", monitor=monitor)
    return Rounded(found, work.layers, work.undone, tuple(work.refused))


@dataclass(frozen=True, eq=False)
class Grid:
    """Scale and zero point spread to `[G, R, K]`, with the ends of the codes."""

    scale: Doubles
    zero: NDArray[np.int32]
    qmin: int
    qmax: int

    def real(self, codes: NDArray[np.int32]) -> Doubles:
        return np.asarray((codes - self.zero) * self.scale, np.float64)

    def repeated(self, ratios: tuple[float, ...]) -> Grid:
        """Rows once for each ratio of the scale."""
        return replace(
            self,
            scale=np.concatenate([self.scale * ratio for ratio in ratios], axis=1),
            zero=np.concatenate([self.zero] * len(ratios), axis=1),
        )


@dataclass(frozen=True, eq=False)
class Problem:
    """What a rounding minimizes: tr (Ŵ - target) H (Ŵ - target)^T, each group by itself."""

    target: Doubles
    hessian: Doubles

    def repeated(self, times: int) -> Problem:
        return replace(self, target=np.concatenate([self.target] * times, axis=1))

    def loss(self, rows: Doubles) -> Doubles:
        """`[G, R]`."""
        lost = rows - self.target
        return np.asarray(np.sum((lost @ self.hessian) * lost, axis=2))


def problem_of(visit: Visit, inputs: Inputs) -> Problem:
    """The quadratic form of a layer; means are left to the bias, where there is one.

    With "quantized" inputs the target is the least-squares answer to ||W x - T x̂||, drawn towards
    W by 1 % of the mean diagonal of H.
    """
    seen = _centred(visit, visit.fit.candidate, visit.fit.candidate_mean)
    hessian = np.asarray(seen.swapaxes(1, 2) @ seen, np.float64)
    rows = visit.rows.astype(np.float64)
    if inputs == "float":
        return Problem(rows, hessian)
    expected = _centred(visit, visit.fit.reference, visit.fit.reference_mean)
    cross = np.asarray((expected - seen).swapaxes(1, 2) @ seen, np.float64)
    depth = hessian.shape[-1]
    mean = np.einsum("gkk->g", hessian) / depth
    damped = hessian + np.eye(depth) * np.maximum(_DAMPING * mean, 1e-12)[:, None, None]
    change = np.linalg.solve(damped, (rows @ cross).swapaxes(1, 2)).swapaxes(1, 2)
    return Problem(rows + change, hessian)


def _centred(visit: Visit, columns: Matrix, mean: Matrix) -> Matrix:
    """Columns without what the bias takes care of, each counting its share in products."""
    moved = columns - mean[:, None] if takes_bias(visit) else columns
    return moved if visit.product.is_conv else moved * np.sqrt(visit.fit.share)[:, None]


class _Rounding:
    def __init__(
        self,
        method: Method,
        inputs: Inputs,
        ratios: tuple[float, ...],
        pair_safe: bool,
        monitor: Monitor,
    ) -> None:
        self.method, self.inputs, self.ratios = method, inputs, ratios
        self.pair_safe = pair_safe
        self.monitor = monitor
        self.layers = self.undone = 0
        self.refused: list[str] = []

    def treat(self, visit: Visit, encodings: Encodings) -> Encodings:
        encoding = encodings.weights[visit.weight]
        if isinstance(encoding.granularity, PerBlock):
            self.refused.append(f"'{visit.weight}' has scales by block: rounded to nearest.")
            return encodings
        if visit.weight in encodings.codes:
            self.refused.append(f"'{visit.weight}' is shared: rounded where it is used first.")
            return encodings
        before = self._matched(visit, encodings)
        after = self._matched(visit, self._rounded(visit, encodings, encoding))
        if _held_error(visit, after) < _held_error(visit, before):
            self.layers += 1
            return after
        self.undone += 1
        return before

    def _matched(self, visit: Visit, encodings: Encodings) -> Encodings:
        if not takes_bias(visit):
            return encodings
        return with_bias(visit, encodings, matching_bias(visit, rows_now(visit, encodings)))

    def _rounded(self, visit: Visit, encodings: Encodings, encoding: Encoding) -> Encodings:
        problem, grid = problem_of(visit, self.inputs), grid_of(visit, encoding)
        count = len(self.ratios)
        tried, grids = problem.repeated(count), grid.repeated(self.ratios)
        codes = self._codes(tried, grids)
        losses = tried.loss(grids.real(codes)).reshape(len(codes), count, -1)
        best = _best(losses, encoding)
        chosen = np.take_along_axis(
            codes.reshape(len(codes), count, *problem.target.shape[1:]), best[..., None], 1
        )[:, 0]
        ratios = np.asarray(self.ratios)[best[:, 0]]
        shaped = visit.product.weight(chosen).astype(encoding.dtype.numpy)
        if self.pair_safe and encoding.dtype.stored == INT8:
            safe = safe_channels(visit.product, shaped)
            nearest = visit.product.rows(codes_now(visit, encodings))
            together = np.all(safe) if encoding.scale.ndim == 0 else safe
            ratios = np.where(together, ratios, 1.0)
            chosen = np.where(np.broadcast_to(together, safe.shape)[..., None], chosen, nearest)
            shaped = visit.product.weight(chosen).astype(encoding.dtype.numpy)
        scale = _scaled(encoding, ratios)
        return replace(
            encodings,
            codes={**encodings.codes, visit.weight: shaped},
            weights={**encodings.weights, visit.weight: replace(encoding, scale=scale)},
        )

    def _codes(self, problem: Problem, grid: Grid) -> NDArray[np.int32]:
        parts = (problem.target, problem.hessian, grid.scale, grid.zero, grid.qmin, grid.qmax)
        if self.method == "adaptive":
            return round_adaptive(*parts, monitor=self.monitor)
        return round_second_order(*parts)


def grid_of(visit: Visit, encoding: Encoding) -> Grid:
    """The grid of a weight's encoding over the rows of its product."""
    shape = visit.product.shape
    scale = np.broadcast_to(spread(encoding.scale, encoding.granularity, shape), shape)
    zero = np.broadcast_to(spread(encoding.zero_point, encoding.granularity, shape), shape)
    rows = visit.product.rows
    return Grid(rows(scale).astype(np.float64), rows(zero), encoding.qmin, encoding.qmax)


def _best(losses: Doubles, encoding: Encoding) -> NDArray[np.intp]:
    """`[G, 1, R]`: which ratio each output channel takes; one for all where they share a scale."""
    if encoding.scale.ndim == 0:
        best = np.argmin(losses.sum(axis=(0, 2)))
        return np.full((losses.shape[0], 1, losses.shape[2]), best, np.intp)
    return np.asarray(np.argmin(losses, axis=1)[:, None], np.intp)


def _scaled(encoding: Encoding, ratios: Doubles) -> NDArray[np.float32]:
    """The scale times the ratio `[G, R]` of each output channel."""
    if not isinstance(encoding.granularity, PerAxis):
        return np.asarray(encoding.scale * ratios.flat[0], np.float32)
    return np.asarray(encoding.scale * ratios.reshape(-1), np.float32)


def _held_error(visit: Visit, encodings: Encodings) -> float:
    return output_error(visit, visit.held, rows_now(visit, encodings), bias_now(visit, encodings))
