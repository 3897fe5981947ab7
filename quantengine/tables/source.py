"""The text of a table and what it holds, read as types, parts that are not known passed over."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from quantengine.record import Misread, record

T = TypeVar("T")
_DEEPEST = 8


@dataclass(frozen=True)
class Source:
    """`data` is what the text holds where that is JSON, else None."""

    text: str
    data: Any = field(default=None, repr=False)

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """Lines that are not empty, without blanks around."""
        return tuple(line for each in self.text.splitlines() if (line := each.strip()))

    @property
    def parts(self) -> Mapping[str, Any]:
        """The JSON object, empty where it is none."""
        return self.data if isinstance(self.data, Mapping) else {}


def part(kind: type[T], stored: object, place: str) -> T:
    """`record` of an object of another tool, whose further parts mean nothing here."""
    if not isinstance(stored, Mapping):
        return record(kind, stored, place)
    known = {each.name for each in dataclasses.fields(kind)}  # type: ignore[arg-type]
    return record(kind, {name: x for name, x in stored.items() if name in known}, place)


def items(stored: object, place: str) -> Iterator[tuple[str, Any]]:
    """Names and values of an object; raises Misread."""
    if not isinstance(stored, Mapping):
        raise Misread(f"{place}: an object is needed")
    yield from stored.items()


def listed(stored: object, place: str) -> list[Any]:
    """A list; raises Misread."""
    if not isinstance(stored, list):
        raise Misread(f"{place}: a list is needed")
    return stored


def numbers(stored: object, place: str) -> tuple[float, ...]:
    """A number, or all of nested lists in order; raises Misread."""
    return tuple(_numbers(stored, place, _DEEPEST))


def _numbers(stored: object, place: str, left: int) -> Iterator[float]:
    if isinstance(stored, list) and left:
        for each in stored:
            yield from _numbers(each, place, left - 1)
    else:
        yield record(float, stored, place)


def whole(values: tuple[float, ...], place: str) -> tuple[int, ...]:
    """Whole numbers, as floats too; raises Misread."""
    for value in values:
        if not (value == int(value) and abs(value) < 2**31):
            raise Misread(f"{place}: a whole number is needed, not {value:g}")
    return tuple(int(value) for value in values)
