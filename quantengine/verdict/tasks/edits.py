"""How many edits lie between two texts."""

from __future__ import annotations

from collections.abc import Sequence


def edits(first: Sequence[object], second: Sequence[object]) -> int:
    """Characters, words or tokens put in, taken out or changed, at least (Levenshtein 1966).

    Written here: lines of text are short, and a library for it would be one more to install.
    """
    before = list(range(len(second) + 1))
    for row, one in enumerate(first, 1):
        after = [row]
        for column, other in enumerate(second, 1):
            change = before[column - 1] + (one != other)
            after.append(min(before[column] + 1, after[-1] + 1, change))
        before = after
    return before[-1]
