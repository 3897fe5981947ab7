"""`quantengine quantize`: from a float model and data to a quantized, verified file."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from quantengine.cli.answer import Answer
from quantengine.cli.asked import add_work_of_model_flags, asked, save_plan
from quantengine.cli.judge_options import add_judge_flag
from quantengine.cli.output_file import add_file_flags, export_options, write_json
from quantengine.cli.recover_options import add_recover_flag
from quantengine.cli.report import write_html
from quantengine.cli.written import written_data, written_parts
from quantengine.monitor import Monitor

if TYPE_CHECKING:
    from quantengine.work.work import Work


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_file_flags(parser)
    add_recover_flag(parser)
    add_judge_flag(parser)
    add_work_of_model_flags(parser)


def run(args: argparse.Namespace, monitor: Monitor) -> Answer:
    from quantengine.export.integers import refuse_without_flow
    from quantengine.work.export import export_candidate
    from quantengine.work.make import make

    def admit(work: Work) -> None:
        if not args.force:
            refuse_without_flow(work.model, work.flow)

    work, recipe = asked(args, monitor, admit=admit)
    candidate = make(work, recipe, monitor=monitor)
    report = export_candidate(candidate, args.output, export_options(args), monitor=monitor)
    data = written_data(candidate, report)
    write_html(args, candidate, monitor, written=report)
    save_plan(args, candidate)
    if args.report is not None:
        write_json(args.report, data)
    return Answer(data, written_parts(candidate, report))
