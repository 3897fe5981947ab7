"""The flags that make a plan."""

from __future__ import annotations

import argparse
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from quantengine.cli.parser import file_name
from quantengine.monitor import Monitor

if TYPE_CHECKING:
    from quantengine.plan import Override, Parameters, QuantPlan, Setting, TensorPlan
    from quantengine.work.saved_plan import SavedPlan

AUTO = "auto"
_MOST_BYTES = 64 << 20

_WORDS: dict[str, bool | None] = {"true": True, "false": False, "none": None}
_SETTING_START = re.compile(r":(?=[\w.]+=)")


def add_plan_flags(parser: argparse.ArgumentParser, method_flag: str = "--method") -> None:
    """Flags that start from `--plan` or a target's plan and change it."""
    from quantengine.targets import TARGETS

    group = parser.add_argument_group("plan", "later flags change what --plan or --target says")
    add = group.add_argument
    add("--plan", type=file_name, metavar="FILE", help="what --save-plan wrote")
    add(
        "--save-plan",
        type=file_name,
        metavar="FILE",
        help="save the plan, with what is done beyond it",
    )
    add(
        "--with-encodings",
        action="store_true",
        help="save scales by channel, codes and figures in the plan's file too",
    )
    add(
        "--encodings",
        type=file_name,
        metavar="FILE",
        help="ranges and scales from a table of another tool: encodings of AIMET or QNN, "
        "onnxruntime's overrides or calibration, a cache of TensorRT, tables of ncnn and tpu-mlir",
    )
    add(
        "--target",
        metavar="NAME",
        help="auto (default: onnxruntime on a CPU like this one) or one of "
        f"{', '.join(TARGETS)}; see quantengine methods",
    )
    add("--weights", metavar="TYPE", help="int8, uint8, int4, int16, ... or bits 1..16, or float")
    add(
        "--activations",
        metavar="TYPE",
        help="uint8, int8, int16, ... or bits; float: weights only; dynamic: ranges at run time",
    )
    add("--granularity", metavar="WORD", help="of weights: tensor, channel or block:32")
    add(
        method_flag,
        dest="method",
        metavar="NAME[:P=V,..]",
        help="range of activations; see quantengine methods",
    )
    add("--weight-method", metavar="NAME[:P=V,..]", help="range of weights")
    add(
        "--keep-float",
        action="append",
        default=[],
        metavar="PATTERN",
        help="layers to leave alone: a name, a shell pattern or re:REGEX; repeat for more",
    )
    add(
        "--set",
        action="append",
        default=[],
        metavar="PATTERN:K=V,..",
        help="settings of some layers or tensors, such as 'conv*:bits=4,method=mse' or "
        "'x:low=0,high=6'; weights. or activations. before a key limits it",
    )
    add(
        "--quantize-outputs",
        action="store_true",
        help="outputs of the network are rounded too; as they are they stay float",
    )
    add(
        "--observe-quantized",
        action="store_true",
        help="statistics come from inference on rounded inputs of every layer; slower",
    )
    _add_edges(parser)


def _add_edges(parser: argparse.ArgumentParser) -> None:
    """Where the file begins and ends."""
    from quantengine.plan import IO

    add = parser.add_argument_group("edges of the file", "for devices").add_argument
    add(
        "--io",
        choices=IO,
        help="what the file takes and gives: codes of 8 bits (those of the first are the bytes of "
        "an image where mean and std can be one scale and a whole zero point), or float",
    )
    add(
        "--shape",
        action="append",
        type=_shape,
        metavar="INPUT=1,3,224,224",
        help="the shape of an input in the file; what follows from it becomes constant; repeatable",
    )
    add(
        "--outputs",
        type=lambda text: tuple(text.split(",")),
        metavar="A,B",
        help="tensors at which the file ends; what lies behind them stays float where it is judged",
    )


def _shape(text: str) -> tuple[str, tuple[int, ...]]:
    name, separator, sides = text.rpartition("=")
    numbers = sides.split(",")
    if not separator or not name or not all(n.isascii() and n.isdigit() for n in numbers):
        raise argparse.ArgumentTypeError(f"'{text}' is not INPUT=1,3,224,224")
    return name, tuple(map(int, numbers))


