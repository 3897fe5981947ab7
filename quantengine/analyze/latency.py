"""How long each of several calls takes, measured side by side in one process."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence

from quantengine.monitor import SILENT, Monitor

ROUNDS = 10
LONGEST_S = 4.0
_MOST_REPEATS = 100

Clock = Callable[[], float]


def median_latencies_ms(
    calls: Sequence[Callable[[], object]],
    *,
    rounds: int = ROUNDS,
    longest_s: float = LONGEST_S,
    clock: Clock = time.perf_counter,
    monitor: Monitor = SILENT,
) -> tuple[float, ...]:
    """The median time of each call in ms, in the order of `calls`.

    The calls take turns in short rounds, so that whatever else the machine does meets all of them
    alike. The first run of a turn is not counted: it waits for threads the call before left busy.
    Slow calls get fewer repeats, so that all calls together stay near `longest_s` seconds.
    """
    slowest_s = max(sum(_timed(call, 2, clock)) / 2 for call in calls)
    share_s = longest_s / (rounds * len(calls))
    repeats = max(1, min(_MOST_REPEATS, int(share_s / slowest_s) if slowest_s > 0 else rounds))
    if slowest_s * 2 * rounds * len(calls) > longest_s:
        rounds = max(3, int(longest_s / (slowest_s * 2 * len(calls))))
    times: list[list[float]] = [[] for _ in calls]
    for _ in monitor.track(range(rounds), "Measuring latency"):
        for call, found in zip(calls, times, strict=True):
            found.extend(_timed(call, 1 + repeats, clock)[1:])
    return tuple(1e3 * statistics.median(found) for found in times)


def _timed(call: Callable[[], object], count: int, clock: Clock) -> list[float]:
    found = []
    for _ in range(count):
        start = clock()
        call()
        found.append(clock() - start)
    return found
