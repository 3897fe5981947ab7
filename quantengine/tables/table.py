"""A format of another tool: what it is called, how it is written and read, what it leaves out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from quantengine.errors import PlanError
from quantengine.graph.model import FloatModel
from quantengine.sentence import Sentence
from quantengine.tables.entry import Reading
from quantengine.tables.listing import Listing
from quantengine.tables.source import Source

_MOST_BYTES = 16 << 20


@dataclass(frozen=True)
class Written:
    """The text of a table, and what it could not carry."""

    text: str
    notes: tuple[Sentence, ...] = ()


@dataclass(frozen=True)
class Table:
    """One format; `patches`: it changes a file of that tool, which has to be given.

    `write` gets the listing and the text of that file, empty where there is none; `read` raises
    PlanError and Misread. `recognises`: whether a text is of this format.
    """

    name: str
    text: str
    write: Callable[[Listing, str], Written] | None = None
    patches: bool = False
    measured: bool = False
    """Whether it tells errors of layers, so that the network runs first where there is data."""
    read: Callable[[Source, FloatModel], Reading] | None = None
    recognises: Callable[[Source], bool] = lambda _: False


def table_text(table: Table, listing: Listing, patched: Path | None) -> Written:
    """What is written for a listing; raises PlanError where the file to patch is not given."""
    given = ""
    if table.patches:
        if patched is None:
            raise PlanError(
                "{0} changes a file that the tool wrote: give --patch FILE.", table.name
            )
        given = _text_of(patched)
    assert table.write is not None
    found = table.write(listing, given)
    return Written(found.text, (*listing.notes(), *found.notes))


def _text_of(path: Path) -> str:
    """As it is, ends of lines too; a settings file is small."""
    try:
        if not path.is_file() or path.stat().st_size > _MOST_BYTES:
            raise PlanError(
                "{0} is no settings file of at most 16 MB: give --patch the right one.", path
            )
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PlanError("{0} cannot be read as text: {1}", path, error) from error
