"""What a project holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from quantengine.data.options import DataOptions
from quantengine.observe.table import CalibrationTable
from quantengine.work.judging import AS_USUAL, Judging
from quantengine.work.kept import Kept
from quantengine.work.saved_plan import SavedPlan


@dataclass(frozen=True, eq=False)
class Project:
    """Everything a person decided about a model, and the statistics it rests on."""

    model_path: Path
    model_hash: str
    decided: SavedPlan
    snapshots: tuple[tuple[str, SavedPlan], ...] = ()
    data_path: Path | None = None
    data_options: DataOptions = field(default_factory=DataOptions)
    table: CalibrationTable | None = field(default=None, repr=False)
    made: Kept | bytes | None = field(default=None, repr=False)
    """What came of it; bytes, as they lie in the file, until a model is there to take them up."""
    judging: Judging = AS_USUAL
    """What decides; a metric that it names is not run before a person allows it."""
    judged_path: Path | None = None
    """Samples that judge, with what is said of them beside; None: those of calibration."""
    judged_options: DataOptions = field(default_factory=DataOptions)
    home: Path | None = None
    """Of a project that was kept beside: the file that it was saved in before."""
