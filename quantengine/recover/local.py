"""What a layer's output loses, seen from its own inputs in both networks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from quantengine.formats.encoding import Codes
from quantengine.graph.operators.registry import operator_of
from quantengine.recover.product import Matrix, product_of_columns
from quantengine.recover.walk import Columns, Visit
from quantengine.rewrite.encodings import Encodings


def codes_now(visit: Visit, encodings: Encodings) -> Codes:
    """Codes of the layer's weight: chosen ones, or those of rounding to nearest."""
    return encodings.codes_of(visit.weight, visit.product.weight(visit.rows))


def _rows_now(visit: Visit, encodings: Encodings) -> Matrix:
    """`[G, R, K]`: the weight as the quantized network sees it."""
    encoding = encodings.weights[visit.weight]
    rows: Matrix = visit.product.rows(encoding.dequantize(codes_now(visit, encodings)))
    return rows


def _bias_now(visit: Visit, encodings: Encodings) -> Matrix:
    """`[G, R]`: the bias as the quantized network has it, before its own rounding."""
    if visit.added is not None:
        bias = encodings.constants.get(visit.added)
    else:
        bias = encodings.biases.get(visit.layer.node.name)
    return visit.bias if bias is None else bias.reshape(visit.bias.shape)


def _with_bias(visit: Visit, encodings: Encodings, bias: Matrix) -> Encodings:
    """The encodings with another bias of the layer."""
    values = bias.reshape(-1).astype(np.float32)
    if visit.added is not None:
        return replace(encodings, constants={**encodings.constants, visit.added: values})
    return replace(encodings, biases={**encodings.biases, visit.layer.node.name: values})


def takes_bias(visit: Visit) -> bool:
    """Whether the layer's operator, or an Add behind it, has a place for a bias."""
    return visit.added is not None or operator_of(visit.layer.node).bias is not None


def matched(visit: Visit, encodings: Encodings) -> Encodings:
    """The encodings with the layer's bias at which the means of both networks are the same."""
    if not takes_bias(visit):
        return encodings
    rows = _rows_now(visit, encodings)
    return _with_bias(visit, encodings, _matching_bias(visit, rows, visit.fit))


def matched_if_held(visit: Visit, encodings: Encodings) -> Encodings:
    """The same where it brings what samples held out see nearer to the float network, else as is.

    A bias moves every position alike, so that of the mean squared distance only that of the bias to
    the one that matches on these samples changes: sum (b - b_held)^2 + a constant.
    """
    if not takes_bias(visit):
        return encodings
    rows = _rows_now(visit, encodings)
    found, asked = (_matching_bias(visit, rows, seen) for seen in (visit.fit, visit.held))
    distances = [
        float(np.sum(np.square(bias - asked, dtype=np.float64)))
        for bias in (found, _bias_now(visit, encodings))
    ]
    return _with_bias(visit, encodings, found) if distances[0] < distances[1] else encodings


def held_error(visit: Visit, encodings: Encodings) -> float:
    """Mean squared distance of both networks' outputs of the layer, before its activation."""
    columns = visit.held
    rows, bias = _rows_now(visit, encodings), _bias_now(visit, encodings)
    lost = visit.expected - product_of_columns(rows, bias, columns.candidate)
    return float(np.mean(np.square(lost) * columns.share[:, None], dtype=np.float64))


def _matching_bias(visit: Visit, rows: Matrix, seen: Columns) -> Matrix:
    """`[G, R]`: the bias at which both networks' outputs have the same mean over what was seen."""
    expected = np.einsum("grk,gk->gr", visit.rows, seen.reference_mean)
    found = np.einsum("grk,gk->gr", rows, seen.candidate_mean)
    return np.asarray(visit.bias + expected - found, np.float32)
