from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.layer_names import short_names, told_apart


def test_what_all_share_and_lone_endings_are_left_out() -> None:
    names = ["Net/Conv/Conv2D", "Net/block_1/expand/Conv2D", "Net/block_1/project/Conv2D"]
    assert short_names(names) == ("Conv", "block_1/expand", "block_1/project")


def test_endings_that_tell_layers_apart_stay() -> None:
    names = ["/m/layer.0/dense/MatMul", "/m/layer.0/dense/Add", "/m/layer.1/dense/Add"]
    assert short_names(names) == ("layer.0/dense/MatMul", "layer.0/dense/Add", "layer.1/dense")


def test_plain_names_stay_as_they_are() -> None:
    assert short_names(["conv1", "conv2"]) == ("conv1", "conv2")
    assert short_names(["only/one"]) == ("only",)
    assert short_names([]) == ()


def test_names_that_end_alike_begin_where_they_differ() -> None:
    names = [f"encoder/layer.{k}/attention/self/MatMul" for k in (1, 2)]
    assert told_apart([*names, "pooler/Gemm"]) == (
        "layer.1/…/MatMul",
        "layer.2/…/MatMul",
        "pooler/Gemm",
    )
    assert told_apart(["a.1/x", "a.2/x", "stem", ""]) == ("a.1/x", "a.2/x", "stem", "")
    same = ["layer.1/p/q/Add", "layer.1/q/p/Add", "layer.2/p/q/Add"]
    assert told_apart(same) == (same[0], same[1], "layer.2/…/Add")


@given(st.lists(st.text("ab/.", min_size=1, max_size=8), unique=True))
def test_names_stay_different(names: list[str]) -> None:
    found = short_names(names)
    assert len(set(found)) == len(names)
    assert all(found)
