"""One session on many samples at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from numpy.typing import NDArray

from quantengine.monitor import Monitor
from quantengine.runtime import Session

Values = Mapping[str, NDArray[Any]]


def run_side_by_side(
    pool: ThreadPoolExecutor,
    session: Session,
    fed: Sequence[tuple[Values, Values]],
    outputs: Sequence[str],
    monitor: Monitor,
) -> list[dict[str, NDArray[Any]]]:
    """`outputs` for each pair of values and steering inputs; of both, steering counts first.

    Raises DataError where the session cannot run, Cancelled.
    """

    def run(pair: tuple[Values, Values]) -> dict[str, NDArray[Any]]:
        values, steering = pair
        names = [port.name for port in session.inputs]
        feeds = {name: steering[name] if name in steering else values[name] for name in names}
        return session.run(feeds, list(outputs), monitor=monitor)

    return list(pool.map(run, fed)) if outputs else [{} for _ in fed]
