"""Whether onnxruntime makes sense of a file, and whether running it at load is cheap."""

from __future__ import annotations

import re

from quantengine.errors import ModelError
from quantengine.graph.origin import Origin
from quantengine.graph.read import ModelSource
from quantengine.opening.reference import KEPT_BYTES, keep_reference
from quantengine.opening.weight import is_light
from quantengine.runtime import Session

_SENSELESS = re.compile(r"\[(Shape|Type)InferenceError\]")
"""What onnxruntime says of nodes whose inputs cannot be theirs, whoever runs them."""


class Gate:
    """Lets a file pass that onnxruntime can load, or refuses for want of an operator.

    `light`: the file costs little to run on made-up inputs; its session is then the reference.
    """

    def __init__(self) -> None:
        self.light = False
        self._session: Session | None = None

    def admit(self, source: ModelSource) -> None:
        """Raises ModelError where the sizes, axes or types in a file contradict each other."""
        if source.file_bytes > KEPT_BYTES:
            return
        self.light, path = is_light(source.proto), source.files[0]
        try:
            self._session = Session(path, optimize=self.light)
        except ModelError as error:
            if _SENSELESS.search(str(error.__cause__)):
                raise ModelError("{0} is not a valid ONNX model: {1}.", path, error) from error

    def keep(self, origin: Origin) -> None:
        """Keeps the session of a light file for those who compare with it."""
        if self.light and self._session is not None:
            keep_reference(origin, self._session)
