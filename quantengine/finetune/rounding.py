"""Rounding that lets gradients through: straight, or scaled element by element."""

from __future__ import annotations

from typing import Any

from quantengine.finetune.pytorch import Tensor, torch
from quantengine.formats.dtype import IntegerType


def round_through(values: Tensor, delta: float = 0.0, *, taken: list[Any] | None = None) -> Any:
    """`values` rounded half to even; backward g (1 + delta sign(g) (values - rounded)).

    EWGS (Lee 2021, equation 4) in steps of the grid; delta 0 is the straight-through estimator to
    the last bit. `taken` collects the result for second derivatives.
    """
    # Exact: |round(v) - v| <= |v| / 2 wherever it is not v itself (Sterbenz).
    rounded = values + (torch.round(values) - values).detach()
    if delta and rounded.requires_grad:
        error = (values - rounded).detach()
        rounded.register_hook(lambda g: g * (1 + delta * torch.sign(g) * error))
    if taken is not None:
        taken.append(rounded)
    return rounded


def to_steps(
    values: Tensor,
    low: Tensor,
    high: Tensor,
    dtype: IntegerType,
    delta: float = 0.0,
    *,
    taken: list[Any] | None = None,
) -> Any:
    """`values` in steps, held within `low` and `high` and rounded to the codes of `dtype`.

    `low` = qmin - z and `high` = qmax - z, so that z need not be added and taken off again.
    """
    held = torch.clamp(values, low, high)
    if not dtype.is_sign and not delta:
        return round_through(held, taken=taken)
    if not dtype.is_sign:
        # What is rounded counts from `low`: with delta its gradient does not cancel.
        moved = low - low.detach()
        return round_through(held - moved, delta, taken=taken) + moved
    return 2 * round_through((held - low) / 2, delta, taken=taken) + low


def scale_gradient(values: Tensor, factor: float) -> Any:
    """`values`, whose gradient is multiplied by `factor`."""
    scaled = values.clone()
    if scaled.requires_grad:
        scaled.register_hook(lambda g: g * factor)
    return scaled
