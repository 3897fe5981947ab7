"""Bodies that no sample ran."""

from __future__ import annotations

from quantengine.graph.lift import branch_of
from quantengine.graph.model import FloatModel
from quantengine.observe.table import CalibrationTable


def untaken_nodes(model: FloatModel, table: CalibrationTable | None) -> frozenset[str]:
    """The nodes of bodies in which tensors were observed and none had a value."""
    if table is None:
        return frozenset()
    seen: dict[tuple[str, str], bool] = {}
    for node in model.graph.node:
        branch = branch_of(node)
        for name in node.output if branch else ():
            if branch and name in table.tensors:
                has_values = bool(table.tensors[name].moments.count.any())
                seen[branch] = seen.get(branch, False) or has_values
    idle = {branch for branch, any_value in seen.items() if not any_value}
    around = {node.name: branch_of(node) for node in model.graph.node}
    found: set[str] = set()
    for node in reversed(model.graph.node):  # an If before what stands in it
        branch = around[node.name]
        if branch is not None and (branch in idle or branch[0] in found):
            found.add(node.name)
    return frozenset(found)
