"""How curved the loss is: the trace of the Hessian by Hutchinson's estimator."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from quantengine.finetune.fake_network import FakeNetwork
from quantengine.finetune.pytorch import torch
from quantengine.finetune.quantizers import STRONGEST

WIDTH = 3.0
"""G = 3 standard deviations of the gradients: most of them are near 0 (000)."""


def traces(
    gradients: Sequence[Any], tensors: Sequence[Any], random: Any, draws: int = 1
) -> list[float]:
    """Trace of the Hessian of each tensor by itself: mean of v^T H v over random signs v.

    `gradients` of a scalar with respect to `tensors`, made with create_graph.
    """
    found = [0.0] * len(tensors)
    for _ in range(draws):
        signs = [
            (2 * torch.randint(0, 2, tuple(t.shape), generator=random) - 1).to(t) for t in tensors
        ]
        products = torch.autograd.grad(
            gradients, tensors, grad_outputs=signs, retain_graph=True, allow_unused=True
        )
        for place, (v, hv) in enumerate(zip(signs, products, strict=True)):
            if hv is not None:
                found[place] += float((v * hv).sum()) / draws
    return found


def measure_deltas(
    network: FakeNetwork, loss: Callable[[], Any], random: Any, draws: int = 1
) -> Mapping[str, float]:
    """delta of every EWGS quantizer from one batch: (Tr(H) / N) / G, never below 0.

    H and the gradients are those of the rounded values in steps; a negative curvature gives the
    straight-through estimator. `loss` runs the network.
    """
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
        return {}
    gradients = torch.autograd.grad(value, tensors, create_graph=True, allow_unused=True)
    used = [place for place, gradient in enumerate(gradients) if gradient is not None]
    owners, tensors = [owners[i] for i in used], [tensors[i] for i in used]
    slopes = [gradients[i] for i in used]
    found: dict[str, float] = {}
    for owner, tensor, slope, trace in zip(
        owners, tensors, slopes, traces(slopes, tensors, random, draws), strict=True
    ):
        spread = WIDTH * float(slope.detach().std()) if slope.numel() > 1 else 0.0
        delta = trace / tensor.numel() / spread if spread > 0 else 0.0
        found[owner] = max(found.get(owner, 0.0), delta)
    return {name: min(max(delta, 0.0), STRONGEST) for name, delta in found.items()}
