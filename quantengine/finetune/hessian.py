"""How curved the loss is: the trace of the Hessian by Hutchinson's estimator."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from quantengine.finetune.deltas import Deltas, Trace
from quantengine.finetune.fake_network import FakeNetwork
from quantengine.finetune.pytorch import torch
from quantengine.finetune.quantizers import STRONGEST

WIDTH = 3.0
"""G = 3 standard deviations of the gradients: most of them are near 0 (000)."""
LEAST_DRAWS, MOST_DRAWS = 4, 64
_SMALL = 0.02


class Hutchinson:
    """Trace of the Hessian of each tensor by itself: mean of v^T H v over random signs v.

    `gradients` of a scalar with respect to `tensors`, made with create_graph.
    """

    def __init__(self, gradients: Sequence[Any], tensors: Sequence[Any], random: Any) -> None:
        self._gradients, self._tensors, self._random = gradients, tensors, random
        self.draws = 0
        self._mean, self._squares = np.zeros(len(tensors)), np.zeros(len(tensors))

    def draw(self) -> None:
        """One more (Welford's sums)."""
        signs = [
            (2 * torch.randint(0, 2, tuple(t.shape), generator=self._random) - 1).to(t)
            for t in self._tensors
        ]
        products = torch.autograd.grad(
            self._gradients, self._tensors, grad_outputs=signs, retain_graph=True, allow_unused=True
        )
        found = [
            0.0 if hv is None else float((v * hv).sum())
            for v, hv in zip(signs, products, strict=True)
        ]
        self.draws += 1
        away = np.array(found) - self._mean
        self._mean += away / self.draws
        self._squares += away * (np.array(found) - self._mean)

    @property
    def traces(self) -> list[Trace]:
        spread = self._squares / max(self.draws - 1, 1) / self.draws
        return [Trace(float(m), float(e)) for m, e in zip(self._mean, spread**0.5, strict=True)]


def measure_deltas(
    network: FakeNetwork, loss: Callable[[], Any], random: Any, least: int = LEAST_DRAWS
) -> Deltas:
    """delta of every EWGS quantizer from one batch: (Tr(H) / N) / G, never below 0.

    H and the gradients are those of the rounded values in steps; a negative curvature gives the
    straight-through estimator. `loss` runs the network. Draws `least` times, and on until every
    trace that matters is known to a quarter, MOST_DRAWS times at most.
    """
    owners, tensors, slopes = _taken(network, loss)
    if not tensors:
        return Deltas({}, 0)
    spreads = [WIDTH * float(s.detach().std()) if s.numel() > 1 else 0.0 for s in slopes]
    units = [t.numel() * spread for t, spread in zip(tensors, spreads, strict=True)]
    hutchinson = Hutchinson(slopes, tensors, random)
    while hutchinson.draws < least or (
        hutchinson.draws < MOST_DRAWS and _unsure(owners, hutchinson, units)
    ):
        hutchinson.draw()
    found: dict[str, float] = {}
    for owner, trace, unit in zip(owners, hutchinson.traces, units, strict=True):
        found[owner] = max(found.get(owner, 0.0), trace.mean / unit if unit > 0 else 0.0)
    values = {name: min(max(0.0, delta), STRONGEST) for name, delta in found.items()}
    return Deltas(values, hutchinson.draws, _unsure(owners, hutchinson, units))


def _unsure(owners: Sequence[str], found: Hutchinson, units: Sequence[float]) -> tuple[str, ...]:
    """A delta below `_SMALL` scales gradients by less than a hundredth."""
    each = zip(owners, found.traces, units, strict=True)
    return tuple(dict.fromkeys(o for o, trace, unit in each if not trace.is_sure(_SMALL * unit)))


def _taken(network: FakeNetwork, loss: Callable[[], Any]) -> tuple[list[str], list[Any], list[Any]]:
    """Names, rounded values and their gradients, with what second derivatives need."""
    quantizers = dict(network.quantizers())
    for quantizer in quantizers.values():
        quantizer.taken, quantizer.delta = [], 0.0
    value = loss()
    owners, tensors = [], []
    for name, quantizer in quantizers.items():
        taken = [t for t in quantizer.taken or [] if t.requires_grad and quantizer.ewgs]
        owners += [name] * len(taken)
        tensors += taken
        quantizer.taken = None
    if not tensors:
        return [], [], []
    gradients = torch.autograd.grad(value, tensors, create_graph=True, allow_unused=True)
    used = [place for place, gradient in enumerate(gradients) if gradient is not None]
    return [owners[i] for i in used], [tensors[i] for i in used], [gradients[i] for i in used]
