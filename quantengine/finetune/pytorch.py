"""The only door to torch, which is an optional extra."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from quantengine.errors import QuantError
from quantengine.extras import install_command

try:
    import torch
except ModuleNotFoundError as error:
    raise QuantError(
        "Fine-tuning needs torch, which is not installed: {0}", install_command("train", "torch")
    ) from error

Tensor = torch.Tensor

__all__ = ["Tensor", "exact", "torch"]


@contextmanager
def exact() -> Iterator[None]:
    """Within this context CUDA multiplies in float32, not TF32, and convolves in a fixed order.

    On one device that mostly gives the same bits again; sums that CUDA makes with atomic additions,
    as of resizing backwards, may still differ in the last ones.
    """
    products = torch.backends.cuda.matmul
    before = products.allow_tf32
    products.allow_tf32 = False
    try:
        with torch.backends.cudnn.flags(
            enabled=True, benchmark=False, deterministic=True, allow_tf32=False
        ):
            yield
    finally:
        products.allow_tf32 = before
