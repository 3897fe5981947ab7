"""The only door to torch, which is an optional extra."""

from __future__ import annotations

from quantengine.errors import QuantError

try:
    import torch
except ModuleNotFoundError as error:
    raise QuantError(
        'Fine-tuning needs torch, which is not installed: pip install "quantscope[train]".'
    ) from error

Tensor = torch.Tensor

__all__ = ["Tensor", "torch"]
