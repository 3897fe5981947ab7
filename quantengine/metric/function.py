"""The function of a metric: found in its file, called by the names of its parameters, checked."""

from __future__ import annotations

import hashlib
import inspect
import math
import sys
import traceback
from collections.abc import Callable, Mapping
from numbers import Real
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

Values = dict[str, float]

_PARAMETERS = ("outputs", "reference", "candidate", "sample")
_MODULE = "metric"
_LONGEST = 200


class Faulty(Exception):
    """What is wrong with a metric, and the line of its file where there is one."""

    def __init__(self, text: str, line: int | None = None) -> None:
        super().__init__(text)
        self.line = line


class Function:
    """`wanted` are the parameters to call it by; raises Faulty where it has others."""

    def __init__(self, function: Callable[..., Any], name: str) -> None:
        self._function, self._name = function, name
        self._file = getattr(getattr(function, "__code__", None), "co_filename", "")
        self.wanted = _wanted(function, name)
        self.lower_is_better = bool(getattr(function, "lower_is_better", False))

    def __call__(self, given: Mapping[str, Any]) -> Values:
        """Its figures by name, "" where it gives one alone; raises Faulty."""
        chosen = {name: given[name] for name in self.wanted}
        try:
            return self._checked(self._function(**chosen))
        except Faulty:
            raise
        except (Exception, SystemExit) as error:
            raise _raised(error, self._file) from error

    def _checked(self, found: Any) -> Values:
        values = found if isinstance(found, Mapping) else {"": found}
        if not values:
            raise Faulty(f"'{self._name}' gives an empty dict: return a number or some by name")
        return {self._key(key): self._number(key, value) for key, value in values.items()}

    def _key(self, key: Any) -> str:
        if not isinstance(key, str):
            raise Faulty(f"'{self._name}' gives a figure named {key!r}: name figures by text")
        return key

    def _number(self, key: Any, value: Any) -> float:
        where = f" for '{key}'" if key else ""
        if isinstance(value, np.ndarray | np.generic) and np.size(value) == 1:
            value = value.item()
        if not isinstance(value, Real):
            kind = "None" if value is None else f"a {type(value).__name__}"
            raise Faulty(
                f"'{self._name}' gives {kind}{where}: return a number or a dict of numbers"
            )
        try:
            number = float(value)
        except OverflowError as error:
            raise Faulty(f"'{self._name}' gives a number{where} that is too large") from error
        if math.isnan(number):
            raise Faulty(f"'{self._name}' gives NaN{where}: return a number for every sample")
        return number


def function_in(path: Path, name: str, digest: str) -> Function:
    """The function of that name in the file with this SHA-256; raises Faulty.

    What is run is what was hashed: a file that changed meanwhile is not.
    """
    source = path.read_bytes()
    if hashlib.sha256(source).hexdigest() != digest:
        raise Faulty("the file has changed meanwhile: give it again")
    module = ModuleType(_MODULE)
    module.__file__ = str(path)
    sys.modules[_MODULE] = module
    sys.path.insert(0, str(path.parent))
    try:
        exec(compile(source, str(path), "exec"), vars(module))
    except (Exception, SystemExit) as error:
        raise _raised(error, str(path)) from error
    found = getattr(module, name, None)
    if not callable(found):
        raise Faulty(_missing(module, name))
    return Function(found, name)


def _raised(error: BaseException, file: str) -> Faulty:
    """What was raised, and the last line of `file` on the way to it."""
    if isinstance(error, SyntaxError) and error.filename == file:
        return Faulty(f"{type(error).__name__}: {error.msg}", error.lineno)
    text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == file]
    return Faulty(" ".join(text.split())[:_LONGEST], lines[-1] if lines else None)


def _missing(module: ModuleType, name: str) -> str:
    own = [
        key
        for key, value in vars(module).items()
        if inspect.isfunction(value) and value.__module__ == _MODULE and not key.startswith("_")
    ]
    known = f": it has {', '.join(own)} (write FILE:NAME)" if own else ""
    return f"there is no function '{name}'{known}"


def _wanted(function: Callable[..., Any], name: str) -> tuple[str, ...]:
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError) as error:
        raise Faulty(f"'{name}' does not tell its parameters: write a plain function") from error
    named = [p for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    wanted = tuple(p.name for p in named if p.name in _PARAMETERS and p.kind != p.POSITIONAL_ONLY)
    left = [p.name for p in named if p.name not in wanted and p.default is p.empty]
    pairs = {"outputs"}, {"reference", "candidate"}
    if left or set(wanted) - {"sample"} not in pairs:
        said = ", ".join(p.name for p in named)
        raise Faulty(
            f"'{name}' takes ({said}): write {name}(outputs, sample) or "
            f"{name}(reference, candidate, sample)"
        )
    return wanted
