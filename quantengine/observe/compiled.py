"""How loops are compiled."""

from __future__ import annotations

import sys
from collections.abc import Callable
from hashlib import sha256
from importlib import import_module
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])

_OPTIONS = {"nogil": True, "error_model": "numpy"}

_ALGEBRA = "scipy.linalg"


def _load_array_functions() -> None:
    """numba's own part for arrays, without linear algebra.

    It would load scipy.linalg only to know whether it is there, which takes 0.1 s and 10 MB; no
    loop here multiplies matrices.
    """
    if _ALGEBRA in sys.modules:
        return
    sys.modules[_ALGEBRA] = None  # type: ignore[assignment]
    try:
        import_module("numba.np.arraymath")
    finally:
        del sys.modules[_ALGEBRA]


_load_array_functions()


def compiled(function: Function) -> Function:
    """`function` as machine code kept on disk, run without the interpreter's lock."""
    return _kept(function, _OPTIONS)


def reordered(function: Function) -> Function:
    """Like `compiled`, and free to reorder sums so that they use vector instructions."""
    return _kept(function, _OPTIONS | {"fastmath": {"reassoc", "contract", "nsz"}})


def _kept(function: Function, options: dict[str, Any]) -> Function:
    """Kept beside the source or in the person's cache folder; where neither can be written, not.

    numba looks only at the file of a function, not at the loops and numbers it takes from others,
    so a digest of all of them is made part of the name under which the code is kept.
    """
    function.__qualname__ += f"_{_digest(function, options)}"
    try:
        return cast(Function, numba.njit(cache=True, **options)(function))
    except RuntimeError:
        return cast(Function, numba.njit(**options)(function))


def _digest(function: Callable[..., Any], options: dict[str, Any]) -> str:
    """Changes with what a function does, and with what the loops it calls do."""
    code = function.__code__
    names = (name for name in code.co_names if name in function.__globals__)
    parts = [
        code.co_code.hex(),
        *map(repr, (code.co_consts, code.co_names, code.co_varnames)),
        *(f"{name} {sorted(options[name]) if name == 'fastmath' else ''}" for name in options),
        *(_taken(function.__globals__[name]) for name in names),
    ]
    return sha256("\n".join(parts).encode()).hexdigest()[:16]


def _taken(value: Any) -> str:
    """A loop from elsewhere by its own digest, a number by its value, a tuple by its names."""
    loop = getattr(value, "py_func", None)
    if loop is not None:
        return str(loop.__qualname__)
    return repr(getattr(value, "_fields", value if isinstance(value, int | float) else ""))
