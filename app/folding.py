"""Which modules of a drawn model are folded into one box each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from .layer_tree import LayerTree, Module, layer_tree

MANY = 120
"""Boxes from which on a drawing begins with modules folded."""


@dataclass(frozen=True)
class Folding:
    """Of nodes in a `tree`; modules lie in each other, `opened` ones show what is in them."""

    tree: LayerTree
    opened: frozenset[str] = frozenset()

    @classmethod
    def first(cls, names: Sequence[str]) -> Folding:
        """As deep as there is room for."""
        return cls(layer_tree(names)).folded

    @property
    def folded(self) -> Folding:
        """As deep as there is room for."""
        folding = Folding(self.tree)
        while True:
            deeper = folding.open(*set(folding.modules.values()))
            if deeper == folding or deeper.boxes > MANY:
                return folding
            folding = deeper

    @property
    def names(self) -> tuple[str, ...]:
        return self.tree.names

    @property
    def has_modules(self) -> bool:
        return any(isinstance(child, Module) for child in self.tree.children)

    @property
    def boxes(self) -> int:
        modules = self.modules
        return len(set(modules.values())) + len(self.names) - len(modules)

    @cached_property
    def modules(self) -> Mapping[str, str]:
        """By node that is folded away, the module whose box stands for it."""
        found = {}
        for name, above in zip(self.names, self.tree.above, strict=True):
            module = next((path for path in above if path not in self.opened), None)
            if module is not None:
                found[name] = module
        return found

    def open(self, *paths: str) -> Folding:
        return Folding(self.tree, self.opened | set(paths))

    @property
    def whole(self) -> Folding:
        """Nothing folded."""
        return self.open(*(path for above in self.tree.above for path in above))
