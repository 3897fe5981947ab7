"""`quantengine methods`: the range methods, their parameters, and the targets."""

from __future__ import annotations

import argparse

from quantengine.cli.answer import Answer
from quantengine.cli.parser import add_output_flags
from quantengine.monitor import Monitor


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_output_flags(parser)


def run(_: argparse.Namespace, monitor: Monitor) -> Answer:
    from quantengine.cli.table import Column, number, table
    from quantengine.plan import TARGET_NOTES
    from quantengine.ranges.registry import METHODS

    def texts(*names: str) -> list[Column]:
        return [Column(name, text=True) for name in names]

    monitor.check()
    methods = {
        name: {
            "text": method.text,
            "weights": method.for_weights,
            "parameters": {
                key: {"text": p.text, "default": p.default, "low": p.low, "high": p.high}
                for key, p in method.parameters.items()
            },
        }
        for name, method in METHODS.items()
    }
    rows = []
    for name, method in METHODS.items():
        rows.append((name, "yes" if method.for_weights else "", method.text))
        rows += [
            (f"  {key}={number(p.default, 6)}", "", f"  {p.text}, {p.low:g} to {p.high:g}")
            for key, p in method.parameters.items()
        ]
    return Answer(
        {"methods": methods, "targets": dict(TARGET_NOTES)},
        (
            table(texts("method", "for weights", "what it chooses"), rows),
            "",
            table(texts("target", "what it means"), TARGET_NOTES.items()),
        ),
    )
