"""Files a command writes: looked at before the work starts, whole or not there afterwards."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quantengine.cli.answer import json_text
from quantengine.cli.parser import file_name
from quantengine.cli.report import add_html_flag
from quantengine.export.forms import FORMS
from quantengine.export.options import ACCURACY_LEVELS
from quantengine.files import whole_file

if TYPE_CHECKING:
    import onnx

    from quantengine.export.options import ExportOptions

MODELS = ("model", "reference", "candidate", "other")
READ = (*MODELS, "data", "stats", "plan", "metric", "patch", "encodings", "dump", "dump_map")
WRITTEN = (
    *("output", "report", "csv", "html", "json", "junit"),
    *("save_plan", "save_model", "checkpoint"),
)
"""A checkpoint is both: what it held is what its run goes on from."""


def add_made_flags(parser: argparse.ArgumentParser, made: str) -> None:
    """The model, the file that is made of it, and statistics where there are some already."""
    add = parser.add_argument
    add("model", type=file_name, metavar="MODEL", help="the float .onnx file")
    add("-o", "--output", type=file_name, required=True, metavar=made, help="file to write")
    add(
        "--stats",
        type=file_name,
        metavar="STATS.npz",
        help="from calibrate, instead of running data",
    )


def add_file_flags(parser: argparse.ArgumentParser) -> None:
    """The model, the quantized file made of it, and what that takes."""
    add = parser.add_argument
    add_made_flags(parser, "OUT.onnx")
    add(
        "--format",
        choices=(*FORMS,),
        default="qdq",
        help="form (default qdq); nbits: weights in blocks as MatMulNBits",
    )
    add(
        "--accuracy-level",
        type=int,
        choices=ACCURACY_LEVELS,
        default=0,
        metavar="N",
        help="of nbits: 4 lets kernels round activations to 8 bits in blocks (default 0: float)",
    )
    add(
        "--float16-rest",
        action="store_true",
        help="with --activations float: what is no code in half precision, where that holds it; "
        "on x86 for the size of the file only",
    )
    add(
        "--opset", type=int, metavar="N", help="ONNX opset of the file (default: the lowest usable)"
    )
    add(
        "--force",
        action="store_true",
        help="write the file even where nothing in it became integer or nothing can verify it",
    )
    add("--report", type=file_name, metavar="FILE", help="write what --json prints to a file")
    add_html_flag(parser)


def export_options(args: argparse.Namespace) -> ExportOptions:
    """How the flags want the file."""
    from quantengine.export.options import ExportOptions

    return ExportOptions(
        args.format, args.opset, args.force, args.accuracy_level, args.float16_rest
    )


def check_files(args: argparse.Namespace) -> None:
    """Raises QuantError where a command would write what it reads, or cannot write.

    Every flag that names a file is in `READ` or `WRITTEN`, whichever command it belongs to.
    """
    from quantengine.outputs import Sources, check_outputs

    given = vars(args)
    outputs = [path for name in WRITTEN if isinstance(path := given.get(name), Path)]
    if not outputs:
        return
    models = (given.get(name) for name in MODELS)
    others = (
        given.get("stats"),
        given.get("plan"),
        given.get("patch"),
        _metric_file(given.get("metric")),
    )
    check_outputs(
        outputs,
        Sources(
            models=tuple(path for path in models if path is not None),
            data=given.get("data"),
            labels=given.get("labels"),
            others=tuple(path for found in others for path in _paths(found)),
        ),
    )


def _metric_file(source: str | None) -> Path | None:
    from quantengine.metric.source import file_of

    return None if source is None else file_of(source)


def _paths(found: Path | list[Path] | None) -> list[Path]:
    if found is None:
        return []
    return found if isinstance(found, list) else [found]


def write_float(proto: onnx.ModelProto, path: Path) -> None:
    """Writes a float network; raises QuantError where that is not possible."""
    from quantengine.errors import ExportError
    from quantengine.graph.message import as_message

    message = as_message(proto)
    if message is None:
        raise ExportError(f"{path} would be over 2 GB: leave --save-model out.")
    with whole_file(path) as beside:
        beside.write_bytes(message)


def write_json(path: Path, data: Mapping[str, Any]) -> None:
    """Writes one JSON object; raises QuantError where that is not possible."""
    with whole_file(path) as beside:
        beside.write_text(json_text(data), encoding="utf-8")
