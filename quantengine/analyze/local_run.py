"""Local errors of all layers at once: one run over a network that holds each layer twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from numpy.typing import NDArray

from quantengine.analyze.copies import Copy, copies_model
from quantengine.analyze.grid_use import GridUse, quantized
from quantengine.analyze.parts import LayerParts
from quantengine.analyze.simulate import Simulator
from quantengine.graph.model import FloatModel
from quantengine.monitor import Monitor
from quantengine.resolve.flat import ends_that_count
from quantengine.rewrite.encodings import Encodings
from quantengine.rewrite.simulation import bias_values
from quantengine.runtime import Session
from quantengine.verdict.differences import ChannelDifference

Array = NDArray[Any]


class LocalRun:
    """Sums up what each layer does alone, and what each tensor loses by its own rounding.

    tensors: rounding alone, by tap. uses: how each grid is used. Copies of a layer: `weights` on
    float inputs; where the layer owns the quantizer of an input also `activations` and `both`.
    """

    def __init__(
        self,
        model: FloatModel,
        encodings: Encodings,
        parts: Sequence[LayerParts],
        taps: Mapping[str, int | None],
        simulator: Simulator,
        threads: int | None = None,
    ) -> None:
        self.encodings, self.parts, self.taps = encodings, parts, taps
        self.copies = [copy for part in parts for copy in _copies(part)]
        self._seen = tuple(dict.fromkeys((*taps, *model.outputs)))
        self._network = copies_model(model, encodings, self.copies, self._seen)
        self._session = Session(self._network.proto, optimize=False, threads=threads)
        self._steering = self._feeds(model, simulator)
        self.uses = {tap: GridUse(e) for tap, e in encodings.activations.items() if tap in taps}
        self.counted = {
            tap: ends_that_count(model, tap, encodings.activations[tap]) for tap in self.uses
        }
        self.tensors = {tap: self.difference(tap) for tap in self.uses}
        self._layers = {
            (part.name, variant): self.difference(part.node.output)
            for part in parts
            for variant in ("weights", "activations", "both")
        }

    def difference(self, tap: str) -> ChannelDifference:
        """Empty sums of a tensor."""
        return ChannelDifference(self.taps[tap], self.counted.get(tap))

    def _feeds(self, model: FloatModel, simulator: Simulator) -> dict[str, Array]:
        network, found = self._network, dict[str, Array]()
        for owner, quantizer in network.quantizers.items():
            found |= quantizer.feeds(self.encodings.activations[owner])
        for (_, weight), name in network.weights.items():
            found[name] = simulator.weight(self.encodings, weight, quantized=True)
        for copy, name in network.biases.items():
            node = self.encodings.flow.nodes[copy.layer]
            values = bias_values(model, self.encodings, node, quantized=True)
            assert values is not None
            found[name] = values
        return found

    def add(self, feeds: Mapping[str, Array], monitor: Monitor) -> dict[str, Array]:
        """Adds one sample; returns the value in the float network of each tap and output."""
        fetched = [port.name for port in self._session.outputs]
        found = self._session.run({**feeds, **self._steering}, fetched, monitor=monitor)
        reference = {name: feeds[name] if name in feeds else found[name] for name in self._seen}
        rounded = {tap: use.quantize(reference[tap]) for tap, use in self.uses.items()}
        for tap, values in rounded.items():
            self.tensors[tap].add(reference[tap], values)
        for part in self.parts:
            self._add_layer(part, reference, found)
        return reference

    def _add_layer(
        self, part: LayerParts, reference: Mapping[str, Array], found: Mapping[str, Array]
    ) -> None:
        tap, outputs = part.node.output, self._network.outputs
        candidates = {copy.variant: found[outputs[copy]] for copy in _copies(part)}
        weights = candidates.get("weights")
        if weights is not None:
            self._layers[part.name, "weights"].add(reference[tap], weights)
        if part.inputs:
            values = self._rounded(part, candidates["activations"])
            self._layers[part.name, "activations"].add(reference[tap], values)
        both = candidates.get("both", weights)
        if both is not None and (part.inputs or part.output):
            self._layers[part.name, "both"].add(reference[tap], self._rounded(part, both))

    def _rounded(self, part: LayerParts, values: Array) -> Array:
        if part.output is None:
            return values
        return quantized(values, self.encodings.activations[part.output])

    def of(
        self, part: LayerParts
    ) -> tuple[ChannelDifference, ChannelDifference, ChannelDifference]:
        """Errors of a layer with its weights, its activations, or all of it quantized."""
        weights, activations, both = (
            self._layers[part.name, variant] for variant in ("weights", "activations", "both")
        )
        if not part.inputs and part.output:
            activations = self.tensors[part.output]
        if not part.weights:
            return activations.unchanged, activations, activations
        if not part.inputs and not part.output:
            return weights, weights.unchanged, weights
        return weights, activations, both


def _copies(part: LayerParts) -> list[Copy]:
    found = []
    if part.weights:
        found.append(Copy(part.name, "weights", part.weights))
    if part.inputs:
        found.append(Copy(part.name, "activations", (), part.inputs))
    if part.weights and part.inputs:
        found.append(Copy(part.name, "both", part.weights, part.inputs))
    return found
