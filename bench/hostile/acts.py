"""What writes a person's files, and what tells a whole one: to be killed, or to meet a bad disk."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import onnx

from bench.hostile import sound

OLD = b"what was there before"
_DATA = ("--data", "x.npy")
Read = Callable[[Path], object]
"""Raises where the file is half."""


@dataclass(frozen=True)
class Act:
    """What is done in a folder with the sound files, and the files it writes, by name.

    `run` gives an exit code, having called what it is given where the writing begins.
    """

    name: str
    run: Callable[[Callable[[], None]], int]
    reads: Mapping[str, Read]
    then: Callable[[int | None], Act] | None = None
    """What is done after it ended with a code, and ends with 0 where nothing is lost."""

    def half(self) -> list[str]:
        """The files that are neither what they were nor whole, and why."""
        found = []
        for name, read in self.reads.items():
            if Path(name).exists() and Path(name).read_bytes() == OLD:
                continue
            try:
                read(Path(name))
            except Exception as error:  # noqa: BLE001 - whatever it is, the file is no whole one
                found.append(f"{name} is half a file ({error!r})")
        return found

    def lay_old(self) -> None:
        for name in self.reads:
            Path(name).write_bytes(OLD)


def _command(words: Sequence[str], reads: Mapping[str, Read]) -> Act:
    def run(begin: Callable[[], None]) -> int:
        from quantengine.cli.main import main

        begin()
        sys.argv = ["quantengine", *words]
        return main()

    return Act(words[0], run, reads)


def _save(begin: Callable[[], None]) -> int:
    from quantengine.errors import QuantError
    from quantengine.project_file import load_project, save_project

    begin()
    try:
        save_project(load_project(Path(sound.PROJECT)), Path("b.qscope"))
    except QuantError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _model(path: Path) -> None:
    onnx.checker.check_model(onnx.load(path))


def _table(path: Path) -> object:
    from quantengine.observe.table_file import read_table

    return read_table(path)


def read_project(path: Path) -> object:
    from quantengine.project_file import load_project

    return load_project(path)


def _page(path: Path) -> None:
    if not path.read_text(encoding="utf-8").rstrip().endswith("</html>"):
        raise ValueError("a page without its end")


def _json(path: Path) -> object:
    return json.loads(path.read_bytes())


def _rows(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as stream:
        widths = {len(row) for row in csv.reader(stream)}
    if len(widths) != 1 or not path.read_bytes().endswith(b"\n"):
        raise ValueError(f"rows of {sorted(widths)} cells")


_QUANTIZE = ("quantize", sound.MODEL, *_DATA, "--recover", "none", "-o", "a.out")
_WRITTEN = ("--report", "r.out", "--html", "h.out", "--save-plan", "p.out")
_DIFF = ("diff", sound.MODEL, sound.INT8, *_DATA)
_SEARCH = ("search", sound.MODEL, *_DATA, "--limit", "4", "--target-sqnr", "10")
ACTS = (
    _command(
        (*_QUANTIZE, *_WRITTEN),
        {"a.out": _model, "r.out": _json, "h.out": _page, "p.out": _json},
    ),
    _command(("calibrate", sound.MODEL, *_DATA, "-o", "a.out"), {"a.out": _table}),
    _command(
        (
            *("export-encodings", sound.MODEL, "--stats", sound.STATS, "--to", "aimet-1.0"),
            *("-o", "a.out", "--save-model", "m.out"),
        ),
        {"a.out": _json, "m.out": _model},
    ),
    _command(
        (*_DIFF, "--html", "h.out", "--csv", "c.out", "--save-plan", "p.out", "--json", "j.json"),
        {"h.out": _page, "c.out": _rows, "p.out": _json, "j.json": _json},
    ),
    _command(
        (*_SEARCH, "--recover", "none", "--csv", "c.out", "--html", "h.out"),
        {"c.out": _rows, "h.out": _page},
    ),
    _command(("merge", sound.STATS, sound.OTHER_STATS, "-o", "a.out"), {"a.out": _table}),
    Act("save", _save, {"b.qscope": read_project}),
)
