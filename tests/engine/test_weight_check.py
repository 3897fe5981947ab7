"""Weights on their grid are near the ones that were given, however their codes were chosen."""

from __future__ import annotations

import numpy as np
import pytest

from quantengine.errors import ExportError
from quantengine.export.weight_check import refuse_wrong_weight
from quantengine.formats.dtype import IntegerType
from quantengine.formats.encoding import Encoding, encode_range

WEIGHT = np.random.default_rng(0).normal(size=(8, 8)).astype(np.float32)


def grid(bits: int) -> Encoding:
    return encode_range(-3, 3, IntegerType(bits, True), symmetric=True)


@pytest.mark.parametrize("bits", [4, 8, 16])
def test_codes_that_make_up_for_other_errors_are_taken(bits: int) -> None:
    """At 16 bits a hundredth of the weight is a hundred steps."""
    encoding = grid(bits)
    moved = encoding.fake_quantize(WEIGHT * np.float32(1.01))
    refuse_wrong_weight("layer", "w", WEIGHT, moved, encoding, nearest=False)


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("nearest", [True, False])
def test_another_weight_is_refused_by_name(bits: int, nearest: bool) -> None:
    encoding = grid(bits)
    other = encoding.fake_quantize(WEIGHT.T)
    with pytest.raises(ExportError, match="first at 'layer': its weight 'w'"):
        refuse_wrong_weight("layer", "w", WEIGHT, other, encoding, nearest=nearest)


@pytest.mark.parametrize("bits", [2, 8, 16])
def test_rounding_to_nearest_moves_half_a_step_at_most(bits: int) -> None:
    encoding = grid(bits)
    many = np.random.default_rng(1).normal(size=(400, 400)).astype(np.float32)
    refuse_wrong_weight("l", "w", many, encoding.fake_quantize(many), encoding, nearest=True)
    beside = encoding.fake_quantize(WEIGHT) + encoding.scale
    with pytest.raises(ExportError, match="its weight 'w'"):
        refuse_wrong_weight("l", "w", WEIGHT, beside, encoding, nearest=True)
