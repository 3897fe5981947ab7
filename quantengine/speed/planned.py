"""What a plan would take once it is written, layer by layer."""

from __future__ import annotations

import tempfile
from pathlib import Path

from quantengine.data.dataset import Dataset
from quantengine.graph.message import write_model
from quantengine.graph.model import FloatModel
from quantengine.graph.sink import sunk
from quantengine.monitor import SILENT, Monitor
from quantengine.resolve.resolve import Resolution
from quantengine.rewrite.qdq import qdq_form
from quantengine.speed.profile import Profile, open_pair, profile


def profile_plan(
    reference: FloatModel,
    model: FloatModel,
    resolution: Resolution,
    dataset: Dataset,
    *,
    monitor: Monitor = SILENT,
) -> Profile:
    """The file of `reference` beside the one that `resolution` of `model` would be written to.

    Raises ModelError, DataError, Cancelled.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / reference.path.name
        write_model(sunk(qdq_form(model, resolution.encodings).proto), path)
        pair = open_pair(reference.path, path, None, monitor)
        return profile(*pair, dataset, monitor=monitor)
