"""How often each pattern occurs: the loops that fill tables and sets of distinct values."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from quantengine.observe.compiled import compiled
from quantengine.observe.histogram import KEY_BITS, MOST_EXACT, SHIFT, ZEROS

Words = NDArray[np.int32]
Patterns = NDArray[np.uint32]
Counts = NDArray[np.uint32]
Longs = NDArray[np.int64]

SLOTS = 2 * MOST_EXACT

MAGNITUDE = 0x7FFFFFFF
INFINITE = 0x7F800000
HUGE = 0x7149F2CA
"""The pattern of 1e30: from here on a value is no data (see `sentinels.HUGE`)."""

_HASH = 2654435769

_NEGATIVE = 1 << (KEY_BITS - 1)

_BLOCK = 64

_AT_ONCE = 1024
"""Keys made before they are counted."""


@compiled
def count(patterns: Patterns, begin: int, end: int, table: Counts) -> None:
    """Counts values begin to end by their leading bits, in table `[1 << KEY_BITS]`.

    Keys are made first, with vector instructions. Zeros go to ZEROS counters in turn: one counter
    would wait for its own last store. Measured on sparse activations: 0.5 ns a value, with 4
    counters for zero and keys made on the way 0.7.
    """
    keys = np.empty(_AT_ONCE, np.uint32)
    whole = begin + (end - begin) // _AT_ONCE * _AT_ONCE
    for start in range(begin, whole, _AT_ONCE):
        first = np.uint64(start)
        for i in range(first, first + np.uint64(_AT_ONCE)):
            key = patterns[i] >> np.uint32(SHIFT)
            zero = np.uint32(key == 0) * np.uint32(i & np.uint64(ZEROS - 1))
            keys[i - first] = key | zero
        for i in range(np.uint64(0), np.uint64(_AT_ONCE), np.uint64(4)):
            a, b = keys[i], keys[i + np.uint64(1)]
            c, d = keys[i + np.uint64(2)], keys[i + np.uint64(3)]
            table[a] += np.uint32(1)
            table[b] += np.uint32(1)
            table[c] += np.uint32(1)
            table[d] += np.uint32(1)
    for i in range(np.uint64(whole), np.uint64(end)):
        table[patterns[i] >> np.uint32(SHIFT)] += np.uint32(1)


@compiled
def count_carefully(patterns: Patterns, begin: int, end: int, table: Counts) -> None:
    """Like `count`, leaving out NaN, infinity and huge values."""
    for i in range(begin, end):
        if (patterns[i] & MAGNITUDE) < HUGE:
            table[patterns[i] >> np.uint32(SHIFT)] += np.uint32(1)


@compiled
def count_distinct(words: Words, keys: Counts, counts: Longs, distinct: int) -> tuple[int, int]:
    """Counts whole patterns in a hash set of SLOTS slots while there is room for them.

    Returns how many distinct values there are, -1 once there are too many, and how many words
    were counted. A slot with count 0 is free; -0.0 counts as 0.0.
    """
    for i in range(words.size):
        magnitude = words[i] & MAGNITUDE
        if magnitude >= HUGE:
            continue
        key = np.uint32(0) if magnitude == 0 else np.uint32(words[i])
        slot = ((np.int64(key) * _HASH) >> 21) & (SLOTS - 1)
        while counts[slot] > 0 and keys[slot] != key:
            slot = (slot + 1) & (SLOTS - 1)
        if counts[slot] == 0:
            if distinct == MOST_EXACT:
                return -1, i
            distinct += 1
            keys[slot] = key
        counts[slot] += 1
    return distinct, words.size


@compiled
def spill(keys: Counts, counts: Longs, table: Counts) -> None:
    """Moves the counts of distinct values to the table."""
    for slot in range(SLOTS):
        if counts[slot] > 0:
            table[keys[slot] >> np.uint32(SHIFT)] += np.uint32(counts[slot])
            counts[slot] = 0


@compiled
def drain(table: Counts) -> tuple[Counts, Longs]:
    """Keys that were counted, ascending, and how often; leaves the table at zero.

    What is too small to tell from zero counts as 0.0. Most blocks of the table hold nothing.
    """
    for key in range(ZEROS):
        for twin in (key, _NEGATIVE + key):
            if twin > 0:
                table[0] += table[twin]
                table[twin] = 0
    found = 0
    for key in range(np.uint64(table.size)):
        found += table[key] > 0
    keys, counts = np.empty(found, np.uint32), np.empty(found, np.int64)
    place = 0
    for start in range(0, table.size, _BLOCK):
        first, used = np.uint64(start), np.uint32(0)
        for key in range(first, first + np.uint64(_BLOCK)):
            used |= table[key]
        if used:
            for key in range(start, start + _BLOCK):
                if table[key] > 0:
                    keys[place], counts[place] = key, table[key]
                    place += 1
                    table[key] = 0
    return keys, counts
