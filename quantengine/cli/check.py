"""`quantengine check`: a quantized model held to bounds, for builds; 1 where one fails."""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quantengine.analyze.guard_names import DROP, PLAIN
from quantengine.cli.answer import Answer
from quantengine.cli.data_options import add_data_flags
from quantengine.cli.evaluate import add_pair_flags, evaluated
from quantengine.cli.exit_codes import Exit
from quantengine.cli.parser import add_output_flags, file_name
from quantengine.cli.task_figures import text_of
from quantengine.counted import counted
from quantengine.errors import PlanError
from quantengine.monitor import Monitor
from quantengine.printable import printable

if TYPE_CHECKING:
    from quantengine.analyze.guard import Bound, Held

_SIDES = ("min", "max")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from quantengine.verdict.titles import FIGURES

    add_pair_flags(parser)
    names = tuple(dict.fromkeys((*PLAIN, *FIGURES)))
    group = parser.add_argument_group(
        "bounds",
        "--min-FIGURE N and --max-FIGURE N, as many as there are, FIGURE one of "
        f"{', '.join(name.replace('_', '-') for name in names)}. Shares are 0 to 1; drop is what "
        "top-1 loses beside the float model, in points, drop-FIGURE what another figure loses; "
        "mb is the size of the file, ms one sample. A figure that is not there is not within its "
        "bound.",
    )
    for name in (*names, *(f"{DROP}_{name}" for name in FIGURES)):
        for side in _SIDES:
            flag = f"--{side}-{name.replace('_', '-')}"
            reads = partial(_bound, side, name)
            _add(group, flag, reads, argparse.SUPPRESS, "N")
    for side in _SIDES:
        text = "the same of a figure of --metric, or of an output or slice by its name (its dB)"
        _add(group, f"--{side}", partial(_named_bound, side), text, "NAME=N")
    parser.add_argument(
        "--junit", type=file_name, metavar="F.xml", help="write a case a bound as JUnit XML"
    )
    add_data_flags(parser)
    add_output_flags(parser, json_file=True)


def run(args: argparse.Namespace, monitor: Monitor) -> Answer:
    from quantengine.analyze.guard import Bound, held_to

    if not args.bounds:
        raise PlanError("There is no bound to hold: give one, as --min-worst-db 20.")
    bounds = [Bound(name, side == "min", value) for side, name, value in args.bounds]
    found = evaluated(args, monitor)
    held = held_to(found, bounds)
    if args.junit is not None:
        write_junit(args.junit, args.candidate.name, held)
    holds = all(each.holds for each in held)
    data = {"holds": holds, "bounds": [each.to_json() for each in held], **found.to_json()}
    return Answer(data, tuple(_parts(held)), Exit.DONE if holds else Exit.GATE_FAILED)


def _add(group: Any, flag: str, reads: Any, text: str, metavar: str) -> None:
    group.add_argument(
        flag, type=reads, action="append", dest="bounds", metavar=metavar, default=[], help=text
    )


def _bound(side: str, name: str, text: str) -> tuple[str, str, float]:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(f"'{text}' is no number")
    return side, name, value


def _named_bound(side: str, text: str) -> tuple[str, str, float]:
    name, equals, value = text.rpartition("=")
    if not equals or not name:
        raise argparse.ArgumentTypeError(f"'{text}' is not NAME=N")
    return _bound(side, name, value)


def _parts(held: tuple[Held, ...]) -> Iterator[Any]:
    from quantengine.cli.table import Column, table

    head = (
        Column("figure", text=True),
        Column("found"),
        Column("asked", text=True),
        Column("", text=True),
        Column("95 % lie in", text=True, rank=1),
    )
    yield table(head, map(_row, held))
    failed = sum(not each.holds for each in held)
    yield ""
    yield f"{failed} of {counted(len(held), 'bound')} not kept." if failed else "All bounds kept."


def _row(each: Held) -> tuple[str, ...]:
    text = text_of(each.unit)
    found, asked = _texts(each)
    between = each.interval
    near = "" if between is None else f"{text(between[0])} .. {text(between[1])} (n = {each.n})"
    return _title(each.bound), found, asked, "kept" if each.holds else "NOT KEPT", near


def _title(bound: Bound) -> str:
    words = printable(bound.figure.replace("_", " "))
    return f"{words.removesuffix(' db')} dB" if words.endswith(" db") else words


def _texts(each: Held) -> tuple[str, str]:
    """The figure and its bound, with all digits where fewer would not tell them apart."""
    text = text_of(each.unit)
    found, value = text(each.found), text(each.bound.value)
    if found == value and not each.holds:
        found, value = repr(each.found), repr(each.bound.value)
    if math.isnan(each.found):
        found = "no figure"
    return found, f"at {'least' if each.bound.at_least else 'most'} {value}"


def write_junit(path: Path, name: str, held: tuple[Held, ...]) -> None:
    """A case a bound, with a failure where it is not kept; raises QuantError."""
    from xml.etree import ElementTree

    from quantengine.files import whole_file

    failures = sum(not each.holds for each in held)
    suite = ElementTree.Element(
        "testsuite",
        name="quantengine check",
        tests=str(len(held)),
        failures=str(failures),
        errors="0",
        skipped="0",
    )
    for each in held:
        found, asked = _texts(each)
        title = f"{_title(each.bound)} {asked}"
        case = ElementTree.SubElement(suite, "testcase", classname=printable(name), name=title)
        if not each.holds:
            ElementTree.SubElement(case, "failure", message=f"{_title(each.bound)}: {found}")
    with whole_file(path) as beside:
        ElementTree.ElementTree(suite).write(beside, encoding="utf-8", xml_declaration=True)
