"""What seeded networks met, cell by cell of the support table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quantengine.formats.granularity import InBlocks, PerChannel
from tests.engine.fuzz_network import Draft
from tests.engine.fuzz_plan import Writing

RANKS = tuple(f"rank {rank}" for rank in range(6))
FORMS = ("qdq", "qoperator")
WAYS = ("uint8", "int8", "uint16", "dynamic", "float")
GRAINS = ("tensor", "channel", "block")
WEIGHTS = ("int8 w", "uint8 w", "int4 w")
COLUMNS = (*RANKS, *FORMS, *WAYS, *GRAINS, *WEIGHTS)
HEAD = """# Seeded networks, counted

Made by `python -m tests.engine.fuzz_cases --cases N --kept FILE --page docs/fuzz.md`;
`--first SEED --cases 1` gives any of them again. Each is a network of 3 to 10 nodes, written in one
form under one plan. *Equal*: the file gives, node by node, what the simulation gives to a code, and
no more than 1.5 times the rounding that its steps explain away from the file that was given.
*Refused*: a sentence was said instead. *No network*: onnxruntime cannot run what was drawn. A case
counts in a row once, in the columns of its plan and of the ranks that the operator gave.
"""


@dataclass(frozen=True)
class Told:
    """One case: its seed, what came of it, and the columns of each of its operators."""

    seed: int
    kind: str
    what: str
    cells: Mapping[str, Sequence[str]]


def cells_of(draft: Draft, writing: Writing) -> dict[str, list[str]]:
    """By operator: the columns it counts in."""
    grain = writing.plan.weights.granularity
    word = "block" if isinstance(grain, InBlocks) else "tensor"
    word = "channel" if grain == PerChannel() else word
    shared = [writing.form, writing.plan.activations.dtype, word, f"{writing.plan.weights.dtype} w"]
    found: dict[str, list[str]] = {}
    for node in draft.nodes:
        rank = draft.values[node.output[0]].ndim
        found.setdefault(node.op_type, [*shared]).append(f"rank {rank}")
    return {operator: list(dict.fromkeys(words)) for operator, words in found.items()}


def page(cases: Iterable[Told]) -> str:
    kinds, refused = Counter[str](), Counter[str]()
    drawn, counts = Counter[str](), Counter[tuple[str, str]]()
    for case in cases:
        kinds[case.kind] += 1
        for operator, words in case.cells.items():
            drawn[operator] += 1
            refused[operator] += case.kind == "refused"
            counts.update((operator, word) for word in words)
    total = sum(kinds.values())
    shares = ", ".join(f"{n:,} {kind} ({n / total:.1%})" for kind, n in kinds.most_common())
    titles = ("operator", "cases", "refused", *COLUMNS)
    rows = [
        (name, drawn[name], refused[name], *(counts[name, word] for word in COLUMNS))
        for name in sorted(drawn)
    ]
    return "\n".join([HEAD, f"{total:,} cases: {shares}.", "", *_lines(titles, rows), ""])


def _lines(titles: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[str]:
    shown = [titles, ["---"] * len(titles), *rows]
    return ["| " + " | ".join(str(cell) for cell in row) + " |" for row in shown]
