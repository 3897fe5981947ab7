"""The limit of one protobuf message."""

from __future__ import annotations

import onnx
from google.protobuf.message import EncodeError

_LARGEST_MESSAGE = 2**31 - 2**24


def fits_one_message(proto: onnx.ModelProto) -> bool:
    """Whether the model can be one file or one string; asking protobuf fails when it cannot."""
    try:
        return bool(proto.ByteSize() < _LARGEST_MESSAGE)
    except EncodeError:
        return False
