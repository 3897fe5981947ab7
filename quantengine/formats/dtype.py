"""Integer types of any width from 1 to 32 bits and the ONNX type that stores each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quantengine.errors import PlanError

if TYPE_CHECKING:
    import numpy as np

STORED_BITS = (4, 8, 16, 32)


@dataclass(frozen=True, order=True)
class IntegerType:
    """An integer of `bits` bits; `int8`, `uint4`, `int6`... are its names.

    One bit with a sign is that sign alone: the codes of `int1` are -1 and +1, with no zero.
    """

    bits: int
    signed: bool

    def __post_init__(self) -> None:
        if not (1 <= self.bits <= 16 or (self.bits, self.signed) == (32, True)):
            raise PlanError("A width of {0} bits is not supported: choose 1 to 16 bits.", self.bits)

    @classmethod
    def parse(cls, name: str) -> IntegerType:
        """`int8` or `uint8` and any other width; raises PlanError for another word."""
        match = re.fullmatch(r"(u?)int(\d{1,2})", name)
        if match is None:
            raise PlanError(
                "'{0}' is not an integer type: write int8, uint8, int4, int16, ...", name
            )
        return cls(int(match[2]), signed=not match[1])

    @property
    def name(self) -> str:
        return f"{'' if self.signed else 'u'}int{self.bits}"

    def __str__(self) -> str:
        return self.name

    @property
    def qmin(self) -> int:
        return -(1 << (self.bits - 1)) if self.signed else 0

    def lowest(self, *, narrow: bool) -> int:
        """The lowest code in use; `narrow` leaves out qmin, except of one bit, which needs both."""
        return self.qmin + (narrow and self.bits > 1)

    @property
    def qmax(self) -> int:
        if self.is_sign:
            return 1
        return (1 << (self.bits - 1)) - 1 if self.signed else (1 << self.bits) - 1

    @property
    def is_sign(self) -> bool:
        """Whether the codes are -1 and +1."""
        return self.bits == 1 and self.signed

    @property
    def middle(self) -> int:
        """The zero point of a symmetric encoding; one bit without a sign has no lower half."""
        return 0 if self.signed or self.bits == 1 else 1 << (self.bits - 1)

    @property
    def half_steps(self) -> int:
        """Steps from the middle to either end of a symmetric encoding."""
        return max(1, (1 << (self.bits - 1)) - 1)

    @property
    def stored(self) -> IntegerType:
        """The narrowest ONNX type that holds every value."""
        return IntegerType(next(b for b in STORED_BITS if b >= self.bits), self.signed)

    @property
    def numpy(self) -> np.dtype[np.integer]:
        """The numpy type that holds codes in memory (4-bit codes use 8)."""
        import numpy as np  # types are named in every help, which shall come at once

        return np.dtype(f"{'' if self.signed else 'u'}int{max(8, self.stored.bits)}")


INT8 = IntegerType(8, True)
UINT8 = IntegerType(8, False)
INT16 = IntegerType(16, True)
UINT16 = IntegerType(16, False)
INT4 = IntegerType(4, True)
UINT4 = IntegerType(4, False)
INT32 = IntegerType(32, True)


class OfType:
    """A grid of codes from `qmin` to `qmax`."""

    dtype: IntegerType
    narrow: bool

    @property
    def qmin(self) -> int:
        return self.dtype.lowest(narrow=self.narrow)

    @property
    def qmax(self) -> int:
        return self.dtype.qmax
