"""What a document knows: swapped whole, never changed."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from quantengine.data.dataset import Dataset
    from quantengine.data.options import DataOptions
    from quantengine.graph.model import FloatModel
    from quantengine.observe.table import CalibrationTable
    from quantengine.plan import QuantPlan
    from quantengine.verdict.judge import Judge
    from quantengine.work.candidate import Candidate
    from quantengine.work.recipe import Recipe

    from .outcome import Outcome

_MOST_MADE = 6


@dataclass(frozen=True)
class DataSource:
    """Where the data lies and what was said about it."""

    path: Path
    options: DataOptions

    @property
    def name(self) -> str:
        """Of the array where the file has several, else of the file or folder."""
        return self.options.images or self.path.name

    def prepared_as(self, other: DataSource) -> DataSource:
        """These samples, with images prepared as those of `other`."""
        from quantengine.data.options import ImageOptions

        own = {each.name: getattr(other.options, each.name) for each in fields(ImageOptions)}
        options = replace(self.options, inputs=other.options.inputs, **own)
        return replace(self, options=options)


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
    judges: Dataset | None = None
    """Samples that are held out to judge, and what they were opened from."""
    judges_source: DataSource | None = None
    table: CalibrationTable | None = field(default=None, repr=False)
    growing: CalibrationTable | None = field(default=None, repr=False)
    fit: Fit | None = field(default=None, repr=False)
    outcome: Outcome | None = field(default=None, repr=False)
    made: tuple[Made, ...] = field(default=(), repr=False)
    project: Path | None = None

    @property
    def fit_of_now(self) -> Fit | None:
        """What is known of these statistics and this data."""
        fit = self.fit
        same = fit is not None and fit.table is self.table and fit.dataset is self.dataset
        return fit if same else None

    @property
    def table_is_stale(self) -> bool:
        """Whether the statistics were collected on other data than what is open."""
        if self.table is None or self.dataset is None:
            return False
        if self.fit_of_now is not None:
            return not self.fit_of_now.same
        from quantengine.observe.collected import looks_collected_on

        return not looks_collected_on(self.table, self.dataset)

    def is_observed_as(self, plan: QuantPlan) -> bool:
        """Whether statistics are of the kind that the plan asks for, or must do."""
        return (
            self.table is None
            or self.dataset is None
            or self.table.quantized_inputs == plan.observe_quantized
        )

    def made_as(self, plan: QuantPlan, recipe: Recipe | None, judge: Judge) -> Made | None:
        """What is known of a plan and a recipe under the statistics and the data of now."""
        for made in reversed(self.made):
            same = made.candidate.plan == plan and made.recipe == recipe
            # What somebody asked for stays; what is done by default follows what decides
            same &= recipe is not None or made.candidate.work.judge == judge
            if same and made.table is self.table and made.candidate.work.dataset is self.dataset:
                return made
        return None

    def remembering(self, made: Made) -> Facts:
        """The last few stay, so that undo costs nothing."""
        if any(each.candidate is made.candidate for each in self.made):
            return self
        return replace(self, made=(*self.made, made)[-_MOST_MADE:])
