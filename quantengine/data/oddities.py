"""Data that says nothing: values that are no numbers, and samples that are all the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.errors import DataError

Feeds = Mapping[str, NDArray[Any]]


def refuse_no_numbers(feeds: Feeds, *, takes_nan: bool) -> None:
    """Raises DataError that counts the NaN and infinite values of the first input that has some.

    An input of 0 and -inf is a mask; NaN is no fault where the network asks for it.
    """
    for name, values in feeds.items():
        if values.dtype.kind != "f" or np.all(np.isfinite(values)):
            continue
        nan = 0 if takes_nan else int(np.count_nonzero(np.isnan(values)))
        endless = 0 if _is_mask(values) else int(np.count_nonzero(np.isinf(values)))
        counts = [(nan, "NaN"), (endless, "infinite")]
        found = " and ".join(f"{count} {word}" for count, word in counts if count)
        if found:
            raise DataError(
                "input '{0}' holds {1} of {2} values: give numbers in their place, or leave this "
                "sample out of the data",
                name,
                found,
                values.size,
            )


def _is_mask(values: NDArray[Any]) -> bool:
    """0 where something may be seen, -inf where not."""
    return bool(np.all((values == 0) | np.isneginf(values)) and np.any(values == 0))


class Sameness:
    """Watches samples go by, from any thread, for what they have in common."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._first: Feeds | None = None
        self._count = 0
        self._varied = False

    def add(self, feeds: Feeds) -> None:
        """Costs a comparison until the first two samples that differ."""
        if self._varied:
            return
        with self._lock:
            self._count += 1
            if self._first is None:
                self._first = feeds
            self._varied = not _equal(self._first, feeds)

    @property
    def varied(self) -> bool:
        """Whether two samples differed."""
        return self._varied

    @property
    def text(self) -> str | None:
        """A sentence where all samples are one, None where they differ or there is but one."""
        if self._varied or self._first is None:
            return None
        numbers = constants([self._first])
        if numbers is not None:
            return f"{constant_text(numbers)}: ranges and figures found with it mean nothing."
        if self._count == 1:
            return None
        return f"All {self._count} samples are the same: they tell no more than one of them."


def constants(samples: Iterable[Feeds]) -> dict[str, float] | None:
    """The number that each input holds throughout all samples; None where one holds two numbers."""
    found: dict[str, float] = {}
    for feeds in samples:
        for name, values in feeds.items():
            if values.dtype.kind not in "biuf" or not values.size:
                return None
            number = found.setdefault(name, float(values.flat[0]))
            if not np.all(values == number):
                return None
    return found or None


def constant_text(numbers: Mapping[str, float]) -> str:
    """What `constants` found, as the beginning of a sentence."""
    inputs = ", ".join(f"{number + 0.0:g} for input '{name}'" for name, number in numbers.items())
    return f"The data holds one number throughout ({inputs})"


def _equal(a: Feeds, b: Feeds) -> bool:
    return a is b or (
        a.keys() == b.keys() and all(np.array_equal(values, b[name]) for name, values in a.items())
    )
