"""The network the quantized file will be, with gradients: weights, biases and ranges learn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.errors import PlanError
from quantengine.finetune.batch_norm import FoldedNorm, NormConstants
from quantengine.finetune.methods import Methods
from quantengine.finetune.network import OPERATORS, Network
from quantengine.finetune.operators import Attributes, Trainable
from quantengine.finetune.outcome import quantizer_name
from quantengine.finetune.pairs import drawn_in
from quantengine.finetune.parameter import Parameter, bias_unit, in_units, weight_unit
from quantengine.finetune.places import ACTIVATION, BIAS, WEIGHT, mark_places
from quantengine.finetune.pytorch import Tensor, torch
from quantengine.finetune.quantizers import Quantizer, fixed_delta, make_quantizer
from quantengine.finetune.settings import Method, Settings
from quantengine.finetune.start import with_biases, within_cells
from quantengine.formats.dtype import INT8
from quantengine.formats.granularity import parameter_shape
from quantengine.graph.model import FloatModel
from quantengine.graph.operators.operator import Kind
from quantengine.graph.operators.registry import is_table, kind_of
from quantengine.graph.weighted import output_channels
from quantengine.resolve.resolve import Resolution
from quantengine.rewrite.encodings import Encodings

NOTHING = (
    "There is nothing to train: this plan leaves every layer's weights float. Give some an integer "
    "type (--weights int4), or quantize without fine-tuning."
)

_INT32 = (-(2.0**31), 2.0**31 - 1)


class FakeNetwork:
    """`model` as it is under `resolution`, on `device`.

    `weights` by initializer and `biases` by node are parameters, `quantizers` are by owner
    tensor and by initializer. Raises PlanError where no weight is quantized, or where a pattern of
    the settings matches nothing.
    """

    def __init__(
        self,
        model: FloatModel,
        resolution: Resolution,
        settings: Settings,
        *,
        device: str = "cpu",
        norms: Mapping[str, NormConstants] | None = None,
    ) -> None:
        self.model, self.resolution, self.settings = model, resolution, settings
        self.device, self.rounds = device, True
        encodings = with_biases(model, resolution.encodings)
        self.places = mark_places(model, encodings)
        self._methods = Methods(model, resolution, settings)
        self.norms = self._norms(norms or {})
        self.weights = self._weights(encodings)
        if not self.weights:
            raise PlanError(NOTHING)
        self.biases = self._biases(encodings)
        self.weight_quantizers = self._weight_quantizers(encodings)
        self.activation_quantizers = self._activation_quantizers(encodings)
        markers = {ACTIVATION: self._activation, WEIGHT: self._weight, BIAS: self._bias}
        self.network = Network(
            self.places.proto,
            device=device,
            markers=markers,
            layers={name: self._norm_layer(name) for name in self.norms},
        )

    def run(self, feeds: Mapping[str, Any], outputs: Iterable[str] | None = None) -> dict[str, Any]:
        """Tensors by name, under the current weights and ranges."""
        return self.network.run(feeds, outputs)

    def quantizers(self) -> Iterator[tuple[str, Quantizer]]:
        """Every quantizer with a name of its own."""
        for owner, quantizer in self.activation_quantizers.items():
            yield quantizer_name("activation", owner), quantizer
        for weight, quantizer in self.weight_quantizers.items():
            yield quantizer_name("weight", weight), quantizer

    def train(self, training: bool) -> None:
        """Whether ranges and batch norms watch what passes."""
        for _, quantizer in self.quantizers():
            quantizer.training = training
            quantizer.grid.forget()
        for norm in self.norms.values():
            norm.training = training
            norm.forget()

    def round(self, rounds: bool) -> None:
        """Whether anything is rounded; else the network is float, and ranges only watch."""
        self.rounds = rounds
        for _, quantizer in self.quantizers():
            quantizer.rounds = rounds

    def settle(self) -> None:
        """Lets ranges and batch norms follow what they watched."""
        for _, quantizer in self.quantizers():
            quantizer.grid.settle()
        for norm in self.norms.values():
            norm.settle()

    def parameters(self) -> dict[str, Parameter]:
        """Everything that learns, by a stable name."""
        found: dict[str, Parameter] = {}
        found.update({f"weights:{name}": weight for name, weight in self.weights.items()})
        found.update({f"biases:{name}": bias for name, bias in self.biases.items()})
        for name, norm in self.norms.items():
            found.update({f"norms:{name}:{part}": p for part, p in norm.learned.items()})
        for name, quantizer in self.quantizers():
            for part, tensor in quantizer.learned.items():
                found[f"ranges:{name}:{part}"] = Parameter(tensor, 1.0, is_range=True)
        return found

    def state(self) -> dict[str, NDArray[Any]]:
        """Copies of all that training changes, as arrays by name."""
        tensors = {name: p.tensor for name, p in self.parameters().items()}
        for name, watched in self._watched():
            tensors.update({f"watched:{name}:{part}": value for part, value in watched.items()})
        return {name: tensor.detach().cpu().numpy().copy() for name, tensor in tensors.items()}

    def load_state(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Puts back what `state` gave."""
        with torch.no_grad():
            for name, parameter in self.parameters().items():
                parameter.tensor.copy_(torch.from_numpy(np.array(state[name])))
            for name, watched in self._watched():
                for part in watched:
                    value = torch.from_numpy(np.array(state[f"watched:{name}:{part}"]))
                    watched[part] = value.to(self.device)

    def folded_weight(self, name: str) -> Any:
        """The float weight that is rounded: with its batch norm, where there is one."""
        node = self._norm_of_weight.get(name)
        weight = self.weights[name].value
        if node is not None:
            weight = self.norms[node].folded_weight(weight)
        quantizer = self.weight_quantizers[name]
        if not self.resolution.plan.pair_safe or quantizer.grid.dtype != INT8:
            return weight
        return drawn_in(weight, quantizer, self.model.consumers[name])

    def folded_bias(self, node: str) -> Any:
        """The float bias of a node."""
        return self.norms[node].folded_bias() if node in self.norms else self.biases[node].value

    def _watched(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for name, quantizer in self.quantizers():
            yield name, quantizer.grid.watched
        for name, norm in self.norms.items():
            yield f"norm:{name}", norm.watched

    def _activation(self, owner: str, value: Tensor) -> Any:
        return self.activation_quantizers[owner](value)

    def _weight(self, name: str, _: Tensor) -> Any:
        return self.weight_quantizers[name](self.folded_weight(name))

    def _bias(self, node: str, _: Tensor) -> Any:
        """The bias as int32 codes of scale s_x s_w give it; gradients pass straight through."""
        bias = self.folded_bias(node)
        if node not in self.places.biases or not self.rounds:
            return bias
        owner, weight = self.places.biases[node]
        quantizer = self.weight_quantizers[weight]
        with torch.no_grad():
            w = quantizer.grid.lattice().scale
            if w.ndim > 1:
                return bias
            scale = self.activation_quantizers[owner].grid.lattice().scale * w
            codes = torch.round(bias.double() / scale.double()).clamp(*_INT32)
            rounded = codes.float() * scale
        return rounded + (bias - bias.detach())

    def _norm_layer(self, name: str) -> Trainable:
        weight = self.resolution.flow.nodes[name].node.input[1]

        def run(attributes: Attributes, x: Tensor, rounded: Tensor, bias: Tensor) -> Any:
            plain = self.weights[weight].value
            return self.norms[name].run(attributes, x, rounded, bias, plain)

        return run

    def _norms(self, constants: Mapping[str, NormConstants]) -> dict[str, FoldedNorm]:
        nodes = self.resolution.flow.nodes
        encodings = self.resolution.encodings
        readers: dict[str, int] = {}
        for node in nodes.values():
            for weight in node.weights:
                readers[weight.tensor] = readers.get(weight.tensor, 0) + 1
        usable = {
            name: known
            for name, known in constants.items()
            if name in nodes
            and nodes[name].node.input[1] in encodings.weights
            and readers[nodes[name].node.input[1]] == 1
            and nodes[name].node.input[1] not in encodings.codes
            and name not in encodings.biases
        }
        self._norm_of_weight = {nodes[name].node.input[1]: name for name in usable}
        return {
            name: FoldedNorm(known, OPERATORS[nodes[name].node.op_type], self.device)
            for name, known in usable.items()
        }

    def _weights(self, encodings: Encodings) -> dict[str, Parameter]:
        found = {}
        for name, encoding in encodings.weights.items():
            if self._is_table(name):
                continue
            values = self.model.weight(name)
            unit = weight_unit(values.shape, encoding, self._products(name, values))
            if name in self._norm_of_weight:
                constants = self.norms[self._norm_of_weight[name]].constants
                values, unit = constants.w, unit / np.abs(constants.factor())
            elif name in encodings.codes:
                values = within_cells(values, encodings.codes[name], encoding)
            found[name] = in_units(values, unit, self.device)
        return found

    def _biases(self, encodings: Encodings) -> dict[str, Parameter]:
        found = {}
        for name, values in encodings.biases.items():
            if name in self.norms:
                continue
            x, weight = self.resolution.flow.nodes[name].node.input[:2]
            if weight not in encodings.weights:
                continue
            unit = bias_unit(values, encodings.weights[weight], encodings.of(x))
            found[name] = in_units(values, unit, self.device)
        return found

    def _products(self, name: str, values: NDArray[Any]) -> float:
        """How many products of this weight make one output."""
        nodes = [n for n in self.model.consumers.get(name, ()) if kind_of(n) is Kind.CORE]
        return values.size / output_channels(nodes[0], values) if nodes else 1.0

    def _is_table(self, name: str) -> bool:
        readers = self.resolution.flow.readers()[name]
        return all(is_table(self.model, node.node) for node, _ in readers)

    def _weight_quantizers(self, encodings: Encodings) -> dict[str, Quantizer]:
        found = {}
        for name, weight in self.weights.items():
            start = encodings.weights[name]
            groups = int(np.prod(parameter_shape(start.granularity, tuple(weight.tensor.shape))))
            found[name] = self._quantizer(
                self._methods.of_weight(name),
                start,
                symmetric=start.symmetric,
                values=max(1, weight.tensor.numel() // max(1, groups)),
                weight=True,
            )
        return found

    def _activation_quantizers(self, encodings: Encodings) -> dict[str, Quantizer]:
        found = {}
        for owner, start in encodings.activations.items():
            shape = self.model.types[owner].shape or ()
            values = int(np.prod([side for side in shape[1:] if isinstance(side, int)]))
            found[owner] = self._quantizer(
                self._methods.of_activation(owner),
                start,
                symmetric=self._methods.symmetric(owner),
                values=max(1, values),
                weight=False,
            )
        return found

    def _quantizer(self, method: Method, start: Any, **options: Any) -> Quantizer:
        quantizer = make_quantizer(
            method, start, device=self.device, watching=self.settings, **options
        )
        if self.settings.delta is not None:
            quantizer.delta = fixed_delta(self.settings.delta, quantizer)
        return quantizer
