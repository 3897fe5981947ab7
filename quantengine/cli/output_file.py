"""Files a command writes: looked at before the work starts, whole or not there afterwards."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from quantengine.cli.answer import json_text
from quantengine.errors import ExportError
from quantengine.files import whole_file


def check_output(path: Path | None, *sources: Path | None) -> None:
    """Raises ExportError where `path` cannot be written or is one of the `sources`."""
    if path is None:
        return
    if path.is_dir():
        raise ExportError(f"{path} is a folder: give the output a file name.")
    if not path.parent.is_dir():
        raise ExportError(f"There is no folder {path.parent} to write {path.name} in: make it.")
    if not os.access(path.parent, os.W_OK):
        raise ExportError(f"{path} cannot be written: its folder allows no new files.")
    for source in sources:
        if source is not None and path.resolve() == source.resolve():
            raise ExportError(f"{path} is read by this command: choose another name to write.")


def write_json(path: Path, data: Mapping[str, Any]) -> None:
    """Writes one JSON object; raises QuantError where that is not possible."""
    with whole_file(path) as beside:
        beside.write_text(json_text(data), encoding="utf-8")
