"""`quantengine finetune`: train through the quantizer, then write a quantized, verified model."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quantengine.cli.answer import Answer
from quantengine.cli.calibrate import collect
from quantengine.cli.data_options import add_data_flags, add_work_flags, data_options
from quantengine.cli.output_file import check_output, write_json
from quantengine.cli.parser import add_output_flags
from quantengine.cli.plan_options import add_plan_flags, chosen_plan
from quantengine.monitor import Monitor

if TYPE_CHECKING:
    from rich.console import RenderableType

    from quantengine.data.dataset import Dataset
    from quantengine.export.export import ExportReport
    from quantengine.finetune.outcome import FineTuned, Point
    from quantengine.finetune.settings import Settings
    from quantengine.graph.model import FloatModel
    from quantengine.observe.table import CalibrationTable
    from quantengine.plan import QuantPlan

_PROBES = 8
_FLAGS = (
    "epochs",
    "batch",
    "optimizer",
    "weight_rate",
    "range_rate",
    "loss",
    "layer_loss",
    "blocks",
    "held_out",
    "seed",
    "device",
    "range_update",
    "delta",
    "hessian_every",
    "batch_norm",
    "freeze_at",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("model", type=Path, metavar="MODEL", help="the float .onnx file")
    add("-o", "--output", type=Path, required=True, metavar="OUT.onnx", help="file to write")
    add("--stats", type=Path, metavar="STATS.npz", help="from calibrate, instead of observing")
    add("--format", choices=("qdq", "qoperator"), default="qdq", help="form (default qdq)")
    add(
        "--checkpoint",
        type=Path,
        metavar="FILE.npz",
        help="written at each epoch and when stopped; if it is there, the run goes on from it",
    )
    add("--save-model", type=Path, metavar="FLOAT.onnx", help="save the trained float model too")
    add("--report", type=Path, metavar="FILE", help="write what --json prints to a file")
    add_training_flags(parser)
    add_data_flags(parser)
    add_plan_flags(parser, method_flag="--range-method")
    add_work_flags(parser)
    add_output_flags(parser)


def add_training_flags(parser: argparse.ArgumentParser) -> None:
    """How to train; what is left out keeps its default."""
    from quantengine.finetune.settings import METHODS, Settings

    usual = Settings()
    group = parser.add_argument_group("training")
    add = group.add_argument
    add(
        "--method",
        dest="gradient",
        choices=METHODS,
        help=f"how gradients pass the rounding (default {usual.method})",
    )
    add(
        "--layer-method",
        type=_pair,
        action="append",
        default=[],
        metavar="PATTERN=METHOD",
        help="another method for some layers or tensors",
    )
    add("--epochs", type=int, metavar="N", help=f"passes over the data (default {usual.epochs})")
    add("--batch", type=int, metavar="N", help=f"samples a step (default {usual.batch})")
    add("--optimizer", choices=("adam", "sgd"), help=f"default {usual.optimizer}")
    add(
        "--weight-rate",
        type=float,
        metavar="R",
        help=f"learning rate of weights, in steps of their grid (default {usual.weight_rate})",
    )
    add(
        "--range-rate",
        type=float,
        metavar="R",
        help=f"learning rate of ranges, as a share of them (default {usual.range_rate})",
    )
    add(
        "--loss",
        choices=("auto", "labels", "distill"),
        help="labels, the float model's outputs, or (auto, default) both where there are labels",
    )
    add("--layer-loss", type=float, metavar="W", help="weight of the layers' own outputs")
    add("--blocks", type=int, metavar="N", help="train N groups of layers one by one first")
    add("--augment", choices=("yes", "no"), help="change images a little (default: for images)")
    add("--held-out", type=float, metavar="SHARE", help="share of the samples that only judge")
    add("--seed", type=int, metavar="N", help=f"of order and changes (default {usual.seed})")
    add("--device", choices=("auto", "cpu", "cuda"), help="default: CUDA where present")
    add("--range-update", choices=("moving", "running", "fixed"), help="ranges of ste")
    add("--delta", type=float, metavar="D", help="of ewgs; default: from the Hessian trace")
    add("--hessian-every", type=int, metavar="N", help="steps between Hessian traces")
    add("--batch-norm", action="store_true", default=None, help="train batch norms, then fold")
    add("--freeze-at", type=float, metavar="SHARE", help="share of steps after which norms freeze")


def training_settings(args: argparse.Namespace) -> Settings:
    """The settings the flags mean; raises PlanError for impossible ones."""
    from quantengine.finetune.settings import Settings

    given: dict[str, Any] = {name: getattr(args, name) for name in _FLAGS}
    given["method"] = args.gradient
    given["methods"] = tuple(args.layer_method) or None
    given["augment"] = None if args.augment is None else args.augment == "yes"
    return Settings(**{name: value for name, value in given.items() if value is not None})


def run(args: argparse.Namespace, monitor: Monitor) -> Answer:
    from quantengine.graph.load import open_model
    from quantengine.observe.inputs import open_model_data
    from quantengine.resolve import plan_decisions, resolve_plan

    _check_outputs(args)
    settings = training_settings(args)
    train = trainer()
    plan = chosen_plan(args, monitor)
    model = open_model(args.model, monitor=monitor)
    plan_decisions(model, plan)
    dataset = open_model_data(model, args.data, data_options(args), monitor=monitor)
    table = _table(args, model, plan, dataset, monitor)
    tuned: FineTuned = train(
        model,
        resolve_plan(model, plan, table, monitor=monitor),
        dataset,
        settings,
        checkpoint=args.checkpoint,
        monitor=monitor,
    )
    report = _export(args, tuned, table, dataset, monitor)
    data = _data(args, settings, tuned, report, dataset.describe())
    if args.save_plan is not None:
        write_json(args.save_plan, tuned.resolution.plan.to_json())
    if args.report is not None:
        write_json(args.report, data)
    return Answer(data, tuple(_parts(tuned, report)))


def trainer() -> Callable[..., FineTuned]:
    """The function that trains; raises QuantError where torch is not installed."""
    from quantengine.finetune.train import finetune

    return finetune


def _export(
    args: argparse.Namespace,
    tuned: FineTuned,
    table: CalibrationTable | None,
    dataset: Dataset,
    monitor: Monitor,
) -> ExportReport:
    from quantengine.data.dataset import samples
    from quantengine.export.export import export_model

    some = dataset.subset(slice(None, None, max(1, len(dataset) // _PROBES)))
    probes = [sample.feeds for _, sample in samples(some, monitor)]
    report = export_model(
        tuned.model,
        tuned.resolution,
        args.output,
        table=table,
        probes=probes[:_PROBES],
        form=args.format,
        monitor=monitor,
    )
    if args.save_model is not None:
        _save_float(tuned.model, args.save_model)
    return report


def _save_float(model: FloatModel, path: Path) -> None:
    from quantengine.errors import ExportError
    from quantengine.files import whole_file
    from quantengine.graph.message import fits_one_message

    if not fits_one_message(model.proto):
        raise ExportError(f"{path} would be over 2 GB: leave --save-model out.")
    with whole_file(path) as beside:
        beside.write_bytes(model.proto.SerializeToString())


def _check_outputs(args: argparse.Namespace) -> None:
    from quantengine.errors import ExportError

    sources = (args.model, args.data, args.stats)
    outputs = (args.output, args.report, args.save_plan, args.save_model, args.checkpoint)
    given = [path for path in outputs if path is not None]
    for path in given:
        check_output(path, *sources)
    if len({path.resolve() for path in given}) < len(given):
        raise ExportError("Two outputs have the same name: give each file its own.")


def _table(
    args: argparse.Namespace,
    model: FloatModel,
    plan: QuantPlan,
    dataset: Dataset,
    monitor: Monitor,
) -> CalibrationTable | None:
    from quantengine.observe.table import CalibrationTable

    if args.stats is not None:
        return CalibrationTable.load(args.stats)
    if plan.activations.integer is None and not plan.overrides:
        return None
    return collect(model, dataset, args, monitor)


def _data(
    args: argparse.Namespace,
    settings: Settings,
    tuned: FineTuned,
    report: ExportReport,
    source: dict[str, Any],
) -> dict[str, Any]:
    return {
        "model": str(args.model),
        "settings": asdict(settings),
        "device": tuned.device,
        "seconds": tuned.seconds,
        "memory_bytes": tuned.memory_bytes,
        "before": tuned.before.to_json(),
        "after": tuned.after.to_json(),
        "curve": [point.to_json() for point in tuned.points],
        "plan": tuned.resolution.plan.to_json(),
        "data": source,
        **report.to_json(),
        "notes": [*tuned.notes, *report.notes],
    }


def _parts(tuned: FineTuned, report: ExportReport) -> list[RenderableType]:
    from quantengine.cli.table import Column, decibels, number, printable, share, size, table

    def row(name: str, point: Point) -> tuple[str, ...]:
        agreement = "" if point.agreement is None else share(point.agreement)
        return name, str(point.step), number(point.score), decibels(point.sqnr_db), agreement

    head = (
        Column("held-out samples", text=True),
        Column("step"),
        Column("loss"),
        Column("output dB"),
        Column("agreement"),
    )
    before_after = [row("before", tuned.before), row("after", tuned.after)]
    memory = "" if tuned.memory_bytes is None else f", at most {size(tuned.memory_bytes)}"
    found = report.verification
    return [
        table(head, before_after),
        *(f"Note: {printable(note)}" for note in (*tuned.notes, *report.notes)),
        f"Trained on {tuned.device} for {tuned.seconds:.0f} s{memory}.",
        f"{printable(str(report.path))}: {size(report.bytes_before)} -> "
        f"{size(report.bytes_after)}, {report.form}, opset {report.opset}.",
        f"Verified on {found.samples} samples: {decibels(found.simulation_sqnr_db)} dB against the "
        "simulation.",
    ]


def _pair(text: str) -> tuple[str, str]:
    pattern, separator, method = text.rpartition("=")
    if not separator or not pattern:
        raise argparse.ArgumentTypeError(f"'{text}' is not PATTERN=METHOD")
    return pattern, method
