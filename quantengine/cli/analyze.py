"""`quantengine analyze`: which layers a plan damages, alone and with all before them."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from quantengine.cli.answer import Answer
from quantengine.cli.asked import add_analysis_flags, asked_candidate, save_plan
from quantengine.cli.chain_table import chain_parts
from quantengine.cli.method_table import method_parts
from quantengine.cli.range_table import range_table
from quantengine.cli.recovered_table import recovered_table
from quantengine.cli.report import add_html_flag, write_html
from quantengine.cli.written import recovery_lines
from quantengine.counted import counted
from quantengine.csv_file import write_csv
from quantengine.monitor import Monitor

if TYPE_CHECKING:
    from rich.console import RenderableType

    from quantengine.analyze.comparison import Comparison, LayerComparison
    from quantengine.analyze.granularity import Granularities
    from quantengine.analyze.integer_view import IntegerView
    from quantengine.analyze.why_cause import Cause
    from quantengine.data.dataset import Dataset
    from quantengine.recover.seen import LayerSeen
    from quantengine.work.candidate import Candidate


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_analysis_flags(parser)
    add_html_flag(parser)
    group = parser.add_argument_group("analysis")
    group.add_argument(
        "--granularities", action="store_true", help="per-tensor against per-channel weights too"
    )
    group.add_argument(
        "--integers", action="store_true", help="accumulators and pair saturation of layers too"
    )
    group.add_argument(
        "--chain",
        metavar="LAYER",
        help="one value of a layer as integer hardware computes it, with all numbers on the way",
    )
    group.add_argument(
        "--ranges",
        action="store_true",
        help="who chose the range of each activation; with --json what was tried, the loss after "
        "each iteration",
    )
    group.add_argument(
        "--recovery",
        action="store_true",
        help="what recovery did to each layer: ranges of channels, shifts of their means, weights "
        "that have another code than the nearest",
    )
    group.add_argument(
        "--methods",
        action="store_true",
        help="what every range method would keep of every tensor, from statistics alone; with "
        "--json all of it",
    )
    group.add_argument(
        "--why",
        metavar="LAYER",
        help="say of layers (a pattern of names) what kind of error they have, and what mends it",
    )


def run(args: argparse.Namespace, monitor: Monitor) -> Answer:
    from quantengine.analyze.chosen_ranges import chosen_ranges
    from quantengine.analyze.compare import compare
    from quantengine.analyze.integer_chain import integer_chain
    from quantengine.analyze.integer_view import integer_views
    from quantengine.analyze.method_map import method_map

    candidate = asked_candidate(args, monitor)
    model, resolution, dataset = candidate.model, candidate.resolution, candidate.work.dataset
    assert dataset is not None  # --data is asked for
    found = compare(
        model, resolution, dataset, limit=args.probes, table=candidate.table, monitor=monitor
    )
    found = replace(found, notes=(*candidate.mended_notes, *found.notes))
    data, parts = found.to_json(), _parts(found, recovery_lines(candidate))
    data |= candidate.done_json() | candidate.work.taken_json
    if args.granularities:
        both = _granularities(candidate, dataset, args.probes, monitor)
        data["granularities"] = both.to_json()["weights"]
        parts += ["", _granularity_table(both)]
    if args.why is not None:
        told = _why(candidate, found, args.why)
        data["why"] = {layer: [cause.to_json() for cause in found] for layer, found in told.items()}
        parts += ["", *_why_lines(told)]
    if args.integers:
        views = integer_views(model, resolution, dataset, monitor=monitor)
        data["integers"] = [view.to_json() for view in views]
        parts += ["", _integer_table(views)]
    if args.chain is not None:
        chain = integer_chain(model, resolution, args.chain, dataset, monitor=monitor)
        data["chain"] = chain.to_json()
        parts += ["", *chain_parts(chain)]
    if args.ranges:
        chosen = chosen_ranges(resolution)
        data["ranges"] = [each.to_json() for each in chosen]
        parts += ["", range_table(chosen)]
    if args.recovery:
        seen = _recovery(candidate, dataset, args.probes, monitor)
        data["layers_recovered"] = [each.to_json() for each in seen]
        parts += ["", recovered_table(seen)]
    if args.methods:
        tried = method_map(model, resolution, candidate.table, monitor=monitor)
        data["methods"] = tried.to_json()
        parts += method_parts(tried)
    if args.csv is not None:
        write_csv(args.csv, found.to_rows())
    write_html(args, candidate, monitor, compared=found)
    save_plan(args, candidate)
    return Answer(data, tuple(parts))


def _parts(found: Comparison, recovery: Sequence[str]) -> list[RenderableType]:
    from quantengine.cli.table import Column, table
    from quantengine.printable import printable

    head = (
        Column("layer, worst first", text=True),
        Column("operator", text=True),
        Column("channel dB"),
        Column("W dB", rank=1),
        Column("A dB", rank=1),
        Column("local dB"),
        Column("acc. W dB", rank=2),
        Column("acc. A dB", rank=2),
        Column("acc. dB"),
        Column("dead", rank=3),
        Column("bias cut"),
        Column("bytes", rank=4),
    )
    rows = [_layer_row(layer) for layer in found.ranked]
    notes = [f"Note: {printable(note)}" for note in found.notes]
    return [table(head, rows), "", *recovery, *notes, _summary(found)]


def _layer_row(layer: LayerComparison) -> tuple[str, ...]:
    from quantengine.cli.table import decibels, size
    from quantengine.printable import printable

    local, accumulated = layer.local, layer.accumulated
    saved = f"{size(layer.bytes_before)} -> {size(layer.bytes_after)}"
    return (
        layer.name,
        printable(layer.operator),
        decibels(layer.channels.mean_db),
        *(decibels(x.sqnr_db) for x in (local.weights, local.activations, local.both)),
        *(
            decibels(x.sqnr_db)
            for x in (accumulated.weights, accumulated.activations, accumulated.both)
        ),
        str(len(layer.channels.dead) or ""),
        str(layer.clipped_bias or ""),
        saved if layer.bytes_before else "",
    )


def _summary(found: Comparison) -> str:
    from quantengine.cli.table import result, share, size
    from quantengine.printable import printable

    none = "" if found.layers else "No layer is quantized. "
    agreement = found.output.agreement
    alike = "" if agreement is None else f", {share(agreement)} of the classes agree"
    missing = found.output.missing if found.output.equal is None else None
    why = "" if missing is None else f" ({printable(missing)})"
    return (
        f"{none}Output on {counted(found.samples, 'sample')}: {result(found.output)}{alike}{why}. "
        f"Weights {size(found.bytes_before)} -> {size(found.bytes_after)}."
    )


def _why(candidate: Candidate, found: Comparison, pattern: str) -> dict[str, tuple[Cause, ...]]:
    """By layer; raises PlanError where the pattern matches none."""
    from quantengine.analyze.why import Evidence, why
    from quantengine.errors import PlanError
    from quantengine.patterns import matching

    layers = matching(pattern, (layer.name for layer in found.layers))
    if not layers:
        raise PlanError(f"'{pattern}' matches no quantized layer: see the table of `analyze`.")
    errors = {layer.name: layer.accumulated.both.sqnr_db for layer in found.layers}
    known = Evidence.of(
        candidate.model,
        candidate.resolution,
        candidate.table,
        errors,
        corrected=candidate.corrects_bias,
    )
    return {layer: why(known, layer) for layer in layers}


def _why_lines(told: Mapping[str, tuple[Cause, ...]]) -> list[str]:
    from quantengine.analyze.why_cause import REMEDIES
    from quantengine.printable import printable

    lines = []
    for layer, causes in told.items():
        said = " ".join(f"{cause.text} {REMEDIES[cause.remedy]}".strip() for cause in causes)
        lines.append(printable(f"{layer}: {said or 'nothing stands out.'}"))
    return lines


def _recovery(
    candidate: Candidate, dataset: Dataset, probes: int, monitor: Monitor
) -> tuple[LayerSeen, ...]:
    from quantengine.analyze.mean_shifts import mean_shifts
    from quantengine.recover.seen import layers_seen

    model, resolution = candidate.model, candidate.resolution
    shifts = mean_shifts(model, resolution.encodings, dataset, limit=probes, monitor=monitor)
    return layers_seen(candidate.work.model, model, resolution, shifts)


def _granularities(
    candidate: Candidate, dataset: Dataset, probes: int, monitor: Monitor
) -> Granularities:
    from quantengine.analyze.granularity import compare_granularities

    return compare_granularities(
        candidate.model, candidate.plan, candidate.table, dataset, limit=probes, monitor=monitor
    )


def _granularity_table(found: Granularities) -> RenderableType:
    from quantengine.cli.table import Column, decibels, table

    head = (
        Column("layer", text=True),
        Column("channels"),
        Column("W dB per tensor"),
        Column("per channel"),
        Column("output dB per tensor"),
        Column("per channel"),
        Column("why not better", text=True),
    )
    rows = [
        (
            row.layer,
            str(len(row.low)),
            *(decibels(x) for x in (row.tensor.weight_db, row.channel.weight_db)),
            *(decibels(x) for x in (row.tensor.output_db, row.channel.output_db)),
            row.reason or "",
        )
        for row in found.weights
    ]
    return table(head, rows)


def _integer_table(views: Sequence[IntegerView]) -> RenderableType:
    from quantengine.cli.table import Column, table

    head = (
        Column("layer", text=True),
        Column("accumulator"),
        Column("bits"),
        Column("pairs that could saturate"),
        Column("that do"),
        Column("bias cut"),
    )
    rows: list[tuple[Any, ...]] = [
        (
            view.layer,
            f"{view.accumulator.low} .. {view.accumulator.high}",
            str(view.accumulator.bits),
            str(view.saturable_pairs or ""),
            str(view.saturated_pairs or ""),
            str(view.clipped_bias or ""),
        )
        for view in views
    ]
    return table(head, rows)
