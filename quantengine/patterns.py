"""Patterns of names: shell patterns with `|` between, or a regular expression after `re:`."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable

from quantengine.regular import found

_SPECIAL = "*?[],|"
_SPELLED = re.compile(r"re:\^((?:\\[^A-Za-z0-9]|[^\\*+?()\[\]{}|^$])*)(?:\$|\\Z)", re.DOTALL)
"""A regular expression of one name, as `re.escape` or a person writes it."""


def matching(pattern: str, names: Iterable[str]) -> list[str]:
    """The name that `pattern` spells where there is one, else all it matches, each once.

    Raises PlanError where `re:` is followed by no regular expression.
    """
    known = dict.fromkeys(names)
    return [pattern] if pattern in known else list(_matched(pattern, known))


def exact(name: str) -> str:
    """A pattern that matches this name alone, whatever characters it holds."""
    escaped = "".join(f"[{letter}]" if letter in _SPECIAL else letter for letter in name)
    return f"[r]{escaped[1:]}" if escaped.startswith("re:") else escaped


def spells(pattern: str, name: str) -> bool:
    """Whether a pattern is this name written down: as it is, escaped, or as `re:^name$`."""
    if pattern in (name, exact(name)):
        return True
    spelled = _SPELLED.fullmatch(pattern)
    return spelled is not None and re.sub(r"\\(.)", r"\1", spelled[1], flags=re.DOTALL) == name


def any_of(names: Iterable[str]) -> str:
    """A pattern that matches these names alone."""
    return "|".join(map(exact, names))


def listed(text: str) -> list[str]:
    """The patterns between commas; a comma in brackets belongs to a pattern."""
    return [part.strip() for part in _split(",", text)]


def _split(mark: str, text: str) -> list[str]:
    """Where the mark stands, unless the next bracket behind it closes."""
    parts, end, inside = list[str](), len(text), False
    for place in reversed(range(len(text))):
        letter = text[place]
        if letter in "[]":
            inside = letter == "]"
        elif letter == mark and not inside:
            parts.append(text[place + 1 : end])
            end = place
    return [text[:end], *reversed(parts)]


def _matched(pattern: str, names: Iterable[str]) -> Iterable[str]:
    if pattern.startswith("re:"):
        return found(pattern[3:], tuple(names))
    parts = _split("|", pattern)
    return (name for name in names if any(fnmatch.fnmatchcase(name, part) for part in parts))
