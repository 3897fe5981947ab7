"""What a document knows: swapped whole, never changed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from quantengine.data.dataset import Dataset
    from quantengine.data.options import DataOptions
    from quantengine.graph.model import FloatModel
    from quantengine.observe.table import CalibrationTable
    from quantengine.work.candidate import Candidate
    from quantengine.work.recipe import Recipe

    from .outcome import Outcome


@dataclass(frozen=True)
class DataSource:
    """Where the data lies and what was said about it."""

    path: Path
    options: DataOptions


class Made(NamedTuple):
    """A candidate, with the recipe that was decided and the statistics open then."""

    recipe: Recipe | None
    table: CalibrationTable | None
    candidate: Candidate
    data: str = ""
    """Of what was taken up from a file: the name of the data it was made on."""

    def on(self, dataset: Dataset) -> Made:
        """The same with its data, if that is it."""
        from quantengine.work.kept import data_name

        if not self.data or self.data != data_name(dataset):
            return self
        work = replace(self.candidate.work, dataset=dataset)
        return self._replace(candidate=replace(self.candidate, work=work), data="")


class Fit(NamedTuple):
    """Whether statistics are of this data, as its samples say."""

    table: CalibrationTable
    dataset: Dataset
    same: bool


@dataclass(frozen=True, eq=False)
class Facts:
    """What is known; swapped whole, never changed."""

    model: FloatModel | None = None
    dataset: Dataset | None = None
    dataset_source: DataSource | None = None
    refused: DataSource | None = None
    table: CalibrationTable | None = field(default=None, repr=False)
    growing: CalibrationTable | None = field(default=None, repr=False)
    fit: Fit | None = field(default=None, repr=False)
    outcome: Outcome | None = field(default=None, repr=False)
    made: tuple[Made, ...] = field(default=(), repr=False)
    project: Path | None = None
