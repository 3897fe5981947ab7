"""The network the quantized file will be, with gradients: weights, biases and ranges learn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.finetune.batch_norm import FoldedNorm, NormConstants
from quantengine.finetune.methods import Methods
from quantengine.finetune.network import OPERATORS, Network
from quantengine.finetune.operators import Attributes, Operator
from quantengine.finetune.places import ACTIVATION, BIAS, WEIGHT, mark_places
from quantengine.finetune.pytorch import Tensor, torch
from quantengine.finetune.quantizers import Quantizer, fixed_delta, make_quantizer
from quantengine.finetune.settings import Method, Settings
from quantengine.finetune.start import with_biases, within_cells
from quantengine.formats.granularity import parameter_shape
from quantengine.graph.model import FloatModel
from quantengine.resolve import Resolution
from quantengine.rewrite.encodings import Encodings

_INT32 = (-(2.0**31), 2.0**31 - 1)


@dataclass(frozen=True, eq=False)
class Parameter:
    """A tensor that learns: `unit` is the size its learning rate refers to."""

    tensor: Any
    unit: float
    is_range: bool


class FakeNetwork:
    """`model` as it is under `resolution`, on `device`.

    `weights` by initializer and `biases` by node hold float values, `quantizers` are by owner
    tensor and by initializer. Raises PlanError where a pattern of the settings matches nothing.
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
        self.device = device
        encodings = with_biases(model, resolution.encodings)
        self.places = mark_places(model, encodings)
        self._methods = Methods(model, resolution, settings)
        self.norms = self._norms(norms or {})
        self.weights = self._weights(encodings)
        self.biases = {
            name: self._leaf(values)
            for name, values in encodings.biases.items()
            if name not in self.norms
        }
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
            yield f"activation:{owner}", quantizer
        for weight, quantizer in self.weight_quantizers.items():
            yield f"weight:{weight}", quantizer

    def train(self, training: bool) -> None:
        """Whether watched ranges and batch statistics move."""
        for _, quantizer in self.quantizers():
            quantizer.training = training
        for norm in self.norms.values():
            norm.training = training

    def parameters(self) -> dict[str, Parameter]:
        """Everything that learns, by a stable name."""
        found = {}
        for name, weight in self.weights.items():
            found[f"weights:{name}"] = Parameter(weight, self._step(name), False)
        for name, bias in self.biases.items():
            found[f"biases:{name}"] = Parameter(bias, _size(bias), False)
        for name, norm in self.norms.items():
            for part, tensor in norm.learned.items():
                found[f"norms:{name}:{part}"] = Parameter(tensor, _size(tensor), False)
        for name, quantizer in self.quantizers():
            for part, tensor in quantizer.learned.items():
                found[f"ranges:{name}:{part}"] = Parameter(tensor, 1.0, True)
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
        weight = self.weights[name]
        return weight if node is None else self.norms[node].folded_weight(weight)

    def folded_bias(self, node: str) -> Any:
        """The float bias of a node."""
        return self.norms[node].folded_bias() if node in self.norms else self.biases[node]

    def _step(self, name: str) -> float:
        """The mean step of a weight's grid, in units of what learns: before its batch norm."""
        start = self.weight_quantizers[name].grid.start
        step = float(start.scale.mean()) * (2 if start.dtype.is_sign else 1)
        node = self._norm_of_weight.get(name)
        if node is None:
            return step
        constants = self.norms[node].constants
        return step * float(np.linalg.norm(constants.w) / np.linalg.norm(constants.folded()[0]))

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
        if node not in self.places.biases:
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

    def _norm_layer(self, name: str) -> Operator:
        weight = self.resolution.flow.nodes[name].node.input[1]

        def run(attributes: Attributes, x: Tensor, rounded: Tensor, bias: Tensor) -> Any:
            return self.norms[name].run(attributes, x, rounded, bias, self.weights[weight])

        return run

    def _leaf(self, values: NDArray[Any]) -> Any:
        return torch.tensor(np.asarray(values, np.float32)).to(self.device).requires_grad_()

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
            name: FoldedNorm(known, OPERATORS["Conv"], self.device)
            for name, known in usable.items()
        }

    def _weights(self, encodings: Encodings) -> dict[str, Any]:
        found = {}
        for name in encodings.weights:
            node = self._norm_of_weight.get(name)
            constant = self.model.constant(name)
            assert constant is not None
            values = constant if node is None else self.norms[node].constants.w
            if name in encodings.codes:
                values = within_cells(constant, encodings.codes[name], encodings.weights[name])
            if not self._is_table(name):
                found[name] = self._leaf(values)
        return found

    def _is_table(self, name: str) -> bool:
        return all(node.op_type == "Gather" for node in self.model.consumers.get(name, ()))

    def _weight_quantizers(self, encodings: Encodings) -> dict[str, Quantizer]:
        found = {}
        for name, weight in self.weights.items():
            start = encodings.weights[name]
            groups = int(np.prod(parameter_shape(start.granularity, tuple(weight.shape))))
            found[name] = self._quantizer(
                self._methods.of_weight(name),
                start,
                symmetric=start.symmetric,
                values=max(1, weight.numel() // max(1, groups)),
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
        update = self.settings.range_update
        quantizer = make_quantizer(
            method, start, device=self.device, range_update=update, **options
        )
        if self.settings.delta is not None:
            quantizer.delta = fixed_delta(self.settings.delta, quantizer)
        return quantizer


def _size(tensor: Tensor) -> float:
    """Root mean square; 1 for a tensor of zeros."""
    size = float(tensor.detach().double().square().mean().sqrt())
    return size if size > 0 else 1.0
