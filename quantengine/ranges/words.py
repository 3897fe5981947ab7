"""Parameters of methods that a word says; a plan holds the place of the word."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from quantengine.errors import PlanError

START = ("ladder", "max")
FROM_MAX = START.index("max")
WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType({"start": START})


def numbered(name: str, value: object) -> object:
    """The number of a word where the parameter knows words; raises PlanError for another word."""
    known = WORDS.get(name, ())
    if not known or not isinstance(value, str):
        return value
    if value not in known:
        raise PlanError("The parameter '{0}' cannot be {1}: choose {2}.", name, value, _told(known))
    return float(known.index(value))


def worded(name: str, value: float) -> str:
    """The number as people read it, or its word."""
    known = WORDS.get(name)
    return f"{value:g}" if known is None else known[int(value)]


def checked(name: str, value: float) -> None:
    """Raises PlanError where a number stands for no word."""
    known = WORDS.get(name)
    if known is not None and value not in range(len(known)):
        raise PlanError(
            "The parameter '{0}' cannot be {1}: choose {2}.", name, f"{value:g}", _told(known)
        )


def _told(known: tuple[str, ...]) -> str:
    return " or ".join(known)
