"""Writes a quantized model that was run and checked before it got its name."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import onnx
from onnx import helper

from quantengine.analyze.quality import Quality
from quantengine.analyze.rescue import Rescue
from quantengine.data.dataset import Sample
from quantengine.data.preprocessing import byte_grids
from quantengine.export.float16_rest import LEAST_OPSET, check_halving, with_float16_rest
from quantengine.export.forms import form_named
from quantengine.export.integers import Integers, integers_in, refuse_nothing
from quantengine.export.kernels import kernel_notes
from quantengine.export.node_check import NodeChecker
from quantengine.export.options import AS_USUAL, ExportOptions
from quantengine.export.provenance import provenance, write_provenance
from quantengine.export.raised import check_raised
from quantengine.export.target_check import broken_rules
from quantengine.export.unverified import refuse_unverified, why_unverified
from quantengine.export.verify import Verification, verify
from quantengine.files import settle, whole_folder_of
from quantengine.graph.message import write_model
from quantengine.graph.model import FloatModel
from quantengine.graph.sink import sunk
from quantengine.monitor import SILENT, Monitor
from quantengine.observe.table import CalibrationTable
from quantengine.opening.check import SAMPLES
from quantengine.opening.reference import why_unrepeatable
from quantengine.outputs import Sources, check_outputs
from quantengine.plan import AS_IN_THE_NETWORK
from quantengine.resolve.resolve import Resolution
from quantengine.rewrite.edge_port import WrittenEdges
from quantengine.rewrite.edge_session import AS_WRITTEN, ENTRY
from quantengine.rewrite.edges import Asked, with_edges
from quantengine.rewrite.fixed_shapes import with_shapes
from quantengine.rewrite.opset import least_opset
from quantengine.rewrite.plain_nodes import tell_convolutions
from quantengine.rewrite.qdq import QdqForm, qdq_form
from quantengine.runtime import Tensors
from quantengine.sentence import Sentence
from quantengine.targets import rules_of
from quantengine.verdict.reference import Reference

_SATURATED = Sentence(
    "This CPU's int8 kernels saturate (no VNNI), so results here are worse than simulated: "
    "choose the target onnxruntime-no-vnni if the model shall run on CPUs like this one."
)


@dataclass(frozen=True)
class ExportReport:
    """What was written and how it was found.

    `unverified` says why running it shows nothing, a sentence each; empty where it does. `quality`
    and `rescue` are None where they were not looked for.
    """

    path: Path
    form: str
    opset: int
    bytes_before: int
    bytes_after: int
    integers: Integers
    verification: Verification
    notes: tuple[str, ...]
    unverified: tuple[str, ...] = ()
    quality: Quality | None = None
    rescue: Rescue | None = None
    edges: WrittenEdges | None = None
    """What it takes and gives, where that is not as in the network."""

    def to_json(self) -> dict[str, Any]:
        """A JSON object with the same parts, dB and bytes as numbers."""
        return {
            "path": str(self.path),
            "format": self.form,
            "opset": self.opset,
            "bytes_before": self.bytes_before,
            "bytes_after": self.bytes_after,
            "integer_nodes": self.integers.nodes,
            "integer_weights": self.integers.weights,
            "check": {
                "samples": self.verification.nodes.samples,
                "simulation_sqnr_db": self.verification.simulation_sqnr_db,
                "saturated": self.verification.saturated,
                "by_layer": asdict(self.verification.nodes),
            },
            "samples": self.verification.samples,
            "reference_sqnr_db": self.verification.reference_sqnr_db,
            "simulation_sqnr_db": self.verification.simulation_sqnr_db,
            "saturated": self.verification.saturated,
            "equal": self.verification.equal,
            "unverified": list(self.unverified),
            "quality": None if self.quality is None else self.quality.to_json(),
            "rescue": None if self.rescue is None else self.rescue.to_json(),
            "notes": list(self.notes),
            **({} if self.edges is None else {"edges": self.edges.to_json()}),
        }


def export_model(
    model: FloatModel,
    resolution: Resolution,
    path: Path | str,
    options: ExportOptions = AS_USUAL,
    *,
    table: CalibrationTable | None = None,
    probes: Sequence[Tensors] = (),
    monitor: Monitor = SILENT,
) -> ExportReport:
    """Writes `model` under `resolution` to `path`, after running it on `probes`.

    Raises ExportError where the file fails a check, NothingToWrite where nothing of it is an
    integer, Unverified where running it shows nothing; then `path` is as it was before.
    """
    path = Path(path)
    check_outputs([path], Sources((model.path,)))
    opset = options.opset
    if options.float16_rest:
        check_halving(resolution.encodings, probes)
        least = least_opset(model, resolution.encodings)
        opset = opset or max(least, LEAST_OPSET)
    qdq = qdq_form(model, resolution.encodings, opset)
    if rules_of(resolution.plan).tells_all:
        tell_convolutions(model, qdq.proto)
    written = form_named(options.form).write(qdq.proto, options)
    integers = integers_in(written)
    if not options.force:
        refuse_nothing(model, resolution.flow, integers)
    as_written = rules_of(resolution.plan).is_asking
    mark = {AS_WRITTEN: "true"} if as_written else {}
    write_provenance(written, provenance(model, resolution.plan, table) | mark)
    version = next(int(o.version) for o in written.opset_import if o.domain in ("", "ai.onnx"))
    with whole_folder_of(path) as folder:
        beside, checked, halved = folder / path.name, folder / path.name, None
        if options.float16_rest:
            checked = folder / f"float32_{path.name}"
            write_model(sunk(written), checked)
            halved = with_float16_rest(model, written, probes, monitor=monitor)
        last = halved.proto if halved else written
        edged, edges = _edged(model, resolution, last, qdq, table)
        if edged is not None:
            checked = folder / f"whole_{path.name}"
            write_model(sunk(written), checked)
        weights = write_model(edged or sunk(last), beside)
        if version > model.opset:
            check_raised(model, version, probes[:SAMPLES], monitor=monitor)
        changing = why_unrepeatable(model, probes, monitor=monitor)
        compared = [Sample("", feeds) for feeds in probes] if changing is None else []
        safe = resolution.plan.pair_safe
        checker = NodeChecker(checked, model, resolution.encodings, qdq, safe, as_written)
        reference = Reference.of(model, compared, optimize=True, monitor=monitor)
        found = verify(beside, reference, checker, model, monitor=monitor)
        unverified = why_unverified(model, found, probes) if changing is None else (changing,)
        if not options.force:
            refuse_unverified(path.name, unverified)
        size = sum(file.stat().st_size for file in (beside, *weights))
        settle(*((file, path.with_name(file.name)) for file in (*weights, beside)), monitor=monitor)
    report = ExportReport(
        path,
        options.form,
        version,
        model.file_bytes,
        size,
        integers,
        found,
        (),
        unverified,
        edges=edges,
    )
    kept = model.opset if options.opset is None else version
    told = kernel_notes(written, resolution.encodings)
    halves = () if halved is None else halved.notes
    at_edges = () if edges is None else edges.said
    broken = broken_rules(edged or sunk(last), resolution.plan.target)
    return replace(report, notes=(*_notes(report, kept), *told, *halves, *at_edges, *broken))


def _edged(
    model: FloatModel,
    resolution: Resolution,
    written: onnx.ModelProto,
    form: QdqForm,
    table: CalibrationTable | None,
) -> tuple[onnx.ModelProto | None, WrittenEdges | None]:
    """The network as it begins and ends by the plan; None where it does as it is."""
    edges = resolution.plan.edges
    if edges == AS_IN_THE_NETWORK:
        return None, None
    grids = {} if table is None else byte_grids(table.preprocessing)
    if resolution.plan.activations.symmetric:
        grids = dict.fromkeys(grids, Sentence("this plan has no zero points"))
    asked = Asked(edges.io, edges.outputs, resolution.encodings, form.codes, grids)
    proto, found = with_edges(sunk(written), model, asked)
    if edges.shapes:
        proto, left = with_shapes(proto, {each.input: each.shape for each in edges.shapes})
        found = found.with_open(left)
    helper.set_model_props(
        proto,
        {p.key: p.value for p in proto.metadata_props} | {ENTRY: json.dumps(found.to_json())},
    )
    return proto, found


def _notes(report: ExportReport, opset: int) -> tuple[str, ...]:
    """`opset` is what was asked for, or the model's own."""
    notes = []
    if report.opset > opset:
        notes.append(
            Sentence(
                "The opset was raised from {0} to {1} for the types used.", opset, report.opset
            )
        )
    if report.integers.none:
        notes.append(
            Sentence("Nothing in the file is an integer: it was written because that was forced.")
        )
    elif report.bytes_after > report.bytes_before:
        notes.append(
            Sentence(
                "The file grew: scales, zero points and the plan inside it take more than integer "
                "weights save."
            )
        )
    if report.verification.saturated:
        notes.append(_SATURATED)
    notes += [Sentence("Not verified: {0}", reason) for reason in report.unverified]
    if not report.verification.samples and not report.unverified:
        notes.append(Sentence("No sample was given, so the file was loaded but not run."))
    return tuple(notes)
