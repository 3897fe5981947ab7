"""The only door to dask.distributed, which is an optional extra."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from quantengine.errors import QuantError
from quantengine.extras import install_command
from quantengine.monitor import Monitor

try:
    from distributed import Client, Future, KilledWorker, get_worker
except ModuleNotFoundError as error:
    raise QuantError(
        "Sharing samples with other machines needs dask.distributed, which is not installed: {0}",
        install_command("dask", "distributed"),
    ) from error

__all__ = ["Client", "Future", "KilledWorker", "connected", "get_worker"]

SCHEME = "dask://"
_TIMEOUT_S, _LOOK_S = 10, 0.2


@contextmanager
def connected(address: str, monitor: Monitor) -> Iterator[Client]:
    """A client of the scheduler at `dask://HOST:PORT`, once it has a worker.

    Raises QuantError where nothing answers there, Cancelled.
    """
    place = address.removeprefix(SCHEME)
    try:
        client = Client(
            place if "://" in place else f"tcp://{place}",
            timeout=_TIMEOUT_S,
            set_as_default=False,
        )
    except (OSError, TimeoutError, ValueError) as error:
        raise QuantError("No Dask scheduler answers at {0}: {1}", address, error) from error
    try:
        _await_workers(client, monitor)
        yield client
    finally:
        client.close()


def _await_workers(client: Client, monitor: Monitor) -> None:
    """Clusters that grow with their work begin with none."""
    while not client.nthreads():
        monitor.progress(0, None, "Waiting for workers")
        monitor.pause(_LOOK_S)
