"""Trained weights that cannot saturate sums of two products on CPUs without VNNI."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import onnx

from quantengine.finetune.pytorch import Tensor, torch
from quantengine.finetune.quantizers import Quantizer, spread
from quantengine.rewrite.pair_codes import pair_safe_codes


def drawn_in(weight: Tensor, quantizer: Quantizer, readers: Sequence[onnx.NodeProto]) -> Any:
    """`weight` with values moved, gradients as before, where its codes would not fit in pairs."""
    codes = quantizer.codes(weight)
    safe = codes
    for node in readers:
        safe = pair_safe_codes(node, safe)
    moved = torch.from_numpy(safe != codes).to(weight.device)
    if not bool(moved.any()):
        return weight
    with torch.no_grad():
        lattice, start = quantizer.grid.lattice(), quantizer.grid.start
        low, threshold = (
            spread(part, start.granularity, weight) for part in (lattice.low, lattice.threshold)
        )
        steps = torch.from_numpy(safe.astype("float32")).to(weight.device) - start.qmin + low
        change = torch.where(moved, steps * threshold - weight, torch.zeros_like(weight))
    return weight + change
