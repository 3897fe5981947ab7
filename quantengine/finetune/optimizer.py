"""Adam or SGD over weights and ranges, in their units."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantengine.finetune.parameter import Parameter
from quantengine.finetune.pytorch import torch
from quantengine.finetune.settings import Settings

_SGD_MOMENTUM = 0.9
_LEAST = 1e-30


class Optimizer:
    """Steps of weights and ranges, each at its own rate times a cosine that falls to 0.

    Layers that learn together share a rate: what each adds to the output, all add up. SGD divides
    the gradient of each tensor by its root mean square; Adam does so value by value.
    """

    def __init__(self, parameters: Mapping[str, Parameter], settings: Settings) -> None:
        self._parameters = parameters
        self._rates = (settings.weight_rate, settings.range_rate)
        groups: list[dict[str, Any]] = [
            {"params": [p.tensor for p in parameters.values() if p.is_range == is_range], "lr": 0.0}
            for is_range in (False, True)
        ]
        if settings.optimizer == "adam":
            self._steps = torch.optim.Adam(groups, lr=0.0, fused=True)
        else:
            self._steps = torch.optim.SGD(
                groups, lr=0.0, momentum=_SGD_MOMENTUM, dampening=_SGD_MOMENTUM
            )

    def step(self, share: float, layers: int) -> None:
        """One step of `layers` at `share` (0..1) of the run; forgets the gradients."""
        factor = 0.5 * (1 + math.cos(math.pi * share)) / max(layers, 1)
        for group, rate in zip(self._steps.param_groups, self._rates, strict=True):
            group["lr"] = rate * factor
        if isinstance(self._steps, torch.optim.SGD):
            self._normalise()
        self._steps.step()
        self._steps.zero_grad(set_to_none=True)

    def _normalise(self) -> None:
        """Gives gradients the size that Adam gives its steps, so that rates mean the same."""
        for parameter in self._parameters.values():
            gradient = parameter.tensor.grad
            if gradient is not None:
                length = torch.linalg.vector_norm(gradient, dtype=torch.float64)
                gradient.div_(max(float(length) / gradient.numel() ** 0.5, _LEAST))

    def state(self) -> dict[str, NDArray[Any]]:
        """Copies of the optimizer's tensors, by parameter and part."""
        found = {}
        for name, parameter in self._parameters.items():
            for part, value in self._steps.state.get(parameter.tensor, {}).items():
                if value is not None:
                    tensor = torch.as_tensor(value)
                    found[f"{name}:{part}"] = tensor.detach().cpu().numpy().copy()
        return found

    def load_state(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Puts back what `state` gave."""
        for name, parameter in self._parameters.items():
            held: dict[str, Any] = {}
            for part in ("step", "exp_avg", "exp_avg_sq", "momentum_buffer"):
                if f"{name}:{part}" in state:
                    value = torch.from_numpy(np.array(state[f"{name}:{part}"]))
                    # a fused Adam counts its steps on the device too
                    held[part] = value.to(parameter.tensor.device)
            if held:
                self._steps.state[parameter.tensor] = held
