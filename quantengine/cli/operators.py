"""`quantengine operators`: what can be done with each ONNX operator, and why not."""

from __future__ import annotations

import argparse

from quantengine.cli.answer import Answer
from quantengine.cli.parser import add_output_flags
from quantengine.monitor import Monitor

_RANKS = {"simulate": 2, "qdq": 1}
"""What is supported wherever `quantize` is goes first where the screen is narrow."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    text = "the table as a Markdown page, as in docs/operators.md"
    parser.add_argument("--markdown", action="store_true", help=text)
    add_output_flags(parser)


def run(args: argparse.Namespace, monitor: Monitor) -> Answer:
    from quantengine.cli.table import Column, table
    from quantengine.support import STAGES, SUPPORTED, support

    monitor.check()
    rows = support()
    data = {"stages": {name: stage.text for name, stage in STAGES.items()}, "operators": rows}
    if args.markdown:
        return Answer(data, (markdown(),))
    reasons: dict[str, str] = {}
    cells = [
        (
            name,
            *(
                "yes" if cell == SUPPORTED else reasons.setdefault(cell, str(len(reasons) + 1))
                for cell in row.values()
            ),
        )
        for name, row in rows.items()
    ]
    columns = [Column("operator", text=True)]
    columns += [Column(name, rank=_RANKS.get(name, 0)) for name in STAGES]
    words = [(name, stage.text) for name, stage in STAGES.items()]
    return Answer(
        data,
        (
            table(columns, cells),
            "",
            table([Column("stage", text=True), Column("what it means", text=True)], words),
            "",
            *(f"{number}: {reason}" for reason, number in reasons.items()),
        ),
    )


def markdown() -> str:
    """The page docs/operators.md without its last line end."""
    from quantengine.support import STAGES, support

    lines = [
        "# What can be done with each operator",
        "",
        "Made by `quantengine operators --markdown`; `--json` gives the same to a program. Any "
        "other operator stays float.",
        "",
        *(f"- **{name}**: {stage.text}" for name, stage in STAGES.items()),
        "",
        f"| operator | {' | '.join(STAGES)} |",
        f"|{'---|' * (len(STAGES) + 1)}",
        *(f"| {name} | {' | '.join(row.values())} |" for name, row in support().items()),
    ]
    return "\n".join(lines)
