from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quantengine.decisions import decide
from quantengine.patterns import any_of, exact, listed, matching, spells
from quantengine.plan import QuantPlan

NAMES = st.text(st.sampled_from("ab0[]*?!^,.:\\|-re&~"), min_size=1, max_size=7)


@given(NAMES, st.lists(NAMES))
def test_an_exact_pattern_matches_its_name_alone(name: str, others: list[str]) -> None:
    without = [other for other in others if other != name]
    assert matching(exact(name), [name, *without]) == [name]


@given(NAMES, st.lists(NAMES))
def test_an_exact_pattern_matches_nothing_where_its_name_is_gone(
    name: str, others: list[str]
) -> None:
    pattern = exact(name)
    assert not matching(pattern, (x for x in others if x not in (name, pattern)))


@given(st.lists(NAMES, min_size=1, unique=True), st.lists(NAMES))
def test_any_of_some_names_matches_them_alone(names: list[str], others: list[str]) -> None:
    pattern = any_of(names)
    known = (*names, *(x for x in others if x != pattern))
    assert matching(pattern, known) == names


@given(st.lists(st.lists(NAMES, min_size=1, unique=True), min_size=1))
def test_patterns_of_names_survive_a_list_with_commas(groups: list[list[str]]) -> None:
    patterns = [any_of(names) for names in groups]
    assert listed(",".join(patterns)) == patterns


def test_a_name_that_reads_as_a_pattern_means_itself() -> None:
    layers = ("blk[0].w", "blk0.w")
    assert matching("blk[0].w", layers) == ["blk[0].w"]
    assert matching("blk[0].w", layers[1:]) == ["blk0.w"]
    plan = QuantPlan().with_override("blk[0].w", bits=4)
    assert [decide(plan, layers, ()).weights(x, "w").dtype for x in layers] == ["int4", "int8"]


@pytest.mark.parametrize("pattern", ["blk*", "re:^blk"])
def test_patterns_of_many_names(pattern: str) -> None:
    assert matching(pattern, ("blk1", "x", "blk2", "blk1")) == ["blk1", "blk2"]


@given(NAMES, NAMES)
def test_a_name_that_is_written_down_is_recognised(name: str, other: str) -> None:
    for pattern in (name, exact(name), f"re:^{re.escape(name)}$", rf"re:^{re.escape(name)}\Z"):
        assert spells(pattern, name)
    assert spells(exact(name), other) is (name == other or exact(name) == other)


@pytest.mark.parametrize("pattern", ["blk*", "re:^blk", "re:blk.w$", "re:^blk.*$", r"re:^blk\dw$"])
def test_a_pattern_of_many_names_spells_none(pattern: str) -> None:
    assert not any(spells(pattern, name) for name in ("blk.w", "blk1w", "blk.*", "blkdw", "blk"))
