"""A model as one protobuf message, which has a limit, and as files."""

from __future__ import annotations

from pathlib import Path

import onnx
from google.protobuf.message import EncodeError

_LARGEST_MESSAGE = 2**31 - 2**24


def as_message(proto: onnx.ModelProto) -> bytes | None:
    """The model as one string, None where it is over the limit.

    Written at once: protobuf writes a message to tell its size, and nothing else runs meanwhile.
    """
    try:
        message = proto.SerializeToString()
    except EncodeError:
        return None
    return message if len(message) < _LARGEST_MESSAGE else None


def size_as_file(proto: onnx.ModelProto) -> int:
    """Bytes; those of the weights alone where they need a file of their own."""
    message = as_message(proto)
    if message is not None:
        return len(message)
    return sum(tensor.ByteSize() for tensor in proto.graph.initializer)


def write_model(proto: onnx.ModelProto, path: Path) -> list[Path]:
    """Writes to `path`; returns the file of external data beside it that a large model needs."""
    message = as_message(proto)
    if message is not None:
        path.write_bytes(message)
        return []
    weights = path.with_name(f"{path.name}.data")
    copy = onnx.ModelProto()
    copy.CopyFrom(proto)
    onnx.save_model(copy, path, save_as_external_data=True, location=weights.name)
    return [weights]