def chosen_plan(args: argparse.Namespace, monitor: Monitor) -> SavedPlan:
    """The plan the flags mean, with what a file says is done beyond it; raises PlanError."""
    start = _start(args, monitor)
    plan = start.plan
    changed = replace(
        plan,
        weights=_changed(
            plan.weights, args.weights, args.weight_method, granularity=args.granularity
        ),
        activations=_changed(plan.activations, args.activations, args.method),
        keep_float=(*plan.keep_float, *args.keep_float),
        quantize_outputs=plan.quantize_outputs or args.quantize_outputs,
        observe_quantized=plan.observe_quantized or args.observe_quantized,
        overrides=(*plan.overrides, *(parse_override(text) for text in args.set)),
    )
    return replace(start, plan=_with_edges(changed, args))


def _with_edges(plan: QuantPlan, args: argparse.Namespace) -> QuantPlan:
    from quantengine.plan import FixedShape

    edges = plan.edges
    if args.shape is not None:
        edges = replace(edges, shapes=tuple(FixedShape(*each) for each in args.shape))
    if args.outputs is not None:
        edges = replace(edges, outputs=args.outputs)
    return plan.with_edges(edges if args.io is None else replace(edges, io=args.io))


def target_plan(name: str, monitor: Monitor) -> QuantPlan:
    """The plan of a target; `auto` is onnxruntime on a CPU that multiplies as this one does."""
    from quantengine.targets import TARGETS, plan_for, target_of_this_cpu

    if name != AUTO:
        return plan_for(name)
    target = target_of_this_cpu()
    monitor.say(f"Target {target}, chosen for this CPU ({TARGETS[target].note}).")
    return plan_for(target)


def parse_override(text: str) -> Override:
    """`PATTERN:key=value,key=value`; the pattern may hold colons itself. Raises PlanError."""
    from quantengine.errors import PlanError
    from quantengine.plan import Override

    starts = [match.start() for match in _SETTING_START.finditer(text)]
    if not starts or not starts[-1]:
        raise PlanError(f"'--set {text}' has no settings: write PATTERN:bits=4,method=mse.")
    pattern, settings = text[: starts[-1]], text[starts[-1] + 1 :]
    return Override(pattern, _settings(settings))


def _start(args: argparse.Namespace, monitor: Monitor) -> SavedPlan:
    from quantengine.errors import PlanError
    from quantengine.files import ordinary
    from quantengine.work.saved_plan import SavedPlan

    if args.plan is None:
        return SavedPlan(target_plan(args.target or AUTO, monitor))
    if args.target is not None:
        raise PlanError("--plan and --target exclude each other: the plan names its target.")
    try:
        if ordinary(args.plan).stat().st_size > _MOST_BYTES:
            raise PlanError("The plan {0} is no plan: it is over 64 MB.", args.plan)
        text = args.plan.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PlanError(f"The plan {args.plan} cannot be read: {_reason(error)}.") from error
    return SavedPlan.from_text(text)


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return error.strerror or "" if isinstance(error, OSError) else "it is not text"


def _changed(
    plan: TensorPlan, dtype: str | None, method: str | None, granularity: str | None = None
) -> TensorPlan:
    from quantengine.plan import apply_settings

    settings: list[tuple[str, Setting]] = []
    if dtype is not None:
        settings.append(("bits", float(dtype)) if dtype.isdecimal() else ("dtype", dtype))
    if granularity is not None:
        settings.append(("granularity", granularity))
    changed = apply_settings(plan, settings, "")
    if method is None:
        return changed
    name, parameters = _method(method)
    return replace(changed, method=name, parameters=parameters)


def _method(text: str) -> tuple[str, Parameters]:
    from quantengine.errors import PlanError
    from quantengine.ranges.words import numbered

    name, _, rest = text.partition(":")
    parameters = []
    for key, said in _settings(rest) if rest else ():
        value = numbered(key, said)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise PlanError(f"'{text}' is no method: write NAME or NAME:parameter=number.")
        parameters.append((key, float(value)))
    return name, tuple(parameters)


def _settings(text: str) -> tuple[tuple[str, Setting], ...]:
    from quantengine.errors import PlanError

    found = []
    for part in text.split(","):
        key, separator, value = part.partition("=")
        if not separator or not key.strip() or not value.strip():
            raise PlanError(f"'{part}' is not a setting: write key=value, such as bits=4.")
        found.append((key.strip(), _value(value.strip())))
    return tuple(found)


def _value(text: str) -> Any:
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    try:
        return float(text)
    except ValueError:
        return text
