"""A sound network with its data, statistics, plan and project: what hostile ones are made from."""

from __future__ import annotations

import io
import json
import zipfile
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.hostile.seeds import seed

MODEL, WRITTEN, STATS, PLAN, PROJECT = "m.onnx", "out.onnx", "s.npz", "p.json", "a.qscope"
OTHER_STATS = "other.npz"
"""Of other samples."""
SHAPE = (3, 8, 8)
INT8 = "m_int8.onnx"

Arrays = dict[str, NDArray[Any]]


@cache
def model() -> bytes:
    return seed("small").SerializeToString()


def values(count: int = 12) -> NDArray[np.float32]:
    return np.random.default_rng(5).normal(size=(count, *SHAPE)).astype(np.float32)


def npy(array: NDArray[Any]) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


@cache
def made() -> dict[str, bytes]:
    """Every file a person would have, by name: written by the product itself."""
    from quantengine.data.open import open_data
    from quantengine.observe.inputs import model_inputs
    from quantengine.observe.table_file import write_table
    from quantengine.opening.open import open_model
    from quantengine.plan import QuantPlan
    from quantengine.project import Project
    from quantengine.project_file import save_project
    from quantengine.work.export import export_candidate
    from quantengine.work.kept import Kept, data_name
    from quantengine.work.make import make
    from quantengine.work.recipe import Recipe
    from quantengine.work.saved_plan import SavedPlan
    from quantengine.work.work import Work, observed

    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / MODEL).write_bytes(model())
        (folder / "x.npy").write_bytes(npy(values()))
        network = open_model(folder / MODEL)
        data = open_data(folder / "x.npy", model_inputs(network))
        plan = QuantPlan().with_override("c", bits=4).with_override("x", low=-4.0, high=4.0)
        work = observed(Work(network, plan, data))
        candidate = make(work, Recipe(("bias",)))
        export_candidate(candidate, folder / INT8)
        write_table(work.table, folder / STATS)
        (folder / "y.npy").write_bytes(npy(-values()))
        other = open_data(folder / "y.npy", model_inputs(network))
        write_table(observed(Work(network, plan, other)).table, folder / OTHER_STATS)
        (folder / "y.npy").unlink()
        saved = SavedPlan(plan, Recipe(("bias",)))
        (folder / PLAN).write_text(json.dumps(saved.to_json()))
        kept = Kept(candidate, data_name(data))
        project = Project(
            Path(MODEL),
            network.digest,
            saved,
            (("first", saved),),
            Path("x.npy"),
            table=work.table,
            made=kept,
        )
        save_project(project, folder / PROJECT)
        return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def members(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as found:
        return {name: found.read(name) for name in found.namelist()}


def packed(parts: dict[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", kind) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def arrays_of(archive: bytes) -> Arrays:
    with np.load(io.BytesIO(archive), allow_pickle=False) as found:
        return dict(found)


def archive_of(arrays: Arrays) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, **arrays)  # type: ignore[arg-type]
    return stream.getvalue()
