"""Writes a quantized model that was run and checked before it got its name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import onnx

from quantengine.errors import ExportError
from quantengine.export.provenance import provenance, write_provenance
from quantengine.export.verify import Verification, verify
from quantengine.files import settle, whole_folder_of
from quantengine.graph.message import fits_one_message
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.observe.table import CalibrationTable
from quantengine.opening.reference import reference_session
from quantengine.resolve import Resolution
from quantengine.rewrite.qdq import qdq_model
from quantengine.rewrite.qoperator import qoperator_model
from quantengine.runtime import Tensors

Form = Literal["qdq", "qoperator"]

_SATURATED = (
    "This CPU's int8 kernels saturate (no VNNI), so results here are worse than simulated: "
    "choose the target onnxruntime-no-vnni if the model shall run on CPUs like this one."
)


@dataclass(frozen=True)
class ExportReport:
    """What was written and how it was found."""

    path: Path
    form: Form
    opset: int
    bytes_before: int
    bytes_after: int
    verification: Verification
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """A JSON object with the same parts, dB and bytes as numbers."""
        return {
            "path": str(self.path),
            "format": self.form,
            "opset": self.opset,
            "bytes_before": self.bytes_before,
            "bytes_after": self.bytes_after,
            "samples": self.verification.samples,
            "reference_sqnr_db": self.verification.reference_sqnr_db,
            "simulation_sqnr_db": self.verification.simulation_sqnr_db,
            "saturated": self.verification.saturated,
            "notes": list(self.notes),
        }


def export_model(
    model: FloatModel,
    resolution: Resolution,
    path: Path | str,
    *,
    table: CalibrationTable | None = None,
    probes: Sequence[Tensors] = (),
    form: Form = "qdq",
    opset: int | None = None,
    monitor: Monitor = SILENT,
) -> ExportReport:
    """Writes `model` under `resolution` to `path`, after running it on `probes`.

    `opset` None keeps the model's, or takes the lowest that knows the types used.

    Raises ExportError where the file fails a check; then `path` is as it was before.
    """
    path = Path(path)
    if path.resolve() == model.path.resolve():
        raise ExportError(f"{path} is the float model itself: choose another name for the output.")
    simulation = qdq_model(model, resolution.encodings, opset)
    written = qoperator_model(simulation) if form == "qoperator" else simulation
    write_provenance(written, provenance(model, resolution.plan, table))
    version = next(int(o.version) for o in written.opset_import if o.domain in ("", "ai.onnx"))
    with whole_folder_of(path) as folder:
        beside = folder / path.name
        weights = _save(written, beside)
        found = verify(beside, reference_session(model), simulation, probes, monitor=monitor)
        size = sum(file.stat().st_size for file in (beside, *weights))
        for file in (*weights, beside):
            settle(file, path.parent / file.name)
    asked = opset is not None
    notes = _notes(model, model.opset if asked else version, found)
    return ExportReport(path, form, version, model.file_bytes, size, found, notes)


def _save(proto: onnx.ModelProto, path: Path) -> list[Path]:
    """Saves to `path`; returns the files of external data that a message over 2 GB needs."""
    if fits_one_message(proto):
        path.write_bytes(proto.SerializeToString())
        return []
    weights = path.with_name(f"{path.name}.data")
    copy = onnx.ModelProto()
    copy.CopyFrom(proto)
    onnx.save_model(copy, path, save_as_external_data=True, location=weights.name)
    return [weights]


def _notes(model: FloatModel, opset: int, found: Verification) -> tuple[str, ...]:
    notes = []
    if opset > model.opset:
        notes.append(f"The opset was raised from {model.opset} to {opset} for the types used.")
    if found.saturated:
        notes.append(_SATURATED)
    if not found.samples:
        notes.append("No sample was given, so the file was loaded but not run.")
    return tuple(notes)
