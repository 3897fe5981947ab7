"""Files that other tools quantized, read by `diff`: `python -m bench.others TOOL=PYTHON ...`.

TOOL is nncf, quark or aimet, PYTHON an interpreter that has it; a tool that is not named, or not
there, is passed over. Each quantizes networks of ../shared with what it does by default, on the
samples that spoiled files are made on. A line says how many layers `diff` matched, how the file's
output is, what it names as broken, and how many tensors were taken over as a plan; `differs` counts
those that the file holds in integers and the plan does not.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from bench.spoiled import NETWORKS, SHARED
from quantengine.data.dataset import Dataset
from quantengine.diff.compare import compare
from quantengine.diff.joined import join
from quantengine.diff.places import layer_values
from quantengine.diff.reading import read_other
from quantengine.diff.taken import take_over
from quantengine.errors import QuantError
from quantengine.graph.model import FloatModel
from quantengine.observe.inputs import open_model_data
from quantengine.opening.open import open_model

SAMPLES = 8
_READ = """
import sys, numpy as np, onnx
model, feeds, made = sys.argv[1:]
with np.load(feeds) as given:
    rows = {}
    for name in given.files:
        place, _, tensor = name.partition("|")
        rows.setdefault(int(place), {})[tensor] = given[name]
rows = [rows[k] for k in sorted(rows)]
"""
TOOLS = {
    "nncf": """
import nncf
onnx.save(nncf.quantize(onnx.load(model), nncf.Dataset(rows), subset_size=len(rows)), made)
""",
    "quark": """
from onnxruntime.quantization import CalibrationDataReader
from quark.onnx import ModelQuantizer
from quark.onnx.quantization.config import Config, get_default_config
class Reader(CalibrationDataReader):
    def __init__(self): self.left = iter(rows)
    def get_next(self): return next(self.left, None)
config = Config(global_quant_config=get_default_config("XINT8"))
ModelQuantizer(config).quantize_model(model, made, Reader())
""",
    "aimet": """
from aimet_onnx.quantsim import QuantizationSimModel
sim = QuantizationSimModel(onnx.load(model))
sim.compute_encodings(rows)
onnx.save(sim.to_onnx_qdq(), made)
""",
}


def main() -> None:
    """Prints a line a tool and network."""
    parser = argparse.ArgumentParser()
    parser.add_argument("tools", nargs="+", metavar="TOOL=PYTHON")
    parser.add_argument("--only", choices=NETWORKS, action="append")
    asked = parser.parse_args()
    for network in asked.only or NETWORKS:
        file, data, options = NETWORKS[network]
        path = SHARED / "models" / f"{file}.onnx"
        model = open_model(path, compare=False)
        rows = open_model_data(model, SHARED / "data" / data, options).subset(range(SAMPLES))
        for word in asked.tools:
            tool, _, python = word.partition("=")
            for line in _lines(tool, python, path, model, rows):
                sys.stdout.write(f"{network} {tool}: {line}\n")
                sys.stdout.flush()


def _lines(tool: str, python: str, path: Path, model: FloatModel, rows: Dataset) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as place:
        feeds, made = Path(place) / "feeds.npz", Path(place) / "made.onnx"
        samples = enumerate(rows.load(k).feeds for k in range(len(rows)))
        np.savez(feeds, **{f"{k}|{name}": v for k, each in samples for name, v in each.items()})
        done = subprocess.run(
            [python, "-c", _READ + TOOLS[tool], path, feeds, made],
            capture_output=True,
            text=True,
            check=False,
        )
        if not made.exists():
            yield f"not made: {done.stderr.strip().splitlines()[-1:]}"
            return
        try:
            yield from _read(model, made, rows)
        except QuantError as error:
            yield f"refused: {error}"


def _read(model: FloatModel, made: Path, rows: Dataset) -> Iterator[str]:
    joined = join(model, read_other(made), rows)
    found = compare(joined, rows)
    layers = len(layer_values(model))
    first = "none broken" if found.first_bad is None else str(found.first_bad.text)
    yield f"{layers - len(found.unmatched)} of {layers} layers matched, {first}"
    for name in found.unmatched:
        yield f"  not matched: {name}"
    taken = take_over(joined)
    yield f"  {len(taken.plan.overrides)} tensors taken over"
    for note in taken.notes:
        yield f"  {note}"


if __name__ == "__main__":
    os.environ.setdefault("ORT_LOGGING_LEVEL", "3")
    main()
