"""The two ways to call a metric: as it is, and in a process of its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any, Protocol
from weakref import finalize

from numpy.typing import NDArray

from quantengine.data.dataset import Sample
from quantengine.metric.function import Faulty, Function, Values
from quantengine.monitor import Monitor
from quantengine.process.child import Child
from quantengine.process.frame import Frame

_MODULE = "quantengine.metric.child"


class Caller(Protocol):
    """`open` finds the function and whether less is better; raises Faulty, as calls do."""

    def open(self, monitor: Monitor, /) -> bool: ...

    def call(self, given: Mapping[str, Any], monitor: Monitor, /) -> Values: ...

    def close(self) -> None: ...


class Direct:
    """A function in this process."""

    def __init__(self, function: Function) -> None:
        self._function = function

    def open(self, _: Monitor) -> bool:
        return self._function.lower_is_better

    def call(self, given: Mapping[str, Any], _: Monitor) -> Values:
        return self._function(given)

    def close(self) -> None:
        pass


class InChild:
    """A function of a file, in a process that is there from the first call until it is closed.

    Raises Faulty, TooLate and Ended, Cancelled; the process is then gone.
    """

    def __init__(self, path: Path, name: str, digest: str, limit_s: float) -> None:
        self._arguments, self._limit_s = (str(path), name, digest), limit_s
        self._lock = Lock()
        self._child: Child | None = None
        self._wanted: tuple[str, ...] = ()
        self._lower = False

    def open(self, monitor: Monitor) -> bool:
        with self._lock:
            if self._child is None:
                self._child = child = Child(_MODULE, self._arguments)
                finalize(self, child.end)
                told = self._asked(Frame({}), monitor)
                self._wanted, self._lower = tuple(told["wanted"]), told["lower_is_better"]
            return self._lower

    def call(self, given: Mapping[str, Any], monitor: Monitor) -> Values:
        self.open(monitor)
        with self._lock:
            return dict(self._asked(self._frame(given), monitor)["values"])

    def close(self) -> None:
        with self._lock:
            self._ended()

    def _ended(self) -> None:
        if self._child is not None:
            self._child.close()
        self._child = None

    def _asked(self, frame: Frame, monitor: Monitor) -> Mapping[str, Any]:
        assert self._child is not None
        try:
            told = self._child.ask(frame, limit_s=self._limit_s, monitor=monitor).told
            if "fault" in told:
                raise Faulty(told["fault"], told["line"])
        except BaseException:
            self._ended()
            raise
        return told

    def _frame(self, given: Mapping[str, Any]) -> Frame:
        """No more than the function asks for."""
        told: dict[str, Any] = {"groups": list(self._wanted)}
        arrays: dict[str, NDArray[Any]] = {}
        for group in self._wanted:
            values = given[group]
            if isinstance(values, Sample):
                told["sample"] = {"name": values.name, "label": values.label}
                values = values.feeds
            arrays |= {f"{group}/{name}": array for name, array in values.items()}
        return Frame(told, arrays)
