"""`quantengine inspect --target`: what a target does with each node, as a table and JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from quantengine.cli.answer import Answer
from quantengine.monitor import Monitor

if TYPE_CHECKING:
    from quantengine.resolve.placing import Placement
    from quantengine.targets import Target


def placed(path: Path, name: str, monitor: Monitor) -> Answer:
    """Raises QuantError for what is no model and no target."""
    from quantengine.cli.table import Column, short, table
    from quantengine.opening.open import open_model
    from quantengine.printable import printable
    from quantengine.resolve.placing import SHAPES, placements
    from quantengine.targets import plan_for, target_named

    target, plan = target_named(name), plan_for(name)
    model = open_model(path, monitor=monitor)
    found = placements(model, plan)
    data = {
        "model": str(model.path),
        "target": name,
        "nodes": [
            {"name": each.node, "operator": each.operator, "where": each.where, "why": each.why}
            for each in found.nodes
        ],
        "proposals": list(found.proposals),
        "rules": [{"text": rule.text, "source": rule.source} for rule in target.rules],
    }
    head = (Column("layer", text=True), Column("operator", text=True), Column(name, text=True))
    rows = [
        (short(each.node), printable(each.operator), printable(_told(each, target)))
        for each in found.nodes
        if each.where != SHAPES
    ]
    proposed = [f"Better for {name}: {printable(flag)}" for flag in found.proposals]
    return Answer(data, (table(head, rows), "", _counted(found.nodes, target), *proposed))


def _told(each: Placement, target: Target) -> str:
    text = _where(each.where, target)
    because = "" if not each.why else f" because {each.why}"
    return f"{text}{because if each.where != 'integers' else _beside(each)}"


def _where(where: str, target: Target) -> str:
    words = {"integers": "runs in integers", "float": "stays float", "shapes": "works on shapes"}
    return words.get(where) or f"falls to {target.falls}"


def _beside(each: Placement) -> str:
    return f" ({each.why})" if each.why else ""


def _counted(nodes: Sequence[Placement], target: Target) -> str:
    counts = Counter(each.where for each in nodes)
    words = {"integers": "in integers", "float": "float", "shapes": "on shapes"}
    told = (f"{n} {words.get(where) or f'on {target.falls}'}" for where, n in counts.items())
    return f"{len(nodes)} nodes: {', '.join(told)}."
