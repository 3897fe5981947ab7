"""Back from training: weights and biases to the float model, ranges to plan and encodings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from quantengine.finetune.fake_network import FakeNetwork
from quantengine.finetune.pytorch import Tensor
from quantengine.formats.encoding import Codes, Encoding
from quantengine.graph.changed import with_constants
from quantengine.graph.model import FloatModel
from quantengine.patterns import exact
from quantengine.plan import QuantPlan
from quantengine.ranges.choice import RangeChoice
from quantengine.resolve.resolve import Resolution, plan_decisions, with_encodings

LEARNED = "learned by fine-tuning"


def finished(network: FakeNetwork) -> tuple[FloatModel, Resolution]:
    """The trained float model, and the resolution under which it is the trained network.

    Ranges of activations become ranges set by hand in the plan; those of weights, which a plan
    cannot hold channel by channel, are in the encodings, as are the codes.
    """
    weights = {name: _array(network.folded_weight(name)) for name in network.weights}
    biases = {name: _array(network.folded_bias(name)) for name in (*network.biases, *network.norms)}
    model = with_constants(network.model, weights, biases)
    activations = {n: q.encoding() for n, q in network.activation_quantizers.items()}
    plan = _with_ranges(network.resolution.plan, activations)
    decisions = plan_decisions(model, plan)
    flow = decisions.flow(model)
    old = network.resolution.encodings
    encodings = replace(
        old,
        flow=flow,
        activations=activations,
        weights={**old.weights, **{n: q.encoding() for n, q in network.weight_quantizers.items()}},
        codes={**old.codes, **_codes(network)},
        biases={name: values for name, values in old.biases.items() if name not in biases},
    )
    choices = {
        name: RangeChoice(float(e.low), float(e.high), note=LEARNED)
        for name, e in activations.items()
    }
    blank = Resolution(plan, decisions, encodings, choices, {}, {}, {}, notes=())
    return model, with_encodings(model, blank, None, encodings)


def _array(tensor: Tensor) -> NDArray[np.float32]:
    return np.asarray(tensor.detach().cpu().numpy(), np.float32)


def _codes(network: FakeNetwork) -> dict[str, Codes]:
    found: dict[str, Codes] = {}
    for name, quantizer in network.weight_quantizers.items():
        found[name] = quantizer.codes(network.folded_weight(name))
    return found


def _with_ranges(plan: QuantPlan, activations: dict[str, Encoding]) -> QuantPlan:
    for name, encoding in activations.items():
        low, high = float(encoding.low), float(encoding.high)
        plan = plan.with_override(exact(name), **{"activations.low": low, "activations.high": high})
    return plan
