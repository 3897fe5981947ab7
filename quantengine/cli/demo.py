"""`quantengine demo`: the bundled model and data through the whole way, no files needed."""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from quantengine.cli.answer import Answer
from quantengine.cli.data_options import add_work_flags
from quantengine.cli.parser import add_output_flags, file_name
from quantengine.monitor import Monitor

if TYPE_CHECKING:
    from quantengine.data.dataset import Dataset

OUTPUT = "demo_int8.onnx"

_EXPLANATION = (
    "One scale for a whole weight tensor cannot hold channels of very different size, as "
    "depthwise networks have them; one for each channel can."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-o",
        "--output",
        dest="folder",
        type=file_name,
        default=Path(),
        metavar="DIR",
        help=f"where {OUTPUT} goes",
    )
    add_work_flags(parser)
    add_output_flags(parser)


def run(args: argparse.Namespace, monitor: Monitor) -> Answer:
    from quantengine.analyze.evaluate import evaluate
    from quantengine.bundled import demo_model
    from quantengine.cli.evaluate import evaluation_table, latency_line
    from quantengine.cli.plan_options import AUTO, target_plan
    from quantengine.cli.written import written_data, written_parts
    from quantengine.formats.granularity import PER_TENSOR
    from quantengine.opening.open import open_model
    from quantengine.outputs import Sources, check_outputs
    from quantengine.work.export import export_candidate
    from quantengine.work.make import make
    from quantengine.work.work import Work, observed

    output = args.folder / OUTPUT
    check_outputs([output], Sources((demo_model(),)))
    plan = target_plan(AUTO, monitor)
    whole = replace(plan, weights=replace(plan.weights, granularity=PER_TENSOR))
    calib, held_out = _data("calib", monitor), _data("eval", monitor)
    asked = Work(open_model(demo_model(), monitor=monitor), plan, calib)
    work = observed(asked, workers=args.workers, memory_bytes=args.memory, monitor=monitor)
    candidate = make(work, monitor=monitor)
    report = export_candidate(candidate, output, monitor=monitor)
    found = {"per channel": evaluate(demo_model(), output, held_out, monitor=monitor)}
    with tempfile.TemporaryDirectory() as folder:
        beside = Path(folder) / OUTPUT
        other = make(replace(work, plan=whole), monitor=monitor)
        export_candidate(other, beside, monitor=monitor)
        found["per tensor"] = evaluate(demo_model(), beside, held_out, monitor=monitor)
    data = {
        "quantize": written_data(candidate, report),
        **{name.replace(" ", "_"): evaluation.to_json() for name, evaluation in found.items()},
    }
    title = f"{len(held_out)} held-out images, weights with a scale for each channel or tensor:"
    comparison = ("", title, "", evaluation_table(found), "", _EXPLANATION)
    speed = latency_line(found["per channel"])
    return Answer(data, (*written_parts(candidate, report), *comparison, speed))


def _data(part: Literal["calib", "eval"], monitor: Monitor) -> Dataset:
    from quantengine.analyze.model_file import ModelFile
    from quantengine.bundled import demo_data, demo_model
    from quantengine.data.open import open_data
    from quantengine.data.options import DataOptions

    options = DataOptions(images=f"{part}_images", labels=f"{part}_labels", preset="imagenet")
    return open_data(demo_data(), ModelFile.open(demo_model()).inputs, options, monitor=monitor)
