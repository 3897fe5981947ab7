"""Codes that cannot saturate sums of two products on CPUs without VNNI."""

from __future__ import annotations

import numpy as np

from quantengine.formats.encoding import Codes
from quantengine.formats.pair_safety import LARGEST_SUM
from quantengine.recover.product import Product


def pair_safe_codes(product: Product, codes: Codes) -> Codes:
    """`codes` of a weight, the larger of two neighbours drawn in where int16 would not hold both.

    By a step or two of 127 for codes on a scale at which rounding to nearest is safe. Neighbours
    are those that are multiplied as a pair: along channels first, as onnxruntime lays them out.
    """
    conv = product.node.op_type == "Conv"
    if conv and product.shape[1] == 1 and product.groups > 1:
        return codes
    rows = np.moveaxis(codes, 1, -1) if conv else product.rows(codes)
    ordered = rows.reshape(len(rows) if conv else rows.shape[1], -1)
    safe = _safe(ordered.astype(np.int32)).reshape(rows.shape).astype(codes.dtype)
    return np.asarray(np.moveaxis(safe, -1, 1) if conv else product.weight(safe))


def _safe(rows: Codes) -> Codes:
    """Codes `[R, K]` in which two of one sign next to each other add up to what int16 holds."""
    even = np.concatenate([rows, np.zeros((len(rows), rows.shape[1] % 2), rows.dtype)], axis=1)
    pairs = even.reshape(len(rows), -1, 2)
    same = np.sign(pairs[..., 0]) == np.sign(pairs[..., 1])
    excess = np.where(same, np.maximum(np.abs(pairs.sum(axis=2)) - LARGEST_SUM, 0), 0)
    larger = np.argmax(np.abs(pairs), axis=2)[..., None]
    drawn = np.take_along_axis(pairs, larger, 2)
    np.put_along_axis(pairs, larger, drawn - np.sign(drawn) * excess[..., None], 2)
    return np.asarray(even[:, : rows.shape[1]])
