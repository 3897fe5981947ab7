"""The files that what is open was read from, which nothing may be written over."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

T = TypeVar("T")

if TYPE_CHECKING:
    from pathlib import Path

    from quantengine.monitor import Monitor
    from quantengine.outputs import Sources

    from .document import Document


def sources(document: Document, *, with_project: bool = True) -> tuple[Sources, ...]:
    """Model, data and the project, which only saving it may replace; then the data that judges."""
    from quantengine.outputs import Sources

    model, data, judges = document.model, document.decided.source, document.decided.judged_on
    project = document.project if with_project else None
    whole = Sources(
        models=() if model is None else (model.path,),
        data=None if data is None else data.path,
        labels=None if data is None else data.options.labels,
        others=() if project is None else (project,),
    )
    if judges is None:
        return (whole,)
    return whole, Sources(data=judges.path, labels=judges.options.labels)


def check_read(path: Path, read: tuple[Sources, ...]) -> None:
    """Raises QuantError where nothing may be written."""
    from quantengine.outputs import check_outputs

    for each in read:
        check_outputs([path], each)


def check_place(document: Document, path: Path) -> None:
    """Raises QuantError where nothing may be written."""
    check_read(path, sources(document))


def guarded(
    document: Document, path: Path, write: Callable[[Monitor], T]
) -> Callable[[Monitor], T]:
    """Work that writes `path`, which must be none of the files that are open."""
    read = sources(document)

    def call(monitor: Monitor) -> T:
        check_read(path, read)
        return write(monitor)

    return call
