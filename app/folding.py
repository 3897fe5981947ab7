"""Which modules of a drawn model are folded into one box each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from .layer_tree import Module, layer_tree

MANY = 120
"""Boxes from which on a drawing begins with modules folded."""


@dataclass(frozen=True)
class Folding:
    """Of nodes by `names`; modules lie in each other, `opened` ones show what is in them."""

    names: tuple[str, ...]
    opened: frozenset[str] = frozenset()

    @classmethod
    def first(cls, names: Sequence[str]) -> Folding:
        """As deep as there is room for."""
        folding = cls(tuple(names))
        while True:
            deeper = folding.open(*set(folding.modules.values()))
            if deeper == folding or deeper.boxes > MANY:
                return folding
            folding = deeper

    @property
    def boxes(self) -> int:
        modules = self.modules
        return len(set(modules.values())) + len(self.names) - len(modules)

    @cached_property
    def modules(self) -> Mapping[str, str]:
        """By node that is folded away, the module whose box stands for it."""
        found = {}
        for name, above in zip(self.names, self._above, strict=True):
            module = next((path for path in above if path not in self.opened), None)
            if module is not None:
                found[name] = module
        return found

    def open(self, *paths: str) -> Folding:
        return Folding(self.names, self.opened | set(paths))

    @property
    def whole(self) -> Folding:
        """Nothing folded."""
        return self.open(*(path for above in self._above for path in above))

    @cached_property
    def _above(self) -> tuple[tuple[str, ...], ...]:
        return layer_tree(self.names).above


def holds_modules(names: Sequence[str]) -> bool:
    return any(isinstance(child, Module) for child in layer_tree(names).children)
