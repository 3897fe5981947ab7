"""What is followed, as a project keeps it: a person's metric is named, and runs once allowed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from quantengine.metric.source import file_of
from quantengine.verdict.judge import POOLED, TASK, WORST, Judge

if TYPE_CHECKING:
    from quantengine.metric.metric import Metric

_OF_OUTPUTS = ("", WORST, POOLED, TASK)


@dataclass(frozen=True)
class Judging:
    """`follows` as in `Judge`; `metric` is `FILE.py:NAME`, `digest` the SHA-256 its file had.

    Without a metric both are "". `task`: what the outputs are for, "": it is guessed.
    """

    follows: str = ""
    metric: str = ""
    digest: str = ""
    task: str = ""

    @classmethod
    def by(cls, metric: Metric, task: str = "") -> Judging:
        return cls("", metric.source, metric.digest, task)

    @property
    def file(self) -> Path | None:
        """The file of the metric."""
        return file_of(self.metric) if self.metric else None

    def waits(self, allowed: Collection[str]) -> bool:
        """Whether it names a metric that nobody allowed to run."""
        return bool(self.metric) and self.digest not in allowed

    def without_metric(self) -> Judging:
        """The outputs alone, by the worst slice where the metric was followed."""
        return Judging(self.follows if self.follows in _OF_OUTPUTS else "", task=self.task)

    def following(self, name: str) -> Judging:
        return replace(self, follows=name)

    def judge(self, allowed: Collection[str]) -> Judge:
        """With the metric where its digest is one of those that a person allowed to run.

        A file that has another content by now is refused where it would run.
        """
        task = self.task or None
        if self.waits(allowed):
            return Judge(self.without_metric().follows, task)
        return Judge(self.follows, task, self._own_metric() if self.metric else None)

    def _own_metric(self) -> Metric:
        from quantengine.metric.metric import Metric

        return Metric(self.metric, digest=self.digest)


AS_USUAL = Judging()
