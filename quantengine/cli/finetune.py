"""`quantengine finetune`: train through the quantizer, then write a quantized, verified model."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quantengine.cli.answer import Answer
from quantengine.cli.data_options import add_data_flags, add_work_flags
from quantengine.cli.output_file import add_file_flags, write_json
from quantengine.cli.parser import add_output_flags
from quantengine.cli.plan_options import add_plan_flags
from quantengine.cli.prepared import opened, statistics
from quantengine.cli.results import check_text, quality_text, ruin_text
from quantengine.cli.training_options import add_training_flags, training_settings
from quantengine.cli.written import probe_feeds
from quantengine.monitor import Monitor

if TYPE_CHECKING:
    from rich.console import RenderableType

    from quantengine.analyze.quality import Quality
    from quantengine.data.dataset import Dataset
    from quantengine.export.export import ExportReport
    from quantengine.finetune.outcome import FineTuned, Point
    from quantengine.finetune.settings import Settings
    from quantengine.graph.model import FloatModel
    from quantengine.observe.table import CalibrationTable
    from quantengine.plan import QuantPlan


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_file_flags(parser)
    add = parser.add_argument
    add(
        "--recover",
        action="store_true",
        help="first recover without training; samples it did not see (--held-out, default every "
        "fifth) then judge the training",
    )
    add(
        "--checkpoint",
        type=Path,
        metavar="FILE.npz",
        help="written at each epoch and when stopped; if it is there, the run goes on from it",
    )
    add(
        "--save-model",
        type=Path,
        metavar="FLOAT.onnx",
        help="save the trained float model, its weights on their grid; under the saved plan it "
        "gives OUT.onnx again as nearly as range methods find the same scales",
    )
    add_training_flags(parser)
    add_data_flags(parser)
    add_plan_flags(parser, method_flag="--range-method")
    add_work_flags(parser)
    add_output_flags(parser)


def run(args: argparse.Namespace, monitor: Monitor) -> Answer:
    settings = training_settings(args)
    train = trainer()
    model, plan, dataset, table = opened(args, monitor, observe=False)
    assert dataset is not None  # --data is asked for
    check_trainable(model, plan, dataset, settings, args.checkpoint)
    if table is None and not args.recover:
        # Recovery observes for itself: without the samples that judge.
        table = statistics(args, model, plan, dataset, monitor)
    tuned: FineTuned = train(
        model,
        plan,
        dataset,
        table,
        settings,
        recover_first=args.recover,
        statistics=table if args.recover else None,
        checkpoint=args.checkpoint,
        monitor=monitor,
    )
    report = _export(args, tuned, table, dataset, monitor)
    quality = _quality(args, tuned, report, dataset, settings, monitor)
    data = _data(args, settings, tuned, report, dataset.describe())
    data["quality"] = quality.to_json()
    if args.save_plan is not None:
        write_json(args.save_plan, tuned.resolution.plan.to_json())
    if args.report is not None:
        write_json(args.report, data)
    return Answer(data, tuple(_parts(tuned, report, quality)))


def trainer() -> Callable[..., FineTuned]:
    """The function that trains; raises QuantError where torch is not installed."""
    import quantengine.finetune.pytorch  # noqa: F401 - raises where torch is missing
    from quantengine.recover.train import train

    return train


def check_trainable(
    model: FloatModel,
    plan: QuantPlan,
    dataset: Dataset,
    settings: Settings,
    checkpoint: Path | None,
) -> None:
    """Raises QuantError for what training would refuse, before statistics take their time."""
    from quantengine.finetune.check import check_run

    check_run(model, plan, dataset, settings, checkpoint)


def _export(
    args: argparse.Namespace,
    tuned: FineTuned,
    table: CalibrationTable | None,
    dataset: Dataset,
    monitor: Monitor,
) -> ExportReport:
    from quantengine.export.export import export_model
    from quantengine.rewrite.on_grid import on_grid

    report = export_model(
        tuned.model,
        tuned.resolution,
        args.output,
        table=table,
        probes=probe_feeds(dataset, monitor),
        form=args.format,
        opset=args.opset,
        force=args.force,
        monitor=monitor,
    )
    if args.save_model is not None:
        _save_float(on_grid(tuned.model, tuned.resolution.encodings), args.save_model)
    return report


def _quality(
    args: argparse.Namespace,
    tuned: FineTuned,
    report: ExportReport,
    dataset: Dataset,
    settings: Settings,
    monitor: Monitor,
) -> Quality:
    """Without recovery the seed draws the samples that judge, so that all are taken alike."""
    from quantengine.analyze.quality import measure_quality
    from quantengine.recover.shares import judging

    judges = judging(len(dataset), settings.held_out) if args.recover else ()
    return measure_quality(tuned.model, report.path, dataset, judges, monitor=monitor)


def _save_float(model: FloatModel, path: Path) -> None:
    from quantengine.errors import ExportError
    from quantengine.files import whole_file
    from quantengine.graph.message import fits_one_message

    if not fits_one_message(model.proto):
        raise ExportError(f"{path} would be over 2 GB: leave --save-model out.")
    with whole_file(path) as beside:
        beside.write_bytes(model.proto.SerializeToString())


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


def _parts(tuned: FineTuned, report: ExportReport, quality: Quality) -> list[RenderableType]:
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
    ruin = ruin_text(quality, None, searched=False)
    return [
        *([] if ruin is None else [f"Note: {printable(ruin)}"]),
        table(head, before_after),
        *(f"Note: {printable(note)}" for note in (*tuned.notes, *report.notes)),
        f"Trained on {tuned.device} for {tuned.seconds:.0f} s{memory}.",
        f"{printable(str(report.path))}: {size(report.bytes_before)} -> "
        f"{size(report.bytes_after)}, {report.form}, opset {report.opset}.",
        check_text(report),
        quality_text(quality),
    ]
