"""Open tables: columns feed the inputs of the same names, or side by side the one input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from quantengine.data.array_file import ArrayHeader
from quantengine.data.columns_file import TextColumns, read_columns
from quantengine.data.dataset import Array, Dataset
from quantengine.data.input import Input
from quantengine.data.intake import Intake
from quantengine.data.label_file import LABEL_COLUMNS
from quantengine.data.mapping import said_mapping
from quantengine.data.open_array import open_rows
from quantengine.data.options import DataOptions
from quantengine.errors import DataError
from quantengine.sentence import Sentence

_NAMED = 6
"""So many columns are listed."""


@dataclass(frozen=True)
class _Columns:
    """The columns that are used, as arrays by key."""

    path: Path
    arrays: dict[str, Array]

    @property
    def headers(self) -> dict[str, ArrayHeader]:
        return {key: ArrayHeader(array.shape, array.dtype) for key, array in self.arrays.items()}

    def read(self, key: str) -> Array:
        return self.arrays[key]


def open_table(path: Path, intake: Intake) -> Dataset:
    """Each line is a sample; `mapping` may give an input several columns, `a,b,c`.

    Raises DataError where columns do not fit or one that is needed holds text.
    """
    table, inputs, options = read_columns(path), intake.inputs, intake.options
    keys, constants = said_mapping(options, table.numbers)
    guessed = options.labels is None
    arrays, labels = dict(table.numbers), _labels(table, inputs, keys, options)
    for name in keys.values():
        if name not in arrays:
            arrays[name] = _side_by_side(table, name.split(","))
    left = [s for s in inputs if not {s.name} & {*keys, *constants, *table.numbers}]
    notes: tuple[str, ...] = ()
    if len(left) == 1:
        used = {labels, *keys.values(), *(part for key in keys.values() for part in key.split(","))}
        used |= {spec.name for spec in inputs}
        names = [name for name in table.numbers if name not in used]
        names, notes = _chosen(table, left[0], names)
        arrays[path.stem] = _side_by_side(table, names)
        options = replace(options, mapping={**options.mapping, left[0].name: path.stem})
    if labels is not None:
        arrays[labels] = _column(table, labels)
        options = replace(options, labels=labels)
    found = open_rows(_Columns(path, arrays), replace(intake, options=options))
    if guessed and labels is not None:
        notes += (Sentence("Labels come from column '{0}' (guessed from its name).", labels),)
    if table.decimal_commas:
        notes += (Sentence("Commas in {0} are decimal points: a guess.", path.name),)
    return replace(found, notes=(*notes, *found.notes))


def _labels(
    table: TextColumns, inputs: Sequence[Input], keys: dict[str, str], options: DataOptions
) -> str | None:
    if options.labels is not None:
        return options.labels
    feeding = {part for key in keys.values() for part in key.split(",")}
    feeding |= {spec.name for spec in inputs}
    named = [name for name in table.numbers if name.lower() in _LABELS]
    whole = [n for n in named if n not in feeding and table.numbers[n].dtype.kind == "i"]
    return whole[0] if len(whole) == 1 else None


def _chosen(
    table: TextColumns, spec: Input, names: list[str]
) -> tuple[list[str], tuple[Sentence, ...]]:
    """The columns of the one input that is left, and what was guessed."""
    wanted = None if spec.shape is None else spec.shape[-1] if len(spec.shape) > 1 else 1
    for name in [n for n in names if n in _INDEX or n.lower() in _LABELS]:
        if isinstance(wanted, int) and len(names) > wanted:
            names = [each for each in names if each != name]
    if not names or (isinstance(wanted, int) and len(names) != wanted):
        texts = "".join(f"; {name} holds text ({at})" for name, at in table.text_at.items())
        raise DataError(
            "{0} holds {1} columns of numbers ({2}) and input {3} takes {4}: map {5}=A,B,.. to "
            "say which, or name the labels{6}",
            table.path.name,
            len(names),
            _listed(names),
            spec,
            wanted or "some",
            spec.name,
            texts,
        )
    return names, (
        Sentence("Columns {0} feed input {1}, in this order: a guess.", _listed(names), spec),
    )


_INDEX = ("", "Unnamed: 0", "index", "id")
"""Names of columns that only count the lines."""
_LABELS = (*LABEL_COLUMNS, "y")


def _side_by_side(table: TextColumns, names: Sequence[str]) -> Array:
    return np.stack([_numbers(table, name.strip()) for name in names], axis=1)


def _numbers(table: TextColumns, name: str) -> Array:
    if name in table.text_at:
        raise DataError(
            "column '{0}' of {1} holds text ({2}): put numbers in its place",
            name,
            table.path.name,
            table.text_at[name],
        )
    return _column(table, name)


def _column(table: TextColumns, name: str) -> Array:
    found = table.numbers.get(name, table.texts.get(name))
    if found is None:
        listed = _listed([*table.numbers, *table.texts])
        raise DataError("{0} holds no column '{1}': it holds {2}", table.path.name, name, listed)
    return found


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
