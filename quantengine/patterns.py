"""Patterns of names: shell patterns with `|` between, or a regular expression after `re:`."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterable

from quantengine.errors import PlanError

_SPECIAL = "*?[],|"
_SPELLED = re.compile(r"re:\^((?:\\[^A-Za-z0-9]|[^\\*+?()\[\]{}|^$])*)(?:\$|\\Z)", re.DOTALL)
"""A regular expression of one name, as `re.escape` or a person writes it."""


def matching(pattern: str, names: Iterable[str]) -> list[str]:
    """The name that `pattern` spells where there is one, else all it matches, each once.

    Raises PlanError where `re:` is followed by no regular expression.
    """
    known = dict.fromkeys(names)
    return [pattern] if pattern in known else list(filter(_matcher(pattern), known))


def exact(name: str) -> str:
    """A pattern that matches this name alone, whatever characters it holds."""
    escaped = "".join(f"[{letter}]" if letter in _SPECIAL else letter for letter in name)
    return f"[r]{escaped[1:]}" if escaped.startswith("re:") else escaped


def spells(pattern: str, name: str) -> bool:
    """Whether a pattern is this name written down: as it is, escaped, or as `re:^name$`."""
    if pattern in (name, exact(name)):
        return True
    found = _SPELLED.fullmatch(pattern)
    return found is not None and re.sub(r"\\(.)", r"\1", found[1], flags=re.DOTALL) == name


def any_of(names: Iterable[str]) -> str:
    """A pattern that matches these names alone."""
    return "|".join(map(exact, names))


def listed(text: str) -> list[str]:
    """The patterns between commas; a comma in brackets belongs to a pattern."""
    return [part.strip() for part in _split(",", text)]


def _split(mark: str, text: str) -> list[str]:
    return re.split(rf"{re.escape(mark)}(?![^\[\]]*\])", text)


def _matcher(pattern: str) -> Callable[[str], object]:
    if not pattern.startswith("re:"):
        parts = _split("|", pattern)
        return lambda name: any(fnmatch.fnmatchcase(name, part) for part in parts)
    try:
        return re.compile(pattern[3:]).search
    except re.error as error:
        raise PlanError("'{0}' is not a regular expression: {1}.", pattern, error) from error
