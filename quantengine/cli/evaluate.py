"""`quantengine evaluate`: a quantized model against its float original."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from quantengine.cli.answer import Answer
from quantengine.cli.data_options import add_data_flags, data_options
from quantengine.cli.parser import add_output_flags
from quantengine.monitor import Monitor

if TYPE_CHECKING:
    from rich.console import RenderableType

    from quantengine.analyze.evaluate import Evaluation


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("reference", type=Path, metavar="FLOAT", help="the float .onnx file")
    parser.add_argument("candidate", type=Path, metavar="QUANTIZED", help="the quantized one")
    parser.add_argument(
        "--threads", type=int, metavar="N", help="threads of each model (default: cores)"
    )
    add_data_flags(parser)
    add_output_flags(parser)


def run(args: argparse.Namespace, monitor: Monitor) -> Answer:
    from quantengine.analyze.evaluate import evaluate
    from quantengine.analyze.model_file import ModelFile
    from quantengine.data.open import open_data

    reference = ModelFile.open(args.reference, threads=args.threads, monitor=monitor)
    candidate = ModelFile.open(args.candidate, threads=args.threads, monitor=monitor)
    dataset = open_data(args.data, reference.inputs, data_options(args), monitor=monitor)
    found = evaluate(reference, candidate, dataset, monitor=monitor)
    return Answer(found.to_json(), (evaluation_table({"quantized": found}), *_lines(found)))


def evaluation_table(found: dict[str, Evaluation]) -> RenderableType:
    """The reference and one or more candidates side by side."""
    from quantengine.cli.table import decibels, number, share, size, table

    first = next(iter(found.values()))
    candidates = tuple(found.values())
    figures = (
        ("top-1", share(first.top1_reference), [share(x.top1_candidate) for x in candidates]),
        ("top-5", share(first.top5_reference), [share(x.top5_candidate) for x in candidates]),
        ("agreement", "", [share(x.agreement) for x in candidates]),
        ("output SQNR dB", "", [decibels(x.sqnr_db) for x in candidates]),
        ("output cosine", "", [number(x.cosine, 6) for x in candidates]),
        ("file size", size(first.bytes_reference), [size(x.bytes_candidate) for x in candidates]),
        (
            "latency ms",
            number(first.latency_ms_reference),
            [number(x.latency_ms_candidate) for x in candidates],
        ),
        ("speed-up", "1.00 x", [f"{x.speedup:.2f} x" for x in candidates]),
    )
    return table(("", "float", *found), [(name, ours, *rest) for name, ours, rest in figures])


def _lines(found: Evaluation) -> list[str]:
    lines = [f"{found.samples} samples; latency is the median of one sample."]
    if found.agreement is None:
        lines.append("The first output holds no class scores: no accuracy, no agreement.")
    elif found.top1_reference is None:
        lines.append("The data has no labels: no accuracy.")
    return lines
