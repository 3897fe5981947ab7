"""How a file is to be written."""

from __future__ import annotations

from dataclasses import dataclass

ACCURACY_LEVELS = (0, 1, 2, 3, 4)
"""Of products with packed weights: what a kernel may make of activations."""
ROUNDS_ACTIVATIONS = 4


@dataclass(frozen=True)
class ExportOptions:
    """How a file is written.

    `form` is one of `FORMS`. `opset` None keeps the model's, or takes the lowest that knows the
    types used. `force` writes a file in which nothing is an integer too, and one that cannot be
    verified, as of a network whose outputs change from run to run. `accuracy_level` is that of
    packed weights (`nbits`): 4 rounds activations to 8 bits in the kernel, 0 leaves them float.
    `float16_rest` writes what is no code in half precision, where it can be.
    """

    form: str = "qdq"
    opset: int | None = None
    force: bool = False
    accuracy_level: int = 0
    float16_rest: bool = False


AS_USUAL = ExportOptions()
