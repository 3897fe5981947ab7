"""The float network at a higher opset, compared with itself before anything is written there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import onnx

from quantengine.errors import ExportError
from quantengine.graph.model import FloatModel
from quantengine.graph.origin import label
from quantengine.monitor import SILENT, Monitor
from quantengine.opening.check import OUTPUTS, PIECE, worst_error
from quantengine.opening.pieces import differences
from quantengine.rewrite.opset import at_opset
from quantengine.runtime import Session, Tensors


def check_raised(
    model: FloatModel, opset: int, probes: Sequence[Tensors], *, monitor: Monitor = SILENT
) -> None:
    """Raises ExportError where a node of `model` gives something else once written in `opset`.

    Outputs first; where they differ, each node on its own inputs tells a network that amplifies
    rounding from a conversion that is wrong.
    """
    if not probes:
        return
    raised = replace(model, proto=at_opset(model.proto, opset))
    plain, session = Session(model.proto, optimize=False), Session(raised.proto, optimize=False)
    for feeds in probes:
        expected = plain.run(feeds, monitor=monitor)
        if worst_error(expected, session.run(feeds, monitor=monitor)) <= OUTPUTS:
            continue
        original = onnx.ModelProto()
        original.CopyFrom(model.proto)
        for wrong in differences(original, raised, feeds, PIECE, monitor=monitor)[:1]:
            node = label(model.producers[wrong.tensor])
            raise ExportError(
                "Raising {0} from opset {1} to {2} changes what node '{3}' gives: '{4}' differs "
                "by {5} of it. Choose types that its own opset knows, or report this model.",
                model.path.name,
                model.opset,
                opset,
                node,
                wrong.tensor,
                f"{wrong.error:.1e}",
            )
