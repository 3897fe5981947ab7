"""What workers are asked, and what they answer, as bytes."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from quantengine.data.dataset import Dataset
from quantengine.data.options import DataOptions
from quantengine.errors import DataError, QuantError
from quantengine.graph.model import FloatModel
from quantengine.observe.table import CalibrationTable
from quantengine.observe.table_file import table_bytes, table_of_bytes
from quantengine.observe.tap import Tap
from quantengine.process.frame import Frame, read_frame, write_frame
from quantengine.record import parsed, record
from quantengine.sentence import Sentence

_TABLE = "table"


@dataclass(frozen=True)
class Request:
    """To observe `taps` of a model on data, both by their paths: what has another `digest`, other
    `names` of samples or is asked by another version is refused.
    """

    token: str
    model: str
    files: tuple[str, ...]
    digest: str
    data: str
    options: DataOptions
    names: str
    taps: tuple[Tap, ...]
    quantized_inputs: bool = False
    memory_bytes: int | None = None
    version: str = ""

    def to_bytes(self) -> bytes:
        return json.dumps(asdict(self) | {"version": _own_version()}).encode()

    @classmethod
    def from_bytes(cls, sent: bytes) -> Request:
        """Raises Misread, QuantError where another version asks."""
        told, own = parsed(sent.decode()), _own_version()
        if told.get("version") != own:
            raise QuantError(
                "A worker has version {0} of Quantscope: install {1} there, which asks.",
                *(own, told.get("version")),
            )
        return record(cls, told)


def token_of(sent: bytes) -> str:
    """The token of a request of any version."""
    return str(parsed(sent.decode()).get("token", ""))


def _own_version() -> str:
    try:
        return version("quantscope")
    except PackageNotFoundError:
        return "that is not installed"


def files_of(model: FloatModel) -> tuple[str, ...]:
    return tuple(str(path.absolute()) for path in model.origin.files)


def digest_of(dataset: Dataset) -> str:
    """Changes with the names of samples and their order."""
    text = "\n".join(dataset.names)
    return sha256(text.encode(errors="surrogateescape")).hexdigest()


@dataclass(frozen=True, eq=False)
class Answer:
    """Statistics of some samples, sentences on those that are `bad`, whether two of them differ.

    Or a `fault` that ends all of it.
    """

    table: CalibrationTable | None = None
    bad: tuple[Sentence, ...] = ()
    varied: bool = False
    fault: Sentence | None = None

    def to_bytes(self) -> bytes:
        told = {
            "bad": [each.to_json() for each in self.bad],
            "varied": self.varied,
            "fault": None if self.fault is None else self.fault.to_json(),
        }
        stored = {} if self.table is None else {_TABLE: table_bytes(self.table, packed=False)}
        arrays = {name: np.frombuffer(content, np.uint8) for name, content in stored.items()}
        return framed(Frame(told, arrays))

    @classmethod
    def from_bytes(cls, sent: bytes, *, checked: bool) -> Answer:
        """`checked`: the statistics are held against themselves; raises DataError, Misread."""
        frame = unframed(sent)
        told = frame.told
        table = None
        if _TABLE in frame.arrays:
            table = table_of_bytes(frame.arrays[_TABLE].tobytes(), checked=checked)
        fault = told["fault"]
        return cls(
            table,
            tuple(map(Sentence.from_json, told["bad"])),
            bool(told["varied"]),
            None if fault is None else Sentence.from_json(fault),
        )


def sent_files(model: FloatModel) -> bytes:
    """The file of a model and its external data, each by its place in the folder of the model."""
    folder = model.origin.path.parent
    arrays = {
        path.relative_to(folder).as_posix(): np.fromfile(path, np.uint8)
        for path in model.origin.files
    }
    return framed(Frame({"model": model.origin.path.name}, arrays))


def laid_out(sent: bytes, folder: Path) -> Path:
    """Writes what `sent_files` gave into `folder`; the model's path there. Raises DataError."""
    frame = unframed(sent)
    for name, content in frame.arrays.items():
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise DataError("'{0}' would lie outside of its folder.", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        content.tofile(path)
    return folder / str(frame.told["model"])


def framed(frame: Frame) -> bytes:
    stream = io.BytesIO()
    write_frame(stream, frame)
    return stream.getvalue()


def unframed(sent: bytes) -> Frame:
    """Raises DataError where the message is not whole."""
    try:
        return read_frame(io.BytesIO(sent))
    except (EOFError, ValueError) as error:
        raise DataError("What a worker sent is not whole.") from error


def pieces(content: bytes, size: int) -> Sequence[bytes]:
    return [content[start : start + size] for start in range(0, len(content), size)]
