"""Names of a model as other tools spell them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from functools import cached_property

_OTHER = re.compile(r"[^0-9A-Za-z]+")
_MOST_COMPARED = 20_000
"""Names beyond are not looked through for one that is like another."""
_LONGEST = 200


class Spellings:
    """Names that are found by what other tools make of `/`, `:`, `.` and the like."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(dict.fromkeys(names))
        self._known = frozenset(self.names)

    def find(self, name: str) -> str | None:
        """The name itself, else the only one that differs in marks between its letters alone."""
        return name if name in self._known else self._plain.get(plain(name))

    def near(self, name: str) -> str | None:
        """The name that is most like one that is not there."""
        some = self.names[:_MOST_COMPARED]
        found = difflib.get_close_matches(name[:_LONGEST], some, 1)
        return found[0] if found else None

    @cached_property
    def _plain(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        twice = set()
        for name in self.names:
            key = plain(name)
            if key in found or not key:
                twice.add(key)
            found[key] = name
        return {key: name for key, name in found.items() if key not in twice}


def plain(name: str) -> str:
    """A name with one `_` for whatever stands between its letters and digits."""
    return _OTHER.sub("_", name).strip("_")


def unknown(names: Iterable[str], known: Spellings, most: int = 3) -> tuple[str, ...]:
    """The first of names that are not there, each with the one it is most like."""
    said = []
    for name in list(names)[:most]:
        near = known.near(name)
        said.append(f"'{name}'" if near is None else f"'{name}' ({near}?)")
    return tuple(said)
