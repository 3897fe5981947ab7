"""The model file and its external data: found, checked, hashed and in memory."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

import onnx
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import DecodeError, Message
from onnx import numpy_helper
from onnx.external_data_helper import load_external_data_for_model, uses_external_data

from quantengine.errors import ModelError
from quantengine.files import native
from quantengine.graph.functions import written_out
from quantengine.graph.left_out import refuse_left_out, refuse_undrawable
from quantengine.graph.walk import all_graphs, all_tensors
from quantengine.monitor import SILENT, Monitor
from quantengine.sentence import Sentence

LARGEST_MESSAGE = 2**31 - 1
_MOST_NODES = 1_000_000
"""Of all calls of functions written out; networks have thousands."""
_LONGEST_LINE = 300
"""Of what a library says, which may hold names of any length."""
_CHUNK_BYTES = 2**24
_TEXTS_OF_TENSORS = [
    onnx.TensorProto.DESCRIPTOR.fields_by_name[name]
    for name in ("name", "doc_string", "external_data", "metadata_props")
    if name in onnx.TensorProto.DESCRIPTOR.fields_by_name
]
_ELEMENTS = frozenset(onnx.TensorProto.DataType.values())
_PACKED_BITS = {
    getattr(onnx.TensorProto, name): bits
    for name, bits in (("UINT4", 4), ("INT4", 4), ("FLOAT4E2M1", 4), ("UINT2", 2), ("INT2", 2))
    if hasattr(onnx.TensorProto, name)
}


@dataclass(frozen=True, eq=False)
class ModelSource:
    """A checked model as the file holds it, with the hash and size of all its files."""

    proto: onnx.ModelProto
    files: tuple[Path, ...]
    digest: str
    file_bytes: int


def read_model(path: Path, *, monitor: Monitor = SILENT) -> ModelSource:
    """Reads and checks; raises ModelError for anything that is not a sound ONNX file."""
    data = _bytes(path)
    proto = _parsed(data, path)
    if not written_out(proto) <= _MOST_NODES:
        raise ModelError(
            "{0}: its functions call themselves or each other without end, or over {1} times: "
            "export it with its functions written out.",
            path,
            f"{_MOST_NODES:,}",
        )
    files = sorted(_external_files(proto, path))
    for tensor in all_tensors(proto):
        if not uses_external_data(tensor):
            _check_size(tensor, path)
    monitor.check()
    digest = hashlib.sha256(data)
    size = len(data) + _hash_files(files, digest, monitor)
    with native(path, lambda: files) as name:
        _check(name, path)
        refuse_left_out(proto, path)
        refuse_undrawable(proto, path)
        _load_external_data(proto, name, path)
    return ModelSource(proto, (path, *files), digest.hexdigest(), size)


def model_files(path: Path) -> tuple[Path, ...]:
    """The file and its external data; raises ModelError for anything that is no ONNX file."""
    return (path, *sorted(_external_files(_parsed(_bytes(path), path), path)))


def files_digest(files: Sequence[Path], *, monitor: Monitor = SILENT) -> str:
    """SHA-256 of files, one after the other: that of a model and its external data."""
    digest = hashlib.sha256()
    _hash_files(files, digest, monitor)
    return digest.hexdigest()


def _bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise ModelError("{0} is a folder: give the .onnx file in it.", path)
        if not path.exists():
            raise ModelError("There is no file {0}: check the path.", path)
        if not path.is_file():
            raise ModelError("{0} is not an ordinary file: give an .onnx file.", path)
        if path.stat().st_size > LARGEST_MESSAGE:
            raise ModelError(
                "{0} is over 2 GB, more than one ONNX file can hold: save it with its weights as "
                "external data.",
                path,
            )
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        raise ModelError("{0} cannot be read: {1}.", path, _line(error)) from error
    if not data:
        raise ModelError("{0} is empty: export or download it again.", path)
    return data


def _parsed(data: bytes, path: Path) -> onnx.ModelProto:
    proto = onnx.ModelProto()
    try:
        proto.ParseFromString(data)
    except DecodeError as error:
        raise ModelError(
            "{0} is not an ONNX model, or only a part of one ({1} bytes): export or download it "
            "again.",
            path,
            len(data),
        ) from error
    if not _is_text(proto):
        raise ModelError("{0} holds names that are no text: export or download it again.", path)
    if not all(kind in _ELEMENTS for kind in _element_types(proto)):
        raise ModelError("{0} holds tensors of no known type: export or download it again.", path)
    borrowed = next((n for n in _nodes(proto) if any(a.ref_attr_name for a in n.attribute)), None)
    if borrowed is not None:
        raise ModelError(
            "{0}: node '{1}' ({2}) takes an attribute of a function that it does not stand in: "
            "export or download it again.",
            *(path, borrowed.name, borrowed.op_type),
        )
    if not proto.HasField("graph") or not proto.ir_version:
        raise ModelError("{0} holds no ONNX graph: export or download it again.", path)
    return proto


def _is_text(message: Message) -> bool:
    """Whether all strings are UTF-8: protobuf hands out bytes for those that are not, or raises."""
    try:
        for field, value in _held(message):
            if field.type not in (field.TYPE_MESSAGE, field.TYPE_STRING):
                continue
            parts = [value] if isinstance(value, (Message, str, bytes)) else value
            if not all(
                _is_text(p) if isinstance(p, Message) else isinstance(p, str) for p in parts
            ):
                return False
    except UnicodeDecodeError:
        return False
    return True


def _held(message: Message) -> Iterable[tuple[FieldDescriptor, Any]]:
    """What a message says, without the weights: reading these would copy them."""
    if isinstance(message, onnx.TensorProto):
        return [(field, getattr(message, field.name)) for field in _TEXTS_OF_TENSORS]
    held: Iterable[tuple[FieldDescriptor, Any]] = message.ListFields()
    return held


def _element_types(proto: onnx.ModelProto) -> Iterator[int]:
    """Of everything that the main graph and its bodies say a type of."""
    for graph in all_graphs(proto.graph):
        for value in (*graph.input, *graph.output, *graph.value_info):
            yield value.type.tensor_type.elem_type
        yield from (tensor.data_type for tensor in graph.initializer)


def _nodes(proto: onnx.ModelProto) -> Iterator[onnx.NodeProto]:
    """Of the main graph and its bodies, without those of functions."""
    for graph in all_graphs(proto.graph):
        yield from graph.node


def _load_external_data(proto: onnx.ModelProto, name: str, path: Path) -> None:
    try:
        load_external_data_for_model(proto, str(Path(name).parent))
    except (OSError, ValueError, RuntimeError, onnx.checker.ValidationError) as error:
        raise ModelError(
            "{0}: its external data cannot be read: {1}.", path, _line(error)
        ) from error


def _check(name: str, path: Path) -> None:
    try:
        onnx.checker.check_model(name)
    except (
        onnx.checker.ValidationError,
        onnx.shape_inference.InferenceError,
        ValueError,
        RuntimeError,
        IndexError,
        MemoryError,
    ) as error:
        raise ModelError(
            "{0} is not a valid ONNX model: {1}; export it again.", path, _line(error)
        ) from error


def _external_files(proto: onnx.ModelProto, path: Path) -> dict[Path, None]:
    files: dict[Path, None] = {}
    for tensor in all_tensors(proto):
        if uses_external_data(tensor):
            files[_external_file(tensor, path)] = None
    return files


def _external_file(tensor: onnx.TensorProto, path: Path) -> Path:
    entries: dict[str, str] = {entry.key: entry.value for entry in tensor.external_data}
    location = entries.get("location", "")
    where = Sentence("{0}: tensor '{1}' has its data in '{2}'", path, tensor.name, location)
    parts = {*PurePosixPath(location).parts, *PureWindowsPath(location).parts}
    inside = location and ".." not in parts and "\0" not in location
    if not inside or PurePosixPath(location).is_absolute() or PureWindowsPath(location).anchor:
        raise ModelError("{0}, which is not a path inside the model's folder: refused.", where)
    file = path.parent / location
    try:
        if not file.resolve().is_relative_to(path.parent.resolve()):
            raise ModelError(
                "{0}, a link that leads outside the model's folder: put the data file itself "
                "there.",
                where,
            )
        if not file.is_file():
            raise ModelError("{0}, which is missing: put that file beside the model.", where)
        size = file.stat().st_size
    except (OSError, RuntimeError) as error:
        raise ModelError("{0}, which cannot be read: {1}.", where, _line(error)) from error
    if not _fits(tensor, entries, size):
        raise ModelError(
            "{0}, but its place there does not fit the file of {1} bytes: the file is cut off or "
            "from another model.",
            where,
            size,
        )
    if "length" not in entries:  # else the loader takes all that follows in a shared file
        tensor.external_data.add(key="length", value=str(_byte_count(tensor)))
    return file


def _fits(tensor: onnx.TensorProto, entries: dict[str, str], size: int) -> bool:
    needed = _byte_count(tensor)
    try:
        offset = int(entries.get("offset") or 0)
        length = int(entries.get("length") or needed or 0)
    except ValueError:
        return False
    return offset >= 0 and length == needed and offset + length <= size


def _byte_count(tensor: onnx.TensorProto) -> int | None:
    """Bytes of the raw form; None where the type has none or the shape is no shape."""
    if any(dim < 0 for dim in tensor.dims) or tensor.data_type == onnx.TensorProto.STRING:
        return None
    count: int = math.prod(tensor.dims)
    bits = _PACKED_BITS.get(tensor.data_type)
    if bits is not None:
        return (count * bits + 7) // 8
    try:
        return count * int(onnx.helper.tensor_dtype_to_np_dtype(tensor.data_type).itemsize)
    except (KeyError, ValueError, TypeError):
        return None


def _check_size(tensor: onnx.TensorProto, path: Path) -> None:
    """Refuses a tensor whose bytes do not fill its shape, before anyone reads it as an array."""
    if tensor.HasField("raw_data"):
        sound = len(tensor.raw_data) == _byte_count(tensor)
    else:
        try:
            numpy_helper.to_array(tensor)
            sound = True
        except (ValueError, TypeError, KeyError, OverflowError, UnicodeDecodeError):
            sound = False
    if not sound:
        raise ModelError(
            "{0}: tensor '{1}' does not hold the values its shape {2} asks for: export the model "
            "again.",
            path,
            tensor.name,
            list(tensor.dims),
        )


def _hash_files(files: Sequence[Path], digest: hashlib._Hash, monitor: Monitor) -> int:
    total = 0
    for file in files:
        try:
            with file.open("rb") as stream:
                while chunk := stream.read(_CHUNK_BYTES):
                    digest.update(chunk)
                    total += len(chunk)
                    monitor.check()
        except OSError as error:
            raise ModelError("{0} cannot be read: {1}.", file, _line(error)) from error
    return total


def _line(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    line = lines[0].rstrip(".") if lines else type(error).__name__
    return line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]} ..."
