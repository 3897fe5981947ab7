"""A person's own figure of a network's outputs, sample by sample."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from numpy.typing import NDArray

from quantengine.data.dataset import Sample
from quantengine.errors import MetricError
from quantengine.metric.callers import Caller, Direct, InChild
from quantengine.metric.function import Faulty, Function, Values
from quantengine.metric.source import NAME, digest_of, parted
from quantengine.monitor import SILENT, Monitor
from quantengine.process.child import Ended, TooLate
from quantengine.sentence import Sentence

Outputs = Mapping[str, NDArray[Any]]
Source = str | Path | Callable[..., Any]

LIMIT_S = 60.0


class Metric:
    """`metric(outputs, sample)` or `metric(reference, candidate, sample)`, by parameter names.

    Outputs are arrays by name, the sample is a `Sample`; it returns a number or some by name, the
    higher the better unless the function has a true attribute `lower_is_better`. `source` is
    `FILE.py` or `FILE.py:NAME`, whose SHA-256 is `digest`: it runs in a process of its own, at most
    `limit_s` seconds a sample. A file that has another than a given `digest` is not run. A function
    is called in this process and without a limit.
    Raises MetricError where the file cannot be read, or it is no such function.
    """

    def __init__(
        self, source: Source, limit_s: float = LIMIT_S, *, digest: str | None = None
    ) -> None:
        if not limit_s > 0:
            raise MetricError(
                "A metric cannot answer within {0} seconds: allow more.", f"{limit_s:g}"
            )
        self._lock, self._holders = Lock(), 0
        self.path: Path | None = None
        self.digest = ""
        self._caller: Caller
        if isinstance(source, str | Path):
            self.path, self.name = parted(str(source))
            self.digest = digest_of(self.path) if digest is None else digest
            self._caller = InChild(self.path, self.name, self.digest, limit_s)
            return
        self.name = getattr(source, "__name__", NAME)
        with self._told():
            self._caller = Direct(Function(source, self.name))

    def __eq__(self, other: object) -> bool:
        """Of the same content of the same file; functions are equal to themselves alone."""
        if not isinstance(other, Metric) or not self.digest:
            return self is other
        return (self.source, self.digest) == (other.source, other.digest)

    def __hash__(self) -> int:
        return hash((self.source, self.digest))

    @property
    def source(self) -> str:
        """As it is written on a command line."""
        return self.name if self.path is None else f"{self.path}:{self.name}"

    def lower_is_better(self, monitor: Monitor = SILENT) -> bool:
        """What the function says of itself; raises MetricError, Cancelled."""
        with self._told():
            return self._caller.open(monitor)

    def of(
        self, reference: Outputs, candidate: Outputs, sample: Sample, monitor: Monitor = SILENT
    ) -> Values:
        """Its figures of one sample by name, "" where it gives one alone.

        Raises MetricError, which names file, line and sample, and Cancelled.
        """
        given = {"outputs": candidate, "reference": reference, "candidate": candidate}
        self.lower_is_better(monitor)  # what is wrong with the file is not the sample's
        with self._told(sample):
            return self._caller.call({**given, "sample": sample}, monitor)

    @contextmanager
    def held(self) -> Iterator[None]:
        """The process goes where the last of these contexts ends."""
        with self._lock:
            self._holders += 1
        try:
            yield
        finally:
            with self._lock:
                self._holders -= 1
                if not self._holders:
                    self._caller.close()

    @contextmanager
    def _told(self, sample: Sample | None = None) -> Iterator[None]:
        where = Sentence("")
        if sample is not None and sample.name:
            where = Sentence(" on sample '{0}'", sample.name)
        file = self.name if self.path is None else self.path.name
        try:
            yield
        except TooLate as error:
            raise MetricError(
                "The metric {0} was ended{1}: {2}; allow more with --metric-limit.",
                file,
                where,
                error,
            ) from error
        except Ended as error:
            raise MetricError(
                "The metric {0} cannot be used{1}: {2}.", file, where, error
            ) from error
        except Faulty as error:
            how = Sentence("cannot be used")
            if error.line is not None:
                how = Sentence("fails in line {0}", error.line)
            raise MetricError("The metric {0} {1}{2}: {3}.", file, how, where, error) from error
