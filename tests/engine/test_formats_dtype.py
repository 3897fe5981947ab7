from __future__ import annotations

import numpy as np
import pytest

from quantengine.errors import PlanError
from quantengine.formats.dtype import INT32, IntegerType


@pytest.mark.parametrize(
    ("name", "limits", "middle", "stored", "memory"),
    [
        ("int8", (-128, 127), 0, "int8", "int8"),
        ("uint8", (0, 255), 128, "uint8", "uint8"),
        ("int4", (-8, 7), 0, "int4", "int8"),
        ("uint2", (0, 3), 2, "uint4", "uint8"),
        ("int5", (-16, 15), 0, "int8", "int8"),
        ("uint9", (0, 511), 256, "uint16", "uint16"),
        ("uint1", (0, 1), 0, "uint4", "uint8"),
        ("int1", (-1, 1), 0, "int4", "int8"),
        ("int16", (-32768, 32767), 0, "int16", "int16"),
    ],
)
def test_limits_and_storage(name, limits, middle, stored, memory):
    dtype = IntegerType.parse(name)
    assert str(dtype) == name
    assert (dtype.qmin, dtype.qmax, dtype.middle) == (*limits, middle)
    assert str(dtype.stored) == stored
    assert dtype.numpy == np.dtype(memory)


def test_only_the_bias_has_32_bits():
    assert IntegerType.parse("int32") == INT32
    with pytest.raises(PlanError, match="32 bits"):
        IntegerType(32, signed=False)


@pytest.mark.parametrize("name", ["float", "int", "int-8", "Int8", "uint8x", "", "int0", "int17"])
def test_other_words_are_refused(name):
    with pytest.raises(PlanError):
        IntegerType.parse(name)
