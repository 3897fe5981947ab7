"""`--html`: all that a command found out as one page."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from quantengine.cli.parser import file_name
from quantengine.language import LANGUAGES, language
from quantengine.monitor import Monitor

if TYPE_CHECKING:
    from quantengine.diff.difference import Difference
    from quantengine.diff.dump_result import DumpDifference
    from quantengine.work.candidate import Candidate


def add_html_flag(parser: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
    parser.add_argument(
        "--html",
        type=file_name,
        metavar="FILE",
        help="write a page: verdict, error along the depth, layers, samples, settings",
    )
    add_language_flag(parser)


def add_language_flag(parser: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
    parser.add_argument(
        "--language", choices=[*LANGUAGES], default="en", help="of the page (default: en)"
    )


def write_diff_html(args: argparse.Namespace, found: Difference | DumpDifference) -> None:
    """Writes what `diff` found where it was asked for; raises QuantError where it cannot."""
    if args.html is not None:
        from quantengine.report.diff_page import write_diff_page

        write_diff_page(args.html, found, language(args.language))


def write_html(
    args: argparse.Namespace, candidate: Candidate, monitor: Monitor, **known: Any
) -> None:
    """Writes the page where it was asked for; what is not `known`, by its name in `Findings`, is
    found out first. Raises what `found_of` raises, QuantError where it cannot be written.
    """
    if args.html is None:
        return
    from quantengine.report.findings import Findings, found_of, quantized
    from quantengine.report.page import write_report

    title, command = quantized(candidate.work.model.path.name), getattr(args, "command_line", "")
    begun = Findings(title, command=command, language=language(args.language), **known)
    probes = {"limit": args.probes} if hasattr(args, "probes") else {}
    write_report(args.html, found_of(candidate, begun, monitor=monitor, **probes))
