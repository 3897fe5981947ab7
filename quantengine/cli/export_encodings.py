"""`quantengine export-encodings`: ranges and widths of a plan as another tool reads them."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from quantengine.cli.answer import Answer
from quantengine.cli.asked import add_work_of_model_flags, asked
from quantengine.cli.output_file import add_made_flags, write_float
from quantengine.cli.parser import file_name
from quantengine.monitor import Monitor

if TYPE_CHECKING:
    from quantengine.analyze.comparison import Comparison
    from quantengine.resolve.resolve import Resolution
    from quantengine.work.work import Work

FORMATS = (
    *("aimet-0.6", "aimet-1.0", "aimet-2.0", "onnxruntime", "tensorrt", "ncnn", "tpu-mlir"),
    *("tpu-mlir-qtable", "hailo", "rknn", "netron", "model-explorer", "csv"),
)
"""Names of tables: the registry that has them imports numpy, which no help waits for."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add_made_flags(parser, "FILE")
    add("--to", choices=FORMATS, required=True, help="whose table it is to be")
    add(
        "--save-model",
        type=file_name,
        metavar="FLOAT.onnx",
        help="save the float network as it was opened, batch norms folded: its weights and names "
        "are those of the table",
    )
    add(
        "--patch", type=file_name, metavar="FILE", help="the tool's own file that is changed (rknn)"
    )
    add(
        "--probes",
        type=int,
        default=32,
        metavar="N",
        help="samples that errors of layers are measured on (netron, model-explorer; default 32)",
    )
    # Tables carry no biases and no weights: what is done beyond the plan is not asked for.
    parser.set_defaults(recover=None, judge="", task=None, metric=None, metric_limit=0.0)
    add_work_of_model_flags(parser)


def run(args: argparse.Namespace, monitor: Monitor) -> Answer:
    from quantengine.files import whole_file
    from quantengine.graph.read import read_model
    from quantengine.graph.sink import sunk
    from quantengine.printable import printable
    from quantengine.resolve.resolve import resolve_plan
    from quantengine.tables.listing import Listing
    from quantengine.tables.registry import TABLES
    from quantengine.tables.table import table_text

    work, _ = asked(args, monitor)
    resolution = resolve_plan(work.model, work.plan, work.table, monitor=monitor)
    table = TABLES[args.to]
    compared = _compared(work, resolution, args.probes, monitor) if table.measured else None
    if args.save_model is None:
        file = read_model(args.model).proto
    else:
        file = sunk(work.model.proto)
        write_float(file, args.save_model)
    listing = Listing.of(work.model, resolution, file, compared)
    written = table_text(table, listing, args.patch)
    with whole_file(args.output, monitor=monitor) as beside:
        beside.write_text(written.text, encoding="utf-8", newline="")
    data = {
        "file": str(args.output),
        "format": table.name,
        "activations": len(listing.activations),
        "weights": len(listing.given),
        "absent": list(listing.absent),
        "notes": [str(note) for note in written.notes],
        **work.taken_json,
    }
    said = f"{args.output}: {table.text}, of {data['activations']} activations"
    notes = [printable(f"Note: {note}") for note in written.notes]
    return Answer(data, (printable(f"{said} and {data['weights']} weights."), *notes))


def _compared(
    work: Work, resolution: Resolution, probes: int, monitor: Monitor
) -> Comparison | None:
    """The errors of layers, where there is data to run."""
    from quantengine.analyze.compare import compare

    if work.dataset is None:
        monitor.say("Without --data no errors of layers are told.")
        return None
    return compare(
        work.model, resolution, work.dataset, limit=probes, table=work.table, monitor=monitor
    )
