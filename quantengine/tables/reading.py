"""A table of any format that is known, recognised by what it holds."""

from __future__ import annotations

from pathlib import Path

from quantengine.errors import PlanError
from quantengine.files import ordinary
from quantengine.graph.model import FloatModel
from quantengine.record import Misread, parsed
from quantengine.tables.entry import Reading
from quantengine.tables.registry import TABLES
from quantengine.tables.source import Source
from quantengine.tables.table import Table

_MOST_BYTES = 64 << 20


def read_table_of(path: Path, model: FloatModel) -> tuple[Table, Reading]:
    """The format of a file and what it says; raises PlanError where it is none or damaged."""
    try:
        if ordinary(path).stat().st_size > _MOST_BYTES:
            raise PlanError("{0} holds over 64 MB: that is no table of ranges.", path.name)
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise PlanError("{0} cannot be read as text: {1}", path.name, error) from error
    except OSError as error:
        why = error.strerror or error
        raise PlanError("{0} cannot be read as text: {1}", path.name, why) from error
    return read_text(text, path.name, model)


def read_text(text: str, name: str, model: FloatModel) -> tuple[Table, Reading]:
    """The same of text; `name` is what its file is called."""
    source = Source(text, _json(text))
    known = (each for each in TABLES.values() if each.read is not None)
    table = next((each for each in known if each.recognises(source)), None)
    if table is None or table.read is None:
        names = ", ".join(each.name for each in TABLES.values() if each.read is not None)
        raise PlanError("{0} is no table of ranges that is known here: {1}.", name, names)
    try:
        return table, table.read(source, model)
    except (Misread, PlanError) as error:
        raise PlanError("{0} cannot be read as {1}: {2}", name, table.name, error) from error


def _json(text: str) -> object:
    """What JSON text holds; None of other text."""
    try:
        return parsed(text) if text.lstrip()[:1] in ("{", "[") else None
    except Misread:
        return None
