"""Random networks whole, and random plans to write them by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from quantengine.formats.granularity import granularity_named
from quantengine.plan import QuantPlan, TensorPlan
from quantengine.runtime import multiplies_exactly
from tests.engine.fuzz_layers import CORES, FLOWS, clamp, plain_float
from tests.engine.fuzz_moves import MOVES
from tests.engine.fuzz_network import Draft

OLDEST, NEWEST = 7, 25
_SIDES = (1, 1, 2, 3, 4, 4, 5, 6, 7, 8)


@dataclass(frozen=True)
class Writing:
    """How a file is written: its plan, its form, the opset asked for."""

    plan: QuantPlan
    form: Any
    opset: int | None


def draft_network(random: Random) -> Draft:
    """A network of 3 to 10 nodes (a few more where a layer needs two), one product at least."""
    draft = Draft(random, random.randint(OLDEST, NEWEST))
    rank = random.choice([2, 3, 4, 4, 4, 5])
    for _ in range(1 if draft.chance(0.8) else 2):
        open_batch = draft.chance(0.4)
        shape = [random.choice(_SIDES) for _ in range(rank)]
        draft.feed(shape, open_batch=open_batch)
    wanted, tries = random.randint(3, 10), 0
    while len(draft.nodes) < wanted and tries < 60:
        tries += 1
        _maker(draft)(draft)
    for core in CORES:
        if not any(node.op_type in ("Conv", "Gemm", "MatMul") for node in draft.nodes):
            core(draft)
    return draft


def _maker(draft: Draft) -> Callable[[Draft], list[str]]:
    kinds: list[Any] = [CORES, FLOWS, (clamp,), MOVES, (plain_float,)]
    (kind,) = draft.random.choices(kinds, weights=[32, 25, 10, 26, 7])
    return draft.random.choice(kind)


def draw_writing(draft: Draft) -> Writing:
    """Static, dynamic or weight-only, of any types, now and then with something set apart."""
    random = draft.random
    way = random.choice(["static"] * 6 + ["dynamic", "dynamic", "float"])
    coded = random.choice(["uint8", "uint8", "int8", "uint16"]) if way == "static" else way
    weights = random.choice(["int8", "int8", "int8", "uint8", "int4"])
    grain = random.choice(["channel", "channel", "tensor"])
    if random.random() < (0.4 if weights == "int4" else 0.15):
        grain = f"block:{random.choice([4, 16])}"
    plan = QuantPlan(
        weights=TensorPlan(
            weights, symmetric=random.random() < 0.6, granularity=granularity_named(grain)
        ),
        activations=TensorPlan(coded, symmetric=coded == "int8" or random.random() < 0.2),
        quantize_outputs=random.random() < 0.2,
        pair_safe=random.random() < 0.1 or not multiplies_exactly(),
    )
    if draft.chance(0.2):
        apart = random.choice([*draft.feeds, *draft.outputs(), *draft.nodes[0].output])
        other = random.choice(["int8", "uint8", "uint16", "float"])
        plan = plan.with_override(apart, **{"activations.dtype": other})
    asked = 21 if draft.opset <= 21 and draft.chance(0.25) else None
    return Writing(plan, random.choice(["qdq", "qoperator"]), asked)
