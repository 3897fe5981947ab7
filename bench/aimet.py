"""Our encodings in AIMET's simulation: run `python -m bench.aimet --python PYTHON`.

PYTHON is an interpreter that has aimet-onnx (default: this one); without it the bench says so and
ends. The float networks of ../shared are written as they are opened, with encodings of a plan in
each version; AIMET loads them and simulates eight samples. Every activation is worked out by us too
from those before it as AIMET has them, and compared in codes.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from quantengine.data.options import DataOptions
from quantengine.graph.model import FloatModel
from quantengine.graph.sink import sunk
from quantengine.observe.calibrate import calibrate
from quantengine.observe.inputs import open_model_data
from quantengine.observe.taps import model_taps
from quantengine.opening.open import open_model
from quantengine.resolve.resolve import Resolution, resolve_plan
from quantengine.runtime import Session, Tensors
from quantengine.tables.listing import Listing
from quantengine.tables.registry import TABLES
from quantengine.targets import plan_for

SHARED = Path(__file__).resolve().parents[2] / "shared"
CASES = {
    "resnet20_cifar10": ("cifar10.npz", DataOptions(images="calib_images", limit=32)),
    "mobilenetv2": ("imagenet/calib", DataOptions(preset="tf", limit=16)),
}
VERSIONS = ("aimet-0.6", "aimet-1.0", "aimet-2.0")
SAMPLES = 8
THEIRS = """
import sys, numpy as np, onnx
from aimet_onnx.quantsim import QuantizationSimModel, load_encodings_to_sim
model, encodings, feeds, found = sys.argv[1:]
sim = QuantizationSimModel(onnx.load(model))
load_encodings_to_sim(sim, encodings, strict=False)
graph, names = sim.model.model.graph, {}
for node in graph.node:
    if node.op_type == "QcQuantizeOp" and sim.qc_quantize_op_dict[node.input[0]].enabled:
        names[node.output[0]] = node.input[0]
known = {value.name for value in graph.output}
constants = {tensor.name for tensor in graph.initializer}
names = {seen: name for seen, name in names.items() if name not in constants}
graph.output.extend(onnx.ValueInfoProto(name=seen) for seen in names if seen not in known)
sim._rebuild_session()
with np.load(feeds) as given:
    rows = sim.session.run(list(names), {name: given[name] for name in given.files})
np.savez(found, **dict(zip(names.values(), rows)))
"""


def main() -> None:
    """Prints a line for each network and version."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", default=sys.executable)
    python = parser.parse_args().python
    if subprocess.run(
        [python, "-c", "import aimet_onnx"], capture_output=True, check=False
    ).returncode:
        sys.stdout.write(f"{python} has no aimet-onnx: nothing to compare.\n")
        return
    for name, (data, options) in CASES.items():
        for line in compared(name, data, options, python):
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()


def compared(name: str, data: str, options: DataOptions, python: str) -> list[str]:
    model = open_model(SHARED / "models" / f"{name}.onnx")
    dataset = open_model_data(model, SHARED / "data" / data, options)
    table = calibrate(model, dataset, model_taps(model))
    resolution = resolve_plan(model, plan_for("onnxruntime-cpu"), table)
    file = sunk(model.proto)
    listing = Listing.of(model, resolution, file)
    samples = [dataset.load(k).feeds for k in range(SAMPLES)]
    feeds = {key: np.concatenate([s[key] for s in samples]) for key in samples[0]}
    lines = []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        onnx.save(file, folder / "float.onnx")
        np.savez(folder / "feeds.npz", **feeds)
        for version in VERSIONS:
            (folder / "e").write_text(TABLES[version].write(listing, "").text, encoding="utf-8")
            words = [str(folder / each) for each in ("float.onnx", "e", "feeds.npz", "found.npz")]
            done = _run(python, THEIRS, *words)
            if done.returncode:
                lines.append(f"{name} {version}: {done.stderr.strip().splitlines()[-1]}")
                continue
            with np.load(folder / "found.npz") as found:
                theirs = {key: found[key] for key in found.files}
            lines.append(f"{name} {version}: {_codes(model, listing, resolution, theirs)}")
    return lines


def _run(python: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [python, "-c", *words], check=False, capture_output=True, text=True, env={}
    )


def _codes(model: FloatModel, listing: Listing, resolution: Resolution, seen: Tensors) -> str:
    """Each activation from those before it as AIMET has them, so that no node inherits an error."""
    taps = [name for name in listing.activations if name in seen and name in model.producers]
    equal = total = most = 0
    for tap in taps:
        encoding = listing.activations[tap]
        ours = encoding.quantize(_from_seen(model, resolution, tap, seen)).astype(int)
        theirs = encoding.quantize(seen[tap]).astype(int)
        equal, total = equal + int(np.sum(ours == theirs)), total + ours.size
        most = max(most, int(np.abs(ours - theirs).max()))
    return f"{len(taps)} tensors, {equal / total:.4%} of the codes equal, at most {most} apart"


def _from_seen(
    model: FloatModel, resolution: Resolution, tap: str, seen: Tensors
) -> NDArray[np.float32]:
    """What the float nodes between make of tensors that were seen, on weights that are codes."""
    wanted, taken, nodes = [tap], {}, []
    while wanted:
        name = wanted.pop()
        node = model.producers[name]
        if any(node is other for other in nodes):
            continue
        nodes.append(node)
        for each in node.input:
            if each in seen:
                taken[each] = seen[each]
            elif each in model.producers:
                wanted.append(each)
    order = [node for node in model.graph.node if any(node is other for other in nodes)]
    read = {name for node in order for name in node.input}
    constants = []
    for name, tensor in model.initializers.items():
        if name in read:
            weight = resolution.encodings.weights.get(name)
            values = model.weight(name)
            fixed = values if weight is None else resolution.encodings.weight_of(name, values)
            constants.append(numpy_helper.from_array(fixed, name) if weight else tensor)
    inputs = [helper.make_tensor_value_info(n, 1, x.shape) for n, x in taken.items()]
    outputs = [helper.make_tensor_value_info(tap, 1, None)]
    graph = helper.make_graph(order, "between", inputs, outputs, constants)
    proto = helper.make_model(graph, opset_imports=model.proto.opset_import)
    proto.ir_version = model.proto.ir_version
    return Session(proto).run(taken, [tap])[tap]


if __name__ == "__main__":
    main()
