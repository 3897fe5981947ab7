"""`quantengine methods`: the range methods, their parameters, and the targets."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from quantengine.cli.answer import Answer
from quantengine.cli.parser import add_output_flags
from quantengine.monitor import Monitor

if TYPE_CHECKING:
    from quantengine.ranges.registry import Parameter


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_output_flags(parser)


def run(_: argparse.Namespace, monitor: Monitor) -> Answer:
    from quantengine.cli.table import Column, table
    from quantengine.ranges.registry import METHODS
    from quantengine.ranges.words import WORDS
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
                | ({"words": WORDS[key]} if key in WORDS else {})
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
            (f"  {key}={_default(key, p)}", "", f"  {p.text}, {_limits(key, p)}")
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


def _default(name: str, parameter: Parameter) -> str:
    from quantengine.cli.table import number
    from quantengine.ranges.words import WORDS, worded

    if name in WORDS and parameter.default is not None:
        return worded(name, parameter.default)
    return number(parameter.default, 6)


def _limits(name: str, parameter: Parameter) -> str:
    from quantengine.ranges.words import WORDS

    if name in WORDS:
        return " or ".join(WORDS[name])
    return f"{parameter.low:g} to {parameter.high:g}"
