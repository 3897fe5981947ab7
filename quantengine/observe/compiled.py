"""How loops are compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """`function` as machine code kept on disk, run without the interpreter's lock."""
    return cast(Function, numba.njit(nogil=True, cache=True, error_model="numpy")(function))


def reordered(function: Function) -> Function:
    """Like `compiled`, and free to reorder sums so that they use vector instructions."""
    flags = {"reassoc", "contract", "nsz"}
    jit = numba.njit(nogil=True, cache=True, error_model="numpy", fastmath=flags)
    return cast(Function, jit(function))
