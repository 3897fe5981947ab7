"""The `quantengine` command: its answer goes to stdout, what went wrong to stderr."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from quantengine.cli.answer import print_answer
from quantengine.cli.interrupt import run_interruptible
from quantengine.cli.monitor import screen_monitor
from quantengine.cli.output_file import write_json
from quantengine.cli.parser import PROGRAM, USER_ERROR, Parser
from quantengine.cli.table import printable
from quantengine.errors import Cancelled, QuantError

CANCELLED = 130

COMMANDS = {
    "inspect": "show a model's layers and whether they can be quantized",
    "calibrate": "collect statistics of a model's tensors on data",
    "quantize": "write a quantized, verified model",
    "analyze": "show which layers a plan damages, alone and with all before them",
    "sensitivity": "show what each layer does to the result",
    "sweep": "compare widths or range methods by the result",
    "finetune": "train through the quantizer, then write the model",
    "search": "find the widths of each layer that keep an error or a size",
    "evaluate": "compare a quantized model with its float original",
    "merge": "join statistics of shards of the data",
    "methods": "list range methods and targets",
    "demo": "quantize the bundled demo model",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; 0, 2 for an error of the user, 130 where the user stopped it."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    args = _parser().parse_args(argv)
    if args.command is None:
        _parser().print_help()
        return 0
    try:
        _run(args)
    except Cancelled:
        return _fail(_stopped(args), CANCELLED)
    except QuantError as error:
        return _fail(str(error), USER_ERROR)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _fail(f"{where}{error.strerror or error}.", USER_ERROR)
    except MemoryError:
        return _fail(
            "there is not enough memory: free some, or use --memory and --workers.", USER_ERROR
        )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog=PROGRAM, description="Quantize ONNX models and see what it costs.")
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version")
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", title="commands", parser_class=Parser
    )
    for name, text in COMMANDS.items():
        module = import_module(f"quantengine.cli.{name}")
        module.add_arguments(commands.add_parser(name, help=text, description=module.__doc__))
    return parser


def _run(args: argparse.Namespace) -> None:
    command = import_module(f"quantengine.cli.{args.command}")
    with screen_monitor(sys.stderr, quiet=args.quiet) as monitor:
        answer = run_interruptible(lambda: command.run(args, monitor), monitor)
    if isinstance(args.json, Path):
        write_json(args.json, answer.data)
    print_answer(answer, as_json=args.json is True)


def _stopped(args: argparse.Namespace) -> str:
    checkpoint = getattr(args, "checkpoint", None)
    if checkpoint is None or not checkpoint.exists():
        return "stopped; nothing was left half-done."
    return f"stopped; the same command goes on from {checkpoint}."


def _fail(text: str, code: int) -> int:
    sys.stderr.write(f"{PROGRAM}: {printable(' '.join(text.split()))}\n")
    return code


class _Version(argparse.Action):
    """Looks the version up only when asked: it takes a while."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        from importlib.metadata import version

        sys.stdout.write(f"{PROGRAM} {version('quantscope')}\n")
        parser.exit()
