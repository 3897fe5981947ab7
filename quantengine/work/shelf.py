"""Arrays under short keys, for a header that tells what they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Shelf:
    """What is put away gets a key; an array that is not there is a KeyError."""

    arrays: dict[str, Array] = field(default_factory=dict)

    def put(self, values: Array) -> str:
        key = f"array{len(self.arrays)}"
        self.arrays[key] = values
        return key

    def put_bytes(self, values: bytes) -> str:
        return self.put(np.frombuffer(values, np.uint8))

    def array(self, key: str) -> Array:
        return self.arrays[key]

    def bytes(self, key: str) -> bytes:
        return self.arrays[key].tobytes()
