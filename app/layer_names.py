"""Names of layers without what all of them share, for narrow columns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import takewhile

_LEFT_OUT = "\N{HORIZONTAL ELLIPSIS}/"
_PART = re.compile(r"[^/.]*[/.]?")


def short_names(names: Sequence[str]) -> tuple[str, ...]:
    """Leaves out folders that all share, and a last part that tells nothing apart.

    The names stay different: `Net/block_1/project/Conv2D` becomes `block_1/project`.
    """
    parts = [_parts(name) for name in names]
    columns = zip(*(name[:-1] for name in parts), strict=False)
    shared = sum(1 for _ in takewhile(lambda column: len(set(column)) == 1, columns))
    while shared and any(name[shared][0].isdigit() for name in parts):
        shared -= 1  # a number says nothing without its noun
    if len(names) < 2:
        shared = 0
    parts = [name[shared:] for name in parts]
    below = Counter("".join(name[:depth]) for name in parts for depth in range(1, len(name)))
    short = [_shortened(name, below) for name in parts]
    taken = Counter(short)
    return tuple(
        s if taken[s] == 1 else "".join(name) for s, name in zip(short, parts, strict=True)
    )


def told_apart(names: Sequence[str]) -> tuple[str, ...]:
    """What tells a name from others that end alike, and its end: `layer.2/…/MatMul_1`."""
    parts = [_parts(name) for name in names]
    short = [_without_middle(name, [p for p in parts if p[-1:] == name[-1:]]) for name in parts]
    taken = Counter(short)
    return tuple(s if taken[s] == 1 else name for s, name in zip(short, names, strict=True))


def _without_middle(name: list[str], alike: list[list[str]]) -> str:
    """From the first folder that is not that of all `alike`; a number keeps its noun."""
    columns = zip(*(each[:-1] for each in alike), strict=False)
    first = sum(1 for _ in takewhile(lambda column: len(set(column)) == 1, columns))
    if len(alike) < 2 or first >= len(name) - 1:
        return "".join(name)
    begin = first - 1 if first and name[first][0].isdigit() else first
    told, left = "".join(name[begin : first + 1]), name[first + 1 : -1]
    return f"{told}{_LEFT_OUT if len(left) > 1 else ''.join(left)}{name[-1]}"


def _parts(name: str) -> list[str]:
    """Each with the separator that ends it."""
    return [part for part in _PART.findall(name) if part]


def _shortened(parts: list[str], below: Counter[str]) -> str:
    """Without the last part where nothing else lies beside it."""
    folder = "".join(parts[:-1])
    alone = len(parts) > 1 and below[folder] == 1
    return folder[:-1] if alone and folder[:-1] else "".join(parts)
