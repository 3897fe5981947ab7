from __future__ import annotations

import pytest

from app.layer_tree import LayerTree, Module, layer_tree
from app.models.layer_lines import sorted_lines, tree_lines


def drawn(tree: LayerTree, wanted: set[int] | None = None, *folded: str) -> list[str]:
    shown = [wanted is None or place in wanted for place in range(len(tree.names))]
    lines = tree_lines(tree, shown, frozenset(folded))
    return [
        "  " * line.depth
        + (f"> {line.what.label}" if isinstance(line.what, Module) else tree.labels[line.what])
        for line in lines
    ]


NAMES = ["net/stem", "net/b1/expand", "net/b1/self/q/MatMul", "net/b1/self/q/Add", "net/b2/x/Add"]


def test_modules_hold_their_layers_and_single_children_are_joined() -> None:
    tree = layer_tree(NAMES)
    assert drawn(tree) == [
        "stem",
        "> b1",
        "  expand",
        "  > self/q",
        "    MatMul",
        "    Add",
        "b2/x",
    ]
    assert tree.above[2] == ("b1", "b1/self/q")
    assert drawn(tree, None, "b1") == ["stem", "> b1", "b2/x"]


def test_modules_without_a_wanted_layer_are_left_out_folded_or_not() -> None:
    tree = layer_tree(NAMES)
    assert drawn(tree, {0, 1}) == ["stem", "> b1", "  expand"]
    assert drawn(tree, {0}, "b1") == ["stem"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["conv_1", "conv_2"], ["conv_1", "conv_2"]),
        (["245", "248"], ["245", "248"]),
        (["a.0.x", "a.0.y", "a.1.x", "a.1.y"], ["> a.0", "  x", "  y", "> a.1", "  x", "  y"]),
        (["/l.0/a", "/l.0/b", "/c"], ["> l.0", "  a", "  b", "c"]),
        (["x", "x/y", "x/z"], ["x", "> x", "  y", "  z"]),
        ([], []),
    ],
)
def test_flat_names_stay_flat_and_numbers_stay_with_their_noun(
    names: list[str], expected: list[str]
) -> None:
    assert drawn(layer_tree(names)) == expected


def test_what_sorts_leaves_numbers_first() -> None:
    lines = sorted_lines({0: 3.0, 1: None, 2: float("nan"), 3: 1.0}, descending=False)
    assert [line.what for line in lines] == [3, 0, 1, 2]
