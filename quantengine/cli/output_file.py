"""Files a command writes: looked at before the work starts, whole or not there afterwards."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from quantengine.cli.answer import json_text
from quantengine.errors import ExportError
from quantengine.files import whole_file


def add_file_flags(parser: argparse.ArgumentParser) -> None:
    """The model, the quantized file made of it, and what that takes."""
    add = parser.add_argument
    add("model", type=Path, metavar="MODEL", help="the float .onnx file")
    add("-o", "--output", type=Path, required=True, metavar="OUT.onnx", help="file to write")
    add("--stats", type=Path, metavar="STATS.npz", help="from calibrate, instead of running data")
    add("--format", choices=("qdq", "qoperator"), default="qdq", help="form (default qdq)")
    add(
        "--opset", type=int, metavar="N", help="ONNX opset of the file (default: the lowest usable)"
    )
    add(
        "--force",
        action="store_true",
        help="write the file even where nothing in it became integer or nothing can verify it",
    )
    add("--report", type=Path, metavar="FILE", help="write what --json prints to a file")


def check_outputs(args: argparse.Namespace, *others: Path | None) -> None:
    """Raises ExportError where a file of `add_file_flags`, the plan or `others` cannot be written.

    A plan that was read may be written again.
    """
    sources = (args.model, args.data, args.stats, args.plan)
    outputs = [p for p in (args.output, args.report, args.save_plan, *others) if p is not None]
    for path in outputs:
        check_output(path, *sources[: 3 if path is args.save_plan else None])
    if len({path.resolve() for path in outputs}) < len(outputs):
        raise ExportError("Two outputs have the same name: give each file its own.")


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
