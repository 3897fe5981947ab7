"""`quantengine sweep`: the result under one width or one range method after the other."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING

from quantengine.cli.answer import Answer
from quantengine.cli.asked import add_analysis_flags, asked, save_plan
from quantengine.cli.parser import file_name
from quantengine.cli.training_options import add_training_flags, first_training_flag
from quantengine.cli.width_curve import curve_answer
from quantengine.cli.width_table import table_answer
from quantengine.cli.written import chosen_lines
from quantengine.counted import counted
from quantengine.csv_file import write_csv
from quantengine.monitor import Monitor

if TYPE_CHECKING:
    from rich.console import RenderableType

    from quantengine.verdict.verdict import Verdict
    from quantengine.work.sweep import Sweep
    from quantengine.work.work import Work

_MOST_BITS = 32


def add_arguments(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("sweep")
    what = group.add_mutually_exclusive_group(required=True)
    what.add_argument("--bits", type=_widths, metavar="A..B", help="widths: 2..8, 4,6,8 or 4")
    what.add_argument(
        "--methods", type=_names, metavar="all|NAMES", help="range methods: all or names"
    )
    what.add_argument(
        "--table",
        action="store_true",
        help="scales per tensor and per channel at W8A8, W4A8 and W4A4: calibrated and recovered",
    )
    group.add_argument("--layer", metavar="NAME", help="widths of this layer alone, others float")
    group.add_argument(
        "--part",
        choices=("weights", "activations", "both"),
        help="what is swept (default: both for bits, activations for methods)",
    )
    group.add_argument(
        "--no-settings", action="store_true", help="methods with their default parameters only"
    )
    group.add_argument(
        "--quantized-inference",
        action="store_true",
        help="methods on statistics of inference with quantized data too",
    )
    group.add_argument(
        "--finetune",
        nargs="?",
        const="ewgs",
        choices=("ste", "lsq", "ewgs"),
        help="with --bits: beside the plain result, recovered and fine-tuned (default ewgs); with "
        "--table: one more column",
    )
    group.add_argument(
        "--checkpoint",
        type=file_name,
        metavar="FILE.json",
        help="written after each setting; if it is there, the same sweep goes on from it",
    )
    add_analysis_flags(parser)
    parser.set_defaults(probes=None)  # so that it is known whether it was given
    add_training_flags(parser, method_flag=False)


def run(args: argparse.Namespace, monitor: Monitor) -> Answer:
    from quantengine.analyze.probes import PROBES
    from quantengine.ranges.registry import settings_of
    from quantengine.verdict.figures import doubts
    from quantengine.work.chosen import as_written

    _refuse_useless(args)
    for name in args.methods or ():
        settings_of(name, {})
    if args.table:
        return table_answer(args, monitor)
    if args.finetune is not None:
        return curve_answer(args, monitor)
    if args.probes is None:
        args.probes = PROBES
    work, recipe = asked(args, monitor)
    found = _methods(args, work, monitor) if args.bits is None else _bits(args, work, monitor)
    if args.csv is not None:
        write_csv(args.csv, found.to_rows())
    data, words = found.to_json() | work.taken_json, [_summary(found)]
    if found.best is not None:
        chosen = as_written(work, found.best.plan, recipe, limit=args.probes, monitor=monitor)
        save_plan(args, chosen.candidate)
        data["written"] = chosen.to_json()
        words += chosen_lines(chosen)
    said = doubts(*(point.effect for point in found.points))
    return Answer(data, (_table(found), "", *words, *said))


def _refuse_useless(args: argparse.Namespace) -> None:
    """Raises PlanError for flags that would do nothing together."""
    from quantengine.errors import PlanError

    if args.layer is not None and args.methods is not None:
        raise PlanError("--layer goes with --bits: range methods are compared on the network.")
    training = first_training_flag(args)
    if args.finetune is None and training is not None:
        raise PlanError(f"{training} is about training: add --finetune, or leave it out.")
    if args.table and (args.save_plan is not None or args.csv is not None):
        raise PlanError("--table is to be read: leave --save-plan and --csv out; --json has all.")
    if args.finetune is None and not args.table:
        return
    if args.bits is None and not args.table:
        raise PlanError("--finetune goes with --bits: write --bits 1..8 --finetune.")
    if args.checkpoint is not None:
        raise PlanError("--finetune keeps no checkpoint: leave --checkpoint out.")
    if args.layer is not None or args.part is not None:
        raise PlanError("This is about the whole network: leave --layer and --part out.")
    if args.save_plan is not None:
        raise PlanError(
            "A plan does not hold what training finds: leave --save-plan out, and train at the "
            "width you choose with `quantengine finetune`."
        )
    if args.probes is not None:
        raise PlanError("Every fifth sample judges: --limit says how many there are.")


def _bits(args: argparse.Namespace, work: Work, monitor: Monitor) -> Sweep:
    from quantengine.work.sweep import sweep_bits

    return sweep_bits(
        work,
        bits=args.bits,
        part=args.part or "both",
        layer=args.layer,
        limit=args.probes,
        checkpoint=args.checkpoint,
        monitor=monitor,
    )


def _methods(args: argparse.Namespace, work: Work, monitor: Monitor) -> Sweep:
    from quantengine.work.sweep import sweep_methods

    return sweep_methods(
        work,
        methods=args.methods or None,
        settings=not args.no_settings,
        part=args.part or "activations",
        quantized_inference=args.quantized_inference,
        limit=args.probes,
        checkpoint=args.checkpoint,
        monitor=monitor,
    )


def _table(found: Sweep) -> RenderableType:
    from quantengine.cli.table import Column, size, table
    from quantengine.printable import printable

    rows = [
        (
            point.label,
            *_figures(point.effect),
            "" if point.bytes_after is None else size(point.bytes_after),
            printable(point.refused or ""),
        )
        for point in found.points
    ]
    head = (
        Column("setting", text=True),
        Column("output dB"),
        Column("agreement"),
        Column("top-1"),
        Column("equal"),
        Column("metric"),
        Column("weights", rank=1),
        Column("refused", text=True),
    )
    return table(head, rows)


def _figures(effect: Verdict | None) -> tuple[str, ...]:
    from quantengine.cli.table import decibels, number, share

    if effect is None:
        return ("",) * 5
    shares = (effect.agreement, effect.accuracy, effect.equal)
    return (
        decibels(effect.judged_db),
        *("" if found is None else share(found) for found in shares),
        "" if effect.own is None else number(effect.own.candidate),
    )


def _summary(found: Sweep) -> str:
    from quantengine.cli.table import result
    from quantengine.printable import printable

    best = found.best
    where = "" if found.layer is None else f" of '{printable(found.layer)}'"
    if found.missing is not None:
        return f"No setting{where} can be called the best: {printable(found.missing)}."
    if best is None or best.effect is None:
        return f"No setting{where} could be used on {counted(found.samples, 'sample')}."
    return (
        f"Best{where} on {counted(found.samples, 'sample')}: {best.label}, {result(best.effect)}."
    )


def _widths(text: str) -> tuple[int, ...]:
    found: list[int] = []
    for part in text.split(","):
        match = re.fullmatch(r"(\d{1,2})(?:\.\.(\d{1,2}))?", part.strip())
        if match is None:
            raise argparse.ArgumentTypeError(f"'{text}' is not a list of widths: write 2..8 or 4,8")
        first, last = int(match[1]), int(match[2] or match[1])
        found += range(first, min(last, _MOST_BITS) + 1)
    if not found:
        raise argparse.ArgumentTypeError(f"'{text}' holds no width: write the smaller one first")
    return tuple(dict.fromkeys(found))


def _names(text: str) -> tuple[str, ...]:
    """Empty for all: argparse takes None for an option that was not given."""
    return () if text == "all" else tuple(name.strip() for name in text.split(","))
