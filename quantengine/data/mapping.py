"""Decide which stored array feeds which model input."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass

from quantengine.data.array_file import ArrayHeader
from quantengine.data.dataset import shape_text
from quantengine.data.feed import feed_shape, takes
from quantengine.data.guess import holds_pixels, image_row
from quantengine.data.input import Input
from quantengine.data.options import DataOptions, Number
from quantengine.errors import DataError
from quantengine.sentence import Sentence


@dataclass(frozen=True)
class Mapped:
    """Array keys and constants by input name, and the guesses made."""

    keys: Mapping[str, str]
    constants: Mapping[str, Number]
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, str | Number]:
        return {**self.keys, **self.constants}


def map_arrays(
    headers: Mapping[str, ArrayHeader],
    inputs: tuple[Input, ...],
    options: DataOptions,
    where: str,
    *,
    rows: bool = True,
) -> Mapped:
    """An array or a constant for every input; `rows`: the first axis of an array counts samples.

    First what the person said, then `images` for the first input left, then equal names, then,
    for a single input left, the only array that fits it. Raises DataError naming the flags.
    """
    keys, constants = said_mapping(options, headers)
    notes: tuple[str, ...] = ()
    left = [spec for spec in inputs if spec.name not in keys and spec.name not in constants]
    if options.images is not None:
        if not left:
            raise DataError("images: {0} is one too many: every input is mapped", options.images)
        keys[left.pop(0).name] = options.images
    keys.update({spec.name: spec.name for spec in left if spec.name in headers})
    left = [spec for spec in left if spec.name not in keys]
    if len(left) == 1:
        free = {k: h for k, h in headers.items() if k not in (*keys.values(), options.labels)}
        key = _only_fitting(free, left[0], where, rows=rows)
        keys[left.pop().name] = key
        if len(headers) > 1:
            notes = (
                Sentence("Array '{0}' of {1} feeds the model, the only one that fits.", key, where),
            )
    _check(keys, left, headers, where)
    return Mapped(keys, constants, notes)


def said_mapping(
    options: DataOptions, keys: Container[str]
) -> tuple[dict[str, str], dict[str, Number]]:
    """Keys and constants the person mapped; a numeral is a key only where one is stored so."""
    chosen: dict[str, str] = {}
    constants: dict[str, Number] = {}
    for name, value in options.mapping.items():
        number = None if isinstance(value, str) and value in keys else _number(value)
        if number is None:
            chosen[name] = str(value)
        else:
            constants[name] = number
    return chosen, constants


def _number(value: str | Number) -> Number | None:
    if not isinstance(value, str):
        return value
    for kind in (int, float):
        try:
            return kind(value)
        except ValueError:
            continue
    return None


def _only_fitting(
    headers: Mapping[str, ArrayHeader], spec: Input, where: str, *, rows: bool
) -> str:
    if len(headers) == 1:
        return next(iter(headers))
    fitting = [key for key, header in headers.items() if _fits(header, spec, rows=rows)]
    if len(fitting) == 1:
        return fitting[0]
    if not headers:
        raise DataError(
            "{0} holds nothing more for input {1}: map {2}=0 for a constant", where, spec, spec.name
        )
    count = Sentence("more than one") if fitting else Sentence("none")
    raise DataError(
        "{0} holds {1}; {2} of them fits input {3}: map {4}=KEY to say which",
        where,
        _listed(headers),
        count,
        spec,
        spec.name,
    )


def _fits(header: ArrayHeader, spec: Input, *, rows: bool) -> bool:
    if not header.shape and rows:
        return False
    shape = header.shape[1:] if rows else header.shape
    if holds_pixels(header.dtype, shape if rows else image_row(shape), spec):
        return True
    return takes(spec, header.dtype) and feed_shape(shape, spec, row=rows) is not None


def _check(
    keys: Mapping[str, str],
    left: list[Input],
    headers: Mapping[str, ArrayHeader],
    where: str,
) -> None:
    for spec in left:
        raise DataError(
            "{0} has no array for input {1}: map {2}=KEY, or {2}=0 for a constant; it holds {3}",
            where,
            spec,
            spec.name,
            _listed(headers),
        )
    for name, key in keys.items():
        if key not in headers:
            raise DataError(
                "{0} holds no array '{1}' for input '{2}': it holds {3}",
                where,
                key,
                name,
                _listed(headers),
            )


def _listed(headers: Mapping[str, ArrayHeader]) -> str:
    return ", ".join(f"{key} {shape_text(h.shape)} {h.dtype}" for key, h in headers.items())
