"""Training of small networks: one cycle of learning rates."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor


def train(
    loss: Callable[[Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
    count: int,
    epochs: int,
    batch: int,
) -> None:
    """Steps down the `loss` of batches, each the places of its samples, of `count` samples.

    The optimizer's learning rate is the largest of the cycle.
    """
    (rate,) = {group["lr"] for group in optimizer.param_groups}
    steps = epochs * math.ceil(count / batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, steps)
    for epoch in range(epochs):
        losses = []
        for places in torch.split(torch.randperm(count), batch):
            found = loss(places)
            optimizer.zero_grad()
            torch.autograd.backward(found)
            optimizer.step()
            schedule.step()
            losses.append(found.item())
        sys.stdout.write(f"epoch {epoch + 1}/{epochs}: loss {np.mean(losses):.4f}\n")
        sys.stdout.flush()
