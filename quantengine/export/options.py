"""How a file is to be written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Form = Literal["qdq", "qoperator"]


@dataclass(frozen=True)
class ExportOptions:
    """How a file is written.

    `opset` None keeps the model's, or takes the lowest that knows the types used. `force` writes
    a file in which nothing is an integer too, and one that cannot be verified, as of
    a network whose outputs change from run to run.
    """

    form: Form = "qdq"
    opset: int | None = None
    force: bool = False


AS_USUAL = ExportOptions()
