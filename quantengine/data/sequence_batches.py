"""Sequences that go side by side, where a network takes a fixed batch of them."""

from __future__ import annotations

from collections.abc import Sequence

from quantengine.counted import counted
from quantengine.errors import DataError
from quantengine.sentence import Sentence

Rows = tuple[int, ...]
"""Of a sequence, in order of its steps."""


def in_batches(
    named: Sequence[tuple[str, Rows]], size: int
) -> tuple[list[tuple[str, tuple[Rows, ...]]], list[Sentence]]:
    """Every `size` of the sequences as one sample, and what a person should know of that.

    Raises DataError where there are too few.
    """
    if size == 1:
        return [(name, (rows,)) for name, rows in named], []
    count = len(named) // size
    if not count:
        raise DataError(
            "the model takes batches of {0} and the data has {1}: give more data, or export the "
            "model with an open batch",
            size,
            counted(len(named), "sequence"),
        )
    notes = [
        Sentence(
            "The model takes batches of {0}: every {0} sequences go side by side, as far as the "
            "shortest goes.",
            size,
        )
    ]
    if left := len(named) - count * size:
        left_out = counted(left, "sequence")
        notes.append(Sentence("Left out at the end, where no batch is filled: {0}.", left_out))
    groups = [named[k * size : (k + 1) * size] for k in range(count)]
    found = [
        (f"{group[0][0]} (and {size - 1} more)", tuple(rows for _, rows in group))
        for group in groups
    ]
    return found, notes
