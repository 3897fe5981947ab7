"""What is about to be written, held against everything that is read for it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from quantengine.data.contents import data_files, joins_data
from quantengine.errors import ExportError, QuantError
from quantengine.files import place_of
from quantengine.graph.read import model_files
from quantengine.sentence import Sentence

_Identity = tuple[int, int]
_STREAMS = range(3)


@dataclass(frozen=True)
class Sources:
    """Everything that is read: models with their external data, data with its labels, others."""

    models: tuple[Path, ...] = ()
    data: Path | None = None
    labels: str | None = None
    others: tuple[Path, ...] = ()

    def files(self) -> Iterator[Path]:
        """Every file; one that cannot be read is told when it is opened."""
        for model in self.models:
            yield model
            try:
                yield from model_files(model)
            except QuantError:
                continue
        yield from self.others
        if self.data is not None:
            yield from data_files(self.data, self.labels)


def check_outputs(outputs: Sequence[Path], sources: Sources) -> None:
    """Raises QuantError where an output cannot be written, or would destroy what is read.

    Files are the same where the system says so, whatever they are called: by a link, a hard link,
    or in capitals on a disk that tells none from others.
    """
    for path in outputs:
        _check_place(path)
    _check_twice(outputs)
    _check_read(outputs, sources)
    if sources.data is None:
        return
    for path in outputs:
        if not path.exists() and joins_data(sources.data, path):
            raise ExportError(
                "{0} would become part of the data in {1}: write under another name or in another "
                "folder.",
                path,
                sources.data,
            )


def _check_place(path: Path) -> None:
    folder = place_of(path).parent
    if not folder.is_dir():
        raise ExportError(
            "There is no folder {0} to write {1} in: make it.", path.parent, path.name
        )
    if not os.access(folder, os.W_OK):
        raise ExportError("{0} cannot be written: its folder allows no new files.", path)


def _check_twice(outputs: Sequence[Path]) -> None:
    seen: dict[object, Path] = {}
    for path in outputs:
        key = _identity(path) or _new_name(path)
        if key in seen:
            raise ExportError(
                "{0} and {1} are two outputs of the same name: give each its own file.",
                seen[key],
                path,
            )
        seen[key] = path


def _check_read(outputs: Sequence[Path], sources: Sources) -> None:
    there = {_identity(path): path for path in outputs if path.exists()}
    if not there:
        return
    for stream in _STREAMS:
        if (path := there.get(_identity(stream))) is not None:
            raise ExportError("{0} is where this command prints: write under another name.", path)
    for source in sources.files():
        if (path := there.get(_identity(source))) is not None:
            same = Sentence("")
            if path != source:
                same = Sentence(", where it is called {0}", source)
            raise ExportError(
                "{0} is read by this command{1}: write under another name.", path, same
            )


def _identity(path: Path | int) -> _Identity | None:
    """What stays the same under every name; None for a file that is not there."""
    try:
        found = os.fstat(path) if isinstance(path, int) else path.stat()
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino


def _new_name(path: Path) -> tuple[_Identity | None, str]:
    place = place_of(path)
    name = place.name.casefold() if _ignores_case(place.parent) else place.name
    return _identity(place.parent), name


def _ignores_case(folder: Path) -> bool:
    """Whether names in other letters mean the same file, as the folder's own name shows."""
    for each in (folder, *folder.parents):
        other = each.with_name(each.name.swapcase()) if each.name else each
        if other != each:
            return other.exists() and other.samefile(each)
    return False
