"""How loops are compiled.

What is kept on disk is renewed when the file of a function changes, not when that of a function
it calls does: after changing a loop, touch the files that call it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])

_OPTIONS = {"nogil": True, "error_model": "numpy"}


def compiled(function: Function) -> Function:
    """`function` as machine code kept on disk, run without the interpreter's lock."""
    return _kept(function, _OPTIONS)


def reordered(function: Function) -> Function:
    """Like `compiled`, and free to reorder sums so that they use vector instructions."""
    return _kept(function, _OPTIONS | {"fastmath": {"reassoc", "contract", "nsz"}})


def _kept(function: Function, options: dict[str, Any]) -> Function:
    """Kept beside the source or in the person's cache folder; where neither can be written, not."""
    try:
        return cast(Function, numba.njit(cache=True, **options)(function))
    except RuntimeError:
        return cast(Function, numba.njit(**options)(function))
