"""Every rewrite at load compared with the file, before anything else is believed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from quantengine.data.dataset import Dataset
from quantengine.errors import DataError, ModelError, QuantError
from quantengine.graph.half import DOUBLE, HALF
from quantengine.graph.model import FloatModel
from quantengine.graph.origin import label
from quantengine.graph.read import read_model
from quantengine.monitor import SILENT, Monitor
from quantengine.opening.agreement import relative_error
from quantengine.opening.pieces import Difference, differences
from quantengine.opening.reference import reference_obstacle, reference_session, why_unrepeatable
from quantengine.opening.seeded import seeded_feeds
from quantengine.runtime import Session, Tensors
from quantengine.sentence import Sentence

SAMPLES = 4
OUTPUTS, PIECE = 1e-4, 1e-5
_HALF = 1e-2
"""Relative errors that rounding explains: of outputs, of a piece, of either in half precision."""

_WAY_OUT = Sentence("export it again with opset 17, or report this model")


def check_on_data(model: FloatModel, dataset: Dataset, *, monitor: Monitor = SILENT) -> None:
    """Compares on samples spread over the data; `monitor.say` gets what a person should know.

    Raises ModelError where a rewrite is wrong, Cancelled.
    """
    if not is_rewritten(model):
        return
    step = max(1, len(dataset) // SAMPLES)
    feeds: list[Tensors] = []
    for index in range(0, len(dataset), step)[:SAMPLES]:
        try:
            feeds.append(dataset.load(index).feeds)
        except DataError:
            continue  # said by name by whoever reads all of the data
    for note in _checked(model, feeds, monitor) or []:
        monitor.say(note)


def check_on_seeds(model: FloatModel, *, monitor: Monitor = SILENT) -> list[str]:
    """Compares on made-up feeds; returns what a person should know. Raises as `check_on_data`."""
    if not is_rewritten(model):
        return []
    for feeds in seeded_feeds(model, SAMPLES):
        found = _checked(model, feeds, monitor)
        if found is not None:
            return found
    return [
        Sentence(
            "The file does not run on made-up inputs: what opening rewrote is compared with it "
            "once there is data."
        )
    ]


def keeps_double(model: FloatModel, *, monitor: Monitor = SILENT) -> bool:
    """Whether a network in double gives something else in float32, on made-up feeds.

    False where the file cannot be run on any.
    """
    if not was_double(model) or reference_obstacle(model) is not None:
        return False
    for feeds in seeded_feeds(model, SAMPLES):
        expected = _expected(model, feeds, monitor)
        if expected:
            return not max(_errors(model, expected, monitor)) <= OUTPUTS
    return False


def was_double(model: FloatModel) -> bool:
    return any(rewrite.name == DOUBLE for rewrite in model.origin.rewrites)


def is_rewritten(model: FloatModel) -> bool:
    return bool(model.origin.rewrites) and model.quantized is None


def _checked(model: FloatModel, feeds: Sequence[Tensors], monitor: Monitor) -> list[str] | None:
    """Notes; None where the file runs on none of the feeds."""
    obstacle = reference_obstacle(model)
    if obstacle is not None:
        return [
            Sentence(
                "{0} cannot be run as it is ({1}), so that results are compared with its "
                "rewritten form, which nothing has confirmed.",
                *(model.path.name, obstacle),
            )
        ]
    expected = _expected(model, feeds, monitor)
    if not expected:
        return None
    if model.origin.random:
        _refuse_wrong_piece(model, expected[0][0], monitor)
        return []
    errors = _errors(model, expected, monitor)
    worst = int(np.argmax(errors))
    if errors[worst] <= (_HALF if _is_half(model) else OUTPUTS):
        return []
    return _explained(model, expected[worst][0], errors[worst], monitor)


def _expected(
    model: FloatModel, feeds: Sequence[Tensors], monitor: Monitor
) -> list[tuple[Tensors, Tensors]]:
    """The feeds that the file runs on, and what it gives."""
    reference = reference_session(model)
    found: list[tuple[Tensors, Tensors]] = []
    for sample in feeds:
        try:
            found.append((sample, reference.run(sample, monitor=monitor)))
        except DataError:
            continue
    return found


def _explained(model: FloatModel, sample: Tensors, error: float, monitor: Monitor) -> list[str]:
    """Why outputs differ though no rewrite is wrong; raises ModelError where one is."""
    _refuse_wrong_piece(model, sample, monitor)
    unrepeatable = why_unrepeatable(model, [sample], monitor=monitor)
    if unrepeatable is not None:
        return [Sentence("{0} No file made from it can be verified.", unrepeatable)]
    if not np.isfinite(error):
        raise _refused(model, Sentence("gives NaN, infinities or shapes the file does not"))
    return [
        Sentence(
            "The outputs lie {0} from the file's though every node agrees with it on equal "
            "inputs: the network amplifies rounding.",
            f"{error:.1e}",
        )
    ]


def worst_error(expected: Tensors, found: Tensors) -> float:
    return max((relative_error(value, found[name]) for name, value in expected.items()), default=0)


def _is_half(model: FloatModel) -> bool:
    return any(rewrite.name == HALF for rewrite in model.origin.rewrites)


def _errors(
    model: FloatModel, expected: Sequence[tuple[Tensors, Tensors]], monitor: Monitor
) -> list[float]:
    """The worst relative error of the outputs, by sample."""
    try:
        session = Session(model.proto, brief=True)
        return [
            worst_error(values, session.run(sample, list(values), monitor=monitor))
            for sample, values in expected
        ]
    except QuantError as error:
        raise _refused(model, Sentence("does not run ({0})", error.sentence)) from error


def _refused(model: FloatModel, what: Sentence) -> ModelError:
    names = ", ".join(dict.fromkeys(rewrite.name for rewrite in model.origin.rewrites))
    return ModelError(
        "{0}: what opening makes of it ({1}) {2}: {3}.", model.path, names, what, _WAY_OUT
    )


def _refuse_wrong_piece(model: FloatModel, feeds: Tensors, monitor: Monitor) -> None:
    try:
        original = read_model(model.origin.path, monitor=monitor).proto
        tolerance = _HALF if _is_half(model) else PIECE
        wrong = differences(original, model, feeds, tolerance, monitor=monitor)
    except QuantError as error:
        text = Sentence("cannot be compared with the file node by node ({0})", error.sentence)
        raise _refused(model, text) from error
    if wrong:
        raise _named(model, wrong[0])


def _named(model: FloatModel, wrong: Difference) -> ModelError:
    found = [r for r in model.origin.rewrites if any(wrong.tensor == t for t, _ in r.tensors)]
    maker = model.producers.get(wrong.tensor)
    node = found[0].node if found else label(maker) if maker else wrong.tensor
    how = ", ".join(rewrite.name for rewrite in found) or "rewritten"
    apart = Sentence("NaN, infinite or misshapen")
    if np.isfinite(wrong.error):
        apart = Sentence("{0} of it", f"{wrong.error:.1e}")
    return ModelError(
        "{0}: opening changes what node '{1}' gives ({2}): on equal inputs '{3}' differs from the "
        "file's by {4}. Its results would be wrong: {5}.",
        model.path,
        node,
        how,
        wrong.tensor,
        apart,
        _WAY_OUT,
    )
