"""The `quantengine` command: its answer goes to stdout, what went wrong to stderr."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from quantengine.cli.answer import Answer, print_answer
from quantengine.cli.exit_codes import Exit
from quantengine.cli.failure import failure
from quantengine.cli.interrupt import Abandoned, run_interruptible
from quantengine.cli.monitor import screen_monitor
from quantengine.cli.output_file import check_files, write_json
from quantengine.cli.parser import Parser
from quantengine.cli.program import as_program
from quantengine.cli.stderr import PROGRAM, tell
from quantengine.files import forget_named, remove_begun

COMMANDS = {
    "inspect": ("inspect", "show a model's layers and whether they can be quantized"),
    "calibrate": ("calibrate", "collect statistics of a model's tensors on data"),
    "quantize": ("quantize", "write a quantized, verified model"),
    "analyze": ("analyze", "show which layers a plan damages, alone and with all before them"),
    "sensitivity": ("sensitivity", "show what each layer does to the result"),
    "sweep": ("sweep", "compare widths or range methods by the result"),
    "finetune": ("finetune", "train through the quantizer, then write the model"),
    "search": ("search", "find the widths of each layer that keep an error or a size"),
    "evaluate": ("evaluate", "compare a quantized model with its float original"),
    "check": (
        "check",
        "hold a quantized model to bounds: the exit code says whether it keeps them",
    ),
    "profile": ("profile", "show what each layer takes, and why a quantized file is slow"),
    "diff": ("diff", "find the layer at which another tool's quantized file breaks"),
    "merge": ("merge", "join statistics of shards of the data"),
    "export-encodings": ("export_encodings", "write ranges and widths as another tool reads them"),
    "methods": ("methods", "list range methods and targets"),
    "operators": ("operators", "list ONNX operators and what can be done with each"),
    "demo": ("demo", "quantize the bundled demo model"),
}
"""By name: the module in this room, and what it does in a line."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; returns what `Exit` means by it. Without `argv` it is all of a program."""
    if argv is None:
        return as_program(lambda: main(sys.argv[1:]))
    forget_named()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    parser = parser_for(argv)
    args = parser.parse_args(argv)
    args.command_line = shlex.join([PROGRAM, *argv])
    if args.command is None:
        parser.print_help()
        return Exit.DONE
    try:
        return _run(args)
    except Exception as error:  # noqa: BLE001 - told as one sentence, with a code of its own
        return _fail(args, error)


def parser_for(argv: Sequence[str]) -> argparse.ArgumentParser:
    """Knows the flags of the command that `argv` begins with, of the others only the names.

    All flags of all commands would take longer than what many a command does.
    """
    asked = argv[:1]
    parser = Parser(prog=PROGRAM, description="Quantize ONNX models and see what it costs.")
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version")
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", title="commands", parser_class=Parser
    )
    for name in asked if asked and asked[0] in COMMANDS else COMMANDS:
        _, text = COMMANDS[name]
        if name not in asked:
            commands.add_parser(name, help=text)
            continue
        module = _module(name)
        module.add_arguments(commands.add_parser(name, help=text, description=module.__doc__))
    return parser


def _module(command: str) -> ModuleType:
    return import_module(f"quantengine.cli.{COMMANDS[command][0]}")


def _run(args: argparse.Namespace) -> Exit:
    command = _module(args.command)
    check_files(args)
    with screen_monitor(sys.stderr, quiet=args.quiet) as monitor:
        answer: Answer = run_interruptible(lambda: command.run(args, monitor), monitor)
    if isinstance(args.json, Path):
        write_json(args.json, answer.data)
    print_answer(answer, as_json=args.json is True)
    return answer.code


def _fail(args: argparse.Namespace, error: Exception) -> int:
    sentence, code = failure(error, getattr(args, "checkpoint", None))
    tell(sentence)
    if isinstance(error, Abandoned):
        remove_begun()
        os._exit(code)
    return code


class _Version(argparse.Action):
    """Looks the version up only when asked: it takes a while."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        from importlib.metadata import version

        sys.stdout.write(f"{PROGRAM} {version('quantscope')}\n")
        parser.exit()
