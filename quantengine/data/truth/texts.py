"""Texts that are right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from quantengine.counted import counted
from quantengine.data.truth.lines import read_rows
from quantengine.data.truth.names import place_of, places_of
from quantengine.errors import DataError


@dataclass(frozen=True)
class TrueText:
    """What stands in a sample."""

    text: str


_TITLES = ("text", "label", "transcription", "transcript", "words", "sentence", "target")


def read_texts(path: Path, names: Sequence[str]) -> dict[str, TrueText]:
    """The text of each sample by its name: lines of name and text, or of texts in their order.

    Raises DataError where lines fit no sample, or are not as many.
    """
    rows = read_rows(path)
    if len(rows[0]) > 1 and rows[0][-1].lower() in _TITLES:
        rows = rows[1:]
    if all(len(row) == 1 for row in rows):
        if len(rows) != len(names):
            raise DataError(
                "{0} holds {1} for {2}: give one a line in their order, or name,text",
                path.name,
                counted(len(rows), "text"),
                counted(len(names), "sample"),
            )
        return {name: TrueText(row[0]) for name, row in zip(names, rows, strict=True)}
    places, found = places_of(names), {}
    for row in rows:
        place = place_of(row[0], places)
        if place is not None:
            found[names[place]] = TrueText(row[-1])
    if not found:
        raise DataError(
            "{0} names none of the samples (it names '{1}', a sample is '{2}')",
            path.name,
            rows[0][0],
            names[0],
        )
    return found
