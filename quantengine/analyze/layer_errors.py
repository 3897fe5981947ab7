"""SQNR of every layer's output against the float network, everything before it quantized too."""

from __future__ import annotations

from collections.abc import Mapping

import onnx

from quantengine.analyze.probes import Probes, judged_samples
from quantengine.analyze.simulate import Simulator, tapped
from quantengine.data.streams import joined
from quantengine.graph.model import FloatModel
from quantengine.monitor import SILENT, Monitor
from quantengine.rewrite.encodings import Encodings
from quantengine.runtime import Session, Tensors
from quantengine.verdict.differences import ChannelDifference
from quantengine.verdict.stream import run_steps


def layer_errors(
    reference: FloatModel,
    model: FloatModel,
    encodings: Encodings,
    probes: Probes,
    *,
    limit: int | None = 4,
    simulator: Simulator | None = None,
    monitor: Monitor = SILENT,
) -> Mapping[str, float]:
    """dB by layer, on at most `limit` samples; `model` may hold other constants than `reference`.

    Layers whose output the reference does not have are left out. Raises DataError, Cancelled.
    """
    layers = {
        name: node.output
        for name, node in encodings.flow.nodes.items()
        if node.output in reference.types and reference.types[node.output].is_float
    }
    taps = list(dict.fromkeys(layers.values()))
    runner = simulator or Simulator(model)
    proto = onnx.ModelProto()
    proto.CopyFrom(reference.proto)
    session = Session(tapped(proto, taps), optimize=False)
    sums = {tap: ChannelDifference() for tap in taps}

    def run(feeds: Tensors) -> Tensors:
        return session.run(feeds, wanted, monitor=monitor)

    def simulated(feeds: Tensors) -> Tensors:
        outputs, tapped = runner.watched(feeds, encodings, taps, monitor=monitor)
        seen.append(tapped)
        return outputs

    seen: list[Tensors] = []
    wanted = list(dict.fromkeys((*taps, *reference.outputs)))
    for sample in judged_samples(probes, limit, monitor, "Comparing layers"):
        seen.clear()
        run_steps(simulated, sample)
        expected, found = joined(run_steps(run, sample)), joined(seen)
        for tap in taps:
            sums[tap].add(expected[tap], found[tap])
    return {name: sums[output].whole.sqnr_db for name, output in layers.items()}
