"""Which biases are kept: those that samples held out ask for, told by means alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from quantengine.graph.model import FloatModel
from quantengine.observe.calibrate import calibrate
from quantengine.observe.taps import model_taps
from quantengine.plan import QuantPlan
from quantengine.recover.bias import correct_bias
from quantengine.recover.local import held_error, matched, matched_if_held
from quantengine.recover.samples import Samples, recovery_samples
from quantengine.recover.walk import MOST_POSITIONS, Treatment, Visit, walk
from quantengine.resolve.resolve import resolve_plan
from quantengine.rewrite.encodings import Encodings
from tests.engine.test_recover_auto import chain, data, resolved, with_bits
from tests.engine.test_recover_tokens import tokens, tokens_model


def resolved_tokens(model: FloatModel) -> Encodings:
    table = calibrate(model, tokens(), model_taps(model), workers=1)
    return resolve_plan(model, QuantPlan(), table).encodings


def visited(
    model: FloatModel, encodings: Encodings, samples: Samples, *, by_means: bool
) -> list[Visit]:
    seen: list[Visit] = []

    def treat(visit: Visit, found: Encodings) -> Encodings:
        seen.append(visit)
        return found

    walk(model, encodings, samples, Treatment(treat, by_means=by_means))
    return seen


@pytest.mark.parametrize("wrong", [-0.05, 0.0, 1.0])
def test_means_decide_as_the_squared_distance_of_every_position_does(
    wrong: float, tmp_path: Path
) -> None:
    model = chain(tmp_path)
    encodings = resolved(model, with_bits(4)).encodings
    samples = recovery_samples(model, data(20))
    for visit in visited(model, encodings, samples, by_means=False):
        columns = visit.held.reference.shape[1]
        assert columns < MOST_POSITIONS // 4, "not all positions were drawn"
        moved = replace(visit.fit, candidate_mean=visit.fit.candidate_mean + np.float32(wrong))
        fitted = replace(visit, fit=moved)
        better = held_error(visit, matched(fitted, encodings)) < held_error(visit, encodings)
        assert (matched_if_held(fitted, encodings) is not encodings) is better


def test_the_means_of_tokens_decide_by_what_each_counts(tmp_path: Path) -> None:
    model, given = tokens_model(tmp_path), tokens()
    encodings = resolved_tokens(model)
    for visit in visited(model, encodings, recovery_samples(model, given), by_means=True):
        better = held_error(visit, matched(visit, encodings)) < held_error(visit, encodings)
        assert (matched_if_held(visit, encodings) is not encodings) is better


def test_by_means_nothing_is_drawn_and_all_positions_count(tmp_path: Path) -> None:
    model = chain(tmp_path)
    encodings = resolved(model, QuantPlan()).encodings
    samples = recovery_samples(model, data(20))
    drawn = visited(model, encodings, samples, by_means=False)
    meant = visited(model, encodings, samples, by_means=True)
    for one, other in zip(drawn, meant, strict=True):
        if not one.product.is_conv:
            continue
        for ours, theirs in ((one.fit, other.fit), (one.held, other.held)):
            groups, drawn_of, inputs = ours.reference.shape
            assert drawn_of > 0
            assert theirs.reference.shape == theirs.candidate.shape == (groups, 0, inputs)
        for side in ("reference_mean", "candidate_mean"):
            found = getattr(other.held, side)
            np.testing.assert_allclose(found, getattr(one.held, side), rtol=1e-4, atol=1e-5)


def test_a_bias_that_only_the_fitted_samples_ask_for_is_not_taken(tmp_path: Path) -> None:
    model = chain(tmp_path)
    encodings = resolved(model, QuantPlan()).encodings
    samples = recovery_samples(model, data(20))
    first = correct_bias(model, encodings, samples).encodings
    swayed = replace(samples, fit=tuple({"x": run["x"] * 40} for run in samples.fit))
    found = correct_bias(model, first, swayed)
    assert found.layers < correct_bias(model, encodings, samples).layers
