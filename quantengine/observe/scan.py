"""One pass over a sample's tensors, all of them in one call: no interpreter between tensors."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from quantengine.observe.compiled import compiled
from quantengine.observe.counting import (
    HUGE,
    INFINITE,
    MAGNITUDE,
    count,
    count_carefully,
    count_distinct,
    spill,
)
from quantengine.observe.sweep import (
    HUGES,
    INFINITIES,
    NANS,
    NOTHING,
    ordered,
    plain,
    sweep,
    sweep_carefully,
)

Floats = NDArray[np.float32]
Words = NDArray[np.int32]
Patterns = NDArray[np.uint32]
Counts = NDArray[np.uint32]
Longs = NDArray[np.int64]
Doubles = NDArray[np.float64]

_STRETCH = 4096
"""Values that stay in the first-level cache between the loops over them."""


class Values(NamedTuple):
    """The values of a tensor, also seen as signed words and as bit patterns."""

    floats: Floats
    words: Words
    patterns: Patterns


class Found(NamedTuple):
    """What is known of a tensor, `low` to `squares` of each of its channels."""

    table: Counts
    low: Words
    high: Words
    seen: Longs
    sums: Doubles
    squares: Doubles
    special: Longs
    span: Words


@compiled
def scan(
    floats: Floats,
    words: Words,
    patterns: Patterns,
    layout: Longs,
    tables: Counts,
    slot_keys: Counts,
    slot_counts: Longs,
    distinct: Longs,
    low: Words,
    high: Words,
    seen: Longs,
    sums: Doubles,
    squares: Doubles,
    special: Longs,
    ranges: Words,
) -> None:
    """Adds the tensors of a `Block` to the arrays of a `Collector`; see there for the shapes.

    sums and squares are left with what this sample alone adds.
    """
    sums[:] = 0.0
    squares[:] = 0.0
    for t in range(len(layout)):
        start, outer, channels, inner, first = layout[t]
        end, last = start + outer * channels * inner, first + channels
        counted = _count_if_few(
            words[start:end], patterns[start:end], t, tables, slot_keys, slot_counts, distinct
        )
        values = Values(floats[start:end], words[start:end], patterns[start:end])
        ranges[t, 0], ranges[t, 1] = NOTHING, -NOTHING
        found = Found(
            tables[t],
            low[first:last],
            high[first:last],
            seen[first:last],
            sums[first:last],
            squares[first:last],
            special[t],
            ranges[t],
        )
        if inner == 1 and channels > 1:
            _columns(values, counted, found)
        else:
            _rows(values, inner, counted, found)


@compiled
def _count_if_few(
    words: Words,
    patterns: Patterns,
    t: int,
    tables: Counts,
    keys: Counts,
    counts: Longs,
    distinct: Longs,
) -> bool:
    """Counts a tensor of few distinct values one by one; False if its values are still uncounted.

    Once there are too many the table takes over, for good.
    """
    if distinct[t] < 0:
        return False
    distinct[t], done = count_distinct(words, keys[t], counts[t], distinct[t])
    if distinct[t] < 0:
        spill(keys[t], counts[t], tables[t])
        count_carefully(patterns, done, words.size, tables[t])
    return True


@compiled
def _rows(values: Values, inner: int, counted: bool, found: Found) -> None:
    """Channels that hold runs of `inner` values: `[outer, channels, inner]`.

    Counting waits until a stretch is full, so that short runs do not cost a call each.
    """
    floats, words, patterns = values
    table, low, high, seen, sums, squares, special, span = found
    pending, clean, c = words.size if counted else 0, True, 0
    for run in range(words.size // inner):
        for begin in range(run * inner, (run + 1) * inner, _STRETCH):
            end = min(begin + _STRETCH, (run + 1) * inner)
            small, large, total, square = sweep(floats, words, begin, end)
            n = end - begin
            if not plain(small, large):
                clean = False
                small, large, total, square, n = sweep_carefully(floats, words, begin, end, special)
            low[c], high[c] = min(low[c], small), max(high[c], large)
            span[0], span[1] = min(span[0], small), max(span[1], large)
            sums[c] += total
            squares[c] += square
            seen[c] += n
            if pending < end and (end - pending >= _STRETCH or end == words.size):
                if clean:
                    count(patterns, pending, end, table)
                else:
                    count_carefully(patterns, pending, end, table)
                pending, clean = end, True
        c = c + 1 if c + 1 < seen.size else 0


@compiled
def _columns(values: Values, counted: bool, found: Found) -> None:
    """Channels that lie side by side: `[outer, channels]`."""
    floats, words, patterns = values
    channels, span = found.seen.size, found.span
    step = max(1, _STRETCH // channels) * channels
    for begin in range(0, words.size, step):
        end = min(begin + step, words.size)
        small, large, _, _ = sweep(floats, words, begin, end)
        clean = plain(small, large)
        if clean:
            for row in range(begin, end, channels):
                _add_row(floats[row : row + channels], words[row : row + channels], found)
            for c in range(channels):  # as a whole it would take 4 s more to compile
                found.seen[c] += (end - begin) // channels
            span[0], span[1] = min(span[0], small), max(span[1], large)
        else:
            for i in range(begin, end):
                _add_carefully(floats[i], words[i], i % channels, found)
        if not counted and clean:
            count(patterns, begin, end, found.table)
        elif not counted:
            count_carefully(patterns, begin, end, found.table)


@compiled
def _add_row(floats: Floats, words: Words, found: Found) -> None:
    low, high, sums, squares = found.low, found.high, found.sums, found.squares
    for c in range(low.size):
        value = ordered(words[c])
        low[c], high[c] = min(low[c], value), max(high[c], value)
    for c in range(low.size):
        x = np.float64(floats[c])
        sums[c] += x
        squares[c] += x * x


@compiled
def _add_carefully(real: np.float32, word: np.int32, c: int, found: Found) -> None:
    magnitude = word & MAGNITUDE
    if magnitude < HUGE:
        value, x = ordered(word), np.float64(real)
        found.low[c], found.high[c] = min(found.low[c], value), max(found.high[c], value)
        found.span[0], found.span[1] = min(found.span[0], value), max(found.span[1], value)
        found.sums[c] += x
        found.squares[c] += x * x
        found.seen[c] += 1
    elif magnitude > INFINITE:
        found.special[NANS] += 1
    else:
        found.special[INFINITIES if magnitude == INFINITE else HUGES] += 1
