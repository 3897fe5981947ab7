"""Rounding of weights chosen by what a layer makes of its own inputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from time import monotonic
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from quantengine.counted import counted
from quantengine.formats.dtype import INT8
from quantengine.formats.encoding import Encoding
from quantengine.formats.granularity import PerAxis, PerBlock
from quantengine.formats.nearness import distance
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.recover.adaptive import round_adaptive
from quantengine.recover.local import codes_now, held_error, matched
from quantengine.recover.problem import Doubles, Grid, Problem, grid_of, problems_of
from quantengine.recover.samples import Samples
from quantengine.recover.second_order import SWEEPS, SecondOrder
from quantengine.recover.walk import MOST_POSITIONS, Treatment, Visit, walk
from quantengine.rewrite.encodings import Encodings
from quantengine.rewrite.pair_codes import pair_safe_codes
from quantengine.sentence import Sentence, because

Method = Literal["second_order", "adaptive"]
Inputs = Literal["float", "quantized", "either"]

MOST_SECONDS = 240.0
_SHARE = 1 / 8
"""Of all seconds, what a layer may learn for."""
_BYTE = 8
SCALE_RATIOS = (0.8, 0.9, 1.0, 1.1, 1.2)
_BLENDS: Mapping[Inputs, tuple[float, ...]] = {
    "float": (0.0,),
    "quantized": (1.0,),
    "either": (0.0, 0.5, 1.0),
}
"""How far the target goes from W towards what makes up for the errors of earlier layers."""


@dataclass(frozen=True)
class Rounding:
    """How codes are chosen.

    `inputs` "quantized" fits ||W x - Ŵ x̂|| with x̂ from the network whose earlier layers are done,
    so that their errors are made up for too; "float" fits ||(W - Ŵ) x̂||, which follows the samples
    less closely; "either" takes for each layer these or the middle between them, whichever the
    held-out samples prefer, and "float" for products of rows: what makes up for errors of short
    sentences does harm to long ones (minilm: 17.8 dB against 13.6). `ratios` multiply the scales
    of fewer than 8 bits; the best is chosen for each of them. `method` "adaptive" learns codes
    beside those of second order, and each layer takes the better. With `pair_safe` no two
    neighbouring codes can saturate. Convolutions are fitted to at most `positions`, and
    codes are refined in `sweeps`. Layers not reached within `most_seconds` keep their rounding to
    nearest.
    """

    method: Method = "second_order"
    inputs: Inputs = "either"
    ratios: tuple[float, ...] = (1.0,)
    pair_safe: bool = False
    positions: int = MOST_POSITIONS
    sweeps: int = SWEEPS
    most_seconds: float = MOST_SECONDS


IN_SECOND_ORDER = Rounding()


@dataclass(frozen=True, eq=False)
class Rounded:
    """Encodings with chosen codes and matching biases.

    `undone` counts layers where rounding to nearest stayed, since the held-out samples saw no
    gain, `late` those that time did not suffice for, `learned` those of `layers` whose codes
    AdaRound found; `refused` says which layers were left out and
    why.
    """

    encodings: Encodings
    layers: int
    undone: int
    refused: tuple[str, ...]
    late: int = 0
    learned: int = 0

    @property
    def text(self) -> Sentence:
        if not self.layers and not self.undone and not self.late:
            return because(Sentence("No layer could be rounded"), self.refused)
        layers = counted(self.layers, "layer")
        said = Sentence("The weights of {0} were rounded anew", layers)
        if self.learned:
            said = Sentence("{0}, {1} of them as learned", said, self.learned)
        if self.undone == 1:
            said = Sentence("{0}; 1 stays as rounding to nearest left it", said)
        elif self.undone:
            said = Sentence("{0}; {1} stay as rounding to nearest left them", said, self.undone)
        if self.late:
            said = Sentence("{0}; time did not suffice for {1}", said, self.late)
        return Sentence("{0}.", said)


def round_weights(
    model: FloatModel,
    encodings: Encodings,
    samples: Samples,
    how: Rounding = IN_SECOND_ORDER,
    *,
    monitor: Monitor = SILENT,
) -> Rounded:
    """Codes and bias of each layer for least output error, layer by layer.

    Never worse for a layer than rounding to nearest with a matching bias, judged by held-out
    samples.
    """
    work = _Layers(model, how, monitor)
    treatment = Treatment(work.treat, "Rounding weights", how.positions)
    found = walk(model, encodings, samples, treatment, monitor)
    counts = (work.layers, work.undone, tuple(work.refused), work.late, work.learned)
    return Rounded(found, *counts)


class _Layers:
    def __init__(self, model: FloatModel, how: Rounding, monitor: Monitor) -> None:
        self.model, self.how, self.monitor = model, how, monitor
        self.end = monotonic() + how.most_seconds
        self.layers = self.undone = self.late = self.learned = 0
        self.refused: list[str] = []

    def treat(self, visit: Visit, encodings: Encodings) -> Encodings:
        encoding = encodings.weights[visit.weight]
        if visit.weight in encodings.codes:
            said = Sentence("'{0}' is shared: rounded where it is used first.", visit.weight)
            self.refused.append(said)
            return encodings
        before = matched(visit, encodings)
        if monotonic() > self.end:
            self.late += 1
            return before
        rounded = list(self._rounded(visit, encodings, encoding))
        learned = rounded[-1] if self.how.method == "adaptive" else None
        near = [found for found in rounded if _is_near(visit, found)]
        tried = [before, *(matched(visit, found) for found in near)]
        errors = [held_error(visit, found) for found in tried]
        best = int(np.argmin(np.nan_to_num(errors, nan=np.inf)))
        self.learned += best > 0 and near[best - 1] is learned
        self.layers += best > 0
        self.undone += best == 0
        return self._as_given(visit, tried[best]) if best else before

    def _rounded(
        self, visit: Visit, encodings: Encodings, encoding: Encoding
    ) -> Iterator[Encodings]:
        """One for each blend; with `adaptive` one that is learned, too."""
        either = self.how.inputs == "either" and not visit.product.is_conv
        blends = _BLENDS["float" if either else self.how.inputs]
        grid = grid_of(visit, encoding)
        problems = problems_of(visit, blends, grid)
        solver = SecondOrder(problems[0].hessian, sweeps=self.how.sweeps)
        for codes, ratios in self._codes(problems, grid, encoding, solver):
            shaped = visit.product.weight(codes).astype(encoding.dtype.numpy)
            if self.how.pair_safe and encoding.dtype.stored == INT8:
                shaped = pair_safe_codes(visit.product.node, shaped)
            scaled = replace(encoding, scale=_scaled(visit, encoding, ratios))
            yield replace(
                encodings,
                codes={**encodings.codes, visit.weight: shaped},
                weights={**encodings.weights, visit.weight: scaled},
            )

    def _as_given(self, visit: Visit, encodings: Encodings) -> Encodings:
        """Channels that hold no numbers keep their nearest codes: nothing was fitted to them."""
        given = self.model.weight(visit.weight)
        whole = np.all(np.isfinite(visit.product.rows(given)), axis=2, keepdims=True)
        if np.all(whole):
            return encodings
        fitted = visit.product.weight(np.broadcast_to(whole, visit.rows.shape))
        codes, nearest = encodings.codes[visit.weight], encodings.weights[visit.weight]
        mixed = np.where(fitted, codes, nearest.quantize(given)).astype(codes.dtype)
        return replace(encodings, codes={**encodings.codes, visit.weight: mixed})

    def _codes(
        self, problems: Sequence[Problem], grid: Grid, encoding: Encoding, solver: SecondOrder
    ) -> Iterator[tuple[NDArray[np.int32], Doubles]]:
        """Codes `[G, R, K]` and the ratios of the scales `[G, R, 1 or K]`, all solved together."""
        self.monitor.check()
        whole = Problem(np.concatenate([p.target for p in problems], axis=1), problems[0].hessian)
        grids = grid.repeated((1.0,) * len(problems))
        tried = self.how.ratios if encoding.dtype.bits < _BYTE else (1.0,)
        if isinstance(encoding.granularity, PerBlock):
            codes, ratios = _solved_by_block(whole, grids, encoding.granularity, solver, tried)
        else:
            codes, ratios = _solved(whole, grids, encoding, solver, tried)
        count = len(problems)
        pairs = zip(np.split(codes, count, axis=1), np.split(ratios, count, axis=1), strict=True)
        yield from pairs
        if self.how.method == "adaptive":
            yield self._learned(problems[-1], grid, solver)

    def _learned(
        self, problem: Problem, grid: Grid, solver: SecondOrder
    ) -> tuple[NDArray[np.int32], Doubles]:
        """Learned up or down, then refined: each code in turn, also further away."""
        until = min(self.end, monotonic() + self.how.most_seconds * _SHARE)
        codes = round_adaptive(problem, grid, until=until, monitor=self.monitor)
        codes = solver.refined(problem.target, grid, codes)
        return codes, np.ones((*codes.shape[:2], 1))


def _is_near(visit: Visit, encodings: Encodings) -> bool:
    """Whether what makes up for the errors of other layers is still the layer that was given."""
    weight, encoding = visit.product.weight(visit.rows), encodings.weights[visit.weight]
    return distance(weight, encoding.dequantize(codes_now(visit, encodings)), encoding).is_chosen


def _solved(
    problem: Problem,
    grid: Grid,
    encoding: Encoding,
    solver: SecondOrder,
    ratios: tuple[float, ...],
) -> tuple[NDArray[np.int32], Doubles]:
    """Codes `[G, R, K]` and the ratio `[G, R, 1]` of the scale that each row takes."""
    tried, grids = problem.repeated(len(ratios)), grid.repeated(ratios)
    codes = solver.codes(tried.target, grids)
    groups, rows, depth = problem.target.shape
    losses = tried.loss(grids.real(codes)).reshape(groups, len(ratios), rows)
    best = _best(np.where(np.isnan(losses), np.inf, losses), encoding)
    split = codes.reshape(groups, len(ratios), rows, depth)
    chosen = np.take_along_axis(split, best[:, None, :, None], 1)[:, 0]
    taken = np.asarray(np.asarray(ratios)[best])[..., None]
    return solver.refined(problem.target, grid.times(taken), chosen), taken


def _solved_by_block(
    problem: Problem,
    grid: Grid,
    granularity: PerBlock,
    solver: SecondOrder,
    ratios: tuple[float, ...],
) -> tuple[NDArray[np.int32], Doubles]:
    """Codes `[G, R, K]` and the ratio of each scale, spread `[G, R, K]`.

    Each block takes what rounding to nearest loses least with, every input counted by its power:
    the blocks are to be known before errors are handed from one to the next.
    """
    starts = np.arange(0, problem.target.shape[2], granularity.size)
    power = np.einsum("gkk->gk", problem.hessian)[:, None]
    losses = []
    for ratio in ratios:
        tried = replace(grid, scale=grid.scale * ratio)
        lost = np.square(tried.real(tried.nearest(problem.target)) - problem.target) * power
        losses.append(np.add.reduceat(lost, starts, axis=2))
    best = np.argmin(np.where(np.isnan(losses), np.inf, losses), axis=0)
    lengths = np.diff([*starts, problem.target.shape[2]])
    taken = np.repeat(np.asarray(ratios)[best], lengths, axis=2)
    chosen = grid.times(taken)
    codes = solver.codes(problem.target, chosen)
    return solver.refined(problem.target, chosen, codes), taken


def _best(losses: Doubles, encoding: Encoding) -> NDArray[np.intp]:
    """`[G, R]`: which ratio each output channel takes; one for all where they share a scale."""
    if encoding.scale.ndim == 0:
        best = np.argmin(losses.sum(axis=(0, 2)))
        return np.full((losses.shape[0], losses.shape[2]), best, np.intp)
    return np.asarray(np.argmin(losses, axis=1))


def _scaled(visit: Visit, encoding: Encoding, ratios: Doubles) -> NDArray[np.float32]:
    """The scales times the ratios `[G, R, 1 or K]` of the rows they belong to."""
    match encoding.granularity:
        case PerBlock(axis, size):
            spread = visit.product.weight(np.broadcast_to(ratios, visit.rows.shape))
            taken = spread.take(range(0, spread.shape[axis], size), axis=axis)
        case PerAxis():
            taken = ratios.reshape(-1)
        case _:
            taken = ratios[0, 0, :1].reshape(())
    return np.asarray(encoding.scale * taken, np.float32)
