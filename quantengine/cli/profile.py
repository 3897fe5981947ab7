"""`quantengine profile`: what each layer takes in both files, and why the integer one is slow."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from quantengine.cli.answer import Answer
from quantengine.cli.data_options import add_data_flags, data_options
from quantengine.cli.parser import add_output_flags, file_name
from quantengine.counted import counted
from quantengine.monitor import Monitor
from quantengine.printable import printable

if TYPE_CHECKING:
    from rich.console import RenderableType

    from quantengine.speed.causes import Cause
    from quantengine.speed.profile import LayerTime, Profile

_SHOWN = 4


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("reference", type=file_name, metavar="FLOAT", help="the float .onnx file")
    add("candidate", type=file_name, nargs="?", metavar="QUANTIZED", help="the one to hold to it")
    add("--threads", type=int, metavar="N", help="threads of each model (default: cores)")
    add_data_flags(parser)
    add_output_flags(parser, json_file=True)


def run(args: argparse.Namespace, monitor: Monitor) -> Answer:
    from quantengine.speed.profile import open_pair, profile

    reference, candidate = open_pair(args.reference, args.candidate, args.threads, monitor)
    dataset = reference.samples(args.data, data_options(args), monitor=monitor)
    found = profile(reference, candidate, dataset, threads=args.threads, monitor=monitor)
    return Answer(found.to_json(), tuple(_parts(found)))


def _parts(found: Profile) -> Iterator[RenderableType]:
    yield _table(found)
    yield ""
    yield _summary(found)
    for each in found.causes:
        yield printable(_sentence(each))


def _table(found: Profile) -> RenderableType:
    from quantengine.cli.table import Column, table

    head = (
        Column("layer", text=True),
        Column("operator", text=True, rank=2),
        Column("float ms"),
        Column("quantized ms"),
        Column("times"),
        Column("runs in", text=True),
        Column("conversions"),
        Column("their ms", rank=1),
    )
    return table(head, map(_row, found.layers))


def _row(each: LayerTime) -> tuple[str, ...]:
    times = each.ms / each.float_ms if each.ms is not None and each.float_ms else None
    return (
        each.layer or "(no layer)",
        printable(each.operator),
        _ms(each.float_ms),
        _ms(each.ms),
        "" if times is None else f"{times:.2f}",
        each.runs,
        str(each.conversions or ""),
        _ms(each.conversion_ms) if each.conversions else "",
    )


def _ms(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _summary(found: Profile) -> str:
    nodes, samples = counted(found.float_nodes, "node"), counted(found.samples, "sample")
    text = f"One of {samples}: {found.float_ms:.3f} ms in {nodes} of the float file"
    if found.ms is None:
        return f"{text}."
    kept = counted(found.conversions, "conversion")
    return (
        f"{text}, {found.ms:.3f} ms in {counted(found.nodes, 'node')} of the quantized one, "
        f"{found.conversion_ms:.3f} of them in {kept}."
    )


def _sentence(each: Cause) -> Any:
    some = ", ".join(each.layers[:_SHOWN])
    more = f" and {len(each.layers) - _SHOWN} more" if len(each.layers) > _SHOWN else ""
    where = f" ({some}{more})" if some else ""
    return f"{each.ms:.3f} ms: {each.text}{where}."
