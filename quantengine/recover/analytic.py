"""Bias correction without data: channel means from the batch norms that were folded."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from quantengine.graph.affine import Floats
from quantengine.graph.clamps import clamp_bounds, is_clamp
from quantengine.graph.model import FloatModel, Folding
from quantengine.graph.weighted import input_factor, sum_over_inputs, takes_shift
from quantengine.recover.bias import Corrected
from quantengine.rewrite.encodings import Encodings


def clipped_normal_mean(mean: Floats, deviation: Floats, low: float, high: float) -> Floats:
    """E[clip(x, low, high)] `[C]` of a normal x (Nagel 2019, appendix B)."""
    spread = np.maximum(np.abs(deviation), 1e-12)
    a, b = (low - mean) / spread, (high - mean) / spread
    inside = (_below(b) - _below(a)) * mean + (_density(a) - _density(b)) * spread
    below = low * _below(a) if math.isfinite(low) else 0.0
    above = high * (1 - _below(b)) if math.isfinite(high) else 0.0
    return np.asarray(inside + below + above, np.float64)


def _density(z: Floats) -> Floats:
    return np.asarray(np.exp(-np.square(z) / 2) / math.sqrt(2 * math.pi), np.float64)


def _below(z: Floats) -> Floats:
    """The share of a standard normal below z."""
    share = [0.5 * math.erfc(-value / math.sqrt(2)) for value in np.ravel(z)]
    return np.array(share).reshape(np.shape(z))


def correct_bias_analytic(model: FloatModel, encodings: Encodings) -> Corrected:
    """b += (W - Ŵ) E[x], E[x] from the batch norm before the layer (methods.md, section 5).

    For a Conv or Gemm behind a folded batch norm, with a Relu or Clip between them or nothing.
    The error of a padded border and of earlier layers is not seen.
    """
    foldings = {f.output: f for f in model.foldings if f.beta is not None}
    biases, refused = dict(encodings.biases), []
    count = 0
    for name, layer in encodings.flow.nodes.items():
        node = layer.node
        encoding = encodings.weights.get(node.input[1]) if len(node.input) > 1 else None
        weight = None if encoding is None else model.constant(node.input[1])
        if not takes_shift(node) or encoding is None or weight is None:
            continue
        mean = _input_mean(model, str(node.input[0]), foldings)
        if mean is None:
            refused.append(f"{name} is not corrected: no batch norm tells the mean of its input.")
            continue
        lost = weight.astype(np.float64) - encodings.weight_of(node.input[1], weight)
        shift = sum_over_inputs(node, lost * input_factor(node, weight, mean))
        shift = np.where(np.isfinite(shift), shift, 0.0)
        stored = None if layer.bias is None else model.constant(layer.bias)
        before = biases.get(name, np.zeros(1) if stored is None else stored.reshape(-1))
        biases[name] = np.asarray(before + shift, np.float32)
        count += 1
    return Corrected(replace(encodings, biases=biases), count, tuple(refused))


def _input_mean(model: FloatModel, tensor: str, foldings: dict[str, Folding]) -> Floats | None:
    low, high = -math.inf, math.inf
    while tensor not in foldings:
        node = model.producers.get(tensor)
        if node is None or not is_clamp(model, node):
            return None
        below, above = clamp_bounds(model, node) or (low, high)
        low, high = max(low, below), min(high, above)
        tensor = str(node.input[0])
    folding = foldings[tensor]
    assert folding.beta is not None
    assert folding.gamma is not None
    return clipped_normal_mean(folding.beta, folding.gamma, low, high)
