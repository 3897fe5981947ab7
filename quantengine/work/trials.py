"""What came of settings that were tried, kept in a file, so that a run that was stopped goes on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from quantengine.data.evenly import evenly
from quantengine.errors import PlanError, QuantError
from quantengine.files import ordinary, whole_file
from quantengine.observe.table import CalibrationTable
from quantengine.plan import QuantPlan
from quantengine.record import Misread, parsed, record
from quantengine.search.noise import Noise
from quantengine.verdict.judge import BY_WORST, Judge
from quantengine.verdict.verdict import Verdict
from quantengine.work.work import Work

_VERSION = 1


@dataclass(frozen=True)
class Trial:
    """What a setting does to the outputs and how many bytes weights take, or why it is refused."""

    effect: Verdict | None = None
    bytes_after: int | None = None
    refused: str | None = None


@dataclass(frozen=True)
class _Stored:
    version: int
    run: str
    trials: dict[str, Trial] = field(default_factory=dict)
    noise: Noise | None = None


class Trials:
    """Those of one run, by setting, and for a search what each width alone does; `path` None: they
    are kept nowhere.

    Raises QuantError where the file is damaged or of another run.
    """

    def __init__(self, path: Path | None, run: str, judge: Judge) -> None:
        self._path, self._run, self._judge = path, run, judge
        self._known: dict[str, Trial] = {}
        self.noise: Noise | None = None
        if path is not None and path.exists():
            stored = self._read(path)
            self._known, self.noise = stored.trials, stored.noise

    def of(self, key: str) -> Trial | None:
        """None of a setting that was not tried yet."""
        found = self._known.get(key)
        if found is None or found.effect is None:
            return found
        return replace(found, effect=replace(found.effect, judge=self._judge))

    def add(self, key: str, trial: Trial) -> None:
        """Writes the file whole, with this one; raises QuantError where that is not possible."""
        self._known[key] = trial
        self._write()

    def add_noise(self, noise: Noise) -> None:
        """The same with what each width alone does."""
        self.noise = noise
        self._write()

    def _write(self) -> None:
        if self._path is None:
            return
        trials = {name: _stored(each) for name, each in self._known.items()}
        data = {"version": _VERSION, "run": self._run, "trials": trials, "noise": self.noise}
        with whole_file(self._path) as beside:
            beside.write_text(json.dumps(data, default=float), encoding="utf-8")

    def _read(self, path: Path) -> _Stored:
        try:
            text = ordinary(path).read_text(encoding="utf-8")
            found = record(_Stored, parsed(text), finite=False)
        except (OSError, UnicodeDecodeError, Misread) as error:
            raise QuantError(
                "The checkpoint {0} cannot be read: delete it or choose another name.", path
            ) from error
        if (found.version, found.run) != (_VERSION, self._run):
            raise QuantError(
                "The checkpoint {0} belongs to another model, data or settings, or to other "
                "statistics: delete it or choose another name.",
                path,
            )
        return found


def key_of(plan: QuantPlan, table: CalibrationTable | None) -> str:
    """A setting and the statistics it is tried with, as a hash."""
    quantized = table is not None and table.quantized_inputs
    return sha256(json.dumps([plan.to_json(), quantized]).encode()).hexdigest()


def run_name(work: Work, limit: int | None, parts: Sequence[object]) -> str:
    """All that figures depend on beside the setting, as a hash: `parts` are the caller's own.

    Raises PlanError for a metric that no file holds.
    """
    judge, data, metric = work.judge, work.dataset, work.judge.metric
    if metric is not None and not metric.digest:
        raise PlanError(
            "A metric that is a function here cannot be told again: give its file to keep a "
            "checkpoint."
        )
    judged = () if data is None else tuple(map(data.digest, evenly(len(data), limit)))
    told = (
        *(work.model.digest, None if work.table is None else work.table.data_hash),
        *((None, ()) if data is None else (data.describe(), data.labels)),
        *(judged, judge.follows, judge.task, None if metric is None else metric.digest),
        *parts,
    )
    return sha256("\n".join(map(repr, told)).encode()).hexdigest()


def _stored(trial: Trial) -> dict[str, Any]:
    """As an object; what only this run knows of a verdict, and single samples, are left out."""
    if trial.effect is None:
        return asdict(trial)
    task = trial.effect.task
    bare = None if task is None else replace(task, measures=(), records=())
    found = asdict(replace(trial, effect=replace(trial.effect, judge=BY_WORST, task=bare)))
    del found["effect"]["judge"]
    if bare is not None:
        del found["effect"]["task"]["measures"], found["effect"]["task"]["records"]
    return found
