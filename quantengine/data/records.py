"""Datasets whose samples are files: .npz, one array a file, ONNX test_data_set folders."""

from __future__ import annotations

import hashlib
from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from quantengine.data.array_file import read_archive
from quantengine.data.column import (
    DIGEST_BYTES,
    array_digest,
    checked_mask,
    file_digest,
    prepared,
)
from quantengine.data.dataset import Array, Dataset
from quantengine.data.feed import fit
from quantengine.data.file_rows import FileRows
from quantengine.data.guess import image_row, image_shaped
from quantengine.data.input import Input
from quantengine.data.table import Rowwise
from quantengine.errors import DataError
from quantengine.files import ordinary


@dataclass(frozen=True, eq=False, kw_only=True)
class Recorded(Rowwise):
    """A sample is a file, or one for each input; `keys` says what of it each input takes.

    Inputs in `joined` are stored as a row each of a larger fixed batch; `masks` hold 0 and 1 alone.
    Images are told from numbers in the first file: `floats` were stored as floats there, and a file
    where that differs is refused.
    """

    keys: Mapping[str, str]
    joined: frozenset[str]
    masks: frozenset[str]
    floats: frozenset[str]

    @abstractmethod
    def arrays(self, index: int) -> Mapping[str, Array]:
        """What is stored of a sample, by key; raises DataError."""

    def rows(self, index: int) -> dict[str, Array]:
        arrays, found = self.arrays(index), {}
        for spec in self.inputs:
            if spec.name in self.keys:
                key = self.keys[spec.name]
                if key not in arrays:
                    raise DataError("it holds no array '{0}' for input {1}", key, spec)
                row = spec.name in self.joined
                found[spec.name] = fit(self._prepared(arrays[key], spec), spec, row=row)
        return found

    def _prepared(self, array: Array, spec: Input) -> Array:
        row = image_row(array.shape)
        if spec.name in self.preprocessing:
            return prepared(array.reshape(row), self.preprocessing[spec.name])
        if image_shaped(row, spec) and (array.dtype.kind == "f") != (spec.name in self.floats):
            first = "floats" if spec.name in self.floats else "integers"
            raise DataError(
                "array '{0}' is {1} where the first file holds {2}: store the same type in every "
                "file",
                self.keys[spec.name],
                array.dtype,
                first,
            )
        return checked_mask(array) if spec.name in self.masks else array


@dataclass(frozen=True, eq=False, kw_only=True)
class Archives(Recorded):
    """A sample is an .npz file."""

    paths: tuple[Path, ...]

    def arrays(self, index: int) -> Mapping[str, Array]:
        return read_archive(self.paths[index])

    def digest(self, index: int) -> bytes:
        return file_digest(self.paths[index])


@dataclass(frozen=True, eq=False, kw_only=True)
class ArrayFiles(Recorded):
    """A sample is a file of one array for each key, or a row of it where `places` says which."""

    paths: Mapping[str, tuple[Path, ...]]
    read: Callable[[Path, str], Array | FileRows]
    """The array of a file and key; raises DataError."""
    places: tuple[int, ...] | None = None

    def arrays(self, index: int) -> Mapping[str, Array]:
        return {key: self._row(key, index) for key in self.paths}

    def digest(self, index: int) -> bytes:
        total = hashlib.blake2b(digest_size=DIGEST_BYTES)
        for key in sorted(self.paths):
            total.update(key.encode() + array_digest(self._row(key, index)))
        return total.digest()

    def _row(self, key: str, index: int) -> Array:
        array = self.read(self.paths[key][index], key)
        return np.asarray(array if self.places is None else array[self.places[index]])


@dataclass(frozen=True, eq=False, kw_only=True)
class TestSets(Dataset):
    """A sample is a folder with input_0.pb, input_1.pb, ... in the order of the model's inputs."""

    __test__ = False

    inputs: tuple[Input, ...]
    paths: tuple[Path, ...]

    def feeds(self, index: int) -> dict[str, Array]:
        return {
            spec.name: fit(_read_tensor(path), spec, row=False)
            for spec, path in zip(self.inputs, self._files(index), strict=True)
        }

    def digest(self, index: int) -> bytes:
        total = hashlib.blake2b(digest_size=DIGEST_BYTES)
        for path in self._files(index):
            total.update(file_digest(path))
        return total.digest()

    def _files(self, index: int) -> list[Path]:
        return [self.paths[index] / f"input_{k}.pb" for k in range(len(self.inputs))]


def _read_tensor(path: Path) -> Array:
    import onnx
    from google.protobuf.message import DecodeError
    from onnx import numpy_helper

    tensor = onnx.TensorProto()
    try:
        tensor.ParseFromString(ordinary(path).read_bytes())
        if tensor.data_location == onnx.TensorProto.EXTERNAL:
            raise DataError("{0} points to another file: store its values inside", path.name)
        array: Array = numpy_helper.to_array(tensor)
    except FileNotFoundError as error:
        raise DataError("{0} is missing: each model input needs its file", path.name) from error
    except OSError as error:
        raise DataError("{0} cannot be read ({1})", path.name, error.strerror) from error
    except (DecodeError, ValueError, TypeError, KeyError) as error:
        raise DataError(
            "{0} is not an ONNX tensor or is damaged ({1})", path.name, error
        ) from error
    return array
