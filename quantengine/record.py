"""What JSON holds, read as the types that were written: whatever differs is named by its place."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Callable, Mapping
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from quantengine.errors import QuantError

T = TypeVar("T")

_LARGEST = 2**64
"""Whole numbers from here on fit no array, and no file needs them."""

_SHOWN = 40
_PLAIN = {str: "text", bool: "true or false", int: "a whole number", float: "a number"}


class Misread(QuantError):
    """JSON holds something else than was written: the place, what is needed, what is there."""


def parsed(text: str) -> Any:
    """What JSON text holds; raises Misread."""
    try:
        return json.loads(text)
    except RecursionError as error:
        raise Misread("it is nested too deeply") from error
    except ValueError as error:  # also of numbers of thousands of digits
        raise Misread(f"it is not JSON ({error})") from error


def record(
    kind: type[T], stored: object, place: str = "", *, finite: bool = True, whole: bool = False
) -> T:
    """The value of a type, such as a frozen dataclass, that JSON holds.

    Dataclasses are objects of their fields (those left out have their defaults), tuples are lists,
    mappings objects; `Annotated[kind, read]` is what `read` makes of it. Numbers are
    `finite` unless told otherwise; `whole`: no field of the outermost may be left out. Raises
    Misread, which begins with the `place` of what is wrong (`activations.low`).
    """
    known: Any = kind
    if whole and isinstance(stored, Mapping) and (left := sorted(set(_hints(known)) - set(stored))):
        raise _missing(place, left[0])
    found: T = _Reader(finite).read(known, stored, place)
    return found


@dataclasses.dataclass(frozen=True)
class _Reader:
    finite: bool

    def read(self, kind: Any, stored: object, place: str) -> Any:
        form = get_origin(kind)
        if kind is Any:
            return stored
        if kind in _PLAIN or kind is NoneType:
            return self._plain(kind, stored, place)
        if form in (Union, UnionType):
            return self._one_of(kind, stored, place)
        if form is Annotated:
            return _made(lambda: get_args(kind)[1](stored), place)
        if form is Literal:
            if isinstance(stored, str) and stored in get_args(kind):
                return stored
            raise _wrong(kind, stored, place)
        if form is tuple:
            return self._tuple(kind, stored, place)
        if form is not None:
            return self._mapping(kind, stored, place)
        fields = self._fields(kind, stored, place)
        return _made(lambda: kind(**fields), place)

    def _plain(self, kind: Any, stored: object, place: str) -> Any:
        if kind in (str, bool, NoneType) and isinstance(stored, kind):
            return stored
        if isinstance(stored, int | float) and not isinstance(stored, bool):
            if kind is int and isinstance(stored, int) and abs(stored) < _LARGEST:
                return stored
            if kind is float and (abs(stored) < math.inf or not self.finite):
                return _double(stored, place)
        raise _wrong(kind, stored, place)

    def _one_of(self, kind: Any, stored: object, place: str) -> Any:
        """The first that fits; where only one could be meant, what is wrong within it."""
        meant = [part for part in get_args(kind) if _begins(part, stored)]
        if len(meant) == 1:
            return self.read(meant[0], stored, place)
        for part in get_args(kind):
            try:
                return self.read(part, stored, place)
            except Misread:
                continue
        raise _wrong(kind, stored, place)

    def _tuple(self, kind: Any, stored: object, place: str) -> tuple[Any, ...]:
        parts = get_args(kind)
        if not isinstance(stored, list | tuple):
            raise _wrong(kind, stored, place)
        if parts[-1] is ...:
            parts = (parts[0],) * len(stored)
        if len(parts) != len(stored):
            raise Misread(f"{_at(place)}a list of {len(parts)} is needed, not of {len(stored)}")
        return tuple(
            self.read(part, item, f"{place}[{index}]")
            for index, (part, item) in enumerate(zip(parts, stored, strict=True))
        )

    def _mapping(self, kind: Any, stored: object, place: str) -> dict[str, Any]:
        if not isinstance(stored, Mapping):
            raise _wrong(kind, stored, place)
        values = get_args(kind)[1]
        return {name: self.read(values, item, _below(place, name)) for name, item in stored.items()}

    def _fields(self, kind: Any, stored: object, place: str) -> dict[str, Any]:
        if not isinstance(stored, Mapping):
            raise _wrong(kind, stored, place)
        known = _hints(kind)
        unknown = next((name for name in stored if name not in known), None)
        if unknown is not None:
            raise Misread(f"{_at(place)}it has an unknown part '{unknown:.40}'")
        for field in dataclasses.fields(kind):
            absent = field.default is field.default_factory is dataclasses.MISSING
            if absent and field.name not in stored:
                raise _missing(place, field.name)
        return {
            name: self.read(known[name], item, _below(place, name)) for name, item in stored.items()
        }


def _made(make: Callable[[], Any], place: str) -> Any:
    """What a type refuses itself is said with its place."""
    try:
        return make()
    except QuantError as error:
        raise Misread(f"{_at(place)}{str(error).rstrip('.')}") from error


def _double(stored: float, place: str) -> float:
    try:
        return float(stored)
    except OverflowError as error:
        raise Misread(f"{_at(place)}the number is too large") from error


def _begins(kind: Any, stored: object) -> bool:
    """Whether a value of several parts has the form of this kind."""
    if get_origin(kind) is tuple:
        return isinstance(stored, list | tuple)
    return dataclasses.is_dataclass(kind) and isinstance(stored, Mapping)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind, include_extras=True)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}


def _missing(place: str, name: str) -> Misread:
    return Misread(f"{_below(place, name)}: this part is missing")


def _wrong(kind: Any, stored: object, place: str) -> Misread:
    return Misread(f"{_at(place)}{_needed(kind)} is needed, not {_shown(stored)}")


def _needed(kind: Any) -> str:
    form = get_origin(kind)
    if form in (Union, UnionType):
        return " or ".join(dict.fromkeys(map(_needed, get_args(kind))))
    if form is Literal:
        return " or ".join(f'"{word}"' for word in get_args(kind))
    known = {**_PLAIN, NoneType: "nothing"}.get(kind)
    return known or ("text" if form is Annotated else "a list" if form is tuple else "an object")


def _shown(stored: object) -> str:
    if isinstance(stored, Mapping):
        return "an object"
    if isinstance(stored, list | tuple):
        return "a list"
    text = "nothing" if stored is None else json.dumps(stored, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _at(place: str) -> str:
    return f"{place}: " if place else ""


def _below(place: str, name: str) -> str:
    return f"{place}.{name:.40}" if place else f"{name:.40}"
