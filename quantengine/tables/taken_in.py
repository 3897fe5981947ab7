"""What a table says, as decisions of a plan: its ranges, types and scales, each by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from quantengine.decisions import activation_plans, constant_plans
from quantengine.errors import PlanError
from quantengine.graph.flow import integer_flow
from quantengine.graph.model import FloatModel
from quantengine.graph.spelling import Spellings, unknown
from quantengine.patterns import exact
from quantengine.plan import FLOAT, Override, QuantPlan, Setting
from quantengine.resolve.given import given_scales, type_of_weight
from quantengine.resolve.resolve import plan_decisions
from quantengine.resolve.weights import says_of_scales
from quantengine.sentence import Sentence
from quantengine.tables.entry import GivenFloat, GivenGrid, GivenRange, Reading
from quantengine.tables.fitted import Misfit, activation_settings, weight_encoding
from quantengine.tables.listing import about
from quantengine.tables.reading import read_table_of

Numbers = GivenGrid | GivenRange


@dataclass(frozen=True)
class TakenIn:
    """A plan with what a table says: of how many activations and weights, and what it could not.

    `unknown` are the names that are not in the model.
    """

    plan: QuantPlan
    format: str
    activations: int
    weights: int
    unknown: tuple[str, ...]
    notes: tuple[Sentence, ...]

    def to_json(self) -> dict[str, Any]:
        """A JSON object with the same parts but the plan."""
        return {
            "format": self.format,
            "activations": self.activations,
            "weights": self.weights,
            "unknown": list(self.unknown),
            "notes": [str(note) for note in self.notes],
        }


def take_in(model: FloatModel, plan: QuantPlan, path: Path) -> TakenIn:
    """The plan with the ranges and scales of a file, what it does not name left as it is.

    Raises PlanError where the file is no table, or names nothing of the model.
    """
    table, reading = read_table_of(path, model)
    taker = _Taker(model, plan, reading)
    if not (taker.activations or taker.weights or taker.floats):
        why = next(taker.notes(), Sentence("it is empty."))
        raise PlanError("{0} has nothing for this model: {1}", path.name, why)
    counts = len(taker.activations), len(taker.weights)
    notes = (*reading.notes, *taker.notes())
    return TakenIn(taker.plan, table.name, *counts, tuple(taker.unknown), notes)


class _Taker:
    """Finds the tensor of each entry, then writes what it says into the plan."""

    def __init__(self, model: FloatModel, plan: QuantPlan, reading: Reading) -> None:
        self.model, self.reading = model, reading
        self.tensors = Spellings([*model.types, *model.initializers])
        self.layers = Spellings(node.name for node in model.graph.node)
        self.unknown, self.floats = list[str](), list[str]()
        self.lost = dict[Misfit, list[str]]()
        self.activations, self.weights = dict[str, Numbers](), dict[str, GivenGrid]()
        self.plan = plan
        for entry in reading.entries:
            if isinstance(entry, GivenFloat):
                self._keep_float(entry.name)
        self._round_outputs()
        self.decisions = plan_decisions(model, self.plan)
        self.flow = integer_flow(
            model, self.decisions.kept_float, quantize_outputs=self.plan.quantize_outputs
        )
        self.readers = self.flow.readers()
        self._sort()
        self._write_activations()
        self._write_weights()

    def _keep_float(self, name: str) -> None:
        """A layer, by its name or by that of its weight, or an activation."""
        tensor, layer = self.tensors.find(name), self.layers.find(name)
        layers = [] if layer is None else [layer]
        if layer is None and tensor is not None and tensor in self.model.initializers:
            reading = self.model.consumers.get(tensor, ())
            layers = [node.name for node in reading if node.input[1:2] == [tensor]]
        elif layer is None and tensor is not None:
            self._set(tensor, {"activations.dtype": FLOAT})
            self.floats.append(tensor)
        if layer is None and tensor is None:
            self.unknown.append(name)
        kept = dict.fromkeys((*self.plan.keep_float, *map(exact, layers)))
        self.plan = replace(self.plan, keep_float=tuple(kept))
        self.floats += layers

    def _round_outputs(self) -> None:
        """Outputs are rounded too where a table says by which grid one is."""
        grids = (each for each in self.reading.entries if isinstance(each, GivenGrid))
        named = {self.tensors.find(each.name) for each in grids} & {*self.model.outputs}
        if named and not self.plan.quantize_outputs:
            kept = plan_decisions(self.model, self.plan).kept_float
            inside = integer_flow(self.model, kept).owners
            self.plan = replace(self.plan, quantize_outputs=not named <= inside.keys())

    def _sort(self) -> None:
        moved = list[Numbers]()
        for said in self.reading.entries:
            if isinstance(said, GivenFloat):
                continue
            tensor = self.tensors.find(said.name)
            if tensor is None:
                self.unknown.append(said.name)
                continue
            entry, owner = replace(said, name=tensor), self.flow.owners.get(tensor)
            if tensor in self.readers and isinstance(entry, GivenGrid):
                if not _is_same(self.weights.setdefault(tensor, entry), entry):
                    self._lose(Misfit.SHARED, tensor)
            elif owner is None:
                self._lose(Misfit.NO_CODES, tensor)
            elif owner == tensor:
                self._own(tensor, entry)
            else:
                moved.append(entry)
        for entry in moved:  # those that own a range come first
            self._own(self.flow.owners[entry.name], entry)

    def _own(self, owner: str, entry: Numbers) -> None:
        """The first that says of a range how it is."""
        if not _is_same(self.activations.setdefault(owner, entry), entry):
            self._lose(Misfit.SHARED, entry.name)

    def _write_activations(self) -> None:
        usual = activation_plans(self.flow, self.decisions)
        for tensor, entry in list(self.activations.items()):
            found = activation_settings(entry, usual[tensor])
            if isinstance(found, Misfit):
                self._lose(found, tensor)
                del self.activations[tensor]
            else:
                self._set(tensor, {f"activations.{name}": x for name, x in found.items()})

    def _write_weights(self) -> None:
        usual = constant_plans(self.flow, self.decisions)
        given = {each.tensor: each for each in self.plan.given}
        for tensor, entry in list(self.weights.items()):
            readers = self.readers[tensor]
            found = weight_encoding(self.model, readers, entry, usual[tensor])
            if says_of_scales(self.decisions, tensor, readers):
                found = Misfit.PLANNED
            if isinstance(found, Misfit):
                self._lose(found, tensor)
                del self.weights[tensor]
            else:
                self._set(tensor, type_of_weight(found, usual[tensor]))
                given[tensor] = given_scales(tensor, found)
        self.plan = replace(self.plan, given=tuple(given.values()))

    def _set(self, tensor: str, settings: dict[str, Setting]) -> None:
        """In place of what was set of the same before."""
        pattern, keys = exact(tensor), settings.keys()
        left = tuple(
            each
            for each in self.plan.overrides
            if each.pattern != pattern or not dict(each.settings).keys() <= keys
        )
        new = (Override(pattern, tuple(settings.items())),) if settings else ()
        self.plan = replace(self.plan, overrides=(*left, *new))

    def _lose(self, why: Misfit, name: str) -> None:
        self.lost.setdefault(why, []).append(name)

    def notes(self) -> Iterator[Sentence]:
        """Names that are not here, what of the others is not taken, and what the table left out."""
        if self.unknown:
            yield Sentence(
                "Names that are not in the model ({0}): {1}.",
                len(self.unknown),
                ", ".join(unknown(self.unknown, self.tensors)),
            )
        for why in Misfit:
            yield from about(why.value, self.lost.get(why, ()))
        if self.activations:
            told = Sentence(
                "The table says nothing of these, whose ranges come from the statistics: {0}."
            )
            yield from about(told, (n for n in self.flow.points() if n not in self.activations))


def _is_same(one: Numbers, other: Numbers) -> bool:
    return replace(one, name="") == replace(other, name="")
