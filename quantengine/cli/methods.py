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
    from quantengine.ranges.registry import METHODS
    from quantengine.targets import TARGETS

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
    targets = {name: target.note for name, target in TARGETS.items()}
    rows = []
    for name, method in METHODS.items():
        rows.append((name, "yes" if method.for_weights else "", method.text))
        rows += [
            (f"  {key}={number(p.default, 6)}", "", f"  {p.text}, {p.low:g} to {p.high:g}")
            for key, p in method.parameters.items()
        ]
    return Answer(
        {"methods": methods, "targets": targets},
        (
            table(texts("method", "for weights", "what it chooses"), rows),
            "",
            table(texts("target", "what it means"), targets.items()),
        ),
    )
