"""Project files: plan, snapshots, statistics, data settings, and which model they belong to."""

from __future__ import annotations

import json
import lzma
import os
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from quantengine.data.options import DataOptions
from quantengine.errors import DataError, PlanError, ProjectError
from quantengine.files import no_file, whole_file
from quantengine.observe.table import CalibrationTable
from quantengine.observe.table_file import table_bytes, table_of_bytes
from quantengine.project import Project
from quantengine.record import Misread, parsed, record
from quantengine.sentence import Sentence
from quantengine.verdict.tasks.registry import TASKS
from quantengine.work.judging import Judging
from quantengine.work.kept import Kept, kept_bytes
from quantengine.work.recipe import Recipe
from quantengine.work.saved_plan import SavedPlan

SUFFIX = ".qscope"
FORMAT = "quantscope project"
VERSION = 2
_READ = (1, VERSION)

_HEADER = "project.json"
_TABLE, _MADE = "statistics.npz", "made.npz"
_MOST_HEADER_BYTES = 64 << 20
_MOST_BYTES = 4 << 30
_LONGEST_PATH = 4096
_MOST_RATIO = 1032
"""Deflate cannot do better: a member that claims more is not honest."""


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Where a file lies, also as seen from the project, so that both may move together."""

    path: str
    relative: str | None


@dataclass(frozen=True, kw_only=True)
class _Hashed(_Place):
    sha256: str
    name: str = ""
    """Of a metric, in its file."""


@dataclass(frozen=True, kw_only=True)
class _Samples(_Place):
    options: DataOptions


@dataclass(frozen=True)
class _Judging:
    follows: str = ""
    metric: _Hashed | None = None
    task: str = ""


@dataclass(frozen=True)
class _Snapshot:
    name: str
    plan: Any


@dataclass(frozen=True)
class _Header:
    """`recipes`: as version 1 kept them, by the name of their snapshot."""

    format: str
    version: int
    model: _Hashed
    plan: Any
    snapshots: tuple[_Snapshot, ...]
    data: _Samples | None
    judged: _Samples | None = None
    judging: _Judging | None = None
    home: _Place | None = None
    recipes: Mapping[str, Any] = field(default_factory=dict)


def save_project(project: Project, path: Path) -> None:
    """Writes the project whole or not at all; raises QuantError where it cannot."""
    header = json.dumps(_described(project, path.absolute().parent), indent=1)
    with whole_file(path) as beside, zipfile.ZipFile(beside, "w") as archive:
        archive.writestr(_HEADER, header, zipfile.ZIP_DEFLATED)
        if project.table is not None:
            archive.writestr(_TABLE, _table_bytes(project.table), zipfile.ZIP_STORED)
        if isinstance(project.made, Kept):
            made = kept_bytes(project.made.candidate, project.table, project.made.data)
            archive.writestr(_MADE, made, zipfile.ZIP_STORED)


def load_project(path: Path) -> Project:
    """The project saved under `path`; raises ProjectError for anything else found there."""
    if (why := no_file(path)) is not None:
        raise _unreadable(path, why)
    try:
        with zipfile.ZipFile(path) as archive:
            header = _header(_member(archive, _HEADER, _MOST_HEADER_BYTES))
            found = archive.namelist()
            stored = [
                _member(archive, name, _MOST_BYTES) if name in found else None
                for name in (_TABLE, _MADE)
            ]
        table = None if stored[0] is None else table_of_bytes(stored[0])
        return replace(_read(header, path.absolute().parent, table), made=stored[1])
    except OSError as error:
        raise _unreadable(path, error.strerror or Sentence("it cannot be read")) from error
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError) as error:
        raise _unreadable(path, Sentence("it is no project file or was cut off")) from error
    except (PlanError, DataError, Misread) as error:
        raise _unreadable(path, str(error).rstrip(".")) from error
    except (KeyError, ValueError, NotImplementedError) as error:
        raise _unreadable(path, Sentence("its content is damaged")) from error
    except (RuntimeError, MemoryError) as error:
        raise _unreadable(path, Sentence("its content cannot be unpacked")) from error


def _unreadable(path: Path, reason: str) -> ProjectError:
    return ProjectError(
        "{0} cannot be opened as a project ({1}): open the model itself, or an older copy of the "
        "project.",
        path.name,
        reason,
    )


def _described(project: Project, folder: Path) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "model": {**_place(project.model_path, folder), "sha256": project.model_hash},
        "plan": project.decided.to_json(),
        "snapshots": [{"name": name, "plan": plan.to_json()} for name, plan in project.snapshots],
        "data": _samples(project.data_path, project.data_options, folder),
        "judged": _samples(project.judged_path, project.judged_options, folder),
        "judging": _told(project.judging, folder),
        "home": None if project.home is None else _place(project.home, folder),
    }


def _samples(path: Path | None, options: DataOptions, folder: Path) -> dict[str, Any] | None:
    if path is None:
        return None
    return {**_place(path, folder), "options": options.to_json()}


def _told(judging: Judging, folder: Path) -> dict[str, Any]:
    metric = None
    if judging.file is not None:
        name = judging.metric.removeprefix(f"{judging.file}:")
        metric = {**_place(judging.file, folder), "name": name, "sha256": judging.digest}
    return {"follows": judging.follows, "metric": metric, "task": judging.task}


def _judging(stored: _Judging, folder: Path) -> Judging:
    if stored.task and stored.task not in TASKS:
        raise DataError("judging.task: '{0}' is no task", stored.task[:40])
    if stored.metric is None:
        return Judging(stored.follows, task=stored.task)
    source = f"{_found(stored.metric, folder)}:{stored.metric.name}"
    return Judging(stored.follows, source, stored.metric.sha256, stored.task)


def _place(path: Path, folder: Path) -> dict[str, str | None]:
    whole = path.absolute()
    try:
        relative: str | None = Path(os.path.relpath(whole, folder)).as_posix()
    except ValueError:
        relative = None
    return {"path": str(whole), "relative": relative}


def _header(stored: bytes) -> _Header:
    header = parsed(stored.decode())
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise DataError("it is another kind of file")
    if header.get("version") not in _READ:
        version = f"{header.get('version')!r:.40}"
        raise DataError("it has version {0}, this program reads {1}", version, VERSION)
    return record(_Header, header)


def _read(header: _Header, folder: Path, table: CalibrationTable | None) -> Project:
    data, judged, home = header.data, header.judged, header.home
    project = Project(
        model_path=_found(header.model, folder),
        model_hash=header.model.sha256,
        decided=_decided("", header.plan, header),
        snapshots=tuple(
            (entry.name, _decided(entry.name, entry.plan, header)) for entry in header.snapshots
        ),
        data_path=None if data is None else _found(data, folder),
        data_options=DataOptions() if data is None else data.options,
        judged_path=None if judged is None else _found(judged, folder),
        judged_options=DataOptions() if judged is None else judged.options,
        table=table,
        judging=_judging(header.judging or _Judging(), folder),
        home=None if home is None else _found(home, folder),
    )
    if table is not None and table.model_hash != project.model_hash:
        raise DataError("its statistics belong to another model")
    return project


def _decided(name: str, plan: object, header: _Header) -> SavedPlan:
    """A plan with its recipe, which version 1 kept apart by snapshot, that of the plan as ""."""
    known = SavedPlan.from_json(plan)
    recipe = header.recipes.get(name)
    return known if recipe is None else replace(known, recipe=Recipe.from_json(recipe))


def _found(place: _Place, folder: Path) -> Path:
    """The stored path, or the one beside the project where that is gone."""
    whole = _path(place.path)
    if place.relative is not None and not whole.exists():
        beside = Path(os.path.normpath(folder / _path(place.relative)))
        return beside if beside.exists() else whole
    return whole


def _path(stored: str) -> Path:
    if not stored or "\0" in stored or len(stored) > _LONGEST_PATH:
        raise DataError("'{0}' is no path of a file", stored[:40])
    return Path(stored)


def _member(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    info = archive.getinfo(name)
    if info.file_size > most or info.file_size > _MOST_RATIO * (info.compress_size + 64):
        raise DataError("it claims more than a project can hold")
    return archive.read(info)


@lru_cache(maxsize=2)
def _table_bytes(table: CalibrationTable) -> bytes:
    """Kept for the next save: statistics stay the same over many decisions."""
    return table_bytes(table)
