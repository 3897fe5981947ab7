from __future__ import annotations

from itertools import pairwise

import pytest

from quantengine.work.shares import judging, split
from tests.engine.small_network import images


@pytest.mark.parametrize("count", [1, 2, 5, 24, 1000])
def test_a_fifth_is_every_fifth_from_the_first(count: int) -> None:
    assert judging(count) == tuple(range(0, count, 5))


@pytest.mark.parametrize("share", [0.01, 0.1, 0.3, 1 / 3, 0.5, 0.9])
def test_a_share_is_spread_evenly(share: float) -> None:
    found = judging(300, share)
    assert len(found) == pytest.approx(300 * share, abs=1)
    gaps = {after - before for before, after in pairwise(found)}
    assert max(gaps) - min(gaps) <= 1


def test_the_others_teach() -> None:
    judges, others = split(images(7), 0.5)
    assert judges == (0, 2, 4, 6)
    assert others.names == tuple(images(7).names[i] for i in (1, 3, 5))
