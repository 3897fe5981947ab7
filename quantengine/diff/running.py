"""Both networks on the same samples, and the pieces of the file on the float network's values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import onnx
from numpy.typing import NDArray

from quantengine.analyze.grid_use import GridUse
from quantengine.analyze.simulate import tapped
from quantengine.counted import counted
from quantengine.data.streams import joined
from quantengine.diff.pieces import Pieces
from quantengine.diff.places import Place
from quantengine.diff.reading import Other, Seen, is_whole
from quantengine.errors import DataError, QuantError
from quantengine.graph.model import FloatModel
from quantengine.monitor import Monitor
from quantengine.runtime import Session, Tensors
from quantengine.sentence import Sentence
from quantengine.verdict.differences import ChannelDifference

_ROUNDED = 8
"""Samples on which roundings alone are worked out."""
_SEQUENCES = Sentence("Of sequences, errors of layers alone are not told.")


@dataclass(eq=False)
class Sums:
    """Running sums at one place; `use` where the file rounds it with one scale."""

    accumulated: ChannelDifference = field(default_factory=ChannelDifference)
    local: ChannelDifference = field(default_factory=ChannelDifference)
    rounding: ChannelDifference = field(default_factory=ChannelDifference)
    use: GridUse | None = None


class Running:
    """Sessions that give values of both networks at places; `notes` says what could not run."""

    def __init__(
        self, model: FloatModel, other: Other, places: Sequence[Place], cut: Pieces
    ) -> None:
        self.model, self.other, self.places, self.cut = model, other, places, cut
        self.notes: list[Sentence] = []
        self.samples = 0
        seen = {place: other.seen(place.other) for place in places}
        self.seen: dict[Place, Seen] = {p: s for p, s in seen.items() if s is not None}
        self.wanted = tuple(dict.fromkeys((*(place.tensor for place in places), *cut.inputs)))
        self._float = Session(tapped(copied(model.proto), self.wanted))
        names = [each.tensor for each in self.seen.values()]
        self._other = Session(tapped(copied(other.raw), names))
        self._pieces = self._loaded()
        self.sums = {place: self._sums(place) for place in places}

    def _sums(self, place: Place) -> Sums:
        encoding = self.other.grids.get(place.other)
        whole = encoding is not None and is_whole(encoding)
        return Sums(use=GridUse(encoding) if whole and encoding is not None else None)

    def _loaded(self) -> Session | None:
        try:
            return Session(self.cut.proto, optimize=False)
        except QuantError as error:
            self.notes.append(Sentence("Errors of layers alone are not told: {0}", error))
            return None

    def floats(self, feeds: Tensors, monitor: Monitor) -> dict[str, NDArray[Any]]:
        """The float network's value at every place and every cut."""
        made = [name for name in self.wanted if name not in feeds]
        found = self._float.run(feeds, made, monitor=monitor)
        return {name: feeds[name] if name in feeds else found[name] for name in self.wanted}

    def theirs(self, feeds: Tensors, monitor: Monitor) -> dict[str, NDArray[Any]]:
        """The file's value at each place, rounded where it is."""
        ready = fed(feeds, self.other)
        names = [seen.tensor for seen in self.seen.values()]
        made = [name for name in dict.fromkeys(names) if name not in ready]
        found = {**ready, **self._other.run(ready, made, monitor=monitor)}
        return {
            place.tensor: turned(seen.real(found[seen.tensor]), place.turn)
            for place, seen in self.seen.items()
        }

    def alone(
        self, floats: Mapping[str, NDArray[Any]], monitor: Monitor
    ) -> dict[Place, NDArray[Any]]:
        """What each piece makes of the float network's values."""
        if self._pieces is None or not self.cut.outputs:
            return {}
        feeds = {name: floats[tensor] for tensor, name in self.cut.inputs.items()}
        try:
            found = self._pieces.run(feeds, list(self.cut.outputs.values()), monitor=monitor)
        except QuantError as error:
            self.notes.append(Sentence("Errors of layers alone are not told: {0}", error))
            self._pieces = None
            return {}
        return {place: found[name] for place, name in self.cut.outputs.items()}

    def _rounded(self, place: Place, use: GridUse, values: NDArray[Any]) -> NDArray[Any]:
        """What the file's first pair makes of values."""
        rounded, back = use.quantize(values), self.other.backs.get(place.other)
        return rounded if back is None else back.dequantize(use.encoding.quantize(values))

    def add(self, runs: Sequence[Tensors], monitor: Monitor) -> None:
        """Adds the runs of one sample."""
        floats = joined([self.floats(feeds, monitor) for feeds in runs])
        theirs = joined([self.theirs(feeds, monitor) for feeds in runs])
        alone = self.alone(floats, monitor) if len(runs) == 1 else {}
        if len(runs) > 1 and _SEQUENCES not in self.notes:
            self.notes.append(_SEQUENCES)
        for place, sums in self.sums.items():
            expected = floats[place.tensor]
            if place in self.seen:
                sums.accumulated.add(expected, theirs[place.tensor])
            if place in alone:
                sums.local.add(expected, alone[place])
            if sums.use is not None and self.samples < _ROUNDED:
                sums.rounding.add(expected, self._rounded(place, sums.use, expected))
        self.samples += 1


def turned(values: NDArray[Any], turn: tuple[int, ...] | None) -> NDArray[Any]:
    """Values with their axes in our order."""
    return values if turn is None else values.transpose(turn)


def fed(feeds: Tensors, other: Other) -> dict[str, NDArray[Any]]:
    """Feeds by the names and in the types of the file's inputs; raises DataError for too few."""
    specs = other.file.inputs
    by_name = all(spec.name in feeds for spec in specs)
    names = [spec.name for spec in specs] if by_name else list(feeds)
    if len(names) != len(specs):
        raise DataError(
            "the file has {0} and the float network {1}: they have to be the same.",
            *(counted(len(specs), "input"), len(names)),
        )
    return {
        spec.name: feeds[name].astype(spec.dtype, copy=False)
        for spec, name in zip(specs, names, strict=True)
    }


def copied(proto: onnx.ModelProto) -> onnx.ModelProto:
    """Another model that may be changed."""
    made = onnx.ModelProto()
    made.CopyFrom(proto)
    return made
