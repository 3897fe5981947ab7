"""The only door to torch, which is an optional extra."""

from __future__ import annotations

from importlib.util import find_spec

from quantengine.errors import QuantError

if find_spec("torch") is None:
    raise QuantError(
        'Fine-tuning needs torch, which is not installed: pip install "quantscope[train]".'
    )

import torch

Tensor = torch.Tensor

__all__ = ["Tensor", "torch"]
