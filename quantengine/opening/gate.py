"""Whether onnxruntime makes sense of a file, and whether running it at load is cheap."""

from __future__ import annotations

import re
from functools import cached_property

import onnx

from quantengine.errors import ModelError
from quantengine.graph.read import ModelSource
from quantengine.graph.walk import skeleton
from quantengine.opening.reference import KEPT_BYTES
from quantengine.opening.weight import is_light
from quantengine.runtime import outline

_SENSELESS = re.compile(r"\[(Shape|Type)InferenceError\]")
"""What onnxruntime says of nodes whose inputs cannot be theirs, whoever runs them."""


class Gate:
    """Lets a file pass that onnxruntime can load, or refuses for want of an operator."""

    def __init__(self) -> None:
        self._network: onnx.ModelProto | None = None

    def admit(self, source: ModelSource) -> None:
        """Raises ModelError where the sizes, axes or types in a file contradict each other."""
        network, _ = skeleton(source.proto)
        try:
            outline(network)
        except ModelError as error:
            if _SENSELESS.search(str(error.__cause__)):
                raise ModelError(
                    "{0} is not a valid ONNX model: {1}.", source.files[0], error
                ) from error
        if source.file_bytes <= KEPT_BYTES:
            self._network = network

    @cached_property
    def light(self) -> bool:
        """Whether the file that was admitted costs little to run on made-up inputs."""
        return self._network is not None and is_light(self._network)
