"""`quantengine sensitivity`: what each layer does to the result, quantized alone or left float."""

from __future__ import annotations

import argparse
import math
from typing import TYPE_CHECKING

from quantengine.cli.answer import Answer
from quantengine.cli.asked import add_analysis_flags, asked_candidate, save_plan
from quantengine.cli.report import add_html_flag, write_html
from quantengine.cli.written import recovery_lines
from quantengine.counted import counted
from quantengine.csv_file import write_csv
from quantengine.monitor import Monitor

if TYPE_CHECKING:
    from rich.console import RenderableType

    from quantengine.analyze.sensitivity import LayerSensitivity, Sensitivity
    from quantengine.work.candidate import Candidate


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_analysis_flags(parser)
    add_html_flag(parser)


def run(args: argparse.Namespace, monitor: Monitor) -> Answer:
    from quantengine.analyze.sensitivity import sensitivity
    from quantengine.verdict.figures import doubts

    candidate = asked_candidate(args, monitor)
    model, resolution, dataset = candidate.model, candidate.resolution, candidate.work.dataset
    assert dataset is not None  # --data is asked for
    found = sensitivity(
        model, resolution, dataset, limit=args.probes, judge=candidate.work.judge, monitor=monitor
    )
    if args.csv is not None:
        write_csv(args.csv, found.to_rows())
    write_html(args, candidate, monitor, gains=found.gains)
    save_plan(args, candidate)
    words = (*recovery_lines(candidate), _summary(candidate, found), *doubts(found.everything))
    data = found.to_json() | candidate.done_json() | candidate.work.taken_json
    return Answer(data, (_table(found), "", *words))


def _table(found: Sensitivity) -> RenderableType:
    from quantengine.cli.table import Column, decibels, share, table
    from quantengine.printable import printable

    rows = [
        (
            layer.name,
            printable(layer.operator),
            decibels(layer.alone.judged_db),
            "" if layer.alone.agreement is None else share(layer.alone.agreement),
            decibels(layer.without.judged_db),
            "" if layer.without.agreement is None else share(layer.without.agreement),
            _gain_text(layer),
            "" if layer.alone.equal is None else share(layer.alone.equal),
            "" if layer.without.equal is None else share(layer.without.equal),
            *_own(layer),
        )
        for layer in found.ranked
        if layer.quantized
    ]
    head = (
        Column("layer, worst first", text=True),
        Column("operator", text=True),
        Column("alone dB"),
        Column("agreement", rank=2),
        Column("all but it dB"),
        Column("agreement", rank=1),
        Column("gain dB"),
        Column("alone equal"),
        Column("all but it equal", rank=3),
        Column("alone metric"),
        Column("all but it metric"),
        Column("gain"),
    )
    return table(head, rows)


def _own(layer: LayerSensitivity) -> tuple[str, str, str]:
    """In a person's metric, where that is followed."""
    from quantengine.cli.table import number

    if layer.alone.own is None or layer.without.own is None or layer.gain_own is None:
        return "", "", ""
    alone, without = layer.alone.own.candidate, layer.without.own.candidate
    return number(alone), number(without), f"{layer.gain_own:+.4g}"


def _gain_text(layer: LayerSensitivity) -> str:
    """Decibels with their sign; `exact` where nothing is lost any more."""
    if math.isnan(layer.gain_db):
        return ""
    exact = layer.gain_db == layer.without.judged_db == math.inf
    return "exact" if exact else f"{layer.gain_db:+.1f}"


def _summary(candidate: Candidate, found: Sensitivity) -> str:
    """How good all layers are together, and who costs most of it."""
    from quantengine.analyze.culprits import Culprits
    from quantengine.analyze.report_layers import layer_reports
    from quantengine.cli.table import result
    from quantengine.printable import printable

    culprits = Culprits.of(found.gains, layer_reports(candidate.model, candidate.resolution))
    text = f"All layers: {result(found.everything)} on {counted(found.samples, 'sample')}."
    said = printable(culprits.said(lambda name: f"'{name}'"))
    if not culprits.layers:
        return f"{text} {said}"
    kept = counted(len(culprits.layers), "layer")
    return f"{text} {said} Keeping {kept} float takes {culprits.bytes:,} bytes more."
